/**
 * The Wilcoxon-Mann-Whitney rank test, one-sided: does the second sample tend to be larger than the first? Exact, ties
 * and all, for small samples; with the normal distribution, tie and continuity correction, for larger ones and where p
 * is so large that nobody cares what it is exactly.
 * Sources: Mann and Whitney, Ann. Math. Statist. 18 (1947), 50-60; Lehmann, Nonparametrics (1975), 1.4.
 */
import { logChoose } from './binomial.ts';

/** Exact up to this number of values in both samples together. */
const EXACT_UP_TO = 50;
/** Where the normal distribution says more than this, nothing is being claimed, and it will do. */
const CARELESS = 0.25;

export interface RankTest {
  /** One-sided: the second sample is larger. */
  readonly p: number;
  /** The smallest p that samples of these sizes can give. */
  readonly least: number;
  /** How often a value of the second sample exceeds one of the first, ties counting half: 0.5 where nothing changed. */
  readonly superiority: number;
}

/** @throws {RangeError} where a sample is empty. */
export function rankTest(first: readonly number[], second: readonly number[]): RankTest {
  if (first.length === 0 || second.length === 0) throw new RangeError('a rank test needs two samples');
  const ranks = doubledRanks([...first, ...second]);
  const sum = ranks.slice(first.length).reduce((total, rank) => total + rank, 0);
  const [n, m] = [first.length, second.length];
  const rough = normalP(ranks, n, m, sum);
  return {
    p: n + m <= EXACT_UP_TO && rough < CARELESS ? exactP(ranks, m, sum) : rough,
    least: Math.exp(-logChoose(n + m, m)),
    superiority: (sum / 2 - (m * (m + 1)) / 2) / (n * m),
  };
}

/** Twice the rank of each value; those that are equal share the middle of their ranks, which doubled is whole. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++;
    for (let i = start; i <= end; i++) ranks[order[i]!] = start + end + 2;
    start = end + 1;
  }
  return ranks;
}

/** The share of all ways to choose `m` of these ranks whose sum is at least `sum`. */
function exactP(ranks: readonly number[], m: number, sum: number): number {
  const most = ranks
    .toSorted((a, b) => b - a)
    .slice(0, m)
    .reduce((total, rank) => total + rank, 0);
  // ways[k][s]: how many subsets of k ranks, of those looked at so far, sum to s.
  const ways = Array.from({ length: m + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  let seen = 0;
  for (const [index, rank] of ranks.entries()) {
    seen += rank;
    // No sum is larger than all ranks so far; and subsets too small to become `m` with the ranks left are not asked for.
    const reach = Math.min(most, seen);
    for (let k = Math.min(m, index + 1); k >= Math.max(1, m - (ranks.length - 1 - index)); k--) {
      const [to, from] = [ways[k]!, ways[k - 1]!];
      for (let s = reach; s >= rank; s--) to[s]! += from[s - rank]!;
    }
  }
  const all = ways[m]!;
  let [extreme, total] = [0, 0];
  for (let s = 0; s <= most; s++) {
    total += all[s]!;
    if (s >= sum) extreme += all[s]!;
  }
  return Math.min(1, extreme / total);
}

function normalP(ranks: readonly number[], n: number, m: number, doubledSum: number): number {
  const all = n + m;
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  const ties = [...sizes.values()].reduce((sum, size) => sum + (size ** 3 - size), 0);
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance === 0) return 1;
  const u = doubledSum / 2 - (m * (m + 1)) / 2;
  return normalTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/**
 * P(Z > z) of the standard normal distribution; relative error below 2e-7. Source: the complementary error function
 * by Chebyshev fitting, Press et al., Numerical Recipes (1992), 6.2.
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ].reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = (t * Math.exp(-x * x + fit)) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/** The z with P(Z > z) = p. */
export function normalQuantile(p: number): number {
  let [low, high] = [-9, 9];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
