/** Joining as far as there is no media: WebSocket and BOSH, and the login. */
import { within } from '../../base/deadline.ts';
import { type Credentials, jidOf } from '../accounts/credentials.ts';
import { refusedAccount } from '../accounts/refusal.ts';
import type { Found } from '../check.ts';
import { type Deployment, serviceFor, type XmppTransport } from '../deployment.ts';
import type { SignalingCause } from './causes.ts';
import type { Front } from './front.ts';
import { asExpected, explained, failureWith, type PartFailure, signalingFail } from './inspection.ts';
import type { Reason } from './reasons.ts';
import type { Skipped } from './remarks.ts';
import type { PartName } from './result.ts';
import { openBosh } from './xmpp/bosh.ts';
import {
  AccountNotOffered,
  AccountRefused,
  GuestsRefused,
  type LoginAs,
  XmppSession,
} from './xmpp/session.ts';
import { StreamError, type XmppStream } from './xmpp/stream.ts';
import { askVersion } from './xmpp/version.ts';
import { openWebSocket } from './xmpp/websocket.ts';

const TRANSPORTS: readonly XmppTransport[] = ['websocket', 'bosh'];

/** A transport to the XMPP server: open, failed, or not offered. */
type TransportState =
  | { readonly stream: XmppStream }
  | { readonly failed: PartFailure }
  | { readonly offered: false };

/** What a run is about, beside what its front is. */
export interface Joining extends Front {
  readonly deployment: Deployment;
  /** With what it is logged in; null: as a guest. */
  readonly credentials: Credentials | null;
}

/** Somebody who is logged in, or why there is nobody. */
export interface LoggedIn {
  readonly session: XmppSession | null;
  /** Why there is nobody, for the parts that would have needed somebody. */
  readonly nobody: Skipped;
}

/** All that is open and has to be closed, whatever happens. */
export class Streams {
  readonly #open: XmppStream[] = [];
  #closed = false;

