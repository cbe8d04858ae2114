import { expect, it } from 'vitest';
import { binomial } from '../../src/statistics/binomial.ts';
import { type ComparedRun, commonCauses } from '../../src/statistics/common-cause.ts';
import {
  binomialTail,
  budgetOf,
  CHANCE,
  countOnsets,
  crossings,
  intermittent,
  onsetsNeeded,
} from '../../src/statistics/intermittent.ts';
import { seeded } from '../../src/statistics/medians.ts';

const DAY = 86_400_000;
/** A day of calls each five minutes. */
const RUNS = 288;

const repeated = (pattern: string, times: number) =>
  pattern
    .repeat(times)
    .split('')
    .map((each) => each === 'F');

it('the analysis counts onsets: an outage is one, whatever its length', () => {
  expect(countOnsets(repeated('PPFFFFFFPP', 1))).toEqual({
    runs: 10,
    failures: 6,
    onsets: 1,
    workingSince: 2,
  });
  expect(countOnsets(repeated('PF', 5))).toMatchObject({ failures: 5, onsets: 5, workingSince: 0 });
  expect(countOnsets([])).toEqual({ runs: 0, failures: 0, onsets: 0, workingSince: 0 });
});

it('the tail of the binomial distribution is its sum', () => {
  for (const [n, k, p] of [
    [20, 3, 0.1],
    [20, 1, 0.5],
    [50, 40, 0.5],
    [2016, 12, 0.002],
  ] as const) {
    const exact = binomial(n, p)
      .slice(k)
      .reduce((sum, each) => sum + each, 0);
    expect(binomialTail(n, k, p)).toBeCloseTo(exact, 12);
  }
  expect([binomialTail(5, 0, 0.1), binomialTail(5, 6, 0.1), binomialTail(5, 2, 0)]).toEqual([1, 0, 0]);
});

it('crossings are as often as a simulation has them', () => {
  const [n, k, p] = [100, 3, 0.01];
  const random = seeded(3);
  const runs = Array.from({ length: 400_000 }, () => random() < p);
  let [inside, crossed] = [0, 0];
  for (const [index, failed] of runs.entries()) {
    const before = inside;
    if (failed) inside += 1;
    if (index >= n && runs[index - n]) inside -= 1;
    if (index >= n && before < k && inside >= k) crossed += 1;
  }
  expect(crossed / runs.length / crossings(n, k, p)).toBeCloseTo(1, 0);
});

it('the analysis needs three onsets at least, and more of them the more runs there are', () => {
  expect(onsetsNeeded(20, DAY, budgetOf(2))).toBe(3);
  const day = onsetsNeeded(RUNS, DAY, budgetOf(2));
  expect(day).toBe(5);
  expect(onsetsNeeded(10 * RUNS, DAY, budgetOf(2))).toBeGreaterThan(day);
  // The bound that it keeps: one false alarm in ninety days, both windows and all subjects together.
  expect(90 * RUNS * crossings(RUNS, day, CHANCE)).toBeLessThanOrEqual(0.25);
});

it.each([
  ['one of fifteen', 'PPPPPPPPPPPPPPF', 19],
  ['one of three', 'PPF', 96],
  ['two of three', 'FFP', 96],
  ['every second', 'PF', 144],
])('finds %s in a day of calls', (_name, pattern, times) => {
  const counted = countOnsets(repeated(pattern, times));
  const found = intermittent(counted, counted, DAY, budgetOf(2));
  expect(found?.p).toBeLessThan(1e-6);
});

it('the analysis finds nothing in an outage, in two failures, in a clean day, and in what is over', () => {
  const silent = (text: string) => {
    const atLast = countOnsets(repeated(text.slice(0, text.lastIndexOf('F') + 1), 1));
    return intermittent(atLast, countOnsets(repeated(text, 1)), DAY, budgetOf(2));
  };
  expect(silent(`${'P'.repeat(200)}${'F'.repeat(60)}${'P'.repeat(28)}`)).toBeNull();
  expect(silent(`PFPF${'P'.repeat(20)}`)).toBeNull();
  expect(silent('P'.repeat(RUNS))).toBeNull();
  // One in five for a while: after 21 working runs, less likely than 1 % at that share, it is over.
  const past = 'PPPPF'.repeat(10);
  expect(silent(past + 'P'.repeat(10))).not.toBeNull();
  expect(silent(past + 'P'.repeat(60))).toBeNull();
});

const losing = (losses: Record<string, [string, number] | null>): ComparedRun => ({
  failed: true,
  circumstances: new Map([['relay', ['A not relayed']]]),
  losses: new Map(
    Object.entries(losses).map(([trait, its]) => [trait, its && { value: its[0], expected: its[1] }]),
  ),
});
const working = (relay = 'A not relayed'): ComparedRun => ({
  failed: false,
  circumstances: new Map([['relay', [relay]]]),
  losses: new Map(),
});

it('the analysis states what the losses share, and by how many', () => {
  const runs = [
    ...Array.from({ length: 6 }, () => losing({ step: ['third-joins', 0.2], sender: ['A', 1 / 3] })),
    losing({ step: ['third-joins', 0.2], sender: null }),
    ...Array.from({ length: 89 }, () => working()),
  ];
  const [first] = commonCauses(runs);
  expect(first).toMatchObject({
    trait: 'step',
    value: 'third-joins',
    failing: { of: 7, hits: 7 },
    working: null,
  });
  expect(first!.p).toBeLessThan(1e-3);
});

it('the analysis states a circumstance that working runs lack, and not one that all have', () => {
  const relayed = { ...losing({}), circumstances: new Map([['relay', ['A relayed']]]) };
  const runs = [
    ...Array.from({ length: 7 }, () => relayed),
    ...Array.from({ length: 80 }, () => working()),
    ...Array.from({ length: 9 }, () => working('A relayed')),
  ];
  expect(commonCauses(runs)).toMatchObject([
    { trait: 'relay', value: 'A relayed', failing: { of: 7, hits: 7 }, working: { of: 89, hits: 9 } },
  ]);
  expect(commonCauses([...Array.from({ length: 7 }, () => losing({})), working(), working()])).toEqual([]);
});

it('the analysis does not state what follows from a stronger trait', () => {
  const loss = (value: string, expected: number, given: number) => ({
    value,
    expected,
    given: new Map([['receiver', given]]),
  });
  const run: ComparedRun = {
    failed: true,
    circumstances: new Map(),
    losses: new Map([
      ['receiver', loss('C', 1 / 3, 1)],
      ['sending browser', loss('chromium', 2 / 3, 1)],
    ]),
  };
  const stated = commonCauses(Array.from({ length: 20 }, () => run));
  expect(stated.map(({ trait }) => trait)).toEqual(['receiver']);
});

it('the analysis says nothing when nothing stands out', () => {
  const random = seeded(5);
  const any = () => {
    const sender = ['A', 'B', 'C'][Math.floor(random() * 3)]!;
    return losing({ sender: [sender, 1 / 3], step: [random() < 0.5 ? 'join' : 'reload', 0.5] });
  };
  let stated = 0;
  for (let series = 0; series < 200; series++) {
    stated += commonCauses([...Array.from({ length: 8 }, any), working()]).length > 0 ? 1 : 0;
  }
  expect(stated).toBeLessThanOrEqual(4);
});
