import { list } from '../../../../base/words.ts';
import type { DoorSentences } from '../contract.ts';
import { inStep } from './step.ts';

export const doorSentences: DoorSentences = {
  'lobby-unavailable': (cause) =>
    inStep(
      cause,
      `${list(cause.participants)} cannot close the room with a lobby: “${cause.said}”. Is the lobby component configured, and is ${list(cause.participants)} a moderator`,
    ).replace(/\.$/, '?'),
  'door-open': (cause) =>
    inStep(
      cause,
      `${list(cause.participants)} should have waited at the door (lobby, or a host with an account) and ${cause.participants.length > 1 ? 'are' : 'is'} in the room without having been admitted`,
    ),
};
