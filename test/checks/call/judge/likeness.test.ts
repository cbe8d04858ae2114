/** Pictures and sound that arrive less like what was sent than is allowed. */
import { describe, expect, it } from 'vitest';
import { accountForPressure } from '../../../../src/checks/call/judge/cpu-pressure.ts';
import { likenessFindings } from '../../../../src/checks/call/judge/likeness.ts';
import { Cell } from '../../../../src/checks/call/observe/cells.ts';
import type { StepFacts } from '../../../../src/checks/call/observe/facts.ts';
import { callWords } from '../../../../src/checks/call/words/index.ts';

const KEYS = [
  { receiver: 'B', sender: 'A', kind: 'video', likeness: 0.42 },
  { receiver: 'B', sender: 'A', kind: 'audio', likeness: 3.5 },
  { receiver: 'A', sender: 'B', kind: 'video', likeness: 0.97 },
  { receiver: 'A', sender: 'B', kind: 'audio', likeness: 24 },
] as const;

function step(changes: object = {}, ofStreams: object = {}): StepFacts {
  return {
    ...{ completeAt: 1, rampedUp: true, watchPressure: 0.1, stalledShare: 0 },
    participants: [
      { name: 'A', plan: { client: 'library' } },
      { name: 'B', plan: { client: 'library' } },
    ],
    streams: KEYS.map(({ likeness, ...key }) => ({
      ...{ key, likeness, muted: false, lastAt: 2, noticedAt: null, wrongIndex: null },
      ...ofStreams,
    })),
    ...changes,
  } as unknown as StepFacts;
}

const LIMITS = { minSimilarity: 0.6, minSignalToNoise: 6 };
const judge = (facts: StepFacts, out: readonly string[] = [], limits = LIMITS) =>
  likenessFindings(facts, limits, new Set(out));

describe('what arrives', () => {
  it('below the limits is degraded, with whose it is and how far it is off', () => {
    const found = judge(step());
    expect(found).toMatchObject([
      {
        outcome: 'degraded',
        cause: {
          id: 'picture-distorted',
          minSimilarity: 0.6,
          streams: [{ receiver: 'B', sender: 'A', similarity: 0.42 }],
        },
      },
      {
        outcome: 'degraded',
        cause: { id: 'sound-distorted', streams: [{ receiver: 'B', sender: 'A', signalToNoiseDb: 3.5 }] },
      },
    ]);
    expect(callWords.en.findings['picture-distorted'](found[0]!.cause as never)).toContain('A at B 0.42');
    expect(callWords.fr.findings['sound-distorted'](found[1]!.cause as never)).toContain('A chez B 3,5 dB');
  });

  it('is not judged with limits of 0, nor before the call has found its pace', () => {
    expect(judge(step(), [], { minSimilarity: 0, minSignalToNoise: 0 })).toEqual([]);
    expect(judge(step({ rampedUp: false }))).toEqual([]);
    expect(judge(step({ completeAt: null }))).toEqual([]);
  });

  it('is not judged of those who are out, of what is muted, lost or somebody else’s, nor where nothing was measured', () => {
    expect(judge(step(), ['A'])).toEqual([]);
    for (const why of [
      { muted: true },
      { noticedAt: 3 },
      { wrongIndex: 2 },
      { lastAt: null },
      { likeness: null },
    ])
      expect(judge(step({}, why))).toEqual([]);
  });

  it('at the web app says nothing of pictures: it asks for what its layout needs', () => {
    const participants = ['A', 'B'].map((name) => ({ name, plan: { client: 'app' } }));
    expect(judge(step({ participants })).map(({ cause }) => cause.id)).toEqual(['sound-distorted']);
  });

  it('is advice on a machine that is short of CPU', () => {
    const busy = step({ watchPressure: 0.7 });
    const outcomes = accountForPressure(busy, judge(busy)).map(
      ({ cause, outcome }) => `${outcome} ${cause.id}`,
    );
    expect(outcomes).toEqual(['pass picture-distorted', 'pass sound-distorted', 'pass machine-busy']);
  });
});

describe('a stream', () => {
  const cell = (kind: 'audio' | 'video') => new Cell({ receiver: 'B', sender: 'A', kind });

  it('has the median of its scores, of a call that has found its pace', () => {
    const stream = cell('video');
    stream.good([], [0.1, 0.2]);
    stream.foundPace();
    expect(stream.likeness()).toBeNull();
    stream.good([], [0.96789]);
    stream.good([], [0.9, 0.99]);
    expect(stream.likeness()).toBe(0.968);
    stream.restart(1);
    expect(stream.likeness()).toBeNull();
  });

  it('of sound is in decibels', () => {
    const stream = cell('audio');
    stream.good([], [20.04, 22.123, 30]);
    expect(stream.likeness()).toBe(22.1);
  });
});
