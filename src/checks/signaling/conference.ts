/** The conference request: whether jicofo gives out the room. */
import { within } from '../../base/deadline.ts';
import { withRoom } from '../deployment.ts';
import { NotAnswered } from '../web/client.ts';
import { asExpected, explained, failureWith, findEnded, signalingFail } from './inspection.ts';
import { type Joining, type LoggedIn, passwordRequired } from './joining.ts';
import type { Reason } from './reasons.ts';
import type { Remark } from './remarks.ts';
import { type ConferenceAnswer, requestOverHttp, requestOverXmpp } from './xmpp/conference.ts';
import { StanzaError } from './xmpp/session.ts';
import { NS } from './xmpp/stream.ts';

/**
 * Asks jicofo for the room: over HTTP where `config.js` names an address, at once; otherwise over XMPP, once
 * somebody is logged in. Whether it is ready.
 */
export async function requestConference(joining: Joining, loggedIn: Promise<LoggedIn>): Promise<boolean> {
  const { deployment, room, web, options, context, inspection } = joining;
  const url = deployment.conferenceRequestUrl;
  const target = url ?? deployment.focus;
  const session = url === null ? await loggedIn : null;
  if (session && !session.session) {
    inspection.skip('conference-request', session.nobody);
    return false;
  }
  const roomJid = `${room}@${deployment.muc}`;
  const start = performance.now();
  const { credentials } = joining;
  const token = credentials?.kind === 'token' ? credentials.token : null;
  const asked = { focus: deployment.focus, room: roomJid, token };
  const ask = async (signal: AbortSignal): Promise<ConferenceAnswer> => {
    const again = { ms: options.timeout, signal };
    if (url === null) return requestOverXmpp(session!.session!, asked, again);
    const http = { web, url: withRoom(url, room), origin: deployment.origin, token };
    const answer = await requestOverHttp(http, roomJid, again);
    // Jicofo knows users by their XMPP address: whoever has an account asks over XMPP then, as the web app does.
    const user = answer.kind === 'not-authorized' && credentials?.kind === 'password' ? await loggedIn : null;
    return user?.session ? requestOverXmpp(user.session, asked, again) : answer;
  };
  try {
    const answer = await within(options.timeout, context.signal, ask);
    const ms = performance.now() - start;
    const over = url === null ? 'XMPP' : 'HTTP';
    const remark: Remark =
      answer.kind === 'failed'
        ? { kind: 'failed', why: answer.why }
        : { kind: 'conference', answer: answer.kind, over };
    inspection.part('conference-request', { target, ok: answer.kind === 'ready', ms, remark });
    await findConference(joining, answer, loggedIn);
    return answer.kind === 'ready';
  } catch (cause) {
    context.signal.throwIfAborted();
    const host = url === null ? new URL(deployment.websocket ?? deployment.bosh!).host : new URL(url).host;
    const failed = failureWith(host, reasonOf(cause), { deadlineMs: options.timeout, lookups: web.lookups });
    inspection.broken('conference-request', target, failed);
    const ended = session?.session && findEnded(inspection, session.session, failed.why);
    if (!failed.own && !ended) await findConference(joining, { kind: 'failed', why: failed.why }, loggedIn);
    return false;
  }
}

const reasonOf = (cause: unknown): unknown => (cause instanceof NotAnswered ? cause.cause : cause);

async function findConference(
  joining: Joining,
  answer: ConferenceAnswer,
  loggedIn: Promise<LoggedIn>,
): Promise<void> {
  const { inspection, deployment } = joining;
  if (answer.kind === 'not-authorized') {
    inspection.find(passwordRequired(joining, null, null));
  }
  if (answer.kind === 'visitors-only' || answer.kind === 'not-live') {
    const id = answer.kind === 'not-live' ? 'conference-not-live' : answer.kind;
    const account = joining.credentials !== null;
    const outcome = account ? 'fail' : asExpected(joining.options.expect.guests, 'pass');
    inspection.find({ cause: { id, account }, outcome, where: 'signaling' });
  }
  if (answer.kind !== 'failed') return;
  await loggedIn;
  // Jicofo itself needs the signaling server: without that, its silence says nothing more.
  if (inspection.findings.some(({ cause }) => cause.id === 'signaling-failed')) return;
  const unserved = await whyNoRooms(joining, loggedIn);
  inspection.find(
    signalingFail(
      unserved
        ? { id: 'muc-unknown', muc: deployment.muc, ...explained(unserved) }
        : { id: 'conference-request-failed', ...explained(answer.why) },
    ),
  );
}

/** What an XMPP server says of a host of rooms that it does not serve (RFC 6120 8.3.3). */
const NOT_SERVED = [
  'item-not-found',
  'remote-server-not-found',
  'remote-server-timeout',
  'service-unavailable',
  'not-allowed',
];

/**
 * Why the host that `config.js` sends rooms to is none of the XMPP server's (XEP-0030); null where it is one, or where
 * nobody could ask. Asked where jicofo refused a room alone: on its own it says too little.
 */
async function whyNoRooms(
  { deployment, options, context }: Joining,
  loggedIn: Promise<LoggedIn>,
): Promise<Reason | null> {
  const { session } = await loggedIn;
  if (!session) return null;
  try {
    await within(options.timeout, context.signal, () =>
      session.ask('get', deployment.muc, `<query xmlns="${NS.disco}"/>`),
    );
    return null;
  } catch (cause) {
    context.signal.throwIfAborted();
    if (!(cause instanceof StanzaError) || !NOT_SERVED.includes(cause.said.condition)) return null;
    return { kind: 'stanza-error', from: deployment.muc, ...cause.said };
  }
}
