/** The causes of the findings of a `call` check, each by its id. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { browserTrouble } from '../../browsers/faults.ts';
import { accountCauses } from '../accounts/causes.ts';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { flag, text, whole } from '../schema.ts';
import { webCauses } from '../web/causes.ts';
import { MEDIA_KINDS } from './media.ts';
import { pathChange, streamReason } from './reasons.ts';
import { moment } from './scene/moments.ts';
import { serverCauses } from './server-causes.ts';

export { serverCauses } from './server-causes.ts';

const kind = z.enum(MEDIA_KINDS);
/** What of `config.js` lets people see or hear less than everybody. */
export const RESTRICTIONS = [
  'channelLastN',
  'startLastN',
  'startAudioOnly',
  'startSilent',
  'startAudioMuted',
  'startVideoMuted',
] as const;
const names = z.array(text);

/** What findings of one step have in common, in a call of several steps or rooms. */
const ofStep = {
  room: whole.exactOptional().describe('the number of the room, where several are met at once'),
  step: text.exactOptional(),
  moment: moment.exactOptional(),
  againIn: names.exactOptional().describe('later steps in which it was found again'),
};
const inStep = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ ...shape, ...ofStep });

const flow = z.object({
  exists: flag,
  active: flag.nullable(),
  packets: z.number().nullable(),
  packetsPerSecond: z.number().nullable(),
  framesPerSecond: z.number().nullable(),
  sounds: flag.nullable(),
  codec: text.nullable(),
});

/** The figures that led to a verdict on a stream. */
export const figures = z.object({
  path: text,
  sent: flow,
  received: flow,
  ssrc: z.number().nullable(),
  levelDb: z.number().nullable(),
  lastGoodMark: text.nullable(),
  latencyMs: z.number().nullable(),
  jitterBufferMs: z.number().nullable(),
  pathChange: pathChange.nullable(),
});

const judgedStream = z.object({
  receiver: text,
  sender: text,
  kind,
  lostAt: text.nullable(),
  reason: text.nullable().describe('in English, as in the run’s `streams`'),
  cause: streamReason.nullable(),
  where: text.nullable(),
  ...figures.partial().shape,
});

/** Streams that went wrong in the same way. */
const streams = inStep({
  /** `all`: every stream of a call of three and more; `each-other`: all of a call of two; `sender`: those of one sender. */
  scope: z.enum(['all', 'each-other', 'sender', 'some']),
  receivers: names,
  senders: names,
  kinds: z.array(kind),
  streams: z.array(judgedStream),
  whileSharing: names
    .exactOptional()
    .describe('who shares a screen in that step, where it is about something else; absent where nobody does'),
  why: streamReason.nullable().describe('the first reason'),
  otherReasons: whole.describe(
    'how many other reasons there are; those that differ in figures alone are one',
  ),
});

const concerned = z.object({ receiver: text, sender: text, kind });
const muted = inStep({ streams: z.array(concerned.extend({ reason: text.nullable() })) });

/** Participants who are out of the call. Beside this, the evidence has what was reported, or how far each got. */
const out = { participants: names, everybody: flag.describe('nobody is in the call') };
const outOfCall = inStep(out);

const expectation = inStep({
  participants: names,
  network: text.nullable(),
  way: text.nullable().describe('the candidate and its transport'),
});

const ownBrowser = z.object({ trouble: browserTrouble, output: text });

