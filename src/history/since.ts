/** Since when something is as it is: pure functions over runs, newest first. */
import type { Run } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';

/** As much of a run as is needed to say since when. */
export type Brief = Pick<Run, 'outcome' | 'startedAt'>;

export interface Since {
  /** ISO 8601: the start of the earliest run of the unbroken row. */
  readonly at: string;
  /** How many runs say so. */
  readonly runs: number;
  /** The row goes on to the oldest run that was given: it may be older still. */
  readonly orEarlier: boolean;
}

/**
 * Since when `same` holds, over runs of one check, newest first. Runs of which we could not tell
 * (`error`) neither break a row nor count for it, unless the newest is one. Null without runs.
 */
export function sinceWhen(runs: Iterable<Brief>, same: (run: Brief) => boolean): Since | null {
  let first: Brief | null = null;
  let count = 0;
  let orEarlier = true;
  for (const run of runs) {
    if (!same(run)) {
      if (first && run.outcome === 'error') continue;
      orEarlier = false;
      break;
    }
    first = run;
    count += 1;
  }
  return first ? { at: first.startedAt, runs: count, orEarlier } : null;
}

/** Since when a check works, is broken, or cannot tell: whichever its newest run says. */
export function stateSince(runs: readonly Brief[]): Since | null {
  const newest = runs[0];
  if (!newest) return null;
  if (newest.outcome === 'error') return sinceWhen(runs, (run) => run.outcome === 'error');
  const working = works(newest.outcome);
  return sinceWhen(runs, (run) => run.outcome !== 'error' && works(run.outcome) === working);
}
