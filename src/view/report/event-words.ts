/** What each language has to say of the events of a call. */
import type { RecordedEvent } from '../../checks/call/keep/recording.ts';

export type Detail = RecordedEvent['detail'];
export type Who = (id: unknown) => string;
type Say = (detail: Detail, who: Who) => string;

/** Our own events by name; those of lib-jitsi-meet have other names and are matched below. */
export type Own =
  | 'deployment'
  | 'signaling'
  | 'connected'
  | 'disconnected'
  | 'joined'
  | 'failed'
  | 'user-joined'
  | 'user-left'
  | 'p2p'
  | 'media-session'
  | 'track-added'
  | 'track-removed'
  | 'mute'
  | 'start-muted'
  | 'restricted'
  | 'page-error'
  | 'peer-iceconnectionstatechange'
  | 'peer-connectionstatechange'
  | 'ice-candidate-error';
export type Theirs =
  | 'channel-opens'
  | 'channel-closes'
  | 'interrupted'
  | 'restored'
  | 'leaves'
  | 'kicked'
  | 'suspended';

/** What one language has to say of events: sentences without their subject, which is a participant. */
export interface EventWords {
  readonly own: Readonly<Record<Own, Say>>;
  readonly theirs: Readonly<Record<Theirs, string>>;
}

/** What a participant's page was given as a reason, after a sentence; nothing where there was none. */
export const tail = (message: unknown): string =>
  typeof message === 'string' && message !== '' ? `, ${message}` : '';
