/** The web front: its page, its certificate, `config.js`, and the library. */
import { OutOfTime, within } from '../../base/deadline.ts';
import { dialTls } from '../../net/dial.ts';
import { resolverSilent } from '../../net/failure.ts';
import { type HostPort, hostPort, withoutBrackets } from '../../net/host-port.ts';
import { type Certificate, certificateOf } from '../certificate.ts';
import type { CheckContext, Found } from '../check.ts';
import { readDeployment } from '../config-js/deployment-of.ts';
import type { Unreadable } from '../config-js/faults.ts';
import type { Deployment } from '../deployment.ts';
import { serverHeader } from '../software.ts';
import { type Answer, NotAnswered, WEB_ALPN, type Web } from '../web/client.ts';
import {
  CONFIG,
  frontFinding,
  LIBRARY,
  missingScript,
  noScript,
  pageError,
  unreachable,
} from '../web/findings.ts';
import {
  botWall,
  insecureOrigin,
  landedAt,
  loadsConfig,
  missingOwnScript,
  ownScripts,
  PAGE_CHARS,
  pageFaults,
  redirectedAway,
} from '../web/page.ts';
import { connectionPolicy } from '../web/policies.ts';
import { lookAtFamilies } from './families.ts';
import { type Inspection, signalingFail } from './inspection.ts';
import type { SignalingOptions } from './options.ts';
import type { Remark } from './remarks.ts';
import type { DeploymentConfig } from './result.ts';

/** As much of an answer as is needed to tell a script from a page. */
const START_CHARS = 200;
/** Real ones have 5 to 100 kB. */
const CONFIG_CHARS = 1_000_000;
/** lib-jitsi-meet has had more than this since its first release; a real one has about 1 MB. */
const LIBRARY_BYTES = 100_000;

export interface Front {
  /** Where rooms are, with a slash at its end. */
  readonly base: string;
  /** The room that is asked for; nobody enters it. */
  readonly room: string;
  readonly web: Web;
  readonly options: SignalingOptions;
  readonly context: Pick<CheckContext, 'signal' | 'evidence'>;
  readonly inspection: Inspection;
}

/** What the front said of the rest. */
export interface FrontResult {
  /** Null where it could not be read, or where nobody would get there. */
  readonly deployment: Deployment | null;
  readonly config: DeploymentConfig | null;
}

const NOTHING: FrontResult = { deployment: null, config: null };

/** Looks at the web front; what is wrong with it is in the inspection. */
export async function lookAtFront(front: Front): Promise<FrontResult> {
  const asking = askScripts(front);
  const [, page, scripts] = await Promise.all([
    lookAtCertificate(front),
    ask(front, front.room, PAGE_CHARS),
    asking,
  ]);
  const { inspection, base } = front;
  if ('finding' in page) {
    // Whatever keeps the page away keeps the scripts away: it is reported once.
    unanswered(front, 'page', page);
    for (const name of ['config', 'library'] as const) inspection.skip(name, 'front-unanswered');
    return NOTHING;
  }
  const landed = landedAt({ base, room: front.room, answer: page.answer });
  const there = { ...front, base: landed };
  const moved = landed !== base;
  if (moved) await lookAtCertificate(there);
  const { config, library } = moved ? await askScripts(there) : scripts;
  const { answer } = page;
  const wall = botWall(base, answer);
  const broken = answer.status >= 300;
  const remark: Remark = wall ? asRemark(wall) : { kind: 'status', status: answer.status };
  inspection.part('page', { target: base, ok: wall ? null : !broken, ms: page.ms, remark });
  if (wall) {
    inspection.find(wall);
    for (const name of ['config', 'library'] as const) inspection.skip(name, 'front-unanswered');
    return NOTHING;
  }
  if (broken) inspection.find(pageError(base, answer));
  // While the server is down, what stands before it answers in its place: that is no change of version.
  else inspection.learn(serverHeader(answer.headers.server));
  // A front that is out of order answers the same for everything: it is reported once.
  const outOfOrder = answer.status >= 500;
  const away = 'answer' in config ? redirectedAway(base, `${landed}${CONFIG}`, config.answer) : null;
  if (away) inspection.find(away);
  else if (!broken)
    await Promise.all([lookAtPage(there, answer), lookAtExternalApi(there), lookAtFamilies(there)]);
  const reported = outOfOrder || away !== null;
  if ('finding' in library) unanswered(there, 'library', library);
  else lookAtLibrary(there, library, reported);
  if ('finding' in config) {
    unanswered(there, 'config', config);
    return NOTHING;
  }
  const result = await lookAtConfig(there, config, { reported, byAddress: loadsConfig(landed, answer) });
  const policy = result.deployment && !broken ? connectionPolicy(landed, answer, result.deployment) : null;
  if (policy) inspection.find(policy);
  return result;
}

