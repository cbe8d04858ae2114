/**
 * The bridge, without a browser: two participants who send nothing meet in the room, so that jicofo offers them media (it waits
 * for two: `jicofo.conference.min-participants`), and the bridge's addresses in that offer are asked as a browser asks them.
 */

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { OutOfTime, within } from '../../base/deadline.ts';
import { hostPort } from '../../net/host-port.ts';
import { PrivateTarget } from '../../net/lookups.ts';
import type { XmppTransport } from '../deployment.ts';
import type { SignalingCause } from './causes.ts';
import { asExpected, explained, failureWith, findEnded } from './inspection.ts';
import { connectAgain, type Joining, type LoggedIn, type Streams } from './joining.ts';
import { ProtocolError, type Reason } from './reasons.ts';
import type { Skipped } from './remarks.ts';
import { checkCandidate } from './turn/client.ts';
import { type Candidate, Occupant, type Offer } from './xmpp/occupant.ts';
import type { XmppSession } from './xmpp/session.ts';

/** Number of addresses per family that are asked. */
const MAX_ASKED = 4;
/**
 * The second login, and the offer: jicofo asks the bridge first. A bridge that has just started took 8 s for its first; twice as long is a
 * finding, as it is in a call.
 */
const IN_A_ROW = 4;
/** How long the second offer is waited for once there is one: jicofo logs an error where nobody takes it. */
const SECOND_MS = 300;
const FAMILIES = [4, 6] as const;
type Family = (typeof FAMILIES)[number];
/** What says that this machine has no address of a family: nothing is known of the bridge. */
const NO_OWN_ADDRESS = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];

/**
 * What a room answers that keeps us out on purpose, and not everybody (XEP-0045 7.2): a lobby, a password, a ban, a limit of
 * participants, a name that is taken; Jitsi's rooms with a lobby want a name (`not-acceptable`).
 */
const KEEPS_OUT = [
  'registration-required',
  'not-authorized',
  'forbidden',
  'service-unavailable',
  'conflict',
  'not-acceptable',
];

/** What says that the host of rooms is not served, which jicofo would have met before us. */
const NOT_SERVED = ['remote-server-not-found', 'remote-server-timeout', 'item-not-found'];

/** Whether a room refuses everybody who comes into it as guests do. */
function refusesAll(why: Reason): boolean {
  if (why.kind !== 'stanza-error' || /remote domains/i.test(why.text ?? '')) return false;
  return !KEEPS_OUT.includes(why.condition) && !NOT_SERVED.includes(why.condition);
}

/** What the bridge is looked at with. */
export interface Beside {
  readonly loggedIn: Promise<LoggedIn>;
  /** Whether jicofo has made the room ready. */
  readonly conference: Promise<boolean>;
  /** The TURN servers, once they were tried. */
  readonly relays: Promise<unknown>;
  readonly streams: Streams;
  /** Is called once jicofo has offered media: nothing more is asked over the stream then. */
  readonly offered: () => void;
}

/** What became of one family. */
type Answered =
  | { readonly kind: 'works' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'silent'; readonly asked: readonly Candidate[]; readonly why: Reason };

/** Joins, asks the addresses that are offered, and leaves. */
export async function tryBridge(joining: Joining, beside: Beside): Promise<void> {
  const { options, inspection } = joining;
  if (!options.bridge) {
    inspection.skip('bridge', 'not-wanted');
    return;
  }
  const second = logInAtOnce(joining, beside.streams);
  const { session, nobody } = await beside.loggedIn;
  if (!session) {
    inspection.skip('bridge', nobody);
    return;
  }
  const again = (transport: XmppTransport) =>
    second?.transport === transport ? second.session : connectAgain(joining, transport, beside.streams);
  const occupants: Occupant[] = [];
  try {
    const offer = await offered(joining, session, { conference: beside.conference, again, occupants });
    if (!offer) return;
    beside.offered();
    const taken = Promise.allSettled(occupants.map((each) => each.offer));
    const both = within(SECOND_MS, joining.context.signal, () => taken).catch(() => {});
    await tryOffer(joining, offer, beside.relays);
    await both;
  } finally {
    for (const occupant of occupants) occupant.leave();
  }
}

