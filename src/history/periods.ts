/** When a check worked and when it did not: pure functions over its runs, newest first. */

import { works } from '../checks/outcome.ts';
import type { RunBrief } from './store.ts';

/** An unbroken row of runs that say the same: it works, or it is broken. */
export interface Period {
  readonly check: string;
  readonly working: boolean;
  /** ISO 8601: the start of its first run. */
  readonly from: string;
  /** ISO 8601: the start of the first run that said otherwise; null while it lasts. */
  readonly to: string | null;
  /** The id of its first run: the one that showed the change. */
  readonly run: string;
  /** How many runs say so, those that could not tell left out. */
  readonly runs: number;
  /** Nothing that is known came before: it may have begun earlier. */
  readonly orEarlier: boolean;
}

/** The periods that runs of one check tell of, the latest first. Runs of which we could not tell (`error`) are passed over. */
export function periodsOf(check: string, runs: readonly RunBrief[]): Period[] {
  const periods: Period[] = [];
  for (const { id, outcome, startedAt } of runs.filter((run) => run.outcome !== 'error').reverse()) {
    const last = periods.at(-1);
    const working = works(outcome);
    if (last?.working === working) {
      periods[periods.length - 1] = { ...last, runs: last.runs + 1 };
      continue;
    }
    if (last) periods[periods.length - 1] = { ...last, to: startedAt };
    periods.push({ check, working, from: startedAt, to: null, run: id, runs: 1, orEarlier: !last });
  }
  return periods.reverse();
}
