import { describe, expect, it } from 'vitest';
import { streamFindings } from '../../../../src/checks/call/judge/stream-findings.ts';
import type { MediaKind, StreamVerdict } from '../../../../src/checks/call/result.ts';
import { type About, streamClause } from '../../../../src/checks/call/words/en/streams.ts';
import { BOTH, call, type Fault, THREE, texts, words } from '../../../support/call/stream-findings.ts';

describe('a sentence', () => {
  const all = (...names: string[]) => ({ receivers: names, senders: names });
  it.each<
    [About['scope'], Pick<About, 'receivers' | 'senders'>, MediaKind[], Exclude<StreamVerdict, 'ok'>, string]
  >([
    ['some', { receivers: ['C'], senders: ['B'] }, ['video'], 'missing', 'C does not see B'],
    ['some', { receivers: ['C'], senders: ['B'] }, ['audio'], 'missing', 'C does not hear B'],
    ['some', { receivers: ['C'], senders: ['B'] }, BOTH, 'missing', 'C does not hear or see B'],
    ['some', { receivers: ['B', 'C'], senders: ['A'] }, ['audio'], 'missing', 'B and C do not hear A'],
    [
      'some',
      { receivers: ['A', 'B', 'C'], senders: ['D'] },
      BOTH,
      'missing',
      'A, B and C do not hear or see D',
    ],
    ['sender', { receivers: ['A', 'C'], senders: ['B'] }, ['video'], 'missing', 'Nobody can see B'],
    ['all', all('A', 'B', 'C'), BOTH, 'missing', 'Nobody can hear or see anybody'],
    ['each-other', all('A', 'B'), BOTH, 'missing', 'A and B do not hear or see each other'],
    ['some', { receivers: ['C'], senders: ['B'] }, ['video'], 'lost', 'C no longer sees B'],
    ['some', { receivers: ['C'], senders: ['B'] }, BOTH, 'lost', 'C no longer hears or sees B'],
    ['some', { receivers: ['B', 'C'], senders: ['A'] }, BOTH, 'lost', 'B and C no longer hear or see A'],
    ['sender', { receivers: ['A', 'C'], senders: ['B'] }, ['audio'], 'lost', 'Nobody can hear B any more'],
    ['all', all('A', 'B', 'C'), BOTH, 'lost', 'Nobody can hear or see anybody any more'],
    ['some', { receivers: ['C'], senders: ['B'] }, ['video'], 'frozen', 'C sees only a still picture of B'],
    [
      'some',
      { receivers: ['B', 'C'], senders: ['A'] },
      ['video'],
      'frozen',
      'B and C see only a still picture of A',
    ],
    [
      'sender',
      { receivers: ['B', 'C'], senders: ['A'] },
      ['video'],
      'frozen',
      'Nobody sees more than a still picture of A',
    ],
    [
      'some',
      { receivers: ['C'], senders: ['B'] },
      ['audio'],
      'silent',
      'C cannot hear B, although packets arrive',
    ],
    [
      'some',
      { receivers: ['B', 'C'], senders: ['A'] },
      ['audio'],
      'silent',
      'B and C cannot hear A, although packets arrive',
    ],
    [
      'sender',
      { receivers: ['B', 'C'], senders: ['A'] },
      ['audio'],
      'silent',
      'Nobody can hear A, although packets arrive',
    ],
    [
      'some',
      { receivers: ['C'], senders: ['B'] },
      ['video'],
      'wrong',
      "C gets another participant's picture as B's",
    ],
    [
      'some',
      { receivers: ['B', 'C'], senders: ['A'] },
      ['audio'],
      'wrong',
      "B and C get another participant's sound as A's",
    ],
    [
      'sender',
      { receivers: ['B', 'C'], senders: ['A'] },
      BOTH,
      'wrong',
      "Everybody gets another participant's sound and picture as A's",
    ],
    [
      'all',
      all('A', 'B', 'C'),
      ['video'],
      'wrong',
      "Everybody gets another participant's picture as everybody's",
    ],
    ['some', { receivers: ['C'], senders: ['B'] }, ['audio'], 'late', 'C gets the sound of B late'],
    [
      'some',
      { receivers: ['B', 'C'], senders: ['A'] },
      BOTH,
      'late',
      'B and C get the sound and picture of A late',
    ],
    [
      'sender',
      { receivers: ['B', 'C'], senders: ['A'] },
      ['video'],
      'late',
      'Everybody gets the picture of A late',
    ],
    ['all', all('A', 'B', 'C'), BOTH, 'late', 'Everybody gets the sound and picture of everybody late'],
  ])('%s, %j, %j, %s: %s', (scope, people, kinds, verdict, text) => {
    expect(streamClause({ scope, ...people, kinds }, verdict)).toBe(text);
  });
});