/** A login of somebody else over the transport that is likely to be the first one's, which need not be waited for. */
function logInAtOnce(
  joining: Joining,
  streams: Streams,
): { readonly transport: XmppTransport; readonly session: Promise<XmppSession> } | null {
  const transport = joining.deployment.used;
  if (transport === null) return null;
  const session = connectAgain(joining, transport, streams);
  // Whoever waits for it hears of it; where nobody logs in, nobody does.
  session.catch(() => {});
  return { transport, session };
}

interface Meeting extends Pick<Beside, 'conference'> {
  /** Logs in once more, over this transport. */
  readonly again: (transport: XmppTransport) => Promise<XmppSession>;
  /** Those who are in the room, for whoever has to take them out of it. */
  readonly occupants: Occupant[];
}

/** Jicofo's offer; null, and reported, where there is none. */
async function offered(
  joining: Joining,
  session: XmppSession,
  { conference, again: logInAgain, occupants }: Meeting,
): Promise<Offer | null> {
  const { deployment, room, options, context, inspection, web } = joining;
  const target = `${room}@${deployment.muc}`;
  const start = performance.now();
  try {
    return await within(IN_A_ROW * options.timeout, context.signal, async (signal) => {
      const again = logInAgain(session.transport);
      again.catch(() => {});
      if (!(await conference)) {
        inspection.skip('bridge', 'no-conference');
        return null;
      }
      const join = (one: XmppSession): Occupant => {
        // The time is over: nobody would leave the room again.
        signal.throwIfAborted();
        const occupant = new Occupant(one, target);
        occupants.push(occupant);
        return occupant;
      };
      const first = join(session);
      const second = join(await again);
      await Promise.all([first.joined, second.joined]);
      const offer = await Promise.race([
        first.offer,
        second.offer,
        ...[first, second].map(({ bridgeless }) => bridgeless.then(() => null)),
      ]);
      inspection.learn(first.focus ?? second.focus);
      const ms = performance.now() - start;
      if (offer) {
        const candidates = offer.candidates.map(({ address, port, protocol, type }) => ({
          ...{ address, port, protocol, type },
        }));
        inspection.part('bridge', { target, ok: true, ms, remark: { kind: 'offer', candidates } });
      } else unavailable(joining, 'none', ms);
      return offer;
    });
  } catch (cause) {
    context.signal.throwIfAborted();
    if (cause instanceof OutOfTime && occupants.length > 0) findNoOffer(joining, occupants);
    else {
      // A room that lets guests not in (a lobby, a password, a limit): a call says what it is.
      const host =
        cause instanceof ProtocolError
          ? deployment.muc
          : new URL(deployment.websocket ?? deployment.bosh!).host;
      const { why } = failureWith(host, cause, { deadlineMs: options.timeout, lookups: web.lookups });
      if (!findEnded(inspection, session, why) && refusesAll(why)) {
        const cause = { id: 'room-refused', muc: deployment.muc, ...explained(why) } as const;
        inspection.find({ cause, outcome: asExpected(options.expect.guests, 'pass'), where: 'signaling' });
      }
      inspection.part('bridge', { target, ok: null, remark: { kind: 'failed', why } });
    }
    return null;
  }
}

/** The time was over before there was an offer. */
function findNoOffer(joining: Joining, occupants: readonly Occupant[]): void {
  const { inspection, options } = joining;
  const [first, second] = occupants;
  if (!first?.inside || !second?.inside) inspection.skip('bridge', 'no-second-occupant');
  else if (!first.seen.has(second.nick) && !second.seen.has(first.nick)) {
    const cause = { id: 'room-split' } as const;
    inspection.part('bridge', { ok: false, remark: { kind: 'finding', cause } });
    inspection.find({ cause, outcome: 'fail', where: 'signaling' });
  } else unavailable(joining, 'no-session', IN_A_ROW * options.timeout);
}

function unavailable({ inspection }: Joining, how: 'none' | 'no-session', waitedMs: number): void {
  const cause = { id: 'bridge-unavailable', how, waitedMs: Math.round(waitedMs) } as const;
  inspection.part('bridge', { ok: false, remark: { kind: 'finding', cause } });
  // That jicofo has none is its own word; that it offers none to two may be its configuration.
  inspection.find({ cause, outcome: how === 'none' ? 'fail' : 'degraded', where: 'bridge' });
}

