/** Why a call did not come about, in words: what participants were told, or were still waiting for. */

import { list } from '../../../base/words.ts';
import type { Evidence, Finding, Where } from '../../check.ts';
import { ownFault } from '../../run.ts';
import type { Obstacle } from '../drive/obstacle.ts';
import { channelOpen, connected, type Scene, type Witness } from './diagnosis.ts';

/** What is read of a call that did not come about; a `Session` is one. */
export interface Attempt extends Pick<Scene, 'participants' | 'participant'> {
  readonly obstacles: readonly Obstacle[];
}

interface Told {
  readonly id: string;
  readonly text: string;
  readonly where?: Where;
}

/**
 * What lib-jitsi-meet's errors mean; source: lib-jitsi-meet, JitsiConnectionErrors.ts and JitsiConferenceErrors.ts.
 * The texts go on after "A, B and C: ".
 */
const ERRORS: Record<string, Told> = {
  'connection.passwordRequired': {
    id: 'password-required',
    text: 'the deployment asks for a user name and a password; guests cannot join',
  },
  'connection.conferenceRequestFailed': {
    id: 'conference-request-failed',
    text: 'the conference request fails; jicofo, or the way to it, does not answer as it should',
  },
  'connection.notLiveError': {
    id: 'conference-not-live',
    text: 'the deployment says that the conference has not started yet',
  },
  'connection.serverError': {
    id: 'signaling-failed',
    text: 'the signaling server (XMPP) answers with an error',
  },
  'connection.otherError': { id: 'signaling-failed', text: 'no connection to the signaling server (XMPP)' },
  'connection.droppedError': {
    id: 'signaling-failed',
    text: 'the connection to the signaling server (XMPP) breaks off',
  },
  'connection.shardChangedError': {
    id: 'signaling-failed',
    text: 'the room moved to another shard while joining',
  },
  'conference.iceFailed': { id: 'ice-failed', text: 'no media connection (ICE failed)', where: 'unknown' },
  'conference.focusLeft': { id: 'focus-left', text: 'the focus (jicofo) left the room' },
  'conference.focusDisconnected': { id: 'focus-left', text: 'the focus (jicofo) is gone' },
  'conference.videobridgeNotAvailable': {
    id: 'bridge-unavailable',
    text: 'jicofo has no videobridge to offer',
    where: 'bridge',
  },
  'conference.offerAnswerFailed': {
    id: 'negotiation-failed',
    text: 'browser and bridge do not agree on the media session',
  },
  'conference.passwordRequired': {
    id: 'room-locked',
    text: 'the room asks for a password, though nobody has set one',
  },
  'conference.connectionError.membersOnly': {
    id: 'lobby',
    text: 'the room has a lobby; somebody would have to let us in',
  },
  'conference.authenticationRequired': {
    id: 'password-required',
    text: 'only somebody with an account may open a room',
  },
  'conference.max_users': { id: 'room-full', text: 'the deployment allows no more participants in a room' },
  'conference.connectionError.notAllowed': {
    id: 'not-allowed',
    text: 'the deployment does not let us into the room',
  },
  'conference.reservationError': {
    id: 'reservation-failed',
    text: 'the reservation system refuses the room',
  },
  'conference.gracefulShutdown': {
    id: 'bridge-unavailable',
    text: 'the bridge is shutting down',
    where: 'bridge',
  },
  'conference.destroyed': { id: 'room-destroyed', text: 'the room was closed by the deployment' },
};

const who = (names: readonly string[], all: number): string =>
  names.length === all ? 'Nobody can talk' : `${list(names)} cannot take part`;

/** A finding about participants who are out of the call. */
export interface Explained {
  readonly finding: Finding;
  /** Their streams need no finding of their own. */
  readonly participants: readonly string[];
}

function explain(told: Told, names: readonly string[], session: Attempt, evidence: Evidence): Explained {
  const finding: Finding = {
    id: told.id,
    outcome: 'fail',
    text: `${who(names, session.participants.length)}: ${told.text}.`,
    where: told.where ?? 'signaling',
    evidence: { participants: names, ...evidence },
  };
  return { finding, participants: names };
}

/** Our own faults: the call says nothing of the target any more. */
export function ownFaults(obstacles: readonly Obstacle[]): Finding[] {
  return obstacles
    .flatMap((obstacle) =>
      obstacle.whose === 'ours'
        ? [
            ownFault(obstacle.fault.code, obstacle.fault.message, {
              output: obstacle.fault.output.slice(-1000),
            }),
          ]
        : [],
    )
    .slice(0, 1);
}