describe('streams that went wrong in the same way', () => {
  it('are nothing where all is well', () => {
    expect(
      streamFindings(
        call(THREE, () => null),
        THREE,
      ),
    ).toEqual([]);
  });

  it('are one finding for the whole matrix', () => {
    expect(texts(call(THREE, () => 'missing'))).toEqual(['Nobody can hear or see anybody.']);
  });

  it('are one finding for the whole matrix of one kind', () => {
    expect(texts(call(THREE, (_r, _s, kind) => (kind === 'audio' ? 'silent' : null)))).toEqual([
      'Nobody can hear anybody, although packets arrive.',
    ]);
  });

  it('are one finding for a sender whom nobody gets', () => {
    expect(
      texts(call(THREE, (_r, sender, kind) => (sender === 'B' && kind === 'video' ? 'lost' : null))),
    ).toEqual(['Nobody can see B any more.']);
  });

  it('are one finding for a receiver who gets nobody', () => {
    expect(texts(call(THREE, (receiver) => (receiver === 'B' ? 'missing' : null)))).toEqual([
      'B does not hear or see A and C.',
    ]);
  });

  it('are one finding for one stream, or one pair', () => {
    const at = (kinds: MediaKind[]) =>
      call(THREE, (r, s, kind) => (r === 'C' && s === 'B' && kinds.includes(kind) ? 'missing' : null));
    expect(texts(at(['video']))).toEqual(['C does not see B.']);
    expect(texts(at(BOTH))).toEqual(['C does not hear or see B.']);
  });

  it('are findings of their own where they have nothing in common', () => {
    const judged = call(THREE, (r, s, kind) =>
      (r === 'A' && s === 'B' && kind === 'audio') || (r === 'C' && s === 'A' && kind === 'video')
        ? 'missing'
        : null,
    );
    expect(texts(judged)).toEqual(['A does not hear B.', 'C does not see A.']);
  });

  it('are reported each once where a column and a row cross', () => {
    const judged = call(THREE, (r, s, kind) =>
      kind === 'video' && (s === 'A' || r === 'B') ? 'missing' : null,
    );
    expect(texts(judged)).toEqual(['Nobody can see A.', 'B does not see C.']);
  });

  it('are kept apart by verdict', () => {
    const judged = call(THREE, (r, s, kind) =>
      s === 'A' && kind === 'video' ? (r === 'B' ? 'missing' : 'frozen') : null,
    );
    expect(
      streamFindings(judged, THREE).map((found) => [found.cause.id, found.outcome, words(found)]),
    ).toEqual([
      ['stream-missing', 'fail', 'B does not see A.'],
      ['stream-frozen', 'fail', 'C sees only a still picture of A.'],
    ]);
  });

  it('are grouped in a call of ten, too', () => {
    const ten = 'ABCDEFGHIJ'.split('');
    expect(
      texts(
        call(ten, (_r, s) => (s === 'J' ? 'missing' : null)),
        ten,
      ),
    ).toEqual(['Nobody can hear or see J.']);
  });

  it.each<[StreamVerdict, string]>([
    ['missing', 'A and B do not hear or see each other.'],
    ['lost', 'A and B no longer hear or see each other.'],
    ['late', 'A and B get the sound and picture of each other late.'],
  ])('are never called nobody in a call of two: %s', (verdict, text) => {
    expect(
      texts(
        call(['A', 'B'], () => verdict),
        ['A', 'B'],
      ),
    ).toEqual([text]);
    const oneWay = call(['A', 'B'], (receiver) => (receiver === 'A' ? verdict : null));
    expect(texts(oneWay, ['A', 'B'])[0]).toMatch(/^A .*B/);
  });

  it('are degraded when they are late, failed otherwise', () => {
    const outcomes = (verdict: StreamVerdict) =>
      streamFindings(
        call(THREE, () => verdict),
        THREE,
      ).map(({ outcome }) => outcome);
    expect(outcomes('late')).toEqual(['degraded']);
    expect(outcomes('wrong')).toEqual(['fail']);
  });
});