/** What asking addresses takes. */
interface Asking extends Pick<Joining, 'options' | 'inspection' | 'web'> {
  readonly context: Pick<Joining['context'], 'signal'>;
}

/** Asks the addresses of an offer, each family by itself. */
export async function tryOffer(joining: Asking, offer: Offer, relays: Promise<unknown>): Promise<void> {
  const { options, inspection } = joining;
  const udp = offer.candidates.filter(({ protocol, type }) => protocol === 'udp' && type !== 'relay');
  const of = (family: Family) => udp.filter(({ address }) => isIP(address) === family);
  const wanted = FAMILIES.filter((family) => options.family === 'any' || options.family === family);
  const answered = new Map<Family, Answered>();
  await Promise.all(
    wanted.map(async (family) => answered.set(family, await tryFamily(joining, offer, family, of(family)))),
  );
  // Whether media has another path is known once TURN was tried.
  await relays.catch(() => {});
  const relayed = inspection.parts.some(
    ({ name, ok }) => name.startsWith('turn-') && name !== 'turn-credentials' && ok === true,
  );
  const outcome = relayed ? 'degraded' : 'fail';
  if (udp.length === 0) {
    inspection.find({ cause: { id: 'bridge-address-missing', relayed }, outcome, where: 'bridge' });
    return;
  }
  if (udp.every(({ address }) => !mayBeAsked(joining, address))) {
    const addresses = udp.map(({ address, port }) => ({ address, port }));
    inspection.find({
      cause: { id: 'bridge-address-private', addresses, relayed },
      outcome,
      where: 'bridge',
    });
    return;
  }
  const works = [...answered.values()].some(({ kind }) => kind === 'works');
  for (const [family, result] of answered) {
    if (result.kind !== 'silent') continue;
    const cause: SignalingCause = {
      id: 'bridge-unreachable',
      family,
      addresses: result.asked.map(({ address, port }) => ({ address, port })),
      relayed,
      otherFamily: works,
      ...explained(result.why),
    };
    inspection.find({ cause, outcome: works ? 'degraded' : outcome, where: 'unknown' });
  }
}

async function tryFamily(
  joining: Asking,
  offer: Offer,
  family: Family,
  candidates: readonly Candidate[],
): Promise<Answered> {
  const { options, context, inspection, web } = joining;
  const name = `bridge-ipv${family}` as const;
  const skip = (because: Skipped): Answered => {
    inspection.skip(name, because);
    return { kind: 'unknown' };
  };
  if (candidates.length === 0) return skip('no-udp');
  const asked = candidates.filter(({ address }) => mayBeAsked(joining, address)).slice(0, MAX_ASKED);
  if (asked.length === 0) return skip('private-only');
  const target = hostPort({ host: asked[0]!.address, port: asked[0]!.port });
  const localUfrag = randomBytes(4).toString('hex');
  const start = performance.now();
  try {
    const { candidate, roundTripMs } = await within(options.timeout, context.signal, (signal) =>
      Promise.any(
        asked.map(async (one) => ({
          candidate: one,
          roundTripMs: await checkCandidate(
            one,
            { remoteUfrag: offer.ufrag, localUfrag, password: offer.password },
            { insecure: false, lookup: web.lookups.lookup, signal },
          ),
        })),
      ),
    );
    inspection.part(name, {
      target: hostPort({ host: candidate.address, port: candidate.port }),
      ok: true,
      ms: performance.now() - start,
      remark: { kind: 'bridge', roundTripMs: Math.max(1, Math.round(roundTripMs)) },
    });
    return { kind: 'works' };
  } catch (cause) {
    context.signal.throwIfAborted();
    const first = cause instanceof AggregateError ? (cause.errors[0] as Error) : cause;
    if (NO_OWN_ADDRESS.includes(String((first as NodeJS.ErrnoException).code))) return skip('no-own-address');
    const failed = failureWith(target, first, { deadlineMs: options.timeout, lookups: web.lookups });
    inspection.broken(name, target, failed);
    return failed.own ? { kind: 'unknown' } : { kind: 'silent', asked, why: failed.why };
  }
}

/** Whether that address is asked: a private one of a public deployment leads elsewhere from here. */
function mayBeAsked({ web }: Asking, address: string): boolean {
  try {
    web.lookups.check(address);
    return true;
  } catch (cause) {
    if (cause instanceof PrivateTarget) return false;
    throw cause;
  }
}
