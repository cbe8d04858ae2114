import type { MediaKind } from '../../media.ts';
import type { StreamReason } from '../../reasons.ts';
import { clock, type ReasonClauses } from '../contract.ts';

const THINGS: Readonly<Record<MediaKind, string>> = {
  audio: 'sound',
  video: 'picture',
  screen: 'shared screen',
};
const thing = (kind: MediaKind): string => THINGS[kind];
/** ` (50 packets/s)`; nothing where statistics do not say. */
const rate = (packetsPerSecond: number | null): string =>
  packetsPerSecond === null ? '' : ` (${packetsPerSecond} packets/s)`;

type Change = Extract<StreamReason, { readonly id: 'sends-nothing' }>['change'];
function sinceChange(change: Change): string {
  if (!change) return '';
  const [from, to] = change.direct ? ['bridge', 'direct connection'] : ['direct connection', 'bridge'];
  return `; its last change of path was from the ${from} to the ${to}, at ${clock(change.at, 1)} UTC`;
}

type NotReceived = Extract<StreamReason, { readonly id: 'not-received' }>;
type Transport = NonNullable<NotReceived['transport']>['now'];

function relay({ relay: protocol }: Transport): string {
  return protocol === null ? 'one without a relay' : `a relay (TURN over ${protocol.toUpperCase()})`;
}

function connection({ receiver, transport }: NotReceived): string {
  if (!transport) return '';
  const { now, before, at } = transport;
  return before && at !== null
    ? `; ${receiver}'s transport changed from ${relay(before)} to ${relay(now)} at ${clock(at, 1)} UTC`
    : `; ${receiver} is connected through ${relay(now)}`;
}

type Sent = Pick<NotReceived, 'sender' | 'packetsPerSecond' | 'other'>;
const sends = ({ sender, packetsPerSecond, other }: Sent): string =>
  `${sender} sends it${rate(packetsPerSecond)}${other === null ? '' : `; ${other} receives it`}`;

type Content = Extract<StreamReason, { readonly id: 'content' }>;
function content({ fault, levelDb, picturesPerSecond }: Content): string {
  const level = levelDb === null ? '' : ` (${Math.round(levelDb)} dB)`;
  switch (fault) {
    case 'silence':
      return `, but nothing is heard${level}`;
    case 'no-watermark':
      return `, but the sound does not carry the sender's watermark${level}`;
    case 'not-decoded':
      return ', but no picture is decoded';
    case 'black':
      return ', but the picture is black';
    case 'still':
      return ` and are decoded (${picturesPerSecond ?? 0} pictures/s), but the picture stands still or shows no watermark`;
  }
}

/** Of pictures. */
const CAMERA_OR_SCREEN: Readonly<Record<MediaKind, string>> = {
  audio: 'sound',
  video: 'camera',
  screen: 'screen',
};

export const reasons: ReasonClauses = {
  'sender-muted': ({ sender }) => `${sender} is muted`,
  'sender-disconnected': ({ sender, path }) =>
    `${sender} has no media connection to the ${path === 'p2p' ? 'other participant' : 'bridge'}`,
  'never-sent': ({ sender, kind }) => `${sender} never began to send its ${thing(kind)}`,
  'encodings-inactive': ({ sender, kind, change }) =>
    `${sender} sends no ${thing(kind)}: all its encodings are inactive (active: false)${sinceChange(change)}`,
  'sends-nothing': ({ sender, kind, packetsPerSecond, change }) =>
    `${sender} sends no ${thing(kind)}${rate(packetsPerSecond)}${sinceChange(change)}`,
  'microphone-silent': ({ sender }) => `${sender}'s microphone gives nothing but silence`,
  'signaled-muted': ({ sender }) => `${sender} is signaled as muted, but is not`,
  'received-by-nobody': ({ sender, packetsPerSecond, arrives }) =>
    `${sender} sends it${rate(packetsPerSecond)} and nobody receives it${arrives === null ? '' : `, although its ${thing(arrives)} arrives`}`,
  'receiver-disconnected': ({ receiver }) => `${receiver} has no media connection`,
  'no-bridge-channel': ({ receiver }) =>
    `${receiver} has no bridge channel, so the stream is never announced to it`,
  'no-track': ({ receiver }) => `the stream was never announced to ${receiver} (no track was added)`,
  'arrival-unknown': (reason) =>
    `${sends(reason)}, but ${reason.receiver}'s statistics do not say what of it arrives`,
  'not-received': (reason) =>
    `${sends(reason)}, but ${reason.began ? 'packets no longer reach' : 'no packet reaches'} ${reason.receiver}${connection(reason)}`,
  content: (reason) => {
    const packets =
      reason.packetsPerSecond === null ? 'packets arrive' : `packets arrive (${reason.packetsPerSecond}/s)`;
    return `${packets}${content(reason)}${reason.other === null ? '' : `; ${reason.other} receives it`}`;
  },
  'other-watermark': ({ sender, of }) =>
    `what is announced as ${sender}'s carries the watermark of ${of ?? 'another participant'}`,
  'other-picture': ({ sender, kind, shows }) =>
    `what is announced as ${sender}'s ${CAMERA_OR_SCREEN[kind]} carries the watermark of ${sender}'s ${CAMERA_OR_SCREEN[shows]}`,
  late: ({ latencyMs, jitterBufferMs, maxLatencyMs }) => {
    const held =
      jitterBufferMs === null ? '' : `, ${jitterBufferMs} ms of that in the receiver's jitter buffer`;
    return `its watermarks are ${latencyMs} ms old when they arrive${held} (threshold ${maxLatencyMs} ms)`;
  },
  'mute-leaks': ({ receiver, sender, kind }) =>
    `${sender} is muted, but ${receiver} still ${kind === 'audio' ? 'hears' : 'sees'} it`,
  'mute-not-signaled': ({ receiver, sender }) => `${receiver} does not know that ${sender} is muted`,
};
