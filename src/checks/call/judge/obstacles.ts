/** Why participants are not in a call: what the deployment reported to them, or how far they got. */
import type { Found, Where } from '../../check.ts';
import type { BridgeChannel, CallCause, joinCauses } from '../causes.ts';
import { type CallFacts, eventsOf } from '../observe/facts.ts';
import { accountRefusals, type RefusedAccount } from './accounts.ts';
import { appTrouble, embedTrouble } from './app.ts';
import { channelOpen, connected, type Witness } from './diagnosis.ts';
import { offerTo } from './offered.ts';

/** What is read of a call that was not established. */
export interface Attempt {
  readonly participants: readonly Witness[];
  readonly refusals: CallFacts['refusals'];
  readonly login?: CallFacts['login'];
}

type OutCause = Extract<CallCause, { readonly id: keyof typeof joinCauses }>;
type Carried<Cause> = Cause extends OutCause
  ? Omit<Cause, 'participants' | 'everybody' | 'step' | 'moment' | 'againIn'>
  : never;
/** Why somebody is out, without who that is. */
type Reason = Carried<OutCause> & { readonly where?: Where };

/** What a signaling connection broke with, before it is known whether it ever was one, and over what. */
type Reported =
  | Exclude<Reason, { readonly id: 'signaling-failed' | 'signaling-lost' }>
  | { readonly id: 'signaling'; readonly how: 'error' | 'none' | 'dropped' | 'moved' };

/** What lib-jitsi-meet's errors mean; source: lib-jitsi-meet, JitsiConnectionErrors.ts and JitsiConferenceErrors.ts. */
const ERRORS: Readonly<Record<string, Reported>> = {
  'connection.passwordRequired': { id: 'password-required', asks: 'guests' },
  'connection.conferenceRequestFailed': { id: 'conference-request-failed' },
  'connection.notLiveError': { id: 'conference-not-live' },
  'connection.redirected': { id: 'visitors-only' },
  'connection.serverError': { id: 'signaling', how: 'error' },
  'connection.otherError': { id: 'signaling', how: 'none' },
  'connection.droppedError': { id: 'signaling', how: 'dropped' },
  'connection.shardChangedError': { id: 'signaling', how: 'moved' },
  'conference.iceFailed': { id: 'ice-failed', how: 'reported', where: 'unknown' },
  'conference.focusLeft': { id: 'focus-left', how: 'left' },
  'conference.focusDisconnected': { id: 'focus-left', how: 'disconnected' },
  'conference.videobridgeNotAvailable': { id: 'bridge-unavailable', how: 'none', where: 'bridge' },
  'conference.offerAnswerFailed': { id: 'negotiation-failed' },
  'conference.passwordRequired': { id: 'room-locked' },
  'conference.connectionError.membersOnly': { id: 'lobby' },
  'conference.authenticationRequired': { id: 'password-required', asks: 'hosts' },
  'conference.max_users': { id: 'room-full' },
  'conference.connectionError.notAllowed': { id: 'not-allowed' },
  'conference.reservationError': { id: 'reservation-failed' },
  'conference.gracefulShutdown': { id: 'bridge-unavailable', how: 'shutting-down', where: 'bridge' },
  'conference.destroyed': { id: 'room-destroyed' },
};

/** A finding about participants who are out of the call. */
export interface Explained {
  readonly finding: Found<'call'>;
  /** Their streams need no finding of their own. */
  readonly participants: readonly string[];
}

/** @param evidence what was reported, or how far each of them got: for people alone, so no schema lists it. */
function explain(
  { where = 'signaling', ...reason }: Reason,
  names: readonly string[],
  { participants: all }: Attempt,
  evidence: Readonly<Record<string, unknown>>,
): Explained {
  const everybody = names.length === all.length;
  const cause = { ...evidence, ...reason, participants: names, everybody };
  return { finding: { cause, outcome: 'fail', where }, participants: names };
}

/** Gathers participants by what is the matter with them; the first one's reason and evidence stand for all. */
class ByReason {
  readonly #found = new Map<string, { reason: Reason; names: string[]; first: unknown }>();

  add(reason: Reason, name: string, evidence: unknown): void {
    const known = this.#found.get(reason.id) ?? { reason, names: [], first: evidence };
    if (!known.names.includes(name)) known.names.push(name);
    this.#found.set(reason.id, known);
  }

