/** Where runs are kept: one small interface, so that what is behind it can change without anybody noticing. */
import type { Kind, Outcome, Run } from '../checks/check.ts';

export interface RunFilter {
  readonly check?: string;
  readonly kind?: Kind;
  readonly outcome?: Outcome;
  /** At most so many runs; without it, all that are kept. */
  readonly limit?: number;
}

/**
 * The one registry of runs: the terminal, the metrics, the API and the pages are views of it.
 * A run is immutable once appended.
 */
export interface RunStore {
  /** Keeps a finished run and tells the subscribers. A run with an id that is already kept is a fault: throws. */
  append(run: Run): void;
  /** The run that ended last, of any outcome; null before the first. */
  latest(check: string): Run | null;
  /** The last run that found the target working (`pass` or `degraded`), however long ago; null if never. */
  lastWorking(check: string): Run | null;
  /** The run that ended last comes first. */
  list(filter?: RunFilter): Run[];
  get(id: string): Run | null;
  /** Calls the listener after each append; returns the function that ends it. */
  subscribe(listener: (run: Run) => void): () => void;
}

/** Whether the target does what it is there for: `degraded` works, below its thresholds. */
export function works(outcome: Outcome): boolean {
  return outcome === 'pass' || outcome === 'degraded';
}