export const streamCauses = {
  'stream-missing': streams,
  'stream-lost': streams,
  'stream-frozen': streams,
  'stream-silent': streams,
  'stream-wrong': streams,
  'stream-late': streams,
  'stream-gap': inStep({
    ...concerned.shape,
    from: text,
    ms: z.number(),
    duringPathChange: flag.exactOptional(),
  }),
  'stream-slow': inStep({
    streams: z.array(
      concerned.extend({
        firstMs: z.number(),
        waitedMs: z.number().exactOptional().describe('since both were in the room; absent in earlier runs'),
        ssrc: z.number().nullable(),
      }),
    ),
    since: z.enum(['joining', 'step']).describe('what the time is counted from'),
  }),
  /** They were to share a screen, or to stop it, and the library did not: in its own words. */
  'share-failed': inStep({
    failures: z.array(z.object({ participant: text, stopping: flag, message: text })),
  }),
  /** Somebody still sees a screen that is shared no longer. */
  'share-not-stopped': inStep({ streams: z.array(z.object({ receiver: text, sender: text })) }),
  'mute-ignored': muted,
  'mute-untold': muted,
} satisfies CauseSchemas;

/** What a bridge offers for media (ICE candidates), and what is wrong with it. */
const offer = z.object({
  /** `partly`: some addresses answer; `other-family`: the browser has no address of their family, and never asked. */
  problem: z.enum(['none', 'private-only', 'other-family', 'silent', 'partly']),
  candidates: z.array(
    z.object({
      address: text,
      port: whole,
      protocol: text,
      private: flag.describe('reached from its own network alone'),
      answers: flag.nullable().describe('null: never asked, for want of an own address of its family'),
    }),
  ),
});
export type Offer = Immutable<z.output<typeof offer>>;
const offered = offer.nullable().exactOptional().describe('null: not known; absent in earlier runs');

/** The WebSocket of a bridge channel, and what became of it. */
const channel = z.object({
  url: text.describe('without the ids of conference and participant'),
  status: whole.nullable().describe('of the HTTP answer; null where there was none'),
  error: text.nullable().describe("the browser's own name of a network error"),
});
export type BridgeChannel = Immutable<z.output<typeof channel>>;

const refusedWith = whole.exactOptional().describe('of the HTTP answer; absent where none is known');

export const joinCauses = {
  /** The deployment's scripts kept a page from starting: they arrive too slowly, or do not end. Or they hold it up later. */
  'scripts-not-run': z.object({
    participant: text,
    how: z.enum(['arriving', 'running', 'holding']),
    path: text.describe('of the script; empty where it is not known'),
    seconds: z.number().describe('how long the page had'),
    bytes: z.number().nullable().describe('that had arrived; null: not known'),
    length: z.number().nullable().describe('as the web front announced it; null: not known'),
  }),
  'password-required': inStep({ ...out, asks: z.enum(['guests', 'hosts']) }),
  'conference-request-failed': inStep({ ...out, status: refusedWith }),
  'conference-not-live': outOfCall,
  'visitors-only': outOfCall,
  'signaling-failed': inStep({
    ...out,
    how: z.enum(['error', 'none', 'dropped', 'moved']),
    transport: z.enum(['bosh', 'websocket']),
    status: refusedWith,
  }),
  'signaling-lost': inStep({ ...out, transport: z.enum(['bosh', 'websocket']) }),
  'focus-left': inStep({ ...out, how: z.enum(['left', 'disconnected']) }),
  'bridge-unavailable': inStep({ ...out, how: z.enum(['none', 'shutting-down', 'no-session']) }),
  'negotiation-failed': outOfCall,
  'room-locked': outOfCall,
  lobby: outOfCall,
  /** They waited at the door, and nobody with an account opened the room. */
  /** Of the deployment's own web app. `libraryWorks`: a call of two with that browser and the library alone; null: not known. */
  'app-refuses-browser': inStep({ ...out, setting: text.nullable(), libraryWorks: flag.nullable() }),
  'app-csp': inStep({ ...out, directive: text, blocked: text }),
  'app-script-failed': inStep({ ...out, script: text }),
  'app-exception': inStep({ ...out, message: text, script: text.nullable() }),
  'app-before-meeting': outOfCall,
  'app-not-started': inStep({ ...out, reached: z.enum(['page', 'bundle']) }),
  /** Of a room that another site embeds. */
  'embed-script': inStep({ ...out, how: z.enum(['missing', 'broken']), message: text.nullable() }),
  'embed-refused': inStep({
    ...out,
    header: z.enum(['x-frame-options', 'content-security-policy']).nullable().describe('null: not known'),
    value: text.nullable(),
  }),
  'embed-empty': outOfCall,
  'host-missing': outOfCall,
  'lobby-not-admitted': inStep({ ...out, noticed: flag.describe('who could admit them was told of them') }),
  'room-full': outOfCall,
  'not-allowed': outOfCall,
  'reservation-failed': outOfCall,
  'room-destroyed': outOfCall,
  'call-failed': inStep({ ...out, error: text }),
  /** In the room, and never saw the others who are. */
  'room-split': outOfCall,
  'join-timeout': outOfCall,
  'ice-failed': inStep({ ...out, how: z.enum(['reported', 'no-path']), offered }),
  'media-connection-lost': outOfCall,
  'dtls-failed': outOfCall,
  'bridge-channel-closed': inStep({
    ...out,
    channel: channel.nullable().exactOptional().describe('null: none was opened, or nothing is known of it'),
  }),
} satisfies CauseSchemas;

