/** How many runs a comparison needs to show what it seems to show. */
import { binomial, cumulated } from './binomial.ts';
import { normalQuantile } from './ranks.ts';
import { type Count, midP } from './rates.ts';

/** A number of runs is enough when a true change of this size is shown with this probability. */
export const POWER = 0.8;

/** Outcomes less likely than this change nothing. */
const NEGLIGIBLE = 1e-6;

/** The probability that samples of these sizes, with these true rates, show that the second is larger. */
export function ratePower(
  first: { of: number; rate: number },
  second: { of: number; rate: number },
  alpha: number,
): number {
  const before = binomial(first.of, first.rate);
  const after = binomial(second.of, second.rate);
  // The more hits after, the smaller the p: what is needed grows with the hits before.
  const tails = cumulated(after.toReversed()).reverse();
  let power = 0;
  let needed = 0;
  for (const [x, p] of before.entries()) {
    if (needed > second.of) break;
    if (p < NEGLIGIBLE) {
      if (x > first.of * first.rate) break;
      continue;
    }
    const enough = (hits: number) => midP({ of: first.of, hits: x }, { of: second.of, hits }) <= alpha;
    while (needed <= second.of && !enough(needed)) needed++;
    if (needed <= second.of) power += p * tails[needed]!;
  }
  return power;
}

/** What would do: a number of further runs on each side, or of the second alone; null where that is too many. */
export interface More {
  readonly each: number | null;
  readonly after: number | null;
}

/** More runs than this many times those that there are would not be made. */
const AT_MOST = 10;
/** To see something gross, this number is always enough. */
const SIGHT_MOST = 100;

/** How many more runs would show a change of rates as large as the one that was seen. */
export function moreForRates(first: Count, second: Count, alpha: number): More {
  const rates = [first.hits / first.of, second.hits / second.of] as const;
  const enough = (before: number, after: number) =>
    ratePower({ of: first.of + before, rate: rates[0] }, { of: second.of + after, rate: rates[1] }, alpha) >=
    POWER;
  const most = AT_MOST * Math.max(first.of, second.of);
  return { each: fewest((n) => enough(n, n), most), after: fewest((n) => enough(0, n), most) };
}

/** How many more runs would show, after a number of clean ones, that a share of them fails now; null where these do. */
export function moreForSight(first: number, second: number, rate: number, alpha: number): More | null {
  const enough = (before: number, after: number) =>
    ratePower({ of: first + before, rate: 0 }, { of: second + after, rate }, alpha) >= POWER;
  if (enough(0, 0)) return null;
  return { each: fewest((n) => enough(n, n), SIGHT_MOST), after: fewest((n) => enough(0, n), SIGHT_MOST) };
}

/**
 * How many more values would show that the second sample tends to be larger, as much as was seen (Noether, J. Amer.
 * Statist. Assoc. 82 (1987), 645-647).
 */
export function moreForRanks(first: number, second: number, superiority: number, alpha: number): More {
  const z = normalQuantile(alpha) + normalQuantile(1 - POWER);
  const enough = (n: number, m: number) => (12 * n * m * (superiority - 0.5) ** 2) / (n + m + 1) >= z ** 2;
  const most = AT_MOST * Math.max(first, second);
  return {
    each: fewest((more) => enough(first + more, second + more), most),
    after: fewest((more) => enough(first, second + more), most),
  };
}

/** The smallest number, at most `most`, that is enough; power grows with it but for the steps of small numbers. */
function fewest(enough: (n: number) => boolean, most: number): number | null {
  if (!enough(most)) return null;
  let [low, high] = [0, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