  add(stream: XmppStream): XmppStream {
    this.#open.push(stream);
    // It came too late for those who close the others.
    if (this.#closed) void stream.close().catch(() => {});
    return stream;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#open.map((stream) => stream.close()));
  }
}

/** Opens a stream over each transport that is offered, and logs in over the one that browsers use. */
export async function connect(joining: Joining, streams: Streams): Promise<LoggedIn> {
  const states = {
    websocket: openTransport(joining, 'websocket', streams),
    bosh: openTransport(joining, 'bosh', streams),
  };
  const { used } = joining.deployment;
  const order = used === 'bosh' ? TRANSPORTS.toReversed() : TRANSPORTS;
  const loggedIn = (async () => {
    for (const transport of order) {
      const state = await states[transport];
      if ('stream' in state) return logIn(joining, state.stream);
    }
    return nobody(joining);
  })();
  const [websocket, bosh, session] = await Promise.all([states.websocket, states.bosh, loggedIn]);
  findTransports(joining, { websocket, bosh });
  return session;
}

/** Nobody is logged in, because nobody could try. */
function nobody({ inspection }: Joining): LoggedIn {
  inspection.skip('login', 'no-signaling');
  return { session: null, nobody: 'no-signaling' };
}

async function openTransport(
  joining: Joining,
  transport: XmppTransport,
  streams: Streams,
): Promise<TransportState> {
  const { deployment, web, options, context, inspection } = joining;
  const url = deployment[transport];
  if (url === null) {
    inspection.skip(transport, 'not-in-config');
    return { offered: false };
  }
  const start = performance.now();
  try {
    // Browsers refuse it before anything is sent (mixed content).
    if (deployment.origin.startsWith('https:') && /^(ws|http):/.test(url)) {
      throw new StreamError({ kind: 'mixed-content', url });
    }
    const stream = await openStream(joining, transport, url, streams);
    inspection.part(transport, {
      target: url,
      ok: true,
      ms: performance.now() - start,
      remark: { kind: 'stream' },
    });
    return { stream };
  } catch (cause) {
    context.signal.throwIfAborted();
    const failed = failureWith(new URL(url).host, cause, {
      deadlineMs: options.timeout,
      lookups: web.lookups,
    });
    inspection.broken(transport, url, failed);
    return { failed };
  }
}

/** A stream to the XMPP server, as far as its features. @throws {StreamError}, or the error of the connection */
async function openStream(
  joining: Joining,
  transport: XmppTransport,
  url: string,
  streams: Streams,
): Promise<XmppStream> {
  const { deployment, room, web, options, context, credentials } = joining;
  const service = serviceFor(deployment, transport, room) ?? url;
  const opening = {
    url: credentials?.kind === 'token' ? withToken(service, credentials.token) : service,
    domain: loginDomain(joining),
    origin: deployment.origin,
    web,
  };
  const open = transport === 'websocket' ? openWebSocket : openBosh;
  return streams.add(await within(options.timeout, context.signal, (signal) => open(opening, signal)));
}

/** A second participant beside the one who is logged in, over the same transport. @throws as a login does */
export async function connectAgain(
  joining: Joining,
  transport: XmppTransport,
  streams: Streams,
): Promise<XmppSession> {
  const stream = await openStream(joining, transport, joining.deployment[transport]!, streams);
  return XmppSession.login(stream, loginAs(joining, stream));
}

/** Findings on the two transports; where none works, one for both. */
function findTransports(
  { deployment, options, inspection }: Joining,
  states: Readonly<Record<XmppTransport, TransportState>>,
): void {
  const why: Partial<Record<XmppTransport, Reason>> = {};
  for (const transport of TRANSPORTS) {
    const state = states[transport];
    if ('failed' in state && !state.failed.own) why[transport] = state.failed.why;
  }
  const works = TRANSPORTS.some((transport) => 'stream' in states[transport]);
  const unknown = TRANSPORTS.some((transport) => {
    const state = states[transport];
    return 'failed' in state && state.failed.own !== null;
  });
  if (Object.keys(why).length > 0 && !works && !unknown) {
    const { websocket, bosh } = why;
    inspection.find(
      signalingFail({
        id: 'signaling-failed',
        ...(websocket && { websocket: explained(websocket).reason }),
        ...(bosh && { bosh: explained(bosh).reason }),
        why,
      }),
    );
  } else {
    for (const transport of TRANSPORTS) {
      const failed = why[transport];
      if (failed) inspection.find(transportFailed(transport, failed, deployment, options.expect[transport]));
    }
  }
  for (const transport of TRANSPORTS) {
    const expected = options.expect[transport];
    if (!('offered' in states[transport])) continue;
    const cause = { id: `${transport}-not-offered`, expected } as const;
    inspection.find({ cause, outcome: asExpected(expected, 'pass'), where: 'signaling' });
  }
}

function transportFailed(
  transport: XmppTransport,
  why: Reason,
  deployment: Deployment,
  expected: 'optional' | 'required',
): Found<'signaling'> {
  const used = transport === deployment.used;
  // Whoever writes `preferBosh` has decided against the WebSocket: it is missed by nobody.
  const unused = transport === 'websocket' ? 'pass' : 'degraded';
  return {
    // The union has more members than the compiler tries for an id that is one of two.
    cause: { id: `${transport}-failed`, ...explained(why), used } as SignalingCause,
    outcome: used ? 'fail' : asExpected(expected, unused),
    where: 'signaling',
  };
}

async function logIn(joining: Joining, stream: XmppStream): Promise<LoggedIn> {
  const { options, context, inspection } = joining;
  const target = loginDomain(joining);
  const start = performance.now();
  const as = loginAs(joining, stream);
  const account = as.kind === 'guest' ? {} : { as: as.kind };
  try {
    const session = await within(options.timeout, context.signal, () => XmppSession.login(stream, as));
    inspection.part('login', {
      target,
      ok: true,
      ms: performance.now() - start,
      remark: { kind: 'login', transport: stream.transport, ...account },
    });
    return { session, nobody: 'nobody-logged-in' };
  } catch (cause) {
    context.signal.throwIfAborted();
    const failed = failureOver(joining, stream.transport, cause);
    inspection.broken('login', target, failed);
    if (cause instanceof GuestsRefused) inspection.find(passwordRequired(joining, target, failed.why));
    else if (cause instanceof AccountRefused) inspection.find(accountRefused(joining, target, cause.said));
    else if (cause instanceof AccountNotOffered) {
      const by = as.kind === 'jwt' ? 'jwt' : 'user';
      inspection.find(signalingFail({ id: 'account-not-offered', domain: target, by }));
    } else if (!failed.own) {
      inspection.find(
        signalingFail({ id: 'login-failed', domain: target, ...explained(failed.why), ...account }),
      );
    }
    return { session: null, nobody: 'nobody-logged-in' };
  }
}

/** With an account, the deployment's own domain, or that of the user; guests may have one of their own. */
function loginDomain({ deployment, credentials }: Joining): string {
  if (!credentials) return deployment.loginDomain;
  if (credentials.kind === 'token') return deployment.domain;
  return jidOf(credentials.user, deployment.domain).replace(/^.*@/, '');
}

function loginAs({ deployment, credentials, options }: Joining, { transport }: XmppStream): LoginAs {
  if (!credentials) return { kind: 'guest' };
  if (credentials.kind === 'token') return { kind: 'jwt' };
  const { protocol, hostname } = new URL(deployment[transport] ?? options.url);
  return {
    kind: 'user',
    user: credentials.user.replace(/@.*$/, ''),
    password: credentials.password,
    encrypted: /^(wss|https):$/.test(protocol) || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname),
  };
}

