/**
 * From when on a state is worth an alert or a notification: the alert rules and `src/notify` mean the same by it. Counted in
 * runs, so that it fits any interval.
 */
import type { Kind } from './check.ts';

/** Calls and signaling are worth a third look before somebody is woken; mail and zones are checked seldom. */
const SELDOM: ReadonlySet<string> = new Set(['mail', 'zone']);

/** So many failed runs in a row. */
export function failuresInARow(kind: Kind): number {
  return SELDOM.has(kind) ? 2 : 3;
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
