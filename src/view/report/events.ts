/** What happened to a participant, in words. */
import type { Language } from '../../base/language.ts';
import type { CallRecording, RecordedEvent } from '../../checks/call/keep/recording.ts';
import type { OwnEvent } from '../../checks/call/page/protocol.ts';
import type { Tone } from '../format.ts';
import type { Words } from '../words/index.ts';
import { type Detail, type EventWords, failureOf, type Theirs, type Who } from './event-words.ts';
import { eventsEn } from './events-en.ts';
import { eventsFr } from './events-fr.ts';
import { nameOfEndpoint } from './series.ts';

export interface Said {
  readonly text: string;
  readonly tone: Tone;
}

const WORDS: Readonly<Record<Language, EventWords>> = { en: eventsEn, fr: eventsFr };

/** How our events are to be taken; those that are not here are quiet. */
const TONES: Readonly<Partial<Record<OwnEvent, (detail: Detail) => Tone>>> = {
  // What lib-jitsi-meet says of a connection that it was asked to end.
  disconnected: ({ message }) => (message === 'disconnected' || !message ? 'quiet' : 'bad'),
  joined: () => 'good',
  failed: () => 'bad',
  'start-muted': () => 'warn',
  restricted: () => 'warn',
  'xmpp-ping': ({ answered }) => (answered === true ? 'quiet' : 'warn'),
  'page-error': () => 'warn',
  'peer-iceconnectionstatechange': ({ ice }) => toneOfState(ice),
  'peer-connectionstatechange': ({ connection }) => toneOfState(connection),
  'ice-candidate-error': () => 'warn',
  'server-refused': () => 'bad',
  'network-changed': () => 'warn',
  'bridge-socket': (detail) => (failureOf(detail) === null ? 'quiet' : 'bad'),
  'lobby-refused': () => 'bad',
  'app-exception': () => 'warn',
  'embed-script': () => 'bad',
  'embed-refused': () => 'bad',
  'embed-empty': () => 'bad',
  'embed-denied': () => 'bad',
  'embed-storage': () => 'warn',
  'app-script-failed': () => 'bad',
  'app-csp': () => 'warn',
  'app-media-not-asked': () => 'warn',
  'app-tiles': ({ missing }) => (Array.isArray(missing) && missing.length > 0 ? 'warn' : 'quiet'),
  'app-state': ({ state }) => (state === 'unsupported' ? 'bad' : 'quiet'),
};

/** Events that lib-jitsi-meet itself names, by a part of their name. */
const THEIRS: readonly (readonly [RegExp, Theirs, Tone])[] = [
  [/dataChannelOpened|DATA_CHANNEL_OPENED/, 'channel-opens', 'good'],
  [/dataChannelClosed|DATA_CHANNEL_CLOSED/, 'channel-closes', 'bad'],
  [/connectionInterrupted|CONNECTION_INTERRUPTED/, 'interrupted', 'bad'],
  [/connectionRestored|CONNECTION_RESTORED/, 'restored', 'good'],
  [/conference.left|CONFERENCE_LEFT/, 'leaves', 'quiet'],
  [/kicked|KICKED/, 'kicked', 'bad'],
  [/suspendDetected|SUSPEND_DETECTED/, 'suspended', 'warn'],
];

const isOwn = (name: string): name is OwnEvent => Object.hasOwn(eventsEn.own, name);

/** An event as a sentence without its subject, and how it is to be taken. */
export function sayEvent({ name, detail }: RecordedEvent, recording: CallRecording, t: Words): Said {
  const words = WORDS[t.lang];
  const who: Who = (id) => nameOfEndpoint(recording, String(id)) ?? String(id);
  if (isOwn(name)) return { text: words.own[name](detail, who), tone: TONES[name]?.(detail) ?? 'quiet' };
  const theirs = THEIRS.find(([pattern]) => pattern.test(name));
  if (theirs) return { text: words.theirs[theirs[1]], tone: theirs[2] };
  const more = Object.keys(detail).length > 0 ? ` ${JSON.stringify(detail)}` : '';
  return { text: `${name}${more}`, tone: 'quiet' };
}

function toneOfState(state: unknown): Tone {
  if (state === 'failed') return 'bad';
  if (state === 'disconnected') return 'warn';
  return state === 'connected' || state === 'completed' ? 'good' : 'quiet';
}
