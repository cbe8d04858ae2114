import { expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { CheckHistory, readHistory } from '../../src/compare/intermittence.ts';
import { OutcomeLog } from '../../src/compare/outcome-log.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { aCall, aRun, streams } from '../support/history/runs.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 22);
const LETTERS: Record<string, Outcome> = { P: 'pass', D: 'degraded', F: 'fail', E: 'error' };

/** A run each five minutes. */
function log(pattern: string, everyMs = 5 * MINUTE): OutcomeLog {
  return new OutcomeLog(
    pattern.split('').map((letter, index) => ({ at: START + index * everyMs, outcome: LETTERS[letter]! })),
  );
}

it.each([
  ['PPFFF', { pass: 0, degraded: 0, fail: 3, error: 0 }],
  ['FFEFE', { pass: 0, degraded: 0, fail: 3, error: 1 }],
  ['PFEE', { pass: 0, degraded: 0, fail: 1, error: 2 }],
  ['FFDD', { pass: 0, degraded: 2, fail: 0, error: 0 }],
  ['EEE', { pass: 0, degraded: 0, fail: 0, error: 3 }],
  ['', { pass: 0, degraded: 0, fail: 0, error: 0 }],
])('rows of outcomes in %s: an error neither breaks nor extends a row of the others', (pattern, expected) => {
  expect(log(pattern).consecutive()).toEqual(expected);
});

it('the history counts the last six runs, whenever they were', () => {
  expect(log('FFFFPFEFPP', 24 * 60 * MINUTE).recent()).toEqual({ pass: 3, degraded: 0, fail: 2, error: 1 });
});

it('the history counts windows as they slide, and lets go of what none of them reaches', () => {
  const it = log('F'.repeat(12) + 'P'.repeat(12));
  const at = (minutes: number) => it.counts(START + minutes * MINUTE);
  expect(at(115).get('1h')).toEqual({ pass: 12, degraded: 0, fail: 1, error: 0 });
  expect(at(115).get('24h')).toEqual({ pass: 12, degraded: 0, fail: 12, error: 0 });
  expect(at(24 * 60 + 60).get('24h')).toEqual({ pass: 12, degraded: 0, fail: 0, error: 0 });
  expect(at(8 * 24 * 60).get('30d')).toEqual({ pass: 12, degraded: 0, fail: 12, error: 0 });
  expect(at(31 * 24 * 60).get('30d')).toEqual({ pass: 0, degraded: 0, fail: 0, error: 0 });
  const long = log('P'.repeat(5000), 60 * MINUTE);
  long.counts(START + 5000 * 60 * MINUTE);
  expect(long.size).toBeLessThan(1000);
  expect(long.counts(START + 5000 * 60 * MINUTE).get('24h')!.pass).toBe(24);
});

/** The call in which A's picture is lost at `third-joins`, or nothing. */
function aCallOf(lost: boolean) {
  const two = ['join', 'third-joins'].flatMap((step) =>
    streams((stream) => ({
      step,
      ...(lost &&
        step === 'third-joins' &&
        stream.sender === 'A' &&
        stream.receiver === 'B' &&
        stream.kind === 'video' && { verdict: 'lost' as const }),
    })),
  );
  const steps = ['join', 'third-joins'].map((name, index) => ({
    name,
    atMs: index * 3000,
    ms: 2000,
    present: ['A', 'B', 'C'],
  }));
  return aCall({ streams: two, steps });
}

function runs(pattern: string) {
  return pattern.split('').map((letter, index) =>
    aRun({
      outcome: LETTERS[letter],
      startedAt: new Date(START + index * 5 * MINUTE).toISOString(),
      call: aCallOf(letter === 'F'),
    }),
  );
}

it('one call in fifteen that loses a stream is intermittent, with what the losses share', () => {
  const history = new CheckHistory('call', new OutcomeLog());
  const pattern = `${'P'.repeat(200)}${'PPPPPPPPPPPPPPF'.repeat(12)}`;
  for (const run of runs(pattern)) history.add(run);
  const [whole, ...parts] = history.intermittent(START + pattern.length * 5 * MINUTE);
  expect(whole).toMatchObject({
    id: 'intermittent',
    subject: null,
    window: '24h',
    runs: 288,
    failures: 12,
    onsets: 12,
    before: { runs: pattern.length - 288, failures: 0 },
  });
  expect(whole!.common[0]).toMatchObject({ trait: 'sender', value: 'A', failing: { of: 12, hits: 12 } });
  expect(whole!.common.map(({ trait, value }) => `${trait} ${value}`)).toEqual(
    expect.arrayContaining(['sender A', 'step third-joins', 'medium video']),
  );
  expect(parts.map(({ subject }) => subject?.name)).toContain('third-joins: B video from A');
});

