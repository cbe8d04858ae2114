/** Against published examples, and against scipy 1.17.1 where no book has the case. */
import { describe, expect, it } from 'vitest';
import { median } from '../../src/base/median.ts';
import { holm, tarone } from '../../src/statistics/many.ts';
import { medianRatioInterval, seeded } from '../../src/statistics/medians.ts';
import { moreForRanks, moreForRates, ratePower } from '../../src/statistics/power.ts';
import { normalQuantile, normalTail, rankTest } from '../../src/statistics/ranks.ts';
import { boschloo, type Count, fisher, fisherLeast, midP, rateInterval } from '../../src/statistics/rates.ts';

const of = (hits: number, n: number): Count => ({ hits, of: n });

describe("Fisher's test", () => {
  it("is right about the lady's tea (Fisher 1935: 17 of 70)", () => {
    expect(fisher(of(1, 4), of(3, 4))).toBeCloseTo(17 / 70, 12);
    expect(fisher(of(0, 4), of(4, 4))).toBeCloseTo(1 / 70, 12);
  });
  it.each([
    [0, 80, 4, 80, 0.0601490205504146],
    [0, 20, 5, 20, 0.023562023562023564],
    [1, 20, 7, 20, 0.0217980217980218],
    [2, 15, 11, 15, 0.001254635839974749],
    [12, 19, 7, 15, 0.9049205236091632],
  ])('agrees with scipy.stats.fisher_exact: %i of %i, %i of %i', (a, n, b, m, p) => {
    expect(fisher(of(a, n), of(b, m))).toBeCloseTo(p, 12);
  });
  it('knows what it could show at most', () => {
    expect(fisherLeast(of(0, 20), of(0, 20))).toBe(1);
    expect(fisherLeast(of(1, 20), of(1, 20))).toBeCloseTo(19 / 78, 12);
    expect(midP(of(0, 80), of(4, 80))).toBeCloseTo(0.0601490205504146 / 2, 12);
  });
});

describe("Boschloo's test", () => {
  // The same definition worked out with scipy.stats.binom and hypergeom on 3001 points.
  it.each([
    [0, 20, 4, 20, 0.03128],
    [0, 20, 5, 20, 0.01226],
    [0, 40, 5, 40, 0.01524],
    [0, 80, 4, 80, 0.03377],
    [0, 160, 5, 160, 0.01783],
    [0, 60, 5, 80, 0.03403],
    [1, 20, 7, 20, 0.01175],
    [3, 60, 12, 40, 0.00138],
    [0, 5, 5, 5, 0.00198],
  ])('agrees with the definition: %i of %i, %i of %i', (a, n, b, m, p) => {
    expect(boschloo(of(a, n), of(b, m))).toBeCloseTo(p, 4);
  });
  it('never claims more often than it says, whatever the common rate', () => {
    const n = 15;
    for (const rate of [0.02, 0.07, 0.2, 0.5, 0.9]) {
      let claimed = 0;
      const p = (k: number) => choose(n, k) * rate ** k * (1 - rate) ** (n - k);
      for (let x = 0; x <= n; x++)
        for (let y = x + 1; y <= n; y++) if (boschloo(of(x, n), of(y, n)) <= 0.05) claimed += p(x) * p(y);
      expect(claimed).toBeLessThanOrEqual(0.05);
    }
  });
});

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

it.each([
  [0, 20, 0, 0.16843347098308548],
  [1, 20, 0.0012650894979560339, 0.24873276277202772],
  [11, 180, 0.03089811668681148, 0.1067123034661487],
  [20, 20, 0.8315665290169145, 1],
])('%i of %i: the interval agrees with scipy (Clopper and Pearson)', (hits, n, low, high) => {
  const interval = rateInterval(of(hits, n));
  expect(interval[0]).toBeCloseTo(low, 10);
  expect(interval[1]).toBeCloseTo(high, 10);
});