async function askScripts(front: Front): Promise<Record<'config' | 'library', Answered | Unanswered>> {
  const [config, library] = await Promise.all([
    ask(front, CONFIG, CONFIG_CHARS),
    // As it is, so that its length can be compared.
    ask(front, LIBRARY, START_CHARS, { 'accept-encoding': 'identity' }),
  ]);
  return { config, library };
}

/** What the room's page says of itself, and whether its own scripts are there. */
async function lookAtPage(front: Front, answer: Answer): Promise<void> {
  const { base, inspection } = front;
  const insecure = insecureOrigin(base);
  if (insecure) inspection.find(insecure);
  for (const fault of pageFaults(base, answer)) inspection.find(fault);
  const scripts = ownScripts({ base, answer });
  const answers = await Promise.all(scripts.map((script) => askFor(front, script, START_CHARS)));
  for (const [index, asked] of answers.entries()) {
    const fault = 'finding' in asked ? asked.finding : missingOwnScript(base, scripts[index]!, asked.answer);
    if (fault) inspection.find(fault);
  }
}

/** Where every Jitsi has it (jitsi-meet, `external_api.js` of its Makefile and its web server's configurations). */
const EXTERNAL_API = 'external_api.js';

/** What sites that embed this Jitsi load; looked at only where there are such sites. */
async function lookAtExternalApi(front: Front): Promise<void> {
  const { inspection, options, base } = front;
  if (options.expect.embedding !== 'required') return;
  const asked = await ask(front, EXTERNAL_API, START_CHARS);
  if ('finding' in asked) return unanswered(front, 'external-api', asked);
  const { ms } = asked;
  const answer = noScript(asked.answer);
  const remark: Remark =
    answer?.kind === 'page'
      ? { kind: 'page-instead' }
      : answer?.kind === 'refused-type'
        ? answer
        : { kind: 'status', status: asked.answer.status };
  inspection.part('external-api', { target: `${base}${EXTERNAL_API}`, ok: answer === null, ms, remark });
  if (!answer) return;
  const cause = { id: 'external-api-missing', path: EXTERNAL_API, answer } as const;
  inspection.find({ cause, outcome: 'degraded', where: 'signaling' });
}

interface Answered {
  readonly answer: Answer;
  readonly ms: number;
}

interface Unanswered {
  readonly url: string;
  readonly finding: Found<'signaling'>;
}

const ask = (front: Front, path: string, limit: number, headers = {}): Promise<Answered | Unanswered> =>
  askFor(front, `${front.base}${path}`, limit, headers);