it('neither an outage nor a clean day is intermittent, and what could not tell does not count', () => {
  const history = new CheckHistory('call', new OutcomeLog());
  const pattern = `${'P'.repeat(100)}${'F'.repeat(20)}${'PE'.repeat(30)}`;
  for (const run of runs(pattern)) history.add(run);
  expect(history.intermittent(START + pattern.length * 5 * MINUTE)).toEqual([]);
});

it('rows of losses of each stream; a run that could not tell does not end one', () => {
  const history = new CheckHistory('call', new OutcomeLog());
  for (const run of runs('PFFEF')) history.add(run);
  const rows = history.rowsOfLosses();
  expect(rows.get('stream third-joins: B video from A')).toBe(3);
  expect(rows.get('stream join: B video from A')).toBe(0);
  expect(rows.get('step third-joins')).toBe(3);
});

it('the history knows after a restart what it knew before', () => {
  const store = createMemoryStore();
  const pattern = `${'P'.repeat(40)}${'PPPPPF'.repeat(8)}`;
  const followed = new CheckHistory('call', new OutcomeLog());
  for (const run of runs(pattern)) {
    store.append(run);
    followed.add(run);
  }
  const now = START + pattern.length * 5 * MINUTE;
  const read = readHistory(store, 'meet', 'call', now);
  expect(read.outcomes.counts(now)).toEqual(followed.outcomes.counts(now));
  expect(read.outcomes.consecutive()).toEqual(followed.outcomes.consecutive());
  expect(read.rowsOfLosses()).toEqual(followed.rowsOfLosses());
  expect(read.intermittent(now)[0]).toMatchObject({ failures: 8, window: '24h' });
});

it('reads the runs of the day only when failures ask for it', () => {
  const store = createMemoryStore({ keep: 400, keepBytes: 1e9 });
  const limits: (number | undefined)[] = [];
  const watched = {
    ...store,
    list: (filter: Parameters<typeof store.list>[0]) => {
      limits.push(filter?.limit);
      return store.list(filter);
    },
  };
  for (const run of runs('P'.repeat(120))) store.append(run);
  const now = START + 120 * 5 * MINUTE;
  const read = readHistory(watched, 'meet', 'call', now);
  expect([...read.rowsOfLosses().values()].every((row) => row === 0)).toBe(true);
  expect(read.intermittent(now)).toEqual([]);
  expect(limits).toEqual([5]);
  const later = runs(`${'P'.repeat(120)}${'PPPPPF'.repeat(8)}`).slice(120);
  for (const run of later) {
    store.append(run);
    read.add(run);
  }
  const found = read.intermittent(now + later.length * 5 * MINUTE);
  expect(limits).toEqual([5, 300]);
  expect(found[0]).toMatchObject({ failures: 8, runs: 168 });
  expect(found[0]!.common.map(({ value }) => value)).toContain('A');
});

it('begins with a failure alone, and ends once', () => {
  const history = new CheckHistory('zone', new OutcomeLog());
  const pattern = `${'P'.repeat(288)}${`${'P'.repeat(14)}F`.repeat(40)}${'P'.repeat(400)}`;
  const changes: string[] = [];
  let was = false;
  for (const [index, letter] of pattern.split('').entries()) {
    const at = Date.UTC(2026, 10, 1) + index * 300_000;
    const outcome = letter === 'F' ? 'fail' : 'pass';
    history.add(aRun({ startedAt: new Date(at).toISOString(), outcome }));
    const is = history.intermittent(at + 10_000).length > 0;
    if (is !== was) changes.push(`${is ? 'begins' : 'ends'} with ${letter}`);
    was = is;
  }
  expect(changes).toEqual(['begins with F', 'ends with P']);
});
