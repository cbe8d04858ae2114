/** The way to the signaling server: WebSocket and BOSH, the login, and the conference request. */
import { within } from '../../base/deadline.ts';
import type { Finding } from '../check.ts';
import { type Deployment, serviceFor, withRoom, type XmppTransport } from '../deployment.ts';
import type { Front } from './front.ts';
import { asExpected, signalingFail, type Trouble, troubleWith } from './report.ts';
import type { PartName } from './result.ts';
import { openBosh } from './xmpp/bosh.ts';
import { type ConferenceAnswer, requestOverHttp, requestOverXmpp } from './xmpp/conference.ts';
import { GuestsRefused, XmppSession } from './xmpp/session.ts';
import { StreamError, type XmppStream } from './xmpp/stream.ts';
import { askVersion } from './xmpp/version.ts';
import { openWebSocket } from './xmpp/websocket.ts';

const TRANSPORTS: readonly XmppTransport[] = ['websocket', 'bosh'];
const NAMES: Readonly<Record<XmppTransport, string>> = { websocket: 'WebSocket', bosh: 'BOSH' };

/** A way to the XMPP server: open, out of order, or not offered. */
type Way = { readonly stream: XmppStream } | { readonly trouble: Trouble } | { readonly offered: false };

/** What a run is about, beside what its front is. */
export interface Scene extends Front {
  readonly deployment: Deployment;
  /** The room that is asked for; nobody enters it. */
  readonly room: string;
}

/** Somebody who is logged in, or why there is nobody. */
export interface LoggedIn {
  readonly session: XmppSession | null;
  /** A few words for the parts that would have needed it. */
  readonly why: string;
}

/** All that is open and has to be closed, whatever happens. */
export class Streams {
  readonly #open: XmppStream[] = [];

  add(stream: XmppStream): XmppStream {
    this.#open.push(stream);
    return stream;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((stream) => stream.close()));
  }
}

/** Opens a stream over each transport that is offered, and logs in over the one that browsers use. */
export async function connect(scene: Scene, streams: Streams): Promise<LoggedIn> {
  const ways = { websocket: openWay(scene, 'websocket', streams), bosh: openWay(scene, 'bosh', streams) };
  const { used } = scene.deployment;
  const order = used === 'bosh' ? TRANSPORTS.toReversed() : TRANSPORTS;
  const loggedIn = (async () => {
    for (const transport of order) {
      const way = await ways[transport];
      if ('stream' in way) return logIn(scene, way.stream);
    }
    return nobody(scene, 'no connection to the signaling server');
  })();
  const [websocket, bosh, session] = await Promise.all([ways.websocket, ways.bosh, loggedIn]);
  tellWays(scene, { websocket, bosh });
  return session;
}

/** Nobody is logged in, because nobody could try. */
function nobody({ report }: Scene, why: string): LoggedIn {
  report.skip('login', why);
  return { session: null, why };
}

async function openWay(scene: Scene, transport: XmppTransport, streams: Streams): Promise<Way> {
  const { deployment, room, web, options, context, report } = scene;
  const url = deployment[transport];
  if (url === null) {
    report.skip(transport, 'config.js names none');
    return { offered: false };
  }
  const start = performance.now();
  try {
    // Browsers refuse it before anything is sent (mixed content).
    if (deployment.origin.startsWith('https:') && /^(ws|http):/.test(url)) {
      throw new StreamError(`browsers refuse an unencrypted address (${url}) on a page that is https://`);
    }
    const opening = {
      url: serviceFor(deployment, transport, room) ?? url,
      domain: deployment.loginDomain,
      origin: deployment.origin,
      web,
    };
    const open = transport === 'websocket' ? openWebSocket : openBosh;
    const stream = streams.add(
      await within(options.timeout, context.signal, (signal) => open(opening, signal)),
    );
    report.part(transport, {
      target: url,
      ok: true,
      ms: performance.now() - start,
      detail: 'an XMPP stream with its features',
    });
    return { stream };
  } catch (cause) {
    context.signal.throwIfAborted();
    const trouble = troubleWith(new URL(url).host, cause, {
      deadlineMs: options.timeout,
      lookups: web.lookups,
    });
    report.broken(transport, url, trouble);
    return { trouble };
  }
}

