/** What people may be notified of: the state of a check, or a fault of Vigie itself. */
import { ALARM, failuresInARow } from '../checks/alarm.ts';
import type { Run } from '../checks/check.ts';
import { decidedRuns } from '../checks/outcome.ts';
import type { CheckHistory, IntermittentCause } from '../compare/intermittence.ts';
import { endOf } from '../history/stale.ts';
import type { CheckStatus } from '../schedule/scheduler.ts';
import type { OtherPlace, SeenState } from '../view/places.ts';

/** Worst first. `unknown`: it could not tell; `stale`: it has not run for longer than it should; `own`: a fault of Vigie's. */
export const STATES = ['failing', 'unknown', 'stale', 'own', 'intermittent', 'degraded', 'ok'] as const;
export type State = (typeof STATES)[number];
/** How urgent a notification of it is; `none`: there is none. */
export type Loudness = 'critical' | 'warning' | 'none';

export interface Condition {
  /** What it is of: the name of a check, or of a fault of Vigie's with `vigie:` before it. */
  readonly key: string;
  readonly state: State;
  readonly severity: Loudness;
  /** Null: of Vigie itself. */
  readonly check: CheckStatus | null;
  /** The run that shows it; null where none does. */
  readonly run: Run | null;
  /** Failures in a row, or among the latest runs. */
  readonly count: number;
  readonly intermittent: readonly IntermittentCause[];
  /** What other places see of the check; null where none watches it. */
  readonly elsewhere: Elsewhere | null;
  /** In maintenance: nobody is notified. */
  readonly quiet: boolean;
}

/** Names of other places, by what they see of a check. */
export interface Elsewhere {
  readonly failing: readonly string[];
  /** Degraded ones among them. */
  readonly working: readonly string[];
  /** They could not tell, or do not answer. */
  readonly unknown: readonly string[];
}

/** What other places see of a check; null where none watches it. */
export function elsewhereOf(
  { name, kind }: Pick<CheckStatus, 'name' | 'kind'>,
  others: readonly OtherPlace[],
): Elsewhere | null {
  const seen = others.flatMap(({ place, checks }) => {
    const check = checks.find((each) => each.name === name && each.kind === kind);
    return check ? [{ place, state: check.state }] : [];
  });
  const of = (...states: readonly SeenState[]) =>
    seen.filter(({ state }) => states.includes(state)).map(({ place }) => place);
  if (seen.length === 0) return null;
  return { failing: of('failing'), working: of('ok', 'degraded'), unknown: of('unknown', 'none') };
}

/** The worse, the higher: first by how loud, then by what. */
export function rankOf({ state, severity }: Pick<Condition, 'state' | 'severity'>): number {
  if (state === 'ok' || severity === 'none') return 0;
  return (severity === 'critical' ? STATES.length : 0) + STATES.length - STATES.indexOf(state);
}

export interface Past {
  readonly status: CheckStatus;
  readonly history: CheckHistory;
  readonly intermittent: readonly IntermittentCause[];
  /** The last run; null before the first. */
  readonly latest: Run | null;
  /** The last run of an outcome. */
  readonly last: (outcome: Run['outcome']) => Run | null;
  readonly elsewhere: Elsewhere | null;
  /** When this process began, in milliseconds since 1970. */
  readonly since: number;
}

/** The state of a check, by the same numbers as the alert rules. */
export function conditionOf(past: Past, now: number): Condition {
  const { status, latest, last } = past;
  const of = (state: State, severity: Loudness, run: Run | null, count = 0): Condition => ({
    key: status.name,
    state,
    severity: status.severity === 'none' ? 'none' : severity,
    check: status,
    run,
    count,
    intermittent: past.intermittent,
    elsewhere: past.elsewhere,
    quiet: status.maintenance !== null,
  });
  if (isStale(past, now)) return of('stale', 'warning', latest);
  const { outcomes } = past.history;
  const [rows, recent] = [outcomes.consecutive(), outcomes.recent()];
  const inARow = rows.fail >= failuresInARow(status.kind);
  const often = recent.fail >= ALARM.often.failures && outcomes.recentOnsets() >= ALARM.often.onsets;
  if (inARow || often) {
    const run = last('fail');
    // What works from another place is not down: the network between is the first suspect.
    const isLess = isSeenFromHereAlone(past.elsewhere) || (run !== null && isPartial(run));
    const severity = status.severity === 'critical' && isLess ? 'warning' : status.severity;
    return of('failing', severity, run, inARow ? rows.fail : recent.fail);
  }
  if (couldNotTell(past, now)) return of('unknown', 'warning', last('error'), recent.error);
  if (past.intermittent.length > 0) return of('intermittent', 'warning', last('fail'), recent.fail);
  if (rows.degraded >= ALARM.degraded.inARow || recent.degraded >= ALARM.degraded.recent) {
    return of('degraded', 'warning', last('degraded'), recent.degraded);
  }
  return of('ok', 'warning', latest);
}

function isStale({ status, latest, since }: Past, now: number): boolean {
  const before = Math.max(since, latest ? endOf(latest) : 0);
  const { intervals, beyondMs } = ALARM.stale;
  return now - before > Math.min(intervals * status.intervalMs, status.intervalMs + beyondMs);
}

function couldNotTell({ history }: Past, now: number): boolean {
  const { recent: least, dayShare, dayRuns } = ALARM.error;
  const recent = history.outcomes.recent().error;
  if (recent >= least) return true;
  const day = history.outcomes.counts(now).get('24h')!;
  const { error } = day;
  const decided = decidedRuns(day);
  return recent >= 1 && decided >= dayRuns && error / (decided + error) > dayShare;
}

/** It works from some other place. */
export function isSeenFromHereAlone(elsewhere: Elsewhere | null): boolean {
  return elsewhere !== null && elsewhere.working.length > 0;
}

/** One domain of several fails authentication: the relay works, and most mail arrives. */
function isPartial({ mail }: Run): boolean {
  if (!mail || mail.letters.length < 2) return false;
  if (mail.letters.some(({ delivery }) => delivery === null)) return false;
  const passes = mail.letters.map(({ dkim, spf, dmarc }) =>
    [dkim, spf, dmarc].map((its) => its?.result === 'pass'),
  );
  // Of each mechanism, some message passes.
  return [0, 1, 2].every((mechanism) => passes.some((its) => its[mechanism]));
}
