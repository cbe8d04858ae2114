/**
 * How much CPU pressure there was on the machine that the runs were made on. Browsers that wait for a processor join later,
 * show pictures later and pause: a backup that ran on one side only must not be taken for the upgrade's fault.
 */

import { median } from '../base/median.ts';
import type { Run } from '../checks/check.ts';

/** Medians of runs, as shares of time from 0 to 1; null where runs do not tell. */
export interface Pressure {
  readonly before: number | null;
  readonly after: number | null;
  /** The sides differ so much that times say nothing of the target. */
  readonly uneven: boolean;
}

/** Medians that are further apart than this are not of one machine at the same work. */
const UNEVEN = 0.2;

export function pressureOf(before: readonly Run[], after: readonly Run[]): Pressure {
  const [first, second] = [before, after].map(ofSide) as [number | null, number | null];
  const uneven = first !== null && second !== null && Math.abs(first - second) > UNEVEN;
  return { before: first, after: second, uneven };
}

function ofSide(runs: readonly Run[]): number | null {
  const known = runs.flatMap(({ call }) => {
    const steps = (call?.steps ?? []).flatMap(({ cpuPressure }) => cpuPressure ?? []);
    return steps.length > 0 ? steps.reduce((sum, share) => sum + share, 0) / steps.length : [];
  });
  return known.length > 0 ? median(known) : null;
}
