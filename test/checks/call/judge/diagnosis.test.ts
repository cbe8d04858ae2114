import { describe, expect, it } from 'vitest';
import { type Diagnosis, diagnose, type Scene } from '../../../../src/checks/call/judge/diagnosis.ts';
import { Cell, type CellKey } from '../../../../src/checks/call/observe/cells.ts';
import type { TrackState } from '../../../../src/checks/call/page/protocol.ts';
import type { StreamReason } from '../../../../src/checks/call/reasons.ts';
import type { MediaKind } from '../../../../src/checks/call/result.ts';
import { reasonWords } from '../../../../src/checks/call/words/reasons.ts';
import { factsOf, type Scripted, START, scene, track, WELL } from '../../../support/call/scene.ts';

const MAX_LATENCY = 400;
const SSRC = 4711;

interface Broken extends CellKey {
  /** It never came; otherwise it stopped after some seconds. */
  readonly never?: boolean;
  /** What is known of its track; null for none. */
  readonly track?: Partial<TrackState> | null;
}

/** A diagnosis with its reason in words. */
const said = ({ reason, ...rest }: Diagnosis) => ({
  ...rest,
  id: reason?.id ?? null,
  reason: reason && reasonWords.en(reason),
});

/** A call in which these streams do not arrive; what is said of the first. */
function diagnosed(people: readonly Scripted[], broken: readonly Broken[], how: { p2p?: boolean } = {}) {
  const call = scene(people, how);
  const streams = call.streams.map((stream) => {
    const fault = broken.find(
      ({ receiver, sender, kind }) =>
        receiver === stream.key.receiver && sender === stream.key.sender && kind === stream.key.kind,
    );
    return fault ? factsOf(stopped(fault)) : stream;
  });
  const cut: Scene = { ...call, streams };
  const [{ receiver, sender, kind }] = broken as [Broken];
  const stream = streams.find(
    ({ key }) => key.receiver === receiver && key.sender === sender && key.kind === kind,
  )!;
  return said(diagnose(cut, stream, MAX_LATENCY));
}

function stopped({ never = false, track: known = {}, ...key }: Broken): Cell {
  const cell = new Cell(key);
  if (!never) {
    for (let at = START + 1000; at <= START + 5000; at += 100) cell.good([[at - 60, at]]);
    cell.notice(START + 6000, []);
  }
  cell.track = known && track(key, SSRC, known);
  return cell;
}

/** What is expected of a diagnosis, its reason by its id and in words. */
interface Expected extends Pick<Diagnosis, 'verdict' | 'where'> {
  readonly id: StreamReason['id'];
  readonly reason: string;
}

const at = (receiver: string, sender: string, kind: MediaKind, more: Partial<Broken> = {}): Broken => ({
  receiver,
  sender,
  kind,
  ...more,
});
/** A's streams of these kinds at everybody. */
const ofA = (kinds: readonly MediaKind[], more: Partial<Broken> = {}) =>
  kinds.flatMap((kind) => [at('B', 'A', kind, more), at('C', 'A', kind, more)]);
const BOTH: MediaKind[] = ['audio', 'video'];

const three = (a: Scripted = {}, b: Scripted = {}, c: Scripted = {}) => [a, b, c];

describe('a stream that arrives', () => {
  it('is well', () => {
    const call = scene(three());
    expect(diagnose(call, call.streams[0]!, MAX_LATENCY)).toMatchObject({
      verdict: 'ok',
      where: null,
      reason: null,
      evidence: { path: 'bridge', latencyMs: 60, sent: { packetsPerSecond: 50 } },
    });
  });
});

