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
  const resampled = (values: readonly number[]) => {
    const drawn = Float64Array.from(values, () => values[Math.floor(random() * values.length)]!).sort();
    const middle = (drawn.length - 1) / 2;
    return (drawn[Math.floor(middle)]! + drawn[Math.ceil(middle)]!) / 2;
  };
  const ratios = Array.from({ length: RESAMPLES }, () => resampled(second) / resampled(first))
    .filter((ratio) => !Number.isNaN(ratio))
    .sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (ratios.length - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