async function askFor(
  { base, room, web, options, context }: Front,
  url: string,
  limit: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered | Unanswered> {
  const start = performance.now();
  // A room has another name each time: what is said of it is said of the deployment.
  const named = (address: string) => (address === `${base}${room}` ? base : address);
  try {
    const answer = await within(options.timeout, context.signal, (signal) =>
      web.ask(url, { signal, limit, headers }),
    );
    return { answer, ms: performance.now() - start };
  } catch (cause) {
    context.signal.throwIfAborted();
    if (cause instanceof NotAnswered) {
      return { url: named(url), finding: unreachable(named(cause.url), cause.cause, options.timeout) };
    }
    if (!(cause instanceof OutOfTime)) throw cause;
    const { hostname } = new URL(url);
    const finding = web.lookups.pending(hostname)
      ? frontFinding(named(url), resolverSilent(hostname), cause.message)
      : unreachable(named(url), cause, options.timeout);
    return { url: named(url), finding };
  }
}

function unanswered(
  { inspection }: Front,
  name: 'page' | 'config' | 'library' | 'external-api',
  { url, finding }: Unanswered,
): void {
  inspection.find(finding);
  const ok = finding.outcome === 'error' ? null : false;
  inspection.part(name, { target: url, ok, remark: asRemark(finding) });
}

const asRemark = ({ cause }: Found<'signaling'>): Remark => ({ kind: 'finding', cause });

/** A TLS connection of its own, so that its certificate can be looked at also where browsers refuse it. */
async function lookAtCertificate({ base, web, options, context, inspection }: Front): Promise<void> {
  const url = new URL(base);
  if (url.protocol !== 'https:') {
    inspection.skip('certificate', 'not-https');
    return;
  }
  const server = { host: withoutBrackets(url.hostname), port: Number(url.port) || 443 };
  const target = hostPort(server);
  const start = performance.now();
  try {
    const certificate = await within(options.timeout, context.signal, (signal) =>
      handshake(server, web, signal),
    );
    if (!certificate) throw new Error('no certificate');
    const ms = performance.now() - start;
    const { fault = null, daysLeft } = certificate;
    const accepted = options.insecure;
    inspection.part('certificate', {
      target,
      ok: fault === null || accepted,
      ms,
      remark: { kind: 'certificate', daysLeft, fault, accepted },
    });
    inspection.certificate({ host: target, ...certificate }, options.expect);
  } catch {
    context.signal.throwIfAborted();
    // What keeps us from connecting is reported with the page.
    inspection.skip('certificate', 'no-tls-connection');
  }
}

async function handshake(to: HostPort, web: Web, signal: AbortSignal): Promise<Certificate | null> {
  // It is looked at, not trusted: nothing is said over this connection.
  const socket = await dialTls(to, {
    lookup: web.lookups.lookup,
    signal,
    rejectUnauthorized: false,
    alpn: WEB_ALPN,
  });
  try {
    return certificateOf(socket);
  } finally {
    socket.destroy();
  }
}

function lookAtLibrary({ base, inspection }: Front, { answer, ms }: Answered, reported: boolean): void {
  const part = (ok: boolean, remark: Remark) =>
    inspection.part('library', { target: `${base}${LIBRARY}`, ok, ms, remark });
  const missing = missingScript(LIBRARY, answer);
  if (missing) {
    if (!reported) inspection.find(missing);
    part(false, refusedType(missing) ?? asRemark(missing));
    return;
  }
  const type = String(answer.headers['content-type'] ?? '').slice(0, 200);
  const announced = Number(answer.headers['content-length'] ?? Number.NaN);
  const length = answer.complete ? Buffer.byteLength(answer.body) : announced;
  const bytes = Number.isSafeInteger(length) ? length : null;
  if (bytes !== null && bytes < LIBRARY_BYTES) {
    inspection.find({
      cause: { id: 'library-implausible', path: LIBRARY, type, bytes },
      outcome: 'degraded',
      where: 'signaling',
    });
    part(false, { kind: 'too-small', bytes });
  } else part(true, { kind: 'library', bytes, type });
}

/** What there is to say of a script that browsers refuse for its content type; null where that is not why. */
function refusedType({ cause }: Found<'signaling'>): Remark | null {
  return cause.id === 'library-missing' && cause.answer.kind === 'refused-type' ? cause.answer : null;
}

async function lookAtConfig(
  front: Front,
  { answer, ms }: Answered,
  { reported, byAddress }: { readonly reported: boolean; readonly byAddress: boolean },
): Promise<FrontResult> {
  const { base, inspection, context } = front;
  const target = `${base}${CONFIG}`;
  const { findings, found } = await readFrom(front, answer, byAddress);
  const [finding] = findings;
  if (!reported) for (const one of findings) inspection.find(one);
  if (finding && isAboutItsText(finding)) await context.evidence?.write('config.js', answer.body);
  if (!found) {
    if (!finding) throw new Error('config.js without a finding and without a deployment');
    const ok = finding.outcome === 'error' ? null : false;
    inspection.part('config', { target, ok, ms, remark: asRemark(finding) });
    return NOTHING;
  }
  const { domain, muc, websocket, bosh, conferenceRequestUrl } = found;
  inspection.part('config', { target, ok: true, ms, remark: { kind: 'config', domain } });
  return { deployment: found, config: { domain, muc, websocket, bosh, conferenceRequestUrl } };
}

/** Whether a person needs to read the file. */
function isAboutItsText({ cause }: Found<'signaling'>): boolean {
  return cause.id === 'config-unreadable' ? cause.why.kind === 'stops' : cause.id !== 'config-missing';
}

/** A script that does not end hangs browsers as well; the others may get on with what cannot be read here. */
function unreadableConfig(why: Unreadable): Found<'signaling'> {
  const cause = { id: 'config-unreadable', path: CONFIG, why } as const;
  return why.kind === 'cpu-time' ? signalingFail(cause) : { cause, outcome: 'error' };
}

/** The deployment that `config.js` describes, as far as it can be read, and what is wrong with it. */
async function readFrom(
  { base, context }: Front,
  answer: Answer,
  byAddress: boolean,
): Promise<{ readonly findings: readonly Found<'signaling'>[]; readonly found: Deployment | null }> {
  const missing = missingScript(CONFIG, answer, byAddress);
  if (missing) return { findings: [missing], found: null };
  const path = CONFIG;
  const read = answer.complete
    ? await readDeployment(answer.body, base, context.signal)
    : ({ kind: 'unreadable', why: { kind: 'too-large', megabytes: CONFIG_CHARS / 1_000_000 } } as const);
  if (read.kind === 'unreadable') {
    return { findings: [unreadableConfig(read.why)], found: null };
  }
  if (read.kind === 'refused') return { findings: read.findings, found: null };
  const { stopped, deployment } = read;
  return {
    findings: stopped ? [{ cause: { id: 'config-stops', path, stopped }, outcome: 'pass' }] : [],
    found: deployment,
  };
}
