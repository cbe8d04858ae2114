/** What is found of shared screens: which streams are one finding, and in which words. */
import { describe, expect, it } from 'vitest';
import {
  type Judged,
  slowFindings,
  streamFindings,
} from '../../../../src/checks/call/judge/stream-findings.ts';
import type { StreamReason } from '../../../../src/checks/call/reasons.ts';
import type { MediaKind, StreamVerdict } from '../../../../src/checks/call/result.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { call, THREE, words } from '../../../support/call/stream-findings.ts';

type FaultOf = (receiver: string, sender: string, kind: MediaKind) => StreamVerdict | null;

/** A call in which some share a screen. */
function shared(sharing: readonly string[], faultOf: FaultOf, reason?: StreamReason): Judged[] {
  const given: FaultOf = (...key) => faultOf(...key);
  const of = (verdict: StreamVerdict | null) => verdict && { verdict, ...(reason && { reason }) };
  const devices = call(THREE, (...key) => of(given(...key)));
  const screens = call(THREE, (receiver, sender) => of(given(receiver, sender, 'screen')))
    .filter(({ stream }) => stream.kind === 'video' && sharing.includes(stream.sender))
    .map((judged) => ({ ...judged, stream: { ...judged.stream, kind: 'screen' as const } }));
  return [...devices, ...screens];
}

const texts = (sharing: readonly string[], faultOf: FaultOf, reason?: StreamReason) =>
  streamFindings(shared(sharing, faultOf, reason), THREE, sharing).map(words);

const screen =
  (faultOf: FaultOf): FaultOf =>
  (r, s, kind) =>
    kind === 'screen' ? faultOf(r, s, kind) : null;

describe('a screen', () => {
  it.each<[string, readonly string[], FaultOf, string[]]>([
    [
      'that one does not see',
      ['A'],
      screen((receiver) => (receiver === 'C' ? 'missing' : null)),
      ["C does not see A's shared screen."],
    ],
    ['that nobody sees', ['C'], screen(() => 'missing'), ["Nobody can see C's shared screen."]],
    [
      'that nobody sees any more, of two',
      ['A', 'B'],
      screen((_, sender) => (sender === 'B' ? 'lost' : null)),
      ["Nobody can see B's shared screen any more."],
    ],
    [
      'that one sees none of',
      ['A', 'B'],
      screen((receiver) => (receiver === 'C' ? 'frozen' : null)),
      ["C sees only a still picture of A and B's shared screen."],
    ],
    [
      'that is lost with all else of its sender',
      ['A'],
      (_, sender) => (sender === 'A' ? 'lost' : null),
      ["Nobody can hear or see A or A's shared screen any more."],
    ],
    [
      'that is lost with all else',
      ['A'],
      () => 'missing',
      ["Nobody can hear or see anybody or anybody's shared screen."],
    ],
    [
      'that is late with the camera',
      ['A'],
      (receiver, sender, kind) => (receiver === 'B' && sender === 'A' && kind !== 'audio' ? 'late' : null),
      ['B gets the picture and shared screen of A late.'],
    ],
    [
      'during which a camera is lost',
      ['A'],
      (receiver, sender, kind) => (receiver === 'B' && sender === 'C' && kind === 'video' ? 'lost' : null),
      ['B no longer sees C, while A shares the screen.'],
    ],
  ])('%s', (_, sharing, faultOf, expected) => {
    expect(texts(sharing, faultOf)).toEqual(expected);
  });

  it('that shows the camera is said to', () => {
    const reason: StreamReason = { id: 'other-picture', sender: 'A', kind: 'screen', shows: 'video' };
    const [found] = streamFindings(
      shared(
        ['A'],
        screen(() => 'wrong'),
        reason,
      ),
      THREE,
      ['A'],
    );
    expect(words(found!)).toBe(
      "Everybody gets another picture as A's shared screen: what is announced as A's screen carries the watermark of A's camera.",
    );
    expect(sentence('call', found!.cause, 'fr')).toBe(
      'Tout le monde reçoit une autre image à la place de l’écran partagé d’A : ce qui est annoncé comme venant de l’écran partagé d’A porte le filigrane de la caméra d’A.',
    );
  });

  it('is said in French', () => {
    const found = streamFindings(
      shared(['A'], (receiver, sender) => (receiver === 'B' && sender === 'A' ? 'lost' : null)),
      THREE,
      ['A'],
    );
    expect(found.map(({ cause }) => sentence('call', cause, 'fr'))).toEqual([
      'B n’entend plus et ne voit plus A, ni l’écran partagé d’A.',
    ]);
  });

  it('is slow from when it was shared, not from when the step began', () => {
    const streams = shared(['A'], () => null).map((judged) => ({
      ...judged,
      stream: { ...judged.stream, firstMs: judged.stream.kind === 'screen' ? 9000 : 500 },
    }));
    const slow = (sharedMs: number) =>
      slowFindings(streams, {
        ...{ since: 'step', maxFirst: 5000, inRoomMs: () => 0 },
        sharedMs: () => sharedMs,
      });
    expect(slow(8000)).toEqual([]);
    const [found] = slow(2000);
    expect(found).toMatchObject({ outcome: 'degraded', cause: { id: 'stream-slow' } });
    expect(words(found!)).toBe("B saw A's shared screen only 7.0 s later; 1 more stream arrived late.");
  });
});