export const appCauses = {
  /** What the frame of an embedded room may not use. `allow`: the attribute that external_api.js gave the frame. */
  'embed-denied': inStep({ participants: names, features: names, allow: text.nullable() }),
  /** The page in the frame has no storage: each visit is the first. */
  'embed-storage': inStep({ participants: names }),
  /** In the call, and external_api.js has not said so to the page that embeds. */
  'embed-silent': inStep({ participants: names }),
  /** In the call, and the app asked for neither camera nor microphone. */
  'app-media-not-asked': inStep({ participants: names }),
  /** Media arrives, and the app shows no tile for it. */
  'app-tiles-missing': inStep({ tiles: z.array(z.object({ receiver: text, sender: text })) }),
} satisfies CauseSchemas;

export const doorCauses = {
  /** Who should have closed the door with a lobby could not. */
  'lobby-unavailable': inStep({ participants: names, said: text }),
  /** They should have waited, and are in the room. */
  'door-open': inStep({ participants: names }),
} satisfies CauseSchemas;

export const networkCauses = {
  'network-loss': inStep({ lossByReceiver: z.record(text, z.number()), maxLoss: z.number() }),
  'network-delay': inStep({ roundTripMs: z.record(text, z.number()), maxRoundTripMs: z.number() }),
  /** The XMPP server answers, and takes long; a question that was not answered counts as long as it was waited for. */
  'signaling-slow': inStep({ roundTripMs: z.record(text, z.number()), threshold: z.number() }),
  'bridge-unreachable-directly': inStep({ participants: names, everybody: flag, offered }),
  'path-unexpected': inStep({ participants: names, expected: z.enum(['direct', 'bridge']) }),
  /** Media of somebody whose network was replaced, or who slept, was back late. */
  'recovery-slow': inStep({
    participants: names,
    maxRecoveryMs: z.number(),
    streams: z.array(concerned.extend({ recoveredMs: z.number() })),
  }),
  'direct-off': inStep({}),
  'one-path-only': z.object({
    streams: z.object({
      p2p: z.object({ all: whole, broken: whole }),
      bridge: z.object({ all: whole, broken: whole }),
    }),
  }),
  /** They said that they are in this region, and were given a bridge elsewhere. */
  'bridge-elsewhere': z.object({
    region: text,
    met: z.array(
      z.object({
        participant: text,
        region: text.nullable().describe('null: jicofo names none'),
        server: text.nullable(),
      }),
    ),
    there: names.describe('who was given a bridge in that region'),
  }),
  'media-unexpected': expectation,
  'relay-expected': expectation,
  'network-profile': expectation,
  /** Their network was cut on purpose, and media passed all the same. */
  'network-not-cut': inStep({ participants: names }),
  /** Pictures that arrive smaller, or fewer of them, than `expect` says. */
  'picture-below': inStep({
    height: whole.nullable().describe('expected lines; null: any'),
    fps: z.number().nullable().describe('expected pictures a second; null: any'),
    withinMs: z.number().describe('how long it was waited for after the watch'),
    streams: z.array(
      z.object({
        receiver: text,
        sender: text,
        height: whole.nullable().describe('of the picture in which the watermark was read'),
        fps: z.number().nullable(),
        sentHeight: whole.nullable().describe('of the largest that the sender sends; null: not known'),
        limitedBy: text.nullable().describe('what the sender’s browser says keeps it small'),
      }),
    ),
  }),
  /** What arrives is less like what was sent than `minSimilarity` and `minSignalToNoise` say. */
  'picture-distorted': inStep({
    minSimilarity: z.number(),
    streams: z.array(
      z.object({
        receiver: text,
        sender: text,
        similarity: z.number().describe('structural similarity (SSIM)'),
      }),
    ),
  }),
  'sound-distorted': inStep({
    minSignalToNoiseDb: z.number(),
    streams: z.array(z.object({ receiver: text, sender: text, signalToNoiseDb: z.number() })),
  }),
  'codec-unexpected': inStep({
    expected: names,
    streams: z.array(z.object({ receiver: text, sender: text, codec: text })),
  }),
  'start-muted': inStep({ participants: names, keys: names }),
  /** The bridge forwards the loudest alone: whoever was not heard while all spoke was heard in turn. */
  'loudest-only': inStep({ participants: names, unheard: names }),
  /** People see or hear less than is there, because `config.js` says so. */
  restricted: inStep({
    participants: names,
    settings: z.array(
      z.strictObject({
        key: z.enum(RESTRICTIONS),
        value: whole.nullable().describe('null: a switch that is on'),
      }),
    ),
  }),
} satisfies CauseSchemas;

