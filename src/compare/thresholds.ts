/** How large a change has to be before anybody need care, however sure it is. */
import type { Sort } from './observe.ts';

export interface Thresholds {
  /** A share of runs: 0.02 is two in a hundred. */
  readonly rate: number;
  /** Of two medians: 1.2 is a fifth more. */
  readonly ratio: number;
  /** Milliseconds that a stream is later, beside `ratio`. */
  readonly latency: number;
  /** Percent of what arrives that is not what was sent, beside `ratio`. */
  readonly distortion: number;
  /** Milliseconds that anything else takes longer, beside `ratio`. */
  readonly time: number;
}

export const THRESHOLDS: Thresholds = { rate: 0.02, ratio: 1.2, latency: 20, distortion: 2, time: 250 };

/** Whether a change of rates, or from one median to another, matters. Both directions are looked at alike. */
export function matters(sort: Sort, before: number, after: number, thresholds: Thresholds): boolean {
  const difference = Math.abs(after - before);
  if (sort === 'rate') return difference >= thresholds.rate - 1e-9;
  const ratio = Math.max(before, after) / Math.max(1, Math.min(before, after));
  return difference >= thresholds[sort] && ratio >= thresholds.ratio;
}
