import { describe, expect, it } from 'vitest';
import { acrossSteps, type JudgedStep } from '../../../../src/checks/call/judge/across-steps.ts';
import type { CallStream, StreamVerdict } from '../../../../src/checks/call/result.ts';
import { choreograph } from '../../../../src/checks/call/scene/choreography.ts';
import type { Found } from '../../../../src/checks/check.ts';
import { sentence } from '../../../../src/checks/sentence.ts';

const plans = choreograph('handover', 3, { watch: undefined, completeWithin: 1000 });

function stream(path: CallStream['path'], verdict: StreamVerdict = 'ok'): CallStream {
  return {
    ...{ step: '', receiver: 'A', sender: 'B', kind: 'video', muted: false, ssrc: null, reason: null },
    ...{ verdict, path, firstMs: 1, lostAt: null, noticedAt: null, latencyMs: 1, gaps: [] },
  };
}

const lost = (id: 'stream-lost' | 'stream-missing', receiver = 'A'): Found<'call'> => ({
  cause: {
    id,
    ...{ scope: 'some', receivers: [receiver], senders: ['B'], kinds: ['video'], why: null, otherReasons: 0 },
    streams: [{ receiver, sender: 'B', kind: 'video', lostAt: null, reason: null, cause: null, where: null }],
  },
  outcome: 'fail',
});

const judged = (index: number, findings: Found<'call'>[], streams: CallStream[] = []): JudgedStep => ({
  plan: plans[index]!,
  findings,
  streams,
});

const words = ({ cause }: Found<'call'>) => sentence('call', cause, 'en');
const texts = (steps: JudgedStep[]) => acrossSteps(steps).map(words);

describe('findings of several steps', () => {
  it('name the moment', () => {
    expect(texts([judged(0, []), judged(1, [lost('stream-lost')])])).toEqual([
      'After C joined the two: A no longer sees B.',
    ]);
  });

  it('are reported once where they stay, whatever they are called then', () => {
    const found = acrossSteps([judged(1, [lost('stream-lost')]), judged(2, [lost('stream-missing')])]);
    expect(found.map(words)).toEqual([
      'After C joined the two: A no longer sees B; still so in third-leaves.',
    ]);
    expect(found[0]!.cause).toMatchObject({
      step: 'third-joins',
      moment: { what: 'joined-the-two', who: ['C'] },
      againIn: ['third-leaves'],
    });
  });

  it('are two where they are of others', () => {
    expect(texts([judged(1, [lost('stream-lost')]), judged(2, [lost('stream-lost', 'C')])])).toHaveLength(2);
  });

  it('of a plain call stay as they are', () => {
    const [plan] = choreograph('join', 3, { watch: undefined, completeWithin: 1000 });
    expect(acrossSteps([{ plan: plan!, findings: [lost('stream-lost')], streams: [] }])).toEqual([
      lost('stream-lost'),
    ]);
  });
});

describe('one path only', () => {
  it.each<[string, CallStream[], CallStream[], string | undefined]>([
    [
      'the bridge alone breaks',
      [stream('p2p')],
      [stream('bridge', 'lost')],
      'All of it happens over the bridge; over the direct connection every stream arrived.',
    ],
    [
      'the direct connection alone breaks',
      [stream('p2p', 'missing')],
      [stream('bridge')],
      'All of it happens over the direct connection; over the bridge every stream arrived.',
    ],
    ['both break', [stream('p2p', 'missing')], [stream('bridge', 'lost')], undefined],
    ['neither breaks', [stream('p2p')], [stream('bridge')], undefined],
    ['there was no other path', [stream('bridge')], [stream('bridge', 'lost')], undefined],
    ['late is not broken', [stream('p2p', 'late')], [stream('bridge')], undefined],
  ])('%s', (_, before, after, expected) => {
    const found = acrossSteps([judged(0, [], before), judged(1, [], after)]);
    const one = found.find(({ cause }) => cause.id === 'one-path-only');
    expect(one && words(one)).toBe(expected);
  });
});
