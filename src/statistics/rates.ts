/**
 * Exact tests of two rates in small samples, one-sided: has the second sample more than the first?
 * Sources: Fisher, The Design of Experiments (1935); Boschloo, Statistica Neerlandica 24 (1970), 1-9.
 */
import { binomial, cumulated, logChoose } from './binomial.ts';

/** A count out of a total. */
export interface Count {
  readonly of: number;
  readonly hits: number;
}

/** A p that is smaller by rounding alone must not change what is as extreme. */
const ROUNDING = 1 + 1e-7;

/**
 * The probability that, of as many hits in all, the second sample has at least as many as it has, where both have the
 * same rate (Fisher's exact test, conditional on the margins).
 */
export function fisher(first: Count, second: Count): number {
  return tail(first.of, second.of, first.hits + second.hits, second.hits);
}

/** The smallest p that Fisher's test can give with as many hits in all. */
export function fisherLeast(first: Count, second: Count): number {
  const total = first.hits + second.hits;
  return tail(first.of, second.of, total, Math.min(total, second.of));
}

/** P(second sample has `hits` or more of `total`), hypergeometric. */
function tail(first: number, second: number, total: number, hits: number): number {
  const all = logChoose(first + second, total);
  let sum = 0;
  for (let k = Math.max(hits, total - first, 0); k <= Math.min(total, second); k++) {
    sum += Math.exp(logChoose(second, k) + logChoose(first, total - k) - all);
  }
  return Math.min(1, sum);
}

/** The rate with which Boschloo's p is at its largest is looked for on this number of points. */
const GRID = 200;
/** The common rate is taken to lie in its interval of this confidence; what that leaves out is added to the p. */
const LEFT_OUT = 0.001;

/**
 * Boschloo's unconditional exact test: Fisher's p is the statistic, and its distribution is that of two binomial
 * samples with the common rate that makes it most likely, within the interval in which that rate lies (Berger and
 * Boos, J. Amer. Statist. Assoc. 89 (1994), 1012-1016). Often half of Fisher's p: fewer runs show the same.
 */
export function boschloo(first: Count, second: Count): number {
  const rows = region(first.of, second.of, fisher(first, second));
  const both = { of: first.of + second.of, hits: first.hits + second.hits };
  const [low, high] = rateInterval(both, 1 - LEFT_OUT);
  const step = (high - low) / GRID;
  const at = (rate: number) => probability(first.of, second.of, rows, rate);
  const points = Array.from({ length: GRID + 1 }, (_, i) => at(low + i * step));
  const best = points.indexOf(Math.max(...points));
  // The p is a smooth function of the rate: the top lies between the neighbours of the best point.
  let [from, to] = [low + Math.max(0, best - 1) * step, low + Math.min(GRID, best + 1) * step];
  for (let i = 0; i < 30; i++) {
    const third = (to - from) / 3;
    if (at(from + third) < at(to - third)) from += third;
    else to -= third;
  }
  return Math.min(1, Math.max(at((from + to) / 2), points[best]!) + LEFT_OUT);
}

/** For each number of hits in the first sample, the fewest in the second with which Fisher's p is at most `p`. */
function region(first: number, second: number, p: number): number[] {
  const fewest: number[] = [];
  // More hits in the first sample need more in the second.
  for (let x = 0, y = 0; x <= first; x++) {
    while (y <= second && tail(first, second, x + y, y) > p * ROUNDING) y++;
    fewest.push(y);
  }
  return fewest;
}

function probability(first: number, second: number, fewest: readonly number[], rate: number): number {
  const below = cumulated(binomial(second, rate));
  return binomial(first, rate).reduce(
    (sum, p, x) => sum + p * (1 - (fewest[x] === 0 ? 0 : below[fewest[x]! - 1]!)),
    0,
  );
}

/** Fisher's p with half of the probability of the very outcome: close to what an unconditional test says, and quick. */
export function midP(first: Count, second: Count): number {
  const total = first.hits + second.hits;
  const atLeast = tail(first.of, second.of, total, second.hits);
  return (atLeast + tail(first.of, second.of, total, second.hits + 1)) / 2;
}

/**
 * The interval in which a rate lies with 95 % (Clopper and Pearson, Biometrika 26 (1934), 404-413): exact, rather too
 * wide than too narrow.
 */
export function rateInterval({ of, hits }: Count, confidence = 0.95): readonly [number, number] {
  const side = (1 - confidence) / 2;
  const atLeast = (rate: number) =>
    binomial(of, rate)
      .slice(hits)
      .reduce((sum, p) => sum + p, 0);
  const atMost = (rate: number) =>
    binomial(of, rate)
      .slice(0, hits + 1)
      .reduce((sum, p) => sum + p, 0);
  return [
    hits === 0 ? 0 : bisect((rate) => atLeast(rate) < side),
    hits === of ? 1 : bisect((rate) => atMost(rate) > side),
  ];
}

/** The border below which `is` holds, between 0 and 1. */
function bisect(is: (value: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (is(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
