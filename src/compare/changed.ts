/** Which changes of versions go with a change of the share of failures. */
import { DAY_MS } from '../base/durations.ts';
import type { VersionChange } from '../history/versions.ts';
import { fisher } from '../statistics/rates.ts';
import type { OutcomeLog } from './outcome-log.ts';

/** Failures among the runs that could tell. */
export interface Failures {
  readonly runs: number;
  readonly failures: number;
}

/** A version that changed when the share of failures rose. */
export interface Changed extends Pick<VersionChange, 'subject' | 'from' | 'to' | 'at' | 'run'> {
  /** In the week before the change. */
  readonly before: Failures;
  readonly since: Failures;
}

const WEEK_MS = 7 * DAY_MS;
/** Claims are made below this, for all changes together. */
const ALPHA = 0.005;
/** An upgrade of everything at once names this number of parts. */
const MOST = 3;

/**
 * The changes since which separate failures are more frequent than in the week before, by Fisher's exact test corrected for
 * the number of moments that are compared. What changed in one run cannot be told apart: it is stated together.
 */
export function changesThatMatter(
  outcomes: OutcomeLog,
  changes: readonly VersionChange[],
  now: number,
): readonly Changed[] {
  const recent = changes.filter(({ at }) => Date.parse(at) >= now - 2 * WEEK_MS);
  const moments = [...Map.groupBy(recent, ({ run }) => run).values()].map((its) => {
    const at = Date.parse(its[0]!.at);
    const [before, since] = [
      outcomes.onsets(at - WEEK_MS, at),
      outcomes.onsets(at, Number.POSITIVE_INFINITY),
    ];
    const p = fisher({ of: before.runs, hits: before.onsets }, { of: since.runs, hits: since.onsets });
    return { its, before, since, p };
  });
  const [first] = moments.sort((a, b) => a.p - b.p);
  if (!first || first.p * moments.length > ALPHA) return [];
  const count = ({ runs, failures }: Failures): Failures => ({ runs, failures });
  return first.its.slice(0, MOST).map(({ subject, from, to, at, run }) => ({
    ...{ subject, from, to, at, run },
    before: count(first.before),
    since: count(first.since),
  }));
}