describe('the rank test', () => {
  it('is right about Hollander and Wolfe 1973, p. 69 (R: wilcox.test, W = 35, p = 0.1272)', () => {
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const y = [1.15, 0.88, 0.9, 0.74, 1.21];
    expect(rankTest(y, x).p).toBeCloseTo(0.1272061272061272, 12);
    expect(rankTest(y, x).superiority).toBeCloseTo(35 / 50, 12);
  });
  it('is exact with ties, as all 1716 arrangements say (scipy.stats.permutation_test)', () => {
    const { p, least } = rankTest([1, 2, 2, 3, 4, 4, 5], [2, 4, 4, 6, 7, 7]);
    expect(p).toBeCloseTo(0.04428904428904429, 12);
    expect(least).toBeCloseTo(1 / 1716, 12);
  });
  it('agrees with scipy.stats.mannwhitneyu (asymptotic) on a hundred values with ties', () => {
    // biome-ignore format: a table
    const A = [107,116,107,74,118,109,89,112,107,106,101,111,85,97,90,112,101,94,84,95,100,94,126,120,46,62,97,92,104,104,142,78,92,141,113,113,90,67,103,102,75,86,99,81,98,102,101,90,112,118,106,84,115,90,118,79,118,100,75,94];
    // biome-ignore format: a table
    const B = [111,115,90,88,114,101,115,125,77,115,134,104,94,125,115,128,103,80,108,101,126,114,77,86,128,124,97,110,119,119,128,115,108,105,131,65,107,111,81,117];
    const { p, superiority } = rankTest(A, B);
    expect(p).toBeCloseTo(0.0032240917035142196, 6);
    expect(superiority).toBeCloseTo(1587.5 / 2400, 12);
  });
  it('sees nothing where all is equal', () => {
    expect(rankTest([5, 5, 5], [5, 5]).p).toBe(1);
    expect(rankTest(Array(40).fill(5), Array(40).fill(5)).p).toBe(1);
    expect(() => rankTest([], [1])).toThrow(RangeError);
  });
});

it.each([
  [0, 0.5],
  [1, 0.15865525393145707],
  [1.96, 0.024997895148220435],
  [3, 0.0013498980316300933],
  [6, 9.865876450376946e-10],
  [-1, 0.8413447460685429],
])('the normal tail beyond %f', (z, p) => {
  expect(normalTail(z) / p).toBeCloseTo(1, 6);
  expect(normalQuantile(p)).toBeCloseTo(z, 5);
});

describe('many comparisons', () => {
  it('are corrected as Holm does (R: p.adjust(c(.01, .04, .03, .005), "holm"))', () => {
    for (const [index, p] of holm([0.01, 0.04, 0.03, 0.005]).entries()) {
      expect(p).toBeCloseTo([0.03, 0.06, 0.06, 0.02][index]!, 12);
    }
  });
  it('that cannot be significant cost the others nothing (Tarone)', () => {
    expect(tarone([0.01, 1, 1, 1, 1], [0.001, 1, 1, 1, 1], 0.05)).toEqual([0.01, 1, 1, 1, 1]);
    expect(tarone([0.01, 0.6], [0.001, 0.001], 0.05)).toEqual([0.02, 0.6]);
    expect(tarone([], [], 0.05)).toEqual([]);
  });
});

describe('medians', () => {
  it('are the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
  it('have a ratio whose interval is the same each time, and holds the truth as often as it says', () => {
    const random = seeded(7);
    const sample = (scale: number) => Array.from({ length: 20 }, () => scale * (80 + 40 * random()));
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const [low, high] = medianRatioInterval(sample(1), sample(1.5));
      if (low <= 1.5 && 1.5 <= high) held++;
    }
    expect(held).toBeGreaterThan(180);
    const [first, second] = [sample(1), sample(2)];
    expect(medianRatioInterval(first, second)).toEqual(medianRatioInterval(first, second));
  });
});

describe('how many more', () => {
  it('is as many as show the change with four in five', () => {
    const { each } = moreForRates(of(0, 20), of(2, 20), 0.0375);
    const shown = (n: number) => ratePower({ of: n, rate: 0 }, { of: n, rate: 0.1 }, 0.0375);
    expect(shown(20 + each!)).toBeGreaterThanOrEqual(0.8);
    expect(shown(20 + each! - 3)).toBeLessThan(0.8);
  });
  it('agrees with what the tests themselves would show', () => {
    // 0 of 80 against a true rate of 1 in 15: four or more lost runs are shown.
    const p = (k: number) => choose(80, k) * (1 / 15) ** k * (14 / 15) ** (80 - k);
    const exact = 1 - [0, 1, 2, 3].reduce((sum, k) => sum + p(k), 0);
    expect(boschloo(of(0, 80), of(4, 80))).toBeLessThan(0.0375);
    expect(boschloo(of(0, 80), of(3, 80))).toBeGreaterThan(0.0375);
    expect(ratePower({ of: 80, rate: 0 }, { of: 80, rate: 1 / 15 }, 0.0375)).toBeCloseTo(exact, 9);
  });
  it('is none where no sensible number would do', () => {
    expect(moreForRates(of(10, 20), of(10, 20), 0.0375)).toEqual({ each: null, after: null });
    // With five runs before, no number after can show one in twenty.
    expect(moreForRates(of(0, 5), of(1, 20), 0.0375).after).toBeNull();
    expect(moreForRanks(20, 20, 0.5, 0.01).each).toBeNull();
  });
  it('for ranks is that of Noether', () => {
    const { each } = moreForRanks(4, 4, 0.7, 0.05);
    // (1.645 + 0.842)^2 = 6.18 = 12 n^2 / (2 n + 1) x 0.04: n = 26.2
    expect(4 + each!).toBe(27);
  });
});
