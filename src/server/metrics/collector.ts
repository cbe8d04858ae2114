/** What the metrics of one kind of check have in common. */
import { Gauge, type Registry } from 'prom-client';
import type { Run } from '../../checks/check.ts';

/**
 * The metrics of one kind of result. For each scrape they are emptied and filled anew from the latest run
 * of every check, so that a series whose cause has gone is gone as well.
 */
export interface Collector {
  reset(): void;
  /**
   * Adds what the latest run of a check says. Also called for a run that could not tell (`error`): what it
   * does not know must stay absent, never become 0.
   */
  add(run: Run): void;
}

/** A gauge in this registry. */
export function gauge<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Gauge<Label> {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

/** Milliseconds as the seconds that Prometheus counts in. */
export function seconds(ms: number): number {
  return ms / 1000;
}

/** Of several: false where one is false, null where one is not known and none is false. */
export function allOk(each: readonly (boolean | null)[]): boolean | null {
  if (each.includes(false)) return false;
  return each.includes(null) ? null : true;
}
