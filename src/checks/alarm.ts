/**
 * From when on a state is worth an alert or a notification: the alert rules and `src/notify` mean the same by it. Counted in
 * runs, so that it fits any interval.
 */
import { HOUR_MS } from '../base/durations.ts';
import type { Kind } from './check.ts';

/** Ids of findings that are faults of our own browsers or of this machine, as a regular expression for the whole id. */
export const OWN_BROWSERS = 'browser-.+|no-memory|sound-server|too-few-files';

export function isOfOwnBrowsers(id: string): boolean {
  return new RegExp(`^(?:${OWN_BROWSERS})$`).test(id);
}

/** Calls and signaling are worth a third look before somebody is woken; mail and zones are checked seldom; reports do not flap. */
const IN_A_ROW: Readonly<Record<string, number>> = { mail: 2, zone: 2, reports: 1 };

/** How many failed runs in a row. */
export function failuresInARow(kind: Kind): number {
  return IN_A_ROW[kind] ?? 3;
}

export const ALARM = {
  /** How many of the latest runs failed (`RECENT_RUNS`), and in how many separate failures: not one outage that is over. */
  often: { failures: 3, onsets: 2 },
  /** How many degraded runs in a row, or of the latest. */
  degraded: { inARow: 3, recent: 4 },
  /** How many of the latest runs could not tell, or which share of at least how many runs of a day. */
  error: { recent: 3, dayShare: 0.3, dayRuns: 6 },
  /** Without a run for how many intervals, or for an interval and how long. */
  stale: { intervals: 3, beyondMs: HOUR_MS },
} as const;
