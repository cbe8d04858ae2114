/** Calls made by hand for tests of what is said about them: no browsers, only what participants reported. */

import type { Scene, Witness } from '../../../src/checks/call/judge/diagnosis.ts';
import type { Attempt } from '../../../src/checks/call/judge/obstacles.ts';
import { type Cell, type CellKey, Cells } from '../../../src/checks/call/observe/cells.ts';
import { type StreamFacts, streamFacts } from '../../../src/checks/call/observe/facts.ts';
import type {
  OfferedCandidate,
  PeerStats,
  RtpStats,
  StatsSample,
  TrackState,
} from '../../../src/checks/call/page/protocol.ts';
import type { MediaKind } from '../../../src/checks/call/result.ts';
import { nameOf } from '../../../src/checks/call/scene/acts.ts';

export const START = Date.UTC(2026, 10, 22, 15);
/** When the samples of a scene were taken, milliseconds since the epoch. */
export const SAMPLED = [START + 8000, START + 9000] as const;

/** What flows on one RTP stream: packets (and pictures) a second. */
interface Rate {
  readonly pps: number;
  readonly fps?: number;
  readonly active?: boolean;
  /** Of the sound, a second; not reported where it is left out. */
  readonly energy?: number;
}

interface ScriptedEvent {
  readonly name: string;
  readonly detail?: Record<string, unknown>;
}

/** What a participant did and measured; by default it is well, and sends both kinds. */
export interface Scripted {
  readonly sends?: Partial<Record<MediaKind, Rate | null>>;
  /** What it gets, by SSRC. */
  readonly gets?: Readonly<
    Record<number, Rate & { readonly buffered?: readonly [seconds: number, count: number] }>
  >;
  readonly ice?: string;
  /** What the bridge offers it; not reported where it is left out. */
  readonly offered?: readonly OfferedCandidate[];
  /** No media session at all. */
  readonly noPeer?: boolean;
  readonly events?: readonly ScriptedEvent[];
  /** How many statistics samples it gave, 2 unless set. */
  readonly samples?: 0 | 1 | 2;
}

const CHANNEL = 'conference.dataChannelOpened';
/** What happens to everybody whose call comes about. */
export const WELL: readonly ScriptedEvent[] = [
  { name: 'signaling', detail: { transport: 'websocket' } },
  { name: 'connected' },
  { name: 'user-joined' },
  { name: 'joined' },
  { name: CHANNEL },
];

export function witness(name: string, p2p: boolean, person: Scripted = {}): Witness {
  const { sends = {}, gets = {}, ice = 'connected', noPeer = false, events = WELL, samples = 2 } = person;
  const timeline = events.map(({ name: event, detail = {} }, i) => ({ at: START + i, name: event, detail }));
  const peer: PeerStats = {
    ...{ p2p, connectionState: ice, iceConnectionState: ice, direct: true },
    ...(person.offered && { offered: person.offered }),
  };
  const sampleAt = (at: number): StatsSample => {
    const seconds = (at - START) / 1000;
    const out = (['audio', 'video'] as const).flatMap((kind, i) => {
      const rate = sends[kind] === undefined ? { pps: 50, fps: 30 } : sends[kind];
      return rate ? [rtp('out', kind, p2p, 1000 + i, rate, seconds)] : [];
    });
    const into = Object.entries(gets).map(([ssrc, rate]) => ({
      ...rtp('in', rate.fps === undefined ? 'audio' : 'video', p2p, Number(ssrc), rate, seconds),
      bufferedSeconds: rate.buffered ? rate.buffered[0] * seconds : null,
      bufferedCount: rate.buffered ? rate.buffered[1] * seconds : null,
    }));
    return { at, p2pActive: p2p, peers: noPeer ? [] : [peer], pairs: [], rtp: [...out, ...into] };
  };
  return {
    name,
    timeline,
    samples: SAMPLED.slice(SAMPLED.length - samples).map(sampleAt),
  };
}

function rtp(
  direction: 'in' | 'out',
  kind: MediaKind,
  p2p: boolean,
  ssrc: number,
  { pps, fps, active = true, energy }: Rate,
  seconds: number,
): RtpStats {
  return {
    direction,
    kind,
    p2p,
    ssrc,
    trackId: null,
    packets: pps * seconds,
    bytes: pps * seconds * 100,
    packetsLost: 0,
    frames: fps === undefined ? null : fps * seconds,
    freezes: null,
    bufferedSeconds: null,
    bufferedCount: null,
    concealedSamples: null,
    samples: null,
    audioEnergy: energy === undefined ? null : energy * seconds,
    active: direction === 'out' ? active : null,
    codec: kind === 'audio' ? 'opus' : 'VP8',
  };
}

/** A call of A, B, C … as these participants report it; without `broken`, every stream arrives. */
export function scene(people: readonly Scripted[], { p2p = false }: { p2p?: boolean } = {}): Scene & Attempt {
  const participants = people.map((person, i) => witness(nameOf(i), p2p, person));
  const cells = new Cells(participants.map(({ name }) => name));
  for (const cell of cells.all) {
    for (let at = START + 1000; at <= SAMPLED[1]; at += 100) cell.good([[at - 60, at]]);
    cell.track = track(cell.key, 9999);
  }
  return {
    participants,
    everybody: participants.map(({ name }) => name),
    streams: cells.all.map(factsOf),
    startedAt: START,
    completeAt: START + 2000,
    refusals: [],
  };
}

/** What was observed of a stream that nobody muted. */
export function factsOf(cell: Cell): StreamFacts {
  return streamFacts(cell, { muted: false, leaks: false });
}

export function track(
  { sender, kind }: CellKey,
  ssrc: number,
  changes: Partial<TrackState> = {},
): TrackState {
  return {
    endpointId: `id-${sender}`,
    kind,
    p2p: false,
    ssrc,
    muted: false,
    frames: null,
    levelDb: kind === 'audio' ? -20 : null,
    brightness: kind === 'video' ? 128 : null,
    ...changes,
  };
}
