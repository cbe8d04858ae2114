/**
 * What a page measures, as schemas with bounds that no real page reaches: for what arrives over a page's binding, and for
 * recordings that are read back.
 */
import { z } from 'zod';
import { MEDIA_KINDS } from '../media.ts';
import type { StatsSample, TrackState } from '../page/protocol.ts';

/** Ids, names of states and codecs. */
export const word = z.string().max(200);
/** Counters, rates and levels: no real one is larger, and their sums stay exact. */
export const figure = z.number().min(-1e15).max(1e15);
export const mediaKind = z.enum(MEDIA_KINDS);
const maybe = figure.nullable();

/** A list of tracks, streams or candidate pairs. */
export const list = <T extends z.ZodType>(of: T) => z.array(of).max(200);

export const trackState = z.strictObject({
  endpointId: word,
  kind: mediaKind,
  p2p: z.boolean(),
  ssrc: maybe,
  muted: z.boolean(),
  frames: maybe,
  levelDb: maybe,
  brightness: maybe,
  readHeight: maybe.exactOptional(),
}) satisfies z.ZodType<TrackState>;

const rtp = z.strictObject({
  direction: z.enum(['in', 'out']),
  kind: mediaKind,
  p2p: z.boolean(),
  ssrc: figure,
  trackId: word.nullable(),
  packets: figure,
  bytes: figure,
  packetsLost: maybe,
  frames: maybe,
  width: maybe.exactOptional(),
  height: maybe.exactOptional(),
  freezes: maybe,
  bufferedSeconds: maybe,
  bufferedCount: maybe,
  concealedSamples: maybe,
  samples: maybe,
  audioEnergy: maybe,
  active: z.boolean().nullable(),
  codec: word.nullable(),
  channels: maybe.exactOptional(),
  parameters: word.nullable().exactOptional(),
  layer: word.nullable().exactOptional(),
  scalability: word.nullable().exactOptional(),
  limitedBy: word.nullable().exactOptional(),
});

const pair = z.strictObject({
  p2p: z.boolean(),
  localPort: maybe,
  localAddress: word.nullable(),
  candidateType: word,
  protocol: word,
  relayProtocol: word.nullable(),
  remoteType: word,
  remoteAddress: word.nullable().exactOptional(),
  remotePort: maybe.exactOptional(),
  rttMs: maybe,
  bytesReceived: figure,
  bytesSent: figure,
  availableOutgoingBitrate: maybe,
});

const candidate = z.strictObject({
  address: word,
  port: figure,
  protocol: word,
  type: word,
  answers: z.boolean().nullable(),
});

const peer = z.strictObject({
  p2p: z.boolean(),
  connectionState: word,
  iceConnectionState: word,
  direct: z.boolean().nullable(),
  offered: z.array(candidate).max(20).exactOptional(),
});

/** How long the XMPP server took for a question: a page's event `xmpp-ping`. No page waits longer than 5 s for one. */
export const xmppPing = z.strictObject({ ms: z.number().min(0).max(6000), answered: z.boolean() });

export const statsSample = z.strictObject({
  at: figure,
  p2pActive: z.boolean(),
  peers: list(peer),
  pairs: list(pair),
  rtp: list(rtp),
}) satisfies z.ZodType<StatsSample>;
