/** What the pages know of each check: everything that they ask the store is asked here. */
import type { Run } from '../checks/check.ts';
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
const DAY_MS = 86_400_000;

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
  return {
    status,
    nextRun: schedule.nextRun(check),
    // What a disabled check last said is not the state of things.
    latest: status.enabled ? ofKind(store.latest(check)) : null,
    row: store.briefs({ check, kind, limit: SHOWN }),
    since: store.since(check, kind),
    working: ofKind(store.lastWorking(check)),
    change: store.changes({ check, limit: CHANGES }).find(({ subject }) => subject === LIBRARY) ?? null,
    intermittent: status.enabled ? past.intermittent(status) : [],
    uptime: past.uptime(status),
  };
}

/** When checks worked and when they did not; looked for anew only when a run has been added. */
export class PastOfChecks {
  readonly #store: RunStore;
  readonly #histories: Histories;
  readonly #known = new Map<string, { readonly run: string; readonly periods: readonly Period[] }>();
  readonly #days = new Map<string, { readonly of: string; readonly days: Uptime['days'] }>();

  constructor(store: RunStore, histories: Histories) {
    this.#store = store;
    this.#histories = histories;
  }

  intermittent({ name, kind }: Pick<CheckStatus, 'name' | 'kind'>): readonly IntermittentCause[] {
    return this.#histories.intermittent(name, kind, Date.now());
  }

  /** In which share of its runs it worked; days are counted anew only when a run has been added, or a day begun. */
  uptime({ name: check, kind }: Pick<CheckStatus, 'name' | 'kind'>): Uptime {
    const now = Date.now();
    const of = `${this.#store.latest(check)?.id} ${kind} ${Math.floor(now / DAY_MS)}`;
    let known = this.#days.get(check);
    if (known?.of !== of) {
      const starts = stepsBetween(now - (BAR_DAYS - 1) * DAY_MS, now, 'day', BAR_DAYS)!;
      known = { of, days: availability(this.#store, { check, kind }, starts, 'day').buckets };
      this.#days.set(check, known);
    }
    return { days: known.days, shares: this.#histories.of(check, kind).outcomes.counts(now) };
  }

  /** The latest first. */
  periods({ name: check, kind }: Pick<CheckStatus, 'name' | 'kind'>): readonly Period[] {
    const latest = this.#store.latest(check);
    if (latest?.kind !== kind) return [];
    const known = this.#known.get(check);
    if (known?.run === latest.id) return known.periods;
    const periods = periodsOf(check, this.#store.briefs({ check, kind, limit: LOOKED_AT }));
    this.#known.set(check, { run: latest.id, periods });
    return periods;
  }
}