describe('a finding about streams', () => {
  const column = (faultOf: (receiver: string, kind: MediaKind) => Fault) =>
    streamFindings(
      call(THREE, (receiver, sender, kind) => (sender === 'A' ? faultOf(receiver, kind) : null)),
      THREE,
    );

  it('says since when: the first of them that stopped', () => {
    const [finding] = column((receiver) => ({
      verdict: 'lost',
      lostAt: `2026-11-22T15:00:0${receiver === 'B' ? 7 : 5}.250Z`,
    }));
    expect(words(finding!)).toBe('Nobody can hear or see A any more since 15:00:05 UTC.');
  });

  it('gives one reason and says how many more there are', () => {
    const [one] = column(() => ({ verdict: 'missing', reason: { id: 'sender-muted', sender: 'A' } }));
    expect(one?.cause).toMatchObject({ why: { id: 'sender-muted', sender: 'A' }, otherReasons: 0 });
    expect(words(one!)).toBe('Nobody can hear or see A: A is muted.');
    const [two] = column((receiver) => ({ verdict: 'missing', reason: { id: 'no-track', receiver } }));
    expect(two?.cause).toMatchObject({ why: { receiver: 'B' }, otherReasons: 1 });
    expect(words(two!)).toBe(
      'Nobody can hear or see A: the stream was never announced to B (no track was added) (and 1 more reason).',
    );
    const [four] = column((receiver, kind) => ({
      verdict: 'missing',
      reason: { id: 'mute-leaks', receiver, sender: 'A', kind },
    }));
    expect(words(four!)).toMatch(/: A is muted, but B still hears it \(and 3 more reasons\)\.$/);
  });

  it('takes reasons that differ in figures alone for one', () => {
    const [finding] = column((_receiver, kind) => ({
      verdict: 'missing',
      reason: {
        ...{ id: 'received-by-nobody', sender: 'A', arrives: null },
        packetsPerSecond: kind === 'audio' ? 50 : 31.5,
      },
    }));
    expect(finding?.cause).toMatchObject({ why: { packetsPerSecond: 50 }, otherReasons: 0 });
    expect(words(finding!)).toBe(
      'Nobody can hear or see A: A sends it (50 packets/s) and nobody receives it.',
    );
  });

  it('names the place where all agree on it, and each in the evidence', () => {
    expect(column(() => ({ verdict: 'missing', where: 'uplink' }))[0]?.where).toBe('uplink');
    const [mixed] = column((receiver) => ({
      verdict: 'missing',
      where: receiver === 'B' ? 'downlink' : 'signaling',
    }));
    expect(mixed?.where).toBe('unknown');
    expect(mixed?.cause).toMatchObject({
      streams: expect.arrayContaining([
        expect.objectContaining({ receiver: 'B', sender: 'A', kind: 'audio', where: 'downlink' }),
        expect.objectContaining({ receiver: 'C', sender: 'A', kind: 'video', where: 'signaling' }),
      ]),
    });
  });
});