/** What the deployment told participants, one finding for each thing said. */
export function refusals(session: Attempt): Explained[] {
  const said = new Map<string, { told: Told; names: string[]; detail: Record<string, unknown> }>();
  for (const obstacle of session.obstacles) {
    if (obstacle.whose !== 'target') continue;
    const error = String(obstacle.detail.error);
    const known = obstacle.detail.stage === 'page' ? undefined : ERRORS[error];
    const told = afterConnecting(session, obstacle.participant, known) ?? {
      id: 'call-failed',
      text: `lib-jitsi-meet gave up (${error})`,
    };
    const entry = said.get(told.id) ?? { told, names: [], detail: obstacle.detail };
    if (!entry.names.includes(obstacle.participant)) entry.names.push(obstacle.participant);
    said.set(told.id, entry);
  }
  return [...said.values()].map(({ told, names, detail }) => explain(told, names.sort(), session, detail));
}

/** A signaling connection that broke is another thing than one that never was. */
function afterConnecting(session: Attempt, name: string, told: Told | undefined): Told | undefined {
  if (told?.id !== 'signaling-failed') return told;
  const participant = session.participant(name)!;
  const transport =
    participant.events('signaling').at(-1)?.detail.transport === 'bosh' ? 'BOSH' : 'WebSocket';
  return participant.events('connected').length > 0
    ? { id: 'signaling-lost', text: `the signaling connection over ${transport} breaks off` }
    : {
        id: 'signaling-failed',
        text: `${told.text.replace('no connection', `no connection over ${transport}`)}`,
      };
}

/** For those whom nobody told anything: how far they came until the deadline. */
export function standstills(session: Attempt, except: readonly Explained[]): Explained[] {
  const done = new Set(except.flatMap(({ participants }) => participants));
  const found: Explained[] = [];
  const waiting = new Map<string, { told: Told; names: string[] }>();
  const inRoom = session.participants.filter((participant) => participant.events('joined').length > 0).length;
  for (const participant of session.participants) {
    if (done.has(participant.name)) continue;
    const told = standstill(participant, inRoom);
    if (!told) continue;
    const entry = waiting.get(told.id) ?? { told, names: [] };
    entry.names.push(participant.name);
    waiting.set(told.id, entry);
  }
  for (const { told, names } of waiting.values()) {
    const evidence = Object.fromEntries(names.map((name) => [name, progressOf(session.participant(name)!)]));
    found.push(explain(told, names, session, evidence));
  }
  return found;
}

function standstill(participant: Witness, inRoom: number): Told | null {
  const had = (name: string) => participant.events(name).length > 0;
  const transport =
    participant.events('signaling').at(-1)?.detail.transport === 'bosh' ? 'BOSH' : 'WebSocket';
  if (!had('connected'))
    return { id: 'signaling-failed', text: `no connection to the signaling server (XMPP) over ${transport}` };
  if (!had('joined'))
    return { id: 'join-timeout', text: 'connected, but the room does not let them in (no answer)' };
  const last = participant.samples.at(-1);
  if (!last || last.peers.length === 0) {
    // Whoever is alone in a room is offered no session: it is the others who have something to explain.
    if (inRoom < 2) return null;
    return {
      id: 'bridge-unavailable',
      text: 'in the room, but jicofo offers no media session (no videobridge to offer?)',
      where: 'bridge',
    };
  }
  if (last.p2pActive ? !connected(participant, true) : !connected(participant, false)) {
    const said = (key: string) => participant.timeline.some(({ detail }) => detail[key] === 'connected');
    if (said('connection')) {
      return { id: 'media-connection-lost', text: 'the media connection broke off', where: 'unknown' };
    }
    return said('ice')
      ? {
          id: 'dtls-failed',
          text: 'a way for media was found (ICE), but its encryption is not agreed on (DTLS; packets lost on the way?)',
          where: 'unknown',
        }
      : {
          id: 'ice-failed',
          text: 'no media connection to the bridge (ICE finds no way: UDP and TURN blocked or down?)',
          where: 'unknown',
        };
  }
  if (!last.p2pActive && !channelOpen(participant)) {
    return {
      id: 'bridge-channel-closed',
      text: 'media is connected, but the bridge channel (colibri WebSocket or SCTP) is not open, so nobody is told of any stream',
      where: 'signaling',
    };
  }
  return null;
}

function progressOf(participant: Witness): Evidence {
  const last = participant.samples.at(-1);
  return {
    peers: last?.peers ?? [],
    events: participant.timeline.slice(-12).map(({ name, detail }) => ({ name, ...detail })),
  };
}
