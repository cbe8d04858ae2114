/** What a call run found (the `call` key of a run). */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { BROWSERS } from '../../browsers/browser.ts';
import { at, flag, ms, text, whole } from '../schema.ts';
import { DEVICE_KINDS, MEDIA_KINDS, type MediaKind, PATHS_TAKEN } from './media.ts';
import { streamReason } from './reasons.ts';

export { DEVICE_KINDS, type DeviceKind, MEDIA_KINDS, type MediaKind } from './media.ts';

/**
 * `missing` never arrived; `lost` arrived and stopped; `frozen` packets flow, the picture stands still;
 * `silent` packets flow, nothing is heard; `wrong` another participant's watermark; `late` older than the threshold.
 */
export const STREAM_VERDICTS = ['ok', 'missing', 'lost', 'frozen', 'silent', 'wrong', 'late'] as const;
export type StreamVerdict = (typeof STREAM_VERDICTS)[number];

/** The browser of a participant. */
export const browserName = z.enum(BROWSERS);

/** What a participant's media travelled over. */
export const callTransport = z.strictObject({
  path: z.enum(PATHS_TAKEN),
  candidateType: z.enum(['host', 'srflx', 'prflx', 'relay']),
  protocol: z.enum(['udp', 'tcp', 'tls']),
  localPort: whole
    .nullable()
    .describe('the port this participant sends from and receives on; null where the browser does not tell'),
  rttMs: ms.nullable().describe('round trip of the selected candidate pair; null before it was measured'),
});

const media = {
  codec: text.nullable(),
  kbps: whole.nullable(),
  channels: whole.nullable().exactOptional().describe('of sound, as it was negotiated: 2 is stereo'),
  parameters: text.nullable().exactOptional().describe('of sound, as they were negotiated (RFC 7587)'),
  width: whole.nullable().exactOptional(),
  height: whole.nullable().exactOptional(),
  framesPerSecond: whole.nullable().exactOptional(),
};
const receivedMedia = z.strictObject(media);
const sentMedia = z.strictObject({
  kind: z.enum(MEDIA_KINDS),
  ...media,
  active: flag.nullable().describe('whether it is switched on; null: not known'),
  layer: text
    .nullable()
    .exactOptional()
    .describe('of a simulcast, the lowest first; null: there is one alone'),
  scalability: text.nullable().exactOptional().describe('layers within it (SVC), such as L3T3_KEY'),
  limitedBy: text.nullable().exactOptional().describe('what keeps the picture small: none, cpu, bandwidth'),
});

/** The videobridge that a participant is on, as far as its page learns it. */
export const callBridge = z.strictObject({
  server: text.nullable().describe('the name in the path of its WebSocket; null: not known'),
  address: text.nullable().describe('where media is sent to; null: not known'),
  port: whole.nullable(),
  region: text.nullable().describe('as jicofo names it; null: it names none'),
});

const participant = z.strictObject({
  name: text.describe('A, B, C …'),
  room: whole.exactOptional().describe('the number of its room, where several are met at once'),
  browser: browserName,
  client: z
    .enum(['library', 'app', 'iframe'])
    .exactOptional()
    .describe(
      'the deployment’s lib-jitsi-meet on a page of ours, its own web app, or that in a frame of another site’s page; absent in earlier runs',
    ),
  version: text.nullable().describe("the browser's own, such as 156.0.8078.79; null when it never started"),
  endpointId: text.nullable().describe('Jitsi’s; null before the participant joined'),
  transport: callTransport.nullable(),
  region: text.nullable().exactOptional().describe('the region that it said it is in; null: none'),
  bridge: callBridge
    .nullable()
    .exactOptional()
    .describe('null: it had no media session with one; absent in earlier runs'),
  signalingRoundTripMs: ms
    .nullable()
    .exactOptional()
    .describe(
      'how long the XMPP server took for a question, the middle one of those asked in the call; null: not measured; absent in earlier runs',
    ),
  sent: z
    .array(sentMedia)
    .exactOptional()
    .describe('what it sent when it last reported; absent in earlier runs'),
});

const step = z.strictObject({
  name: text,
  atMs: ms.describe('when the step began, milliseconds since the start of the run'),
  ms: ms.describe('until the matrix was complete, or until the deadline of the step'),
  recoveredMs: ms
    .nullable()
    .exactOptional()
    .describe(
      'from the moment that a network was back or replaced, or a page awake or killed, until the matrix was complete; null: it was not; absent in steps without',
    ),
  present: z.array(text).describe('who was in the room at its end: the streams of this step are among them'),
  sharing: z
    .array(text)
    .exactOptional()
    .describe('who shared a screen at its end; absent where nobody did, and in earlier runs'),
  // Linux, pressure stall information; absent in runs of before it was asked.
  cpuPressure: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .exactOptional()
    .describe('share of the step in which tasks of Vigie’s machine waited for a processor'),
});