  get all() {
    return [...this.#found.values()];
  }
}

/** What the deployment reported to participants, one finding for each thing. */
export function refusals(attempt: Attempt): Explained[] {
  const found = new ByReason();
  const { accounts, others } = accountRefusals(attempt.refusals, attempt.login ?? null, Date.now());
  for (const { participant, detail } of others) {
    const error = String(detail.error);
    const reported = detail.stage === 'page' ? undefined : ERRORS[error];
    const reason: Reason =
      reported === undefined
        ? { id: 'call-failed', error }
        : reported.id === 'signaling'
          ? signaling(attempt, participant, reported.how)
          : reported;
    found.add(reason, participant, detail);
  }
  return [
    ...refusedAccounts(accounts),
    ...found.all.map(({ reason, names, first }) =>
      explain(
        withDetails(reason, names, attempt),
        names.sort(),
        attempt,
        first as Readonly<Record<string, unknown>>,
      ),
    ),
  ];
}

/** One finding for each thing that is the matter with accounts; the first one's figures stand for all. */
function refusedAccounts(accounts: readonly RefusedAccount[]): Explained[] {
  const byId = Map.groupBy(accounts, ({ cause }) => cause.id);
  return [...byId.values()].map((same) => {
    const participants = [...new Set(same.map(({ participant }) => participant))].sort();
    const { cause } = same[0]!;
    return {
      finding: { cause: { ...cause, participants }, outcome: 'fail', where: 'signaling' },
      participants,
    };
  });
}

/** What those who are out say of the reason beside that it is one. */
function withDetails(reason: Reason, names: readonly string[], { participants }: Attempt): Reason {
  const concerned = participants.filter(({ name }) => names.includes(name));
  if (reason.id === 'ice-failed') return { ...reason, offered: offerTo(concerned) };
  if (reason.id === 'bridge-channel-closed') return { ...reason, channel: channelOf(concerned) };
  if (reason.id === 'conference-request-failed')
    return { ...reason, ...refusalOf(concerned, 'conference-request') };
  if (reason.id === 'signaling-failed') return { ...reason, ...refusalOf(concerned, reason.transport) };
  return reason;
}

/** The bridge channel's WebSocket, as browsers last reported it; null where none was opened, or they do not report. */
function channelOf(participants: readonly Witness[]): BridgeChannel | null {
  const last = participants.flatMap((each) => eventsOf(each, 'bridge-socket').at(-1) ?? [])[0];
  if (!last) return null;
  const { url, status, error } = last.detail;
  return {
    url: String(url),
    status: typeof status === 'number' ? status : null,
    error: typeof error === 'string' ? error : null,
  };
}

/** The status with which a server answered what failed. Browsers other than Chromium do not report it. */
function refusalOf(
  participants: readonly Witness[],
  of: 'websocket' | 'bosh' | 'conference-request',
): { status?: number } {
  const refusals = participants.flatMap((each) => eventsOf(each, 'server-refused'));
  const status = Number(refusals.findLast(({ detail }) => detail.of === of)?.detail.status);
  return Number.isInteger(status) ? { status } : {};
}

type Signaling = Extract<Reported, { readonly id: 'signaling' }>;

/** A signaling connection that broke is another thing than one that never was. */
function signaling({ participants }: Attempt, name: string, how: Signaling['how']): Reason {
  const participant = participants.find((each) => each.name === name);
  const transport = transportOf(participant);
  return participant && eventsOf(participant, 'connected').length > 0
    ? { id: 'signaling-lost', transport }
    : { id: 'signaling-failed', how, transport };
}

function transportOf(participant: Witness | undefined): 'bosh' | 'websocket' {
  const last = participant && eventsOf(participant, 'signaling').at(-1);
  return last?.detail.transport === 'bosh' ? 'bosh' : 'websocket';
}

/** For those to whom nothing was reported: how far they came until the deadline. */
export function standstills(attempt: Attempt, except: readonly Explained[]): Explained[] {
  const done = new Set(except.flatMap(({ participants }) => participants));
  const found = new ByReason();
  const inRoom = attempt.participants.filter((each) => eventsOf(each, 'joined').length > 0).length;
  for (const participant of attempt.participants) {
    if (done.has(participant.name)) continue;
    const reason = standstill(participant, inRoom, attempt.participants);
    if (reason) found.add(reason, participant.name, null);
  }
  return found.all.map(({ reason, names }) => {
    const waiting = attempt.participants.filter(({ name }) => names.includes(name));
    const evidence = Object.fromEntries(waiting.map((each) => [each.name, progressOf(each)]));
    return explain(withDetails(reason, names, attempt), names, attempt, evidence);
  });
}

function standstill(participant: Witness, inRoom: number, all: readonly Witness[]): Reason | null {
  const had = (name: string) => eventsOf(participant, name).length > 0;
  const app = embedTrouble(participant) ?? appTrouble(participant);
  if (app) return app;
  if (!had('connected')) return { id: 'signaling-failed', how: 'none', transport: transportOf(participant) };
  if (!had('joined')) {
    const waited = eventsOf(participant, 'waiting').at(-1);
    if (!waited) return { id: 'join-timeout' };
    const noticed = all.some((each) =>
      eventsOf(each, 'knocked').some(({ detail }) => detail.name === participant.name),
    );
    return waited.detail.for === 'host' ? { id: 'host-missing' } : { id: 'lobby-not-admitted', noticed };
  }
  const last = participant.samples.at(-1);
  if (!last || last.peers.length === 0) {
    // Who is in a room is known from prosody alone: neither jicofo nor a bridge has a part in it.
    if (inRoom > 1 && !had('user-joined')) return { id: 'room-split' };
    // Whoever is alone in a room is offered no session: it is the others who have something to explain.
    return inRoom < 2 ? null : { id: 'bridge-unavailable', how: 'no-session', where: 'bridge' };
  }
  if (!connected(participant, last.p2pActive)) return unconnected(participant);
  return !last.p2pActive && !channelOpen(participant) ? { id: 'bridge-channel-closed' } : null;
}

/** How far a media connection got that is not there. */
function unconnected({ timeline }: Witness): Reason {
  const was = (key: string) => timeline.some(({ detail }) => detail[key] === 'connected');
  if (was('connection')) return { id: 'media-connection-lost', where: 'unknown' };
  return was('ice')
    ? { id: 'dtls-failed', where: 'unknown' }
    : { id: 'ice-failed', how: 'no-path', where: 'unknown' };
}

function progressOf({ samples, timeline }: Witness) {
  return {
    peers: samples.at(-1)?.peers ?? [],
    events: timeline.slice(-12).map(({ name, detail }) => ({ name, ...detail })),
  };
}
