/**
 * From when on a state is worth an alert or a notification: the alert rules and `src/notify` mean the same by it. Counted in
 * runs, so that it fits any interval.
 */
import type { Kind } from './check.ts';

/** Calls and signaling are worth a third look before somebody is woken; mail and zones are checked seldom; reports do not flap. */
const IN_A_ROW: Readonly<Record<string, number>> = { mail: 2, zone: 2, reports: 1 };

/** So many failed runs in a row. */
export function failuresInARow(kind: Kind): number {
  return IN_A_ROW[kind] ?? 3;
}

export const ALARM = {
  /** So many of the latest runs failed (`RECENT_RUNS`), in so many separate failures: not one outage that is over. */
  often: { failures: 3, onsets: 2 },
  /** So many degraded runs in a row, or of the latest. */
  degraded: { inARow: 3, recent: 4 },
  /** So many of the latest runs could not tell, or this share of at least so many runs of a day. */
  error: { recent: 3, dayShare: 0.3, dayRuns: 6 },
  /** No run for so many intervals, or for an interval and so long. */
  stale: { intervals: 3, beyondMs: 3_600_000 },
} as const;
