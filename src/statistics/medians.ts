/** The ratio of two medians, and how sure it is. */

/** A generator of numbers in [0, 1) that gives the same for the same seed (mulberry32, Tommy Ettinger, 2017). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const RESAMPLES = 1000;

/**
 * The interval in which the ratio of the medians (second by first) lies with 95 %: percentile bootstrap, Efron and
 * Tibshirani, An Introduction to the Bootstrap (1993), 13.3. The same data give the same interval.
 */
export function medianRatioInterval(
  first: readonly number[],
  second: readonly number[],
  seed = 1,
): readonly [number, number] {
  const random = seeded(seed);
  const [one, other] = [resampler(first, random), resampler(second, random)];
  const ratios = Array.from({ length: RESAMPLES }, () => other() / one())
    .filter((ratio) => !Number.isNaN(ratio))
    .sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

/**
 * Draws as many of the values as there are, with repetition, and gives the median of what was drawn. How often each was drawn
 * is counted in the order of their size, so that nothing has to be sorted but the values, once.
 */
function resampler(values: readonly number[], random: () => number): () => number {
  const size = values.length;
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const sorted = Float64Array.from(order, (index) => values[index]!);
  const rank = new Uint32Array(size);
  for (const [at, index] of order.entries()) rank[index] = at;
  const drawn = new Uint32Array(size);
  /** The value at a place of the sorted draw. */
  const at = (place: number): number => {
    let value = 0;
    for (let passed = drawn[0]!; passed <= place; passed += drawn[value]!) value += 1;
    return sorted[value]!;
  };
  const middle = (size - 1) / 2;
  return () => {
    drawn.fill(0);
    for (let i = 0; i < size; i++) drawn[rank[Math.floor(random() * size)]!]! += 1;
    return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  };
}
