/** What happened to a participant, in words. */
import type { CallRecording, RecordedEvent } from '../../checks/call/keep/recording.ts';
import type { Tone } from '../format.ts';
import { nameOfEndpoint } from './series.ts';

export interface Said {
  readonly text: string;
  readonly tone: Tone;
}

type Detail = RecordedEvent['detail'];
type Who = (id: unknown) => string;

const path = (detail: Detail): string => (detail.p2p === true ? 'direct' : 'bridge');
const peer = ({ peer: index }: Detail): string => `peer connection ${Number(index) + 1}`;

/** Our own events by name; those of lib-jitsi-meet have other names and are matched below. */
const WORDS: Readonly<Record<string, (detail: Detail, who: Who) => string | Said>> = {
  deployment: ({ direct }) =>
    direct === true ? 'the deployment lets two talk directly' : 'no direct connection is allowed',
  signaling: ({ transport }) => `connects by ${transport === 'bosh' ? 'BOSH' : 'WebSocket'}`,
  connected: () => 'signaling is connected',
  disconnected: ({ message }) => ({
    text: 'signaling is disconnected',
    // What lib-jitsi-meet says of a connection that it was asked to end.
    tone: message === 'disconnected' || !message ? 'quiet' : 'bad',
  }),
  joined: ({ endpointId }) => ({ text: `is in the room, as ${String(endpointId)}`, tone: 'good' }),
  failed: ({ stage, error, message }) => ({
    text: `is refused (${String(stage)}): ${String(error)}${tail(message)}`,
    tone: 'bad',
  }),
  'user-joined': ({ id }, who) => `sees ${who(id)} join`,
  'user-left': ({ id }, who) => `sees ${who(id)} leave`,
  p2p: ({ active }) => (active === true ? 'the call becomes direct' : 'the call goes over the bridge'),
  'media-session': (detail) => `a media session begins (${path(detail)})`,
  'track-added': (detail, who) =>
    `gets a track: ${String(detail.kind)} of ${who(detail.id)} (${path(detail)})`,
  'track-removed': (detail, who) =>
    `loses a track: ${String(detail.kind)} of ${who(detail.id)} (${path(detail)})`,
  mute: ({ local, id, kind, muted }, who) =>
    local === true
      ? `${muted === true ? 'mutes' : 'unmutes'} its ${String(kind)}`
      : `is told that ${who(id)} ${muted === true ? 'muted' : 'unmuted'} ${String(kind)}`,
  'start-muted': ({ kind, key }) => ({
    text: `must join with ${String(kind)} muted (${String(key)})`,
    tone: 'warn',
  }),
  'page-error': ({ message }) => ({ text: `an error in the page: ${String(message)}`, tone: 'warn' }),
  'peer-iceconnectionstatechange': (detail) => ({
    text: `${peer(detail)}: ICE ${String(detail.ice)}`,
    tone: toneOfState(detail.ice),
  }),
  'peer-connectionstatechange': (detail) => ({
    text: `${peer(detail)}: ${String(detail.connection)}`,
    tone: toneOfState(detail.connection),
  }),
  'ice-candidate-error': (detail) => ({
    text: `${peer(detail)}: no candidate from ${String(detail.url)} (${String(detail.code)} ${String(detail.text)})`,
    tone: 'warn',
  }),
};

/** Events that lib-jitsi-meet itself names, by a part of their name. */
const THEIRS: readonly (readonly [RegExp, string, Tone])[] = [
  [/dataChannelOpened|DATA_CHANNEL_OPENED/, 'the bridge channel opens', 'good'],
  [/dataChannelClosed|DATA_CHANNEL_CLOSED/, 'the bridge channel closes', 'bad'],
  [/connectionInterrupted|CONNECTION_INTERRUPTED/, 'media is interrupted', 'bad'],
  [/connectionRestored|CONNECTION_RESTORED/, 'media is restored', 'good'],
  [/conference.left|CONFERENCE_LEFT/, 'leaves the room', 'quiet'],
  [/kicked|KICKED/, 'is removed from the room', 'bad'],
  [/suspendDetected|SUSPEND_DETECTED/, 'the machine was suspended', 'warn'],
];

/** An event as a sentence without its subject, and how it is to be taken. */
export function sayEvent({ name, detail }: RecordedEvent, recording: CallRecording): Said {
  const who: Who = (id) => nameOfEndpoint(recording, String(id)) ?? String(id);
  const known = Object.hasOwn(WORDS, name) ? WORDS[name]!(detail, who) : null;
  if (known !== null) return typeof known === 'string' ? { text: known, tone: 'quiet' } : known;
  const theirs = THEIRS.find(([pattern]) => pattern.test(name));
  if (theirs) return { text: theirs[1], tone: theirs[2] };
  const more = Object.keys(detail).length > 0 ? ` ${JSON.stringify(detail)}` : '';
  return { text: `${name}${more}`, tone: 'quiet' };
}

function toneOfState(state: unknown): Tone {
  if (state === 'failed') return 'bad';
  if (state === 'disconnected') return 'warn';
  return state === 'connected' || state === 'completed' ? 'good' : 'quiet';
}

const tail = (message: unknown): string =>
  typeof message === 'string' && message !== '' ? `, ${message}` : '';
