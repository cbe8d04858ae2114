/** The two sides of a comparison out of the history that a service keeps. */
import type { Run } from '../checks/check.ts';
import { SERVER_PARTS } from '../checks/software.ts';
import type { HistoryReader } from '../history/open.ts';
import { LIBRARY, type PlacedChange } from '../history/versions.ts';
import { fromRuns, type Recording } from './recording.ts';

/** Where the two sides meet. */
export type Border =
  /** The last change of lib-jitsi-meet. */
  | { readonly at: 'upgrade' }
  /** ISO 8601. */
  | { readonly at: 'time'; readonly time: string }
  /** The last N runs against as many before them. */
  | { readonly at: 'half' };

/** There is nothing to compare; the message is a sentence for a person. */
export class NothingToCompare extends Error {
  override readonly name = 'NothingToCompare';
}

/**
 * At most `last` runs on each side of the border.
 * @throws {NothingToCompare}
 */
export function fromHistory(
  history: HistoryReader,
  check: string,
  last: number,
  border: Border,
): { before: Recording; after: Recording } {
  switch (border.at) {
    case 'upgrade':
      return aroundUpgrade(history, check, last);
    case 'time': {
      const before = history.list({ check, to: border.time, limit: last });
      const after = history.list({ check, from: border.time, limit: last });
      return named(before, after, `before ${border.time}`, `since ${border.time}`);
    }
    case 'half': {
      const runs = history.list({ check, limit: 2 * last });
      const after = runs.slice(0, Math.min(last, Math.floor(runs.length / 2)));
      return named(runs.slice(after.length, 2 * after.length), after, 'before those', 'most recent');
    }
  }
}

function aroundUpgrade(history: HistoryReader, check: string, last: number) {
  const changes = history.changes(check);
  const [upgrade, earlier] = changes.filter(({ subject }) => subject === LIBRARY);
  if (!upgrade) {
    throw new NothingToCompare(
      `the history has no change of ${LIBRARY} in the runs of ${check}${instead(changes)}`,
    );
  }
  const after = history.list({ check, limit: last, since: upgrade.seq });
  const [newest] = history.list({ check, version: upgrade.from, before: upgrade.seq, limit: 1 });
  if (!newest) {
    throw new NothingToCompare(`the runs of ${check} with ${LIBRARY} ${upgrade.from} are no longer kept`);
  }
  // While it was being upgraded nothing could be loaded: what failed then is of neither version.
  const before = history
    .list({ check, before: upgrade.seq, limit: 3 * last, ...(earlier && { since: earlier.seq }) })
    .filter(({ startedAt }) => startedAt <= newest.startedAt)
    .slice(0, last);
  return named(before, after, `with ${upgrade.from}`, `with ${upgrade.to}`);
}

/** The last change of a server, for whoever looks for that. */
function instead(changes: readonly PlacedChange[]): string {
  const parts: readonly string[] = SERVER_PARTS;
  const change = changes.find(({ subject }) => parts.includes(subject));
  if (!change) return '';
  const { subject, from, to, at } = change;
  return `; ${subject} changed from ${from} to ${to}: --since ${at} compares before and after that`;
}

function named(before: readonly Run[], after: readonly Run[], first: string, second: string) {
  if (before.length === 0 || after.length === 0) {
    const [side, words] = before.length === 0 ? ['before', first] : ['after', second];
    throw new NothingToCompare(`the history has no run ${side} (${words})`);
  }
  const name = (runs: readonly Run[], words: string) =>
    `the ${runs.length} ${runs.length === 1 ? 'run' : 'runs'} ${words}`;
  // Oldest first, as in a recording.
  return {
    before: fromRuns(name(before, first), before.toReversed()),
    after: fromRuns(name(after, second), after.toReversed()),
  };
}