export const ownCauses = {
  'browser-missing': ownBrowser,
  'browser-start': ownBrowser,
  'browser-died': ownBrowser,
  'browser-hung': ownBrowser,
  'page-failed': ownBrowser,
  'sound-server': ownBrowser,
  'no-memory': ownBrowser,
  'too-few-files': ownBrowser,
  /** Scripts in the pages said what no page of ours says; it was dropped, and no verdict rests on it. */
  'page-messages-dropped': z.object({
    participants: z.array(
      z.object({
        participant: text,
        messages: whole,
        reasons: z.array(z.enum(['too-large', 'not-json', 'ill-formed', 'not-believed', 'too-many'])),
      }),
    ),
  }),
  /** Several rooms at once need more than this machine has: no call was placed. */
  'machine-too-small': z.object({
    rooms: whole,
    participants: whole.describe('in each room'),
    needs: z.object({ processors: z.number(), memoryMb: whole }),
    has: z.object({ processors: z.number(), memoryMb: whole.nullable().describe('null: not known') }),
  }),
  /** CPU pressure on Vigie's machine. */
  'machine-busy': inStep({
    strain: z.number().describe('share of the time in which tasks waited for a processor'),
    /** `untold`: streams arrive and cannot be read; `unsure`: it cannot be told whether they arrive; `overwhelmed`: browsers hardly ran; `run-again`: a failure may be ours; `excused`: delays are not counted. */
    consequence: z.enum(['untold', 'unsure', 'overwhelmed', 'run-again', 'excused']),
    streams: z.array(concerned.extend({ reason: text.nullable() })).exactOptional(),
  }),
} satisfies CauseSchemas;

export const callCauses = {
  ...webCauses,
  ...accountCauses,
  ...streamCauses,
  ...joinCauses,
  ...doorCauses,
  ...appCauses,
  ...networkCauses,
  ...serverCauses,
  ...ownCauses,
} satisfies CauseSchemas;

export type CallCause = CauseOf<typeof callCauses>;
/** One of them, by its id. */
export type CallCauseOf<Id extends CallCause['id']> = Extract<CallCause, { readonly id: Id }>;