/** Findings on the two transports; where none works, one for both. */
function tellWays({ deployment, options, report }: Scene, ways: Readonly<Record<XmppTransport, Way>>): void {
  const reasons: Partial<Record<XmppTransport, string>> = {};
  for (const transport of TRANSPORTS) {
    const way = ways[transport];
    if ('trouble' in way && !way.trouble.own) reasons[transport] = way.trouble.reason;
  }
  const works = TRANSPORTS.some((transport) => 'stream' in ways[transport]);
  const unknown = TRANSPORTS.some((transport) => {
    const way = ways[transport];
    return 'trouble' in way && way.trouble.own !== null;
  });
  const broken = TRANSPORTS.filter((transport) => reasons[transport] !== undefined);
  if (broken.length > 0 && !works && !unknown) {
    const said = broken.map((transport) => `over ${NAMES[transport]}: ${reasons[transport]}`).join('; ');
    report.find(
      signalingFail(
        'signaling-failed',
        `Nobody can join: no connection to the signaling server (XMPP). ${said[0]!.toUpperCase()}${said.slice(1)}.`,
        reasons,
      ),
    );
  } else {
    for (const transport of broken) {
      report.find(wayBroken(transport, reasons[transport]!, deployment, options.expect[transport]));
    }
  }
  for (const transport of TRANSPORTS) {
    if ('offered' in ways[transport]) report.find(notOffered(transport, options.expect[transport]));
  }
}

function wayBroken(
  transport: XmppTransport,
  reason: string,
  deployment: Deployment,
  expected: 'optional' | 'required',
): Finding {
  const used = transport === deployment.used;
  const finding: Finding = {
    id: `${transport}-failed`,
    outcome: used ? 'fail' : asExpected(expected, 'degraded'),
    text: used
      ? `Nobody can join: no XMPP over ${NAMES[transport]}, which browsers use and do not fall back from: ${reason}.`
      : `No XMPP over ${NAMES[transport]}, though config.js offers it: ${reason}. Browsers use the other way.`,
    where: 'signaling',
    evidence: { reason },
  };
  return finding;
}

function notOffered(transport: XmppTransport, expected: 'optional' | 'required'): Finding {
  const name = NAMES[transport];
  return {
    id: `${transport}-not-offered`,
    outcome: asExpected(expected, 'pass'),
    text:
      expected === 'required'
        ? `config.js names no address for ${name}, which is expected here.`
        : transport === 'websocket'
          ? 'config.js names no WebSocket: everybody uses BOSH, which makes joining slower.'
          : 'config.js names no BOSH: who cannot open a WebSocket has no other way.',
    where: 'signaling',
  };
}

async function logIn(scene: Scene, stream: XmppStream): Promise<LoggedIn> {
  const { deployment, options, context, report } = scene;
  const target = deployment.loginDomain;
  const start = performance.now();
  try {
    const session = await within(options.timeout, context.signal, () => XmppSession.login(stream));
    report.part('login', {
      target,
      ok: true,
      ms: performance.now() - start,
      detail: `anonymous, over ${NAMES[stream.transport]}`,
    });
    return { session, why: '' };
  } catch (cause) {
    context.signal.throwIfAborted();
    const trouble = troubleOf(scene, stream.transport, cause);
    report.broken('login', target, trouble);
    if (cause instanceof GuestsRefused) {
      report.find(
        passwordRequired(scene, `guests cannot join: ${target} does not let them in; ${trouble.reason}`),
      );
    } else if (!trouble.own) {
      report.find(
        signalingFail(
          'login-failed',
          `Nobody can join: the anonymous login to ${target} fails: ${trouble.reason}.`,
          {
            reason: trouble.reason,
          },
        ),
      );
    }
    return { session: null, why: 'nobody is logged in' };
  }
}

