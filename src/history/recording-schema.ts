/**
 * The recording of a call as it is read back from a file. The file may have been written by another version or changed by
 * somebody: fields that are not known are kept, what may be null may be absent, and no list is longer than one that Vigie
 * writes.
 */
import { z } from 'zod';
import type { CallRecording } from '../checks/call/keep/recording.ts';
import { browserName, MEDIA_KINDS } from '../checks/call/result.ts';
import { CHOREOGRAPHIES } from '../checks/call/scene/choreography.ts';

/** Participants, and entries of one sample: tracks, streams, candidate pairs. */
const MANY = 1000;
/** Entries of one participant in a run: samples, events, lines of its console. */
const ENTRIES = 100_000;

const maybe = z.number().nullable().default(null);
const maybeWord = z.string().nullable().default(null);
const flag = z.boolean().nullable().default(null);
const kind = z.enum(MEDIA_KINDS);
const few = <T extends z.ZodType>(of: T) => z.array(of).max(MANY);
const entries = <T extends z.ZodType>(of: T) => z.array(of).max(ENTRIES);

const track = z.looseObject({
  endpointId: z.string(),
  kind,
  p2p: z.boolean(),
  ssrc: maybe,
  muted: z.boolean(),
  frames: maybe,
  levelDb: maybe,
  brightness: maybe,
});

const rtp = z.looseObject({
  direction: z.enum(['in', 'out']),
  kind,
  p2p: z.boolean(),
  ssrc: z.number(),
  trackId: maybeWord,
  packets: z.number(),
  bytes: z.number(),
  packetsLost: maybe,
  frames: maybe,
  freezes: maybe,
  bufferedSeconds: maybe,
  bufferedCount: maybe,
  concealedSamples: maybe,
  samples: maybe,
  audioEnergy: maybe,
  active: flag,
  codec: maybeWord,
});

const pair = z.looseObject({
  p2p: z.boolean(),
  localPort: maybe,
  localAddress: maybeWord,
  candidateType: z.string(),
  protocol: z.string(),
  relayProtocol: maybeWord,
  remoteType: z.string(),
  remoteAddress: maybeWord,
  remotePort: maybe,
  rttMs: maybe,
  bytesReceived: z.number(),
  bytesSent: z.number(),
  availableOutgoingBitrate: maybe,
});

const peer = z.looseObject({
  p2p: z.boolean(),
  connectionState: z.string(),
  iceConnectionState: z.string(),
  direct: flag,
});

const sample = z.looseObject({
  at: z.number(),
  p2pActive: z.boolean(),
  peers: few(peer),
  pairs: few(pair),
  rtp: few(rtp),
});

const participant = z.looseObject({
  name: z.string(),
  browser: browserName,
  version: maybeWord,
  timeline: entries(
    z.looseObject({ at: z.number(), name: z.string(), detail: z.record(z.string(), z.unknown()) }),
  ),
  console: entries(z.string()),
  samples: entries(sample),
  heard: entries(z.looseObject({ at: z.number(), tracks: few(track) })),
  stalls: entries(z.looseObject({ from: z.number(), to: z.number() })),
  screenshot: maybeWord,
});

const played = z.looseObject({
  url: z.string(),
  participants: few(z.string()).nullable().default(null),
  scene: z.enum(CHOREOGRAPHIES).nullable().default(null),
  watch: maybe,
  completeWithin: maybe,
  p2p: z.boolean(),
  insecure: z.boolean(),
});

export const recordingSchema: z.ZodType<CallRecording> = z.looseObject({
  startedAt: z.number(),
  endedAt: z.number(),
  played,
  participants: few(participant),
});
