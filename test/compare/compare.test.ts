import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { type Comparison, compareRuns, ratioInterval, type TimeLine } from '../../src/compare/compare.ts';
import { telling } from '../../src/compare/telling.ts';
import { THRESHOLDS } from '../../src/compare/thresholds.ts';
import { arrow } from '../../src/compare/words.ts';
import { type Deployment, simulate } from '../support/compare/simulator.ts';

let seed = 0;
const runs = (n: number, deployment: Deployment = {}) => simulate(n, ++seed, deployment);
const line = ({ lines }: Comparison, key: string) => lines.find((each) => each.key === key)!;
/** Exactly this number of runs in which this stream is lost. */
const withLosses = (n: number, lost: number): Run[] => [
  ...runs(lost, { drops: { 'C<-B video': 1 } }),
  ...runs(n - lost),
];

describe('whether calls are complete', () => {
  it.each([
    [20, 0, 20, 0, 'no change shown'],
    [20, 0, 20, 20, 'regression'],
    [20, 0, 20, 5, 'regression'],
    [20, 0, 20, 4, 'regression'],
    [20, 0, 20, 2, 'too few runs'],
    [80, 0, 80, 4, 'regression'],
    [20, 20, 20, 0, 'improvement'],
    [20, 10, 20, 9, 'no change shown'],
    [3, 0, 3, 3, 'regression'],
    [2, 0, 2, 0, 'too few runs'],
    [20, 0, 4, 0, 'too few runs'],
    [10, 0, 10, 0, 'no change shown'],
  ])('%i runs with %i lost, then %i with %i: %s', (n, x, m, y, verdict) => {
    const comparison = compareRuns(withLosses(n, x), withLosses(m, y));
    expect(comparison.complete).toMatchObject({ before: { of: n, hits: x }, after: { of: m, hits: y } });
    expect(comparison.verdict).toBe(verdict);
  });

  it('says how many more would do, and that many do', () => {
    const few = compareRuns(withLosses(20, 0), withLosses(20, 2));
    const { each, after } = few.complete!.more!;
    expect(each).toBeGreaterThan(20);
    expect(each).toBeLessThan(60);
    // Twenty clean runs before can show a loss of one in ten only with more of them.
    expect(after).toBeNull();
    const n = 20 + each!;
    // At the rate that was seen, more than half of the recordings that are so much longer lose so many.
    expect(compareRuns(withLosses(n, 0), withLosses(n, Math.ceil(n / 10))).verdict).toBe('regression');
  });

  it('says what would have been seen', () => {
    const { sees } = compareRuns(runs(20), runs(20));
    expect(sees).toBeGreaterThan(0.2);
    expect(sees).toBeLessThan(0.3);
    expect(compareRuns(runs(160), runs(160)).sees).toBeLessThan(0.05);
  });

  it('leaves out what could not tell, and says how many', () => {
    const comparison = compareRuns(runs(20), [...runs(20), ...runs(5, { errors: 1 })]);
    expect(comparison).toMatchObject({
      verdict: 'no change shown',
      errors: { before: 0, after: 5 },
      runs: { after: 20 },
    });
    expect(compareRuns(runs(20), runs(20, { errors: 1 }))).toMatchObject({
      verdict: 'too few runs',
      runs: { before: 20, after: 0 },
    });
    expect(compareRuns(runs(3, { errors: 1 }), runs(3, { errors: 1 }))).toMatchObject({
      verdict: 'too few runs',
      complete: null,
      lines: [],
    });
  });
});

describe('where', () => {
  it('names the stream that is lost, and the browsers at its ends', () => {
    const mixed = { participants: ['chromium', 'chromium', 'firefox'] } as const;
    const comparison = compareRuns(runs(20, mixed), runs(20, { ...mixed, drops: { 'C<-B video': 0.5 } }));
    expect(line(comparison, 'stream join C<-B video').verdict).toBe('regression');
    expect(line(comparison, 'browsers video from chromium to firefox').verdict).toBe('regression');
    expect(line(comparison, 'stream join C<-A video').verdict).toBe('no change shown');
    expect(telling(comparison)[0]!.text).toBe('C does not see B');
  });

  it('is asked with the allowance of the question that has been answered', () => {
    // Six of twenty: sure enough to explain why calls are incomplete, not to be found alone among all streams.
    const lost = 'stream join C<-B video';
    expect(line(compareRuns(withLosses(20, 0), withLosses(20, 6)), lost).verdict).toBe('regression');
    const noisy = (losses: Run[]) => [...losses, ...runs(20, { drops: { 'A<-B audio': 1 } })];
    const masked = compareRuns(
      runs(20, { drops: { 'A<-B audio': 1 } }),
      noisy(withLosses(20, 6).filter(({ outcome }) => outcome === 'fail')),
    );
    expect(masked.complete!.verdict).toBe('no change shown');
    expect(line(masked, lost).verdict).not.toBe('regression');
  });

  it('finds a stream that is lost always where calls were incomplete before as well', () => {
    const comparison = compareRuns(
      runs(20, { drops: { 'A<-B audio': 1 } }),
      runs(20, { drops: { 'A<-B audio': 1, 'C<-B video': 1 } }),
    );
    expect(comparison.complete!.verdict).toBe('no change shown');
    expect(line(comparison, 'stream join C<-B video').verdict).toBe('regression');
    expect(comparison.verdict).toBe('regression');
  });
});