/** lib-jitsi-meet puts the token into the address of the stream (modules/xmpp/xmpp.ts). */
function withToken(address: string, token: string): string {
  const url = new URL(address);
  url.searchParams.append('token', token);
  return url.href;
}

function accountRefused(
  { credentials, room, web }: Joining,
  domain: string,
  said: string | null,
): Found<'signaling'> {
  const refusal = { domain, room, said, at: Date.now(), frontAheadS: web.clockAheadS };
  return signalingFail(refusedAccount(credentials!, refusal));
}

/** Why something over a transport's stream failed, in what is known of its host. */
export function failureOver(
  { deployment, options, web }: Joining,
  transport: XmppTransport,
  cause: unknown,
): PartFailure {
  const { host } = new URL(deployment[transport]!);
  return failureWith(host, cause, { deadlineMs: options.timeout, lookups: web.lookups });
}

/** @param domain where guests cannot log in; null where they cannot open a room */
export function passwordRequired(
  { options }: Joining,
  domain: string | null,
  why: Reason | null,
): Found<'signaling'> {
  return {
    cause: { id: 'password-required', domain, why },
    outcome: asExpected(options.expect.guests, 'pass'),
    where: 'signaling',
  };
}

/**
 * Asks the XMPP server for its version, best effort: where it does not tell, that is no finding. What the run is about
 * goes first over the same stream, so that whatever this question does to a server harms nothing: call it after those
 * who ask for more once somebody is logged in. Never rejects.
 */
export async function askServerVersion(joining: Joining, loggedIn: Promise<LoggedIn>): Promise<void> {
  const { inspection } = joining;
  try {
    const { session } = await loggedIn;
    if (session) inspection.learn(await askVersion(session, loginDomain(joining)));
  } catch {
    // mod_version is not loaded, or the stream has ended: the version is not known.
  }
}

/** The parts of this file, for a run that does not come to them. */
export const SIGNALING_PARTS: readonly PartName[] = ['websocket', 'bosh', 'login', 'conference-request'];