/** What one receiver gets from one sender, of one kind. */
const stream = z.strictObject({
  step: text,
  room: whole.exactOptional().describe('the number of its room, where several are met at once'),
  receiver: text,
  sender: text,
  kind: z.enum(MEDIA_KINDS),
  verdict: z.enum(STREAM_VERDICTS),
  muted: flag.describe(
    'the sender is muted on purpose: `ok` then means that nothing arrives and the receiver was informed why',
  ),
  path: z
    .enum(PATHS_TAKEN)
    .nullable()
    .describe('the path it took, or was expected to take; null before anything is known of it'),
  firstMs: ms.nullable().describe('from the start of the step to the first good watermark'),
  lostAt: at.nullable().describe('when the last good watermark was read, of a stream that stopped'),
  noticedAt: at.nullable().describe('when Vigie noticed that it stopped'),
  recoveredMs: ms
    .nullable()
    .exactOptional()
    .describe(
      'from the moment that the network of one of the two was back or replaced, or its page awake or killed, to the first good watermark; null: none came; absent where nothing of the kind was done to them',
    ),
  latencyMs: ms.nullable().describe('median age of the watermarks when they were read'),
  gaps: z
    .array(
      z.strictObject({ from: at.describe('when the last good watermark before the pause was read'), ms }),
    )
    .describe('pauses long enough to be noticed, after which the stream came back'),
  received: receivedMedia
    .nullable()
    .exactOptional()
    .describe('as statistics have it; null where they have nothing, absent in earlier runs'),
  readHeight: whole
    .nullable()
    .exactOptional()
    .describe(
      'lines of the picture in which a watermark was last read; absent for sound and in earlier runs',
    ),
  similarity: z
    .number()
    .min(-1)
    .max(1)
    .nullable()
    .exactOptional()
    .describe(
      'how like the picture is to the one that was sent, at its size: structural similarity (SSIM), the median of one picture a second, 1 at most; absent for sound and in earlier runs',
    ),
  signalToNoiseDb: z
    .number()
    .nullable()
    .exactOptional()
    .describe(
      'how far the tones that were sent stand above everything else that is heard, from 300 to 4500 Hz: the median over the watermarks; absent for pictures and in earlier runs',
    ),
  ssrc: whole
    .nullable()
    .describe("the RTP SSRC at the receiver (rewritten by the bridge, so never the sender's)"),
  reason: text.nullable().describe('why the verdict is not ok, in English'),
  cause: streamReason
    .nullable()
    .exactOptional()
    .describe('the reason as data; absent in runs of earlier versions'),
});

export const callResult = z.strictObject({
  url: text,
  room: text.describe('of several, the first'),
  rooms: z
    .array(z.strictObject({ room: whole.describe('1 is the first'), name: text }))
    .exactOptional()
    .describe('where several are met at once'),
  version: text.nullable().describe('lib-jitsi-meet’s; null when it did not load'),
  participants: z.array(participant),
  steps: z.array(step),
  streams: z
    .array(stream)
    .describe('what could be judged: after a fault of Vigie’s own, streams it cannot judge are absent'),
});

export type CallResult = Immutable<z.output<typeof callResult>>;
export type ReceivedMedia = Immutable<z.output<typeof receivedMedia>>;
export type SentMedia = Immutable<z.output<typeof sentMedia>>;
export type CallBridge = Immutable<z.output<typeof callBridge>>;
export type CallTransport = Immutable<z.output<typeof callTransport>>;
export type CallParticipant = Immutable<z.output<typeof participant>>;
export type CallStep = Immutable<z.output<typeof step>>;
export type CallStream = Immutable<z.output<typeof stream>>;
/** A pause in a stream that came back. */
export type Gap = CallStream['gaps'][number];

/** The sender's watermark arrives, perhaps later than it should: that is what its latency says. */
export function arrives({ verdict }: Pick<CallStream, 'verdict'>): boolean {
  return verdict === 'ok' || verdict === 'late';
}

/** Where the bridge is reached, as far as that is known. */
export function bridgeAddress({ address, port }: CallBridge): string | null {
  if (address === null || port === null) return address;
  // In pages, too, where there is no `node:net` for net/host-port.ts.
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What the command line has behind a browser for whoever takes part in it: `+app`, `+iframe`, nothing for the library. */
export const clientWord = (client: CallParticipant['client']): string =>
  client === undefined || client === 'library' ? '' : `+${client}`;

/** Those who were in the room at the end of a step; everybody where the run does not tell. */
export function presentIn(
  { participants, steps }: Pick<CallResult, 'participants' | 'steps'>,
  step: string,
): readonly CallParticipant[] {
  const present = steps.find(({ name }) => name === step)?.present;
  return present ? participants.filter(({ name }) => present.includes(name)) : participants;
}

/** The kinds of media that are expected of a sender in a step: a screen only while one is shared. */
export function kindsOf({ steps }: Pick<CallResult, 'steps'>, step: string, sender: string): MediaKind[] {
  const shares = steps.find(({ name }) => name === step)?.sharing?.includes(sender) ?? false;
  return [...DEVICE_KINDS, ...(shares ? (['screen'] as const) : [])];
}

/** How many streams a step has where everybody receives everybody in the same room. */
export function expectedStreams(call: Pick<CallResult, 'participants' | 'steps'>, step: string): number {
  const present = presentIn(call, step);
  return present.reduce((sum, { name, room }) => {
    const others = present.filter((other) => other.room === room).length - 1;
    return sum + others * kindsOf(call, step, name).length;
  }, 0);
}

/** The call of each room alone; the call as it is where there is one room. */
export function roomsOf(call: CallResult): { readonly room: number | null; readonly call: CallResult }[] {
  if (!call.rooms) return [{ room: null, call }];
  return call.rooms.map(({ room }) => ({
    room,
    call: {
      ...call,
      participants: call.participants.filter((one) => one.room === room),
      streams: call.streams.filter((one) => one.room === room),
    },
  }));
}