describe('times', () => {
  it('that are longer for everybody are a regression of the whole', () => {
    const comparison = compareRuns(runs(20), runs(20, { delayMs: 150 }));
    expect(comparison.verdict).toBe('regression');
    expect(line(comparison, 'video latency')).toMatchObject({ verdict: 'regression', sort: 'latency' });
    expect(
      telling(comparison)
        .map(({ key }) => key)
        .slice(0, 2)
        .sort(),
    ).toEqual(['audio latency', 'video latency']);
  });

  it('pictures and sound that are less like what was sent are a regression, in percent', () => {
    const alike = (similarity: number, signalToNoiseDb: number) =>
      runs(20).map((run, index) => ({
        ...run,
        call: {
          ...run.call!,
          streams: run.call!.streams.map((stream) => ({
            ...stream,
            ...(stream.kind === 'video'
              ? { similarity: similarity - index / 2000 }
              : { signalToNoiseDb: signalToNoiseDb - index / 100 }),
          })),
        },
      }));
    const worse = compareRuns(alike(0.97, 25), alike(0.8, 25));
    expect(line(worse, 'video distortion')).toMatchObject({ verdict: 'regression', sort: 'distortion' });
    expect(line(worse, 'audio distortion').verdict).toBe('no change shown');
    expect(arrow(line(worse, 'video distortion'))).toBe('3.5 % → 20 %');
    expect(telling(worse).map(({ key }) => key)).toContain('video distortion');
    // Noise of 10 dB below the tones is a tenth of their power.
    const noisy = compareRuns(alike(0.97, 25), alike(0.97, 10));
    expect(line(noisy, 'audio distortion').verdict).toBe('regression');
    // One of 0.3 % is nobody's concern.
    expect(line(compareRuns(alike(0.97, 30), alike(0.97, 25)), 'audio distortion').verdict).toBe(
      'no change shown',
    );
  });

  it('that are shorter are an improvement', () => {
    expect(compareRuns(runs(20, { slower: 1.6 }), runs(20)).verdict).toBe('improvement');
  });

  it('that are surely different, but by too little to matter, are no change; unless somebody cares', () => {
    const [before, after] = [runs(20), runs(20, { delayMs: 12 })];
    expect(compareRuns(before, after).verdict).toBe('no change shown');
    expect(compareRuns(before, after, { ...THRESHOLDS, latency: 5, ratio: 1.05 }).verdict).toBe('regression');
  });

  it('of which three runs are too few say so', () => {
    const comparison = compareRuns(runs(3), runs(3, { delayMs: 150 }));
    expect(line(comparison, 'video latency')).toMatchObject({ verdict: 'too few runs' });
    expect(comparison.verdict).toBe('too few runs');
    expect(line(comparison, 'video latency').more!.each).toBeGreaterThan(0);
  });
});

it('a deployment that recovers is an improvement, though there were no times to compare', () => {
  const comparison = compareRuns(runs(10, { drops: { 'A<-B audio': 1 } }), runs(10));
  expect(comparison.verdict).toBe('improvement');
});

it('a comparison claims hardly ever what is not there: two recordings of one deployment, 60 times', () => {
  const claims = Array.from({ length: 60 }, (_, i) => {
    const deployment = i % 2 === 0 ? {} : { loses: 1 / 10 };
    return compareRuns(runs(20, deployment), runs(20, deployment)).verdict;
  }).filter((verdict) => verdict === 'regression');
  expect(claims.length).toBeLessThanOrEqual(4);
});

describe('a machine that was busier on one side', () => {
  const claims = ({ lines }: Comparison) => lines.filter(({ verdict }) => verdict !== 'no change shown');

  it('makes no claim of times, which are shown all the same', () => {
    const calm = runs(20, { cpuPressure: 0.2 });
    const comparison = compareRuns(calm, runs(20, { slower: 1.6, delayMs: 150, cpuPressure: 0.55 }));
    expect(comparison.pressure).toEqual({ before: 0.2, after: 0.55, uneven: true });
    expect(comparison.verdict).toBe('no change shown');
    expect(claims(comparison)).toEqual([]);
    expect(line(comparison, 'audio latency').p).toBeLessThan(0.001);
  });

  it('says as much of streams that are lost', () => {
    const lost = runs(20, { drops: { 'C<-B video': 1 }, cpuPressure: 0.55 });
    expect(compareRuns(runs(20, { cpuPressure: 0.2 }), lost).verdict).toBe('regression');
  });

  it('is told from one that was as busy before, and from one of which nothing is known', () => {
    for (const [before, after] of [
      [0.5, 0.55],
      [undefined, 0.9],
    ]) {
      const quiet = runs(20, { ...(before !== undefined && { cpuPressure: before }) });
      const slow = runs(20, { slower: 1.6, ...(after !== undefined && { cpuPressure: after }) });
      expect(compareRuns(quiet, slow).verdict).toBe('regression');
    }
  });
});

it('a comparison gives no interval of so few values that a bootstrap knows nothing', () => {
  const interval = (n: number) =>
    ratioInterval(line(compareRuns(runs(n), runs(n)), 'audio latency') as TimeLine);
  expect(interval(1)).toBeNull();
  expect(interval(5)).toBeNull();
  const [low, high] = interval(6)!;
  expect(low).toBeLessThan(high);
});
