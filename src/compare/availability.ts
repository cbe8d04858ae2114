/** In which share of runs a check worked, by hours, days or months. */
import { DAY_MS, HOUR_MS } from '../base/durations.ts';
import type { Kind, Outcome } from '../checks/check.ts';
import { decidedRuns } from '../checks/outcome.ts';
import type { RunStore, Tally } from '../history/store.ts';

/** What an availability may be asked by. */
export const STEPS = ['hour', 'day', 'month'] as const;
export type Step = (typeof STEPS)[number];

type Counts = Readonly<Record<Outcome, number>>;

export interface Bucket {
  /** ISO 8601, UTC: from then, until before then. */
  readonly from: string;
  readonly to: string;
  readonly runs: Counts;
  /** Runs that worked (`pass` or `degraded`) of those that could tell; null without any. */
  readonly availability: number | null;
}

export interface Availability extends Bucket {
  readonly by: Step;
  /** Each hour, day or month between them, the earliest first, also those without a run. */
  readonly buckets: readonly Bucket[];
}

export const NO_RUNS: Counts = { pass: 0, degraded: 0, fail: 0, error: 0 };

/** The share of runs that worked among those that could tell; null without any. */
export function availabilityOf(counts: Counts): number | null {
  const decided = decidedRuns(counts);
  return decided === 0 ? null : (counts.pass + counts.degraded) / decided;
}

export function added(all: Iterable<Counts>): Counts {
  const sum = { ...NO_RUNS };
  for (const { pass, degraded, fail, error } of all) {
    sum.pass += pass;
    sum.degraded += degraded;
    sum.fail += fail;
    sum.error += error;
  }
  return sum;
}

/** Starts of all steps that a span touches, and the end of the last; null where there would be more than `most`. */
export function stepsBetween(fromMs: number, toMs: number, by: Step, most: number): number[] | null {
  const start = new Date(fromMs);
  const starts = [
    Date.UTC(
      start.getUTCFullYear(),
      start.getUTCMonth(),
      by === 'month' ? 1 : start.getUTCDate(),
      by === 'hour' ? start.getUTCHours() : 0,
    ),
  ];
  while (starts.at(-1)! < toMs || starts.length < 2) {
    if (starts.length > most) return null;
    starts.push(after(starts.at(-1)!, by));
  }
  return starts;
}

function after(start: number, by: Step): number {
  if (by === 'hour') return start + HOUR_MS;
  if (by === 'day') return start + DAY_MS;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** The availability of a check. @param starts as `stepsBetween` gives them */
export function availability(
  store: Pick<RunStore, 'tallies'>,
  { check, kind }: { readonly check: string; readonly kind: Kind },
  starts: readonly number[],
  by: Step,
): Availability {
  const iso = (ms: number) => new Date(ms).toISOString();
  const digits = by === 'hour' ? 13 : 10;
  const [first, last] = [starts[0]!, starts.at(-1)!];
  const tallies = store.tallies({
    ...{ check, kind },
    by: by === 'hour' ? 'hour' : 'day',
    ...{ from: iso(first).slice(0, digits), to: iso(last).slice(0, digits) },
  });
  const bucketOf = ({ start }: Tally) => (by === 'month' ? `${start.slice(0, 7)}-01` : start);
  const groups = Map.groupBy(tallies, bucketOf);
  const buckets = starts.slice(0, -1).map((start, index) => {
    const its = groups.get(iso(start).slice(0, digits)) ?? [];
    return bucket(start, starts[index + 1]!, added(its.map(({ counts }) => counts)));
  });
  return { ...bucket(first, last, added(buckets.map(({ runs }) => runs))), by, buckets };
}

function bucket(from: number, to: number, runs: Counts): Bucket {
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    runs,
    availability: availabilityOf(runs),
  };
}
