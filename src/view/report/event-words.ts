/** What each language has to say of the events of a call. */
import type { RecordedEvent } from '../../checks/call/keep/recording.ts';
import type { OwnEvent } from '../../checks/call/page/protocol.ts';

export type Detail = RecordedEvent['detail'];
export type Who = (id: unknown) => string;
type Say = (detail: Detail, who: Who) => string;

/** Those of lib-jitsi-meet have other names, which are matched. */
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
  readonly own: Readonly<Record<OwnEvent, Say>>;
  readonly theirs: Readonly<Record<Theirs, string>>;
}

/** What a participant's page was given as a reason, after a sentence; nothing where there was none. */
export const tail = (message: unknown): string =>
  typeof message === 'string' && message !== '' ? `, ${message}` : '';

/** How the WebSocket of a bridge channel failed; null where it has not. */
export const failureOf = ({ status, error }: Detail): string | null =>
  typeof status === 'number' ? `HTTP ${status}` : typeof error === 'string' ? error : null;