describe('where a stream breaks', () => {
  it.each<[string, Scripted[], Broken[], Expected]>([
    [
      'at a sender who is muted',
      three({ events: [...WELL, { name: 'mute', detail: { local: true, kind: 'audio', muted: true } }] }),
      ofA(['audio']),
      { verdict: 'lost', where: 'sender', id: 'sender-muted', reason: 'A is muted' },
    ],
    [
      'at a sender without a media connection',
      three({ ice: 'disconnected' }),
      ofA(BOTH),
      {
        verdict: 'lost',
        where: 'uplink',
        id: 'sender-disconnected',
        reason: 'A has no media connection to the bridge',
      },
    ],
    [
      'at a sender who never sent that kind',
      three({ sends: { video: null } }),
      ofA(['video'], { never: true, track: null }),
      { verdict: 'missing', where: 'sender', id: 'never-sent', reason: 'A never began to send its picture' },
    ],
    [
      'at a sender whose encodings are inactive',
      three({ sends: { video: { pps: 0, fps: 0, active: false } } }),
      ofA(['video']),
      {
        verdict: 'lost',
        where: 'sender',
        id: 'encodings-inactive',
        reason: 'A sends no picture: all its encodings are inactive (active: false)',
      },
    ],
    [
      'at a sender whose microphone gives silence, which the bridge does not forward',
      three({ sends: { audio: { pps: 50, energy: 0 } } }),
      ofA(['audio']),
      {
        verdict: 'lost',
        where: 'sender',
        id: 'microphone-silent',
        reason: "A's microphone gives nothing but silence",
      },
    ],
    [
      'at a sender that changed its path and switched its encodings off then',
      three({
        sends: { video: { pps: 0, fps: 0, active: false } },
        events: [
          ...WELL,
          { name: 'p2p', detail: { active: true } },
          { name: 'p2p', detail: { active: false } },
        ],
      }),
      ofA(['video']),
      {
        verdict: 'lost',
        where: 'sender',
        id: 'encodings-inactive',
        reason:
          'A sends no picture: all its encodings are inactive (active: false); its last change of path was from the direct connection to the bridge, at 15:00:00.0 UTC',
      },
    ],
    [
      'at a sender that sends nothing',
      three({ sends: { audio: { pps: 0 } } }),
      ofA(['audio']),
      { verdict: 'lost', where: 'sender', id: 'sends-nothing', reason: 'A sends no sound (0 packets/s)' },
    ],
    [
      'in the signalling that calls a sender muted',
      three(),
      [at('B', 'A', 'video', { track: { muted: true } })],
      {
        verdict: 'lost',
        where: 'signaling',
        id: 'signaled-muted',
        reason: 'A is signaled as muted, but is not',
      },
    ],
    [
      'on the way up, where nobody gets either kind and others are heard',
      three(),
      ofA(BOTH),
      {
        verdict: 'lost',
        where: 'uplink',
        id: 'received-by-nobody',
        reason: 'A sends it (50 packets/s) and nobody receives it',
      },
    ],
    [
      'at the bridge, where nobody gets one kind of two',
      three(),
      ofA(['video']),
      {
        verdict: 'lost',
        where: 'bridge',
        id: 'received-by-nobody',
        reason: 'A sends it (50 packets/s) and nobody receives it, although its sound arrives',
      },
    ],
    [
      'at the bridge, where nobody gets anything',
      three(),
      ['A', 'B', 'C'].flatMap((receiver) =>
        ['A', 'B', 'C']
          .filter((sender) => sender !== receiver)
          .flatMap((sender) => BOTH.map((kind) => at(receiver, sender, kind))),
      ),
      {
        verdict: 'lost',
        where: 'bridge',
        id: 'received-by-nobody',
        reason: 'B sends it (50 packets/s) and nobody receives it',
      },
    ],
    [
      'on the way down to a receiver without a media connection',
      three({}, { ice: 'failed' }),
      [at('B', 'A', 'audio')],
      {
        verdict: 'lost',
        where: 'downlink',
        id: 'receiver-disconnected',
        reason: 'B has no media connection',
      },
    ],
    [
      'at a receiver whose bridge channel is closed',
      three({}, { events: [...WELL, { name: 'conference.dataChannelClosed' }] }),
      [at('B', 'A', 'video', { never: true, track: null })],
      {
        verdict: 'missing',
        where: 'signaling',
        id: 'no-bridge-channel',
        reason: 'B has no bridge channel, so the stream is never announced to it',
      },
    ],
    [
      'at a receiver who was never told of the track',
      three(),
      [at('B', 'A', 'video', { never: true, track: null })],
      {
        verdict: 'missing',
        where: 'signaling',
        id: 'no-track',
        reason: 'the stream was never announced to B (no track was added)',
      },
    ],
    [
      'on the way down, where another gets it',
      three(),
      [at('B', 'A', 'audio', { never: true })],
      {
        verdict: 'missing',
        where: 'downlink',
        id: 'not-received',
        reason: 'A sends it (50 packets/s); C receives it, but no packet reaches B',
      },
    ],
    [
      'on the way down, where packets stop',
      three({}, { gets: { [SSRC]: { pps: 0 } } }),
      [at('B', 'A', 'audio')],
      {
        verdict: 'lost',
        where: 'downlink',
        id: 'not-received',
        reason: 'A sends it (50 packets/s); C receives it, but packets no longer reach B',
      },
    ],
    [
      'on the way down, where the one other who gets it is not the first',
      [{}, {}, {}, {}],
      [at('B', 'A', 'audio'), at('C', 'A', 'audio')],
      {
        verdict: 'lost',
        where: 'downlink',
        id: 'not-received',
        reason: 'A sends it (50 packets/s); D receives it, but packets no longer reach B',
      },
    ],
    [
      'at a receiver that decodes a black picture',
      three({}, { gets: { [SSRC]: { pps: 60, fps: 30 } } }),
      [at('B', 'A', 'video', { track: { brightness: 2 } })],
      {
        verdict: 'frozen',
        where: 'receiver',
        id: 'content',
        reason: 'packets arrive (60/s), but the picture is black; C receives it',
      },
    ],
    [
      'at a receiver that decodes nothing',
      three({}, { gets: { [SSRC]: { pps: 60, fps: 0 } } }),
      [at('B', 'A', 'video')],
      {
        verdict: 'frozen',
        where: 'receiver',
        id: 'content',
        reason: 'packets arrive (60/s), but no picture is decoded; C receives it',
      },
    ],
    [
      'at a sender whose picture stands still for everybody, though it is sent',
      three({}, { gets: { [SSRC]: { pps: 60, fps: 30 } } }),
      ofA(['video']),
      {
        verdict: 'frozen',
        where: 'sender',
        id: 'content',
        reason:
          'packets arrive (60/s) and are decoded (30 pictures/s), but the picture stands still or shows no watermark',
      },
    ],
    [
      'at a receiver that hears nothing',
      three({}, { gets: { [SSRC]: { pps: 50 } } }),
      [at('B', 'A', 'audio', { track: { levelDb: -91.6 } })],
      {
        verdict: 'silent',
        where: 'receiver',
        id: 'content',
        reason: 'packets arrive (50/s), but nothing is heard (-92 dB); C receives it',
      },
    ],
    [
      'at a sender whose sound carries no watermark for anybody',
      three({}, { gets: { [SSRC]: { pps: 50 } } }),
      ofA(['audio']),
      {
        verdict: 'silent',
        where: 'sender',
        id: 'content',
        reason: "packets arrive (50/s), but the sound does not carry the sender's watermark (-20 dB)",
      },
    ],
  ])('%s', (_where, people, broken, expected) => {
    expect(diagnosed(people, broken)).toMatchObject(expected);
  });

  it('is not located from one end alone: of two people nobody else could get it', () => {
    expect(diagnosed([{}, {}], [at('B', 'A', 'audio')])).toMatchObject({
      where: 'unknown',
      id: 'not-received',
      reason: 'A sends it (50 packets/s), but packets no longer reach B',
    });
    expect(diagnosed([{}, { gets: { [SSRC]: { pps: 50 } } }], [at('B', 'A', 'audio')])).toMatchObject({
      verdict: 'silent',
      where: 'unknown',
    });
  });

  it('on a direct connection is reported of that connection', () => {
    expect(diagnosed([{ ice: 'failed' }, {}], [at('B', 'A', 'audio')], { p2p: true })).toMatchObject({
      where: 'uplink',
      id: 'sender-disconnected',
      reason: 'A has no media connection to the other participant',
      evidence: { path: 'p2p' },
    });
  });

  it('is not guessed from a single sample: no rate is not a rate of nothing', () => {
    const { where, id, reason } = diagnosed(three({ samples: 1 }), [at('B', 'A', 'audio')]);
    expect({ where, id, reason }).toEqual({
      where: 'downlink',
      id: 'not-received',
      reason: 'A sends it; C receives it, but packets no longer reach B',
    });
    const receiver = diagnosed(three({}, { samples: 1, gets: { [SSRC]: { pps: 50 } } }), [
      at('B', 'A', 'audio'),
    ]);
    expect(receiver).toMatchObject({
      where: 'unknown',
      id: 'arrival-unknown',
      reason: "A sends it (50 packets/s); C receives it, but B's statistics do not say what of it arrives",
    });
  });

  it('is the bridge where another’s watermark comes', () => {
    const call = scene(three());
    const cell = stopped(at('B', 'A', 'video', { never: true }));
    cell.wrong(2, 5);
    expect(said(diagnose(call, factsOf(cell), MAX_LATENCY))).toMatchObject({
      verdict: 'wrong',
      where: 'bridge',
      id: 'other-watermark',
      reason: "what is announced as A's carries the watermark of C",
    });
  });
});
