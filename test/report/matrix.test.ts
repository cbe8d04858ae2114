import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CallResult, CallStream, MediaKind, StreamVerdict } from '../../src/checks/call/result.ts';
import { matrixLines } from '../../src/report/matrix.ts';
import { type Paint, painter } from '../../src/report/paint.ts';
import { aCall, streams } from '../support/history/runs.ts';

const plain: Paint = painter(false);

/** A call of a number of participants; `verdictOf` gives null for a stream that is not known. */
function callOf(
  size: number,
  verdictOf: (receiver: string, sender: string, kind: MediaKind) => StreamVerdict | null = () => 'ok',
): CallResult {
  const [participant] = aCall().participants;
  const [stream] = streams() as [CallStream];
  const names = 'ABCDEFGHIJ'.slice(0, size).split('');
  return aCall({
    steps: [{ name: 'join', atMs: 0, ms: 2300, present: names }],
    participants: names.map((name) => ({
      ...participant!,
      name,
      browser: name === 'C' ? 'firefox' : 'chromium',
    })),
    streams: names.flatMap((receiver) =>
      names
        .filter((sender) => sender !== receiver)
        .flatMap((sender) =>
          (['audio', 'video'] as const).flatMap((kind) => {
            const verdict = verdictOf(receiver, sender, kind);
            return verdict ? [{ ...stream, receiver, sender, kind, verdict }] : [];
          }),
        ),
    ),
  });
}

const drawn = (call: CallResult, width?: number) =>
  `\n${matrixLines(call, 'join', 'unknown', plain, width).join('\n')}\n`;

describe('the matrix of a call', () => {
  it('of three: receivers down, senders across', () => {
    const call = callOf(3, (r, s, kind) => (r === 'C' && s === 'B' && kind === 'video' ? 'lost' : 'ok'));
    expect(drawn(call)).toBe(`
              A (chromium)  B (chromium)  C (firefox)
              audio video   audio video   audio video
A (chromium)  -             ok    ok      ok    ok
B (chromium)  ok    ok      -             ok    ok
C (firefox)   ok    ok      ok    LOST    -
`);
  });

  it('of two rooms: one for each', () => {
    const call = callOf(4, (r, s) => (r === 'D' && s === 'C' ? 'missing' : 'ok'));
    const room = (name: string) => (name < 'C' ? 1 : 2);
    const rooms = [1, 2].map((number) => ({ room: number, name: `vigie-${number}` }));
    expect(
      drawn({
        ...call,
        rooms,
        participants: call.participants.map((one) => ({ ...one, room: room(one.name) })),
        streams: call.streams.map((one) => ({ ...one, room: room(one.receiver) })),
      }),
    ).toBe(`
room 1
              A (chromium)  B (chromium)
              audio video   audio video
A (chromium)  -             ok    ok
B (chromium)  ok    ok      -
room 2
              C (firefox)      D (chromium)
              audio   video    audio   video
C (firefox)   -                ok      ok
D (chromium)  MISSING MISSING  -
`);
  });

  it('of three, of whom two share a screen: in rows of their own', () => {
    const [stream] = streams() as [CallStream];
    const call = callOf(3);
    const screens = ['B', 'C'].map((receiver): CallStream => {
      return {
        ...stream,
        receiver,
        sender: 'A',
        kind: 'screen',
        verdict: receiver === 'C' ? 'missing' : 'ok',
      };
    });
    const [step] = call.steps;
    const shared = {
      ...call,
      steps: [{ ...step!, sharing: ['A', 'B'] }],
      streams: [...call.streams, ...screens],
    };
    expect(drawn(shared)).toBe(`
              A (chromium)  B (chromium)  C (firefox)
              audio video   audio video   audio video
A (chromium)  -             ok    ok      ok    ok
B (chromium)  ok    ok      -             ok    ok
C (firefox)   ok    ok      ok    ok      -
screen        A        B
A (chromium)  -        ?
B (chromium)  ok       -
C (firefox)   MISSING  ?
`);
  });

  it('of two, with a word wider than its heading', () => {
    const call = callOf(2, (r) => (r === 'A' ? 'missing' : 'late'));
    expect(drawn(call)).toBe(`
              A (chromium)     B (chromium)
              audio   video    audio   video
A (chromium)  -                MISSING MISSING
B (chromium)  LATE    LATE     -
`);
  });

  it('of ten: sound and picture each on its own, no wider than a terminal', () => {
    const call = callOf(10, (r, s, kind) =>
      s === 'J' ? 'missing' : r === 'C' && kind === 'audio' ? 'silent' : 'ok',
    );
    const lines = matrixLines(call, 'join', 'unknown', plain, 100);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines).toHaveLength(22);
    expect(lines[0]).toMatch(/^audio +A +B +C +D +E +F +G +H +I +J$/);
    expect(lines[3]).toMatch(/^C \(firefox\) +SILENT +SILENT +- +SILENT .* MISSING$/);
    expect(lines[11]).toMatch(/^video +A +B/);
    expect(lines[21]).toMatch(/^J \(chromium\)( +ok){9} +-$/);
  });

  it('has columns that begin where their headings do', () => {
    for (const size of [2, 3, 10]) {
      const lines = matrixLines(callOf(size), 'join', 'unknown', plain);
      const column = lines[0]!.lastIndexOf(size === 3 ? 'C' : 'ABCDEFGHIJ'[size - 1]!);
      expect(lines[size === 10 ? 1 : 2]!.slice(column, column + 2)).toBe('ok');
      expect(lines.at(-1)!.slice(column)).toBe('-');
    }
  });

  it('has the same shape with colours', () => {
    const call = callOf(3, (r) => (r === 'A' ? 'frozen' : 'ok'));
    const coloured = matrixLines(call, 'join', 'unknown', painter(true), 80);
    const bare = coloured.map((line) => stripVTControlCharacters(line).trimEnd());
    expect(bare).toEqual(matrixLines(call, 'join', 'unknown', plain, 80));
    expect(coloured.join('')).not.toBe(bare.join(''));
  });

  it('tells what is pending from what nobody can tell', () => {
    const call = callOf(2, (r, _s, kind) => (r === 'A' && kind === 'audio' ? 'ok' : null));
    expect(matrixLines(call, 'join', 'pending', plain).slice(2)).toEqual([
      'A (chromium)  -             ok    ..',
      'B (chromium)  ..    ..      -',
    ]);
    expect(matrixLines(call, 'join', 'unknown', plain)[3]).toBe('B (chromium)  ?     ?       -');
  });

  it('shows the streams of its own step alone', () => {
    const call = aCall({
      steps: [
        { name: 'join', atMs: 0, ms: 2300, present: ['A', 'B', 'C'] },
        { name: 'reload', atMs: 9000, ms: 1100, present: ['A', 'B', 'C'] },
      ],
      streams: [...streams(), ...streams(() => ({ step: 'reload', verdict: 'missing' as const }))],
    });
    expect(matrixLines(call, 'join', 'unknown', plain).join()).not.toContain('MISSING');
    expect(matrixLines(call, 'reload', 'unknown', plain).join()).not.toContain('ok');
  });

  it('is nothing without participants', () => {
    expect(matrixLines(aCall({ participants: [] }), 'join', 'unknown', plain)).toEqual([]);
  });
});
