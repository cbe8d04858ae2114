/** What the pages know of each check: everything that they ask the store is asked here. */
import { DAY_MS } from '../base/durations.ts';
import type { Kind, Run } from '../checks/check.ts';
import { availability, stepsBetween } from '../compare/availability.ts';
import type { Histories } from '../compare/histories.ts';
import type { IntermittentCause } from '../compare/intermittence.ts';
import { type Period, periodsOf } from '../history/periods.ts';
import type { Since } from '../history/since.ts';
import type { RunBrief, RunStore } from '../history/store.ts';
import { LIBRARY, type VersionChange } from '../history/versions.ts';
import type { CheckStatus, Scheduler } from '../schedule/scheduler.ts';
import { BAR_DAYS, type Uptime } from './uptime.ts';

export interface CheckView {
  readonly status: CheckStatus;
  /** ISO 8601; null when it is not due any more. */
  readonly nextRun: string | null;
  /** The last run; null before the first, and of a disabled check. */
  readonly latest: Run | null;
  /** The last runs, newest first: as many as are shown as signs. */
  readonly row: readonly RunBrief[];
  /** Since when it is as the last run says. */
  readonly since: Since | null;
  /** The last run that worked. */
  readonly working: Run | null;
  /** The last time that the version of what is watched changed. */
  readonly change: VersionChange | null;
  /** What fails in a share of runs that chance does not explain; nearly always nothing. */
  readonly intermittent: readonly IntermittentCause[];
  readonly uptime: Uptime;
}

/** Number of the last runs that are shown as signs, or as columns. */
export const SHOWN = 20;
/** Periods are looked for in this number of the last runs. */
const LOOKED_AT = 1000;
/** Number of changes of versions that are looked at. */
const CHANGES = 20;

/** What a view of a check asks. */
export interface CheckSource {
  readonly store: RunStore;
  readonly schedule: Pick<Scheduler, 'nextRun'>;
}

export function checkView(
  { store, schedule }: CheckSource,
  past: PastOfChecks,
  status: CheckStatus,
): CheckView {
  const { name: check, kind } = status;
  const ofKind = (run: Run | null) => (run?.kind === kind ? run : null);
  const { row, since, change } = past.of(status);
  return {
    status,
    nextRun: schedule.nextRun(check),
    // What a disabled check last said is not the state of things.
    latest: status.enabled ? ofKind(store.latest(check)) : null,
    row,
    since,
    working: ofKind(store.lastWorking(check)),
    change,
    intermittent: status.enabled ? past.intermittent(status) : [],
    uptime: past.uptime(status),
  };
}

type Named = Pick<CheckStatus, 'name' | 'kind'>;

/** What is asked of the store about a check, and stays as it is until a run has been added, or a day begun. */
interface Asked extends Pick<CheckView, 'row' | 'since' | 'change'> {
  readonly days: Uptime['days'];
  readonly periods: readonly Period[];
}

/** When checks worked and when they did not. Pages of a hundred checks would otherwise ask the store six hundred things. */
export class PastOfChecks {
  readonly #store: RunStore;
  readonly #histories: Histories;
  readonly #known = new Map<string, { readonly when: string; readonly asked: Asked }>();

  constructor(store: RunStore, histories: Histories) {
    this.#store = store;
    this.#histories = histories;
  }

  intermittent({ name, kind }: Named): readonly IntermittentCause[] {
    return this.#histories.intermittent(name, kind, Date.now());
  }

  /** In which share of its runs it worked. */
  uptime(check: Named): Uptime {
    const { days } = this.of(check);
    return { days, shares: this.#histories.of(check.name, check.kind).outcomes.counts(Date.now()) };
  }

  /** The latest first. */
  periods(check: Named): readonly Period[] {
    return this.of(check).periods;
  }

  of({ name: check, kind }: Named): Asked {
    const now = Date.now();
    const when = `${this.#store.latest(check)?.id} ${kind} ${Math.floor(now / DAY_MS)}`;
    const known = this.#known.get(check);
    if (known?.when === when) return known.asked;
    const asked = this.#ask(check, kind, now);
    this.#known.set(check, { when, asked });
    return asked;
  }

  #ask(check: string, kind: Kind, now: number): Asked {
    const store = this.#store;
    const briefs = store.briefs({ check, kind, limit: LOOKED_AT });
    const starts = stepsBetween(now - (BAR_DAYS - 1) * DAY_MS, now, 'day', BAR_DAYS)!;
    return {
      row: briefs.slice(0, SHOWN),
      since: store.since(check, kind),
      change: store.changes({ check, limit: CHANGES }).find(({ subject }) => subject === LIBRARY) ?? null,
      days: availability(store, { check, kind }, starts, 'day').buckets,
      periods: periodsOf(check, briefs),
    };
  }
}
