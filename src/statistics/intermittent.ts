/**
 * Whether a share of failing runs is more than chance explains.
 *
 * What is counted are onsets: failures that follow a run that worked. An outage of two hours is one onset, whatever the
 * number of runs in it; one call in fifteen that loses a stream is many. Under chance, runs fail independently of each
 * other with a small probability (`CHANCE`), so that the number of onsets among n runs is at most binomial.
 *
 * The question is asked again after every run, over a window that slides. One run makes the number of onsets in the
 * window reach k where it fails, the run that leaves the window worked, and the n - 1 between them have k - 1: the
 * probability is p (1 - p) P(Bin(n - 1, p) = k - 1). The threshold k is the smallest for which the expected number of
 * such crossings in `FALSE_ALARM_DAYS` is at most the budget: that bounds false alarms however often one looks.
 */
import { DAY_MS } from '../base/durations.ts';
import { logChoose } from './binomial.ts';

/** The share of runs that fails without a fault worth a name: a packet lost on the way, a restart between two runs. */
export const CHANCE = 0.002;
/** In this time a check whose runs fail by chance alone is expected to raise at most one alarm. */
export const FALSE_ALARM_DAYS = 90;
/** Fewer onsets are never called intermittent, however few the runs. */
export const LEAST_ONSETS = 3;
/** Over, when so long a row of working runs is less likely than this at the share that was seen. */
const OVER = 0.001;

/** The windows that are looked at: a day for what fails often, a week for checks that run seldom. */
export const INTERMITTENT_WINDOWS = [
  { name: '24h', ms: DAY_MS },
  { name: '7d', ms: 7 * DAY_MS },
] as const;
export type IntermittentWindow = (typeof INTERMITTENT_WINDOWS)[number]['name'];

/** What runs of one window say, those that could not tell left out. */
export interface Onsets {
  readonly runs: number;
  readonly failures: number;
  /** Failures that follow a run that worked; the first run of the window counts as one where it failed. */
  readonly onsets: number;
  /** Working runs since the last failure. */
  readonly workingSince: number;
}

/** Counts runs given as oldest first: whether each failed. */
export function countOnsets(failed: Iterable<boolean>): Onsets {
  let [runs, failures, onsets, workingSince] = [0, 0, 0, 0];
  let before = false;
  for (const each of failed) {
    runs += 1;
    if (each) {
      failures += 1;
      if (!before) onsets += 1;
      workingSince = 0;
    } else workingSince += 1;
    before = each;
  }
  return { runs, failures, onsets, workingSince };
}

/** P(X >= k) of a binomial distribution. */
export function binomialTail(n: number, k: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  let term = Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  let sum = 0;
  for (let i = k; i <= n && term > sum * 1e-16; i++) {
    sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  // Below the middle terms grow before they fall; then the other side is the shorter way.
  return k <= n * p ? 1 - lowerTail(n, k - 1, p) : Math.min(1, sum);
}

function lowerTail(n: number, k: number, p: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p));
  }
  return Math.min(1, sum);
}

/** How often, per run, chance makes the onsets among n runs reach k. */
export function crossings(n: number, k: number, chance: number): number {
  if (n < k) return 0;
  return (
    chance *
    (1 - chance) *
    Math.exp(logChoose(n - 1, k - 1) + (k - 1) * Math.log(chance) + (n - k) * Math.log1p(-chance))
  );
}

/**
 * The number of onsets among `runs` of a window from which on chance does not explain them.
 * @param budget expected false alarms in `FALSE_ALARM_DAYS`
 */
export function onsetsNeeded(runs: number, windowMs: number, budget: number, chance = CHANCE): number {
  const looks = (runs * FALSE_ALARM_DAYS * DAY_MS) / windowMs;
  let k = Math.max(LEAST_ONSETS, Math.ceil(runs * chance));
  while (k <= runs && looks * crossings(runs, k, chance) > budget) k++;
  return k;
}

/** How much a test of one subject among several, in one window among several, may contribute to false alarms. */
export function budgetOf(subjects: number): number {
  return 1 / (INTERMITTENT_WINDOWS.length * subjects);
}

/**
 * The probability that chance alone gives as many onsets; null where they are not enough to speak of.
 *
 * Only a failure can bring it about: the question is asked of the window that ended with the last one. Else it would come and go
 * while nothing fails, as runs that worked leave the window. Until the next failure it can only end: after a long row of working
 * runs, or when the window has left too few onsets.
 *
 * @param atLast the window that ended with the last failure
 * @param now the window that ends now
 */
export function intermittent(
  atLast: Onsets,
  now: Pick<Onsets, 'onsets' | 'workingSince'>,
  windowMs: number,
  budget: number,
  chance = CHANCE,
): { readonly p: number } | null {
  const { runs, onsets } = atLast;
  if (now.onsets < LEAST_ONSETS) return null;
  if (onsets < onsetsNeeded(runs, windowMs, budget, chance)) return null;
  // A long row of working runs ends it before the window does.
  if (onsets < runs && now.workingSince * Math.log1p(-onsets / runs) < Math.log(OVER)) return null;
  return { p: binomialTail(runs, onsets, chance) };
}