function troubleOf({ deployment, options, web }: Scene, transport: XmppTransport, cause: unknown): Trouble {
  const { host } = new URL(deployment[transport]!);
  return troubleWith(host, cause, { deadlineMs: options.timeout, lookups: web.lookups });
}

function passwordRequired({ options }: Scene, text: string): Finding {
  return {
    id: 'password-required',
    outcome: asExpected(options.expect.guests, 'pass'),
    text: `The deployment asks for a user name and a password: ${text}.`,
    where: 'signaling',
  };
}

/**
 * Asks jicofo for the room: over HTTP where `config.js` names an address, at once; otherwise over XMPP, once
 * somebody is logged in.
 */
export async function requestConference(scene: Scene, loggedIn: Promise<LoggedIn>): Promise<void> {
  const { deployment, room, web, options, context, report } = scene;
  const url = deployment.conferenceRequestUrl;
  const target = url ?? deployment.focus;
  const session = url === null ? await loggedIn : null;
  if (session && !session.session) {
    report.skip('conference-request', session.why);
    return;
  }
  const roomJid = `${room}@${deployment.muc}`;
  const start = performance.now();
  const ask = (signal: AbortSignal): Promise<ConferenceAnswer> => {
    const patience = { ms: options.timeout, signal };
    return url === null
      ? requestOverXmpp(session!.session!, { focus: deployment.focus, room: roomJid }, patience)
      : requestOverHttp({ web, url: withRoom(url, room), origin: deployment.origin }, roomJid, patience);
  };
  try {
    const answer = await within(options.timeout, context.signal, ask);
    const ms = performance.now() - start;
    const over = url === null ? 'XMPP' : 'HTTP';
    const detail = answer.kind === 'failed' ? answer.reason : `${answer.kind}, over ${over}`;
    report.part('conference-request', { target, ok: answer.kind === 'ready', ms, detail });
    await tellConference(scene, answer, loggedIn);
  } catch (cause) {
    context.signal.throwIfAborted();
    const host = url === null ? new URL(deployment.websocket ?? deployment.bosh!).host : new URL(url).host;
    const trouble = troubleWith(host, reasonOf(cause), { deadlineMs: options.timeout, lookups: web.lookups });
    report.broken('conference-request', target, trouble);
    if (!trouble.own) await tellConference(scene, { kind: 'failed', reason: trouble.reason }, loggedIn);
  }
}

const reasonOf = (cause: unknown): unknown =>
  cause instanceof Error && cause.name === 'NotAnswered' ? cause.cause : cause;

async function tellConference(
  scene: Scene,
  answer: ConferenceAnswer,
  loggedIn: Promise<LoggedIn>,
): Promise<void> {
  const { report } = scene;
  if (answer.kind === 'not-authorized') {
    report.find(passwordRequired(scene, 'only somebody with an account may open a room'));
  }
  if (answer.kind !== 'failed') return;
  await loggedIn;
  // Jicofo itself needs the signaling server: without that, its silence says nothing more.
  if (report.findings.some((finding) => 'id' in finding && finding.id === 'signaling-failed')) return;
  report.find(
    signalingFail(
      'conference-request-failed',
      `Nobody can join: the conference request fails: ${answer.reason}. Jicofo, or the way to it, does not answer as it should.`,
      { reason: answer.reason },
    ),
  );
}

/**
 * Asks the XMPP server for its version, best effort: where it does not tell, that is no finding. What the run is about
 * goes first over the same stream, so that whatever this question does to a server harms nothing: call it after those
 * who ask for more once somebody is logged in. Never rejects.
 */
export async function askServerVersion(
  { deployment, report }: Scene,
  loggedIn: Promise<LoggedIn>,
  conference: Promise<unknown>,
): Promise<void> {
  try {
    const { session } = await loggedIn;
    if (deployment.conferenceRequestUrl === null) await conference;
    if (session) report.learn(await askVersion(session, deployment.loginDomain));
  } catch {
    // mod_version is not loaded, or the stream has ended: the version is not known.
  }
}

/** The parts of this file, for a run that does not come to them. */
export const SIGNALING_PARTS: readonly PartName[] = ['websocket', 'bosh', 'login', 'conference-request'];
