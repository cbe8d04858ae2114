/** The metrics of one kind of check. */
import type { Registry } from 'prom-client';
import type { Kind, Results, Run } from '../../checks/check.ts';
import type { ServerPart } from '../../checks/software.ts';

/**
 * Metrics of one kind of result. For each scrape they are emptied and filled anew from the latest run
 * of every check, so that a series whose cause has gone is gone as well.
 */
export interface Collector<K extends Kind> {
  reset(): void;
  /**
   * Adds what the latest run of a check found. Also called for a run that could not tell (`error`): what it
   * does not know must stay absent, never become 0.
   */
  add(result: Results[K], run: Pick<Run, 'check' | 'outcome'>): void;
}

export interface MetricsFace<K extends Kind> {
  /** The servers of the target whose version checks of this kind learn. */
  readonly parts: readonly ServerPart[];
  /** Upper bounds of the histogram of durations, in seconds; where they are absent, those from 1 to 120. */
  readonly durationBuckets?: readonly number[];
  /** Registers the metrics of this kind. */
  readonly collector: (registry: Registry) => Collector<K>;
}
