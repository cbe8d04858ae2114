/** Many comparisons at once: p values corrected so that one false claim among all of them stays as rare as meant. */

/** Holm's step-down procedure (Scand. J. Statist. 6 (1979), 65-70): corrected p values, in the order given. */
export function holm(values: readonly number[]): number[] {
  return tarone(
    values,
    values.map(() => 0),
    1,
  );
}

/**
 * Holm's procedure among those comparisons that could be significant at all (Tarone, Biometrics 46 (1990), 515-522):
 * a stream that was never lost cannot have become worse, and costs the others nothing. `least` has the smallest p
 * that each comparison can give; `alpha` is the level at which claims will be made.
 */
export function tarone(values: readonly number[], least: readonly number[], alpha: number): number[] {
  // The smallest k for which at most k comparisons can reach alpha / k.
  let k = 1;
  while (k < values.length && least.filter((p) => p <= alpha / k).length > k) k++;
  const able = values.map((_, index) => index).filter((index) => least[index]! <= alpha / k);
  const corrected = values.map(() => 1);
  let largest = 0;
  for (const [rank, index] of able.sort((a, b) => values[a]! - values[b]!).entries()) {
    largest = Math.max(largest, Math.min(1, values[index]! * (able.length - rank)));
    corrected[index] = largest;
  }
  return corrected;
}
