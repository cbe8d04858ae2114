/** Why a stream is not ok, as data: each reason by its id, with whom it is about and its figures. */
import { z } from 'zod';
import { type CauseOf, type CauseSchemas, causeUnion } from '../causes.ts';
import { flag, text, whole } from '../schema.ts';
import { MEDIA_KINDS, PATHS_TAKEN } from './media.ts';

const kind = z.enum(MEDIA_KINDS);
const rate = z.number().nullable().describe('per second; null where statistics do not say');

/** When a sender last changed between bridge and direct connection. */
export const pathChange = z.strictObject({
  at: z.number().describe('milliseconds since the epoch'),
  direct: flag.describe('it changed to the direct connection'),
});

/** The transport between a participant and the bridge, or the other participant. */
const transport = z.strictObject({
  relay: z
    .enum(['udp', 'tcp', 'tls'])
    .nullable()
    .describe('how the TURN server is reached; null without one'),
});
export const transportChange = z.strictObject({
  now: transport,
  before: transport.nullable().describe('null where it never changed'),
  at: z.number().nullable().describe('when it changed, milliseconds since the epoch'),
});

export const streamReasons = {
  'sender-muted': z.object({ sender: text }),
  'sender-disconnected': z.object({ sender: text, path: z.enum(PATHS_TAKEN) }),
  'never-sent': z.object({ sender: text, kind }),
  'encodings-inactive': z.object({ sender: text, kind, change: pathChange.nullable() }),
  'sends-nothing': z.object({ sender: text, kind, packetsPerSecond: rate, change: pathChange.nullable() }),
  'microphone-silent': z.object({ sender: text }),
  'signaled-muted': z.object({ sender: text }),
  /** It is sent, and no participant receives it. */
  'received-by-nobody': z.object({
    sender: text,
    packetsPerSecond: rate,
    arrives: kind.nullable().describe('what else of this sender arrives; null: nothing does'),
  }),
  'receiver-disconnected': z.object({ receiver: text }),
  'no-bridge-channel': z.object({ receiver: text }),
  'no-track': z.object({ receiver: text }),
  'arrival-unknown': z.object({
    sender: text,
    receiver: text,
    packetsPerSecond: rate,
    other: text.nullable(),
  }),
  /** It is sent, and does not reach this receiver. */
  'not-received': z.object({
    sender: text,
    receiver: text,
    packetsPerSecond: rate,
    other: text.nullable().describe('another receiver, whom it reaches'),
    began: flag.describe('it arrived before'),
    transport: transportChange.nullable().describe('null where it was never relayed, or is not known'),
  }),
  /** Packets arrive; it is what is in them. */
  content: z.object({
    fault: z.enum(['silence', 'no-watermark', 'not-decoded', 'black', 'still']),
    packetsPerSecond: rate,
    levelDb: z.number().nullable(),
    picturesPerSecond: z.number().nullable(),
    other: text.nullable(),
  }),
  'other-watermark': z.object({ sender: text, of: text.nullable() }),
  /** Another picture of the same sender: the camera's instead of the screen's, or the reverse. */
  'other-picture': z.object({ sender: text, kind, shows: kind }),
  late: z.object({ latencyMs: whole, jitterBufferMs: whole.nullable(), maxLatencyMs: z.number() }),
  'mute-leaks': z.object({ receiver: text, sender: text, kind }),
  'mute-not-signaled': z.object({ receiver: text, sender: text }),
} satisfies CauseSchemas;

export type StreamReason = CauseOf<typeof streamReasons>;

/** Any of them: the schema of a published reason. */
export const streamReason = causeUnion(streamReasons);
