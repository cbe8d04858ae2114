/** The web front: its page, its certificate, `config.js`, and the library. */
import { OutOfTime, within } from '../../base/deadline.ts';
import { dialTls } from '../../net/dial.ts';
import { resolverSilent } from '../../net/failure.ts';
import { type HostPort, hostPort, withoutBrackets } from '../../net/host-port.ts';
import { type Certificate, certificateOf } from '../certificate.ts';
import type { CheckContext, Found } from '../check.ts';
import { readConfig } from '../config-js/read.ts';
import { type Deployment, deploymentOf } from '../deployment.ts';
import { serverHeader } from '../software.ts';
import { type Answer, NotAnswered, type Web } from '../web/client.ts';
import { CONFIG, frontFinding, LIBRARY, missingScript, pageError, unreachable } from '../web/findings.ts';
import { type Inspection, signalingFail } from './inspection.ts';
import type { SignalingOptions } from './options.ts';
import type { Remark } from './remarks.ts';
import type { DeploymentConfig } from './result.ts';

/** As much of a page as is needed to tell it from a script. */
const START_CHARS = 200;
/** Real ones have 5 to 100 kB. */
const CONFIG_CHARS = 1_000_000;
/** lib-jitsi-meet has had more than this since its first release; a real one has about 1 MB. */
const LIBRARY_BYTES = 100_000;
/** What browsers take for a script where they are told not to guess (WHATWG MIME Sniffing 4.6). */
const SCRIPT_TYPE = /^\s*(application|text)\/(x-)?(javascript|ecmascript|jscript|livescript)\b/i;

export interface Front {
  readonly base: string;
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
  const [, page, config, library] = await Promise.all([
    lookAtCertificate(front),
    ask(front, '', START_CHARS),
    ask(front, CONFIG, CONFIG_CHARS),
    ask(front, LIBRARY, START_CHARS),
  ]);
  const { inspection, base } = front;
  if ('finding' in page) {
    // Whatever keeps the page away keeps the scripts away: it is reported once.
    unanswered(front, 'page', page);
    for (const name of ['config', 'library'] as const) inspection.skip(name, 'front-unanswered');
    return NOTHING;
  }
  const { status } = page.answer;
  const broken = status >= 300;
  inspection.part('page', { target: base, ok: !broken, ms: page.ms, remark: { kind: 'status', status } });
  if (broken) inspection.find(pageError(base, status));
  // While the server is down, what stands before it answers in its place: that is no change of version.
  else inspection.learn(serverHeader(page.answer.headers.server));
  // A front that is out of order answers the same for everything: it is reported once.
  const outOfOrder = status >= 500;
  if ('finding' in library) unanswered(front, 'library', library);
  else lookAtLibrary(front, library, outOfOrder);
  if ('finding' in config) {
    unanswered(front, 'config', config);
    return NOTHING;
  }
  return lookAtConfig(front, config, outOfOrder);
}

interface Answered {
  readonly answer: Answer;
  readonly ms: number;
}

interface Unanswered {
  readonly url: string;
  readonly finding: Found<'signaling'>;
}

async function ask(
  { base, web, options, context }: Front,
  path: string,
  limit: number,
): Promise<Answered | Unanswered> {
  const url = `${base}${path}`;
  const start = performance.now();
  try {
    const answer = await within(options.timeout, context.signal, (signal) => web.ask(url, { signal, limit }));
    return { answer, ms: performance.now() - start };
  } catch (cause) {
    context.signal.throwIfAborted();
    if (cause instanceof NotAnswered) {
      return { url, finding: unreachable(cause.url, cause.cause, options.timeout) };
    }
    if (!(cause instanceof OutOfTime)) throw cause;
    const { hostname } = new URL(url);
    const finding = web.lookups.pending(hostname)
      ? frontFinding(url, resolverSilent(hostname), cause.message)
      : unreachable(url, cause, options.timeout);
    return { url, finding };
  }
}

function unanswered(
  { inspection }: Front,
  name: 'page' | 'config' | 'library',
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
  const socket = await dialTls(to, { lookup: web.lookups.lookup, signal, rejectUnauthorized: false });
  try {
    return certificateOf(socket);
  } finally {
    socket.destroy();
  }
}

function lookAtLibrary({ base, inspection }: Front, { answer, ms }: Answered, outOfOrder: boolean): void {
  const part = (ok: boolean, remark: Remark) =>
    inspection.part('library', { target: `${base}${LIBRARY}`, ok, ms, remark });
  const missing = missingScript(LIBRARY, answer);
  if (missing) {
    if (!outOfOrder) inspection.find(missing);
    part(false, asRemark(missing));
    return;
  }
  const type = String(answer.headers['content-type'] ?? '').slice(0, 200);
  const announced = Number(answer.headers['content-length'] ?? Number.NaN);
  const length = answer.complete ? Buffer.byteLength(answer.body) : announced;
  const bytes = Number.isSafeInteger(length) ? length : null;
  const strict = /nosniff/i.test(String(answer.headers['x-content-type-options'] ?? ''));
  if (strict && !SCRIPT_TYPE.test(type)) {
    const refused = { kind: 'refused-type', type } as const;
    inspection.find(signalingFail({ id: 'library-missing', path: LIBRARY, type, bytes, answer: refused }));
    part(false, refused);
  } else if (bytes !== null && bytes < LIBRARY_BYTES) {
    inspection.find({
      cause: { id: 'library-implausible', path: LIBRARY, type, bytes },
      outcome: 'degraded',
      where: 'signaling',
    });
    part(false, { kind: 'too-small', bytes });
  } else part(true, { kind: 'library', bytes, type });
}

async function lookAtConfig(
  front: Front,
  { answer, ms }: Answered,
  outOfOrder: boolean,
): Promise<FrontResult> {
  const { base, inspection, context } = front;
  const target = `${base}${CONFIG}`;
  const { finding, found } = await readDeployment(front, answer);
  if (finding && !outOfOrder) inspection.find(finding);
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

/** The deployment that `config.js` describes, as far as it can be read, and what is wrong with it. */
async function readDeployment(
  { base, context }: Front,
  answer: Answer,
): Promise<{ readonly finding: Found<'signaling'> | null; readonly found: Deployment | null }> {
  const missing = missingScript(CONFIG, answer);
  if (missing) return { finding: missing, found: null };
  const path = CONFIG;
  const unreadable = (why: Extract<Found<'signaling'>['cause'], { id: 'config-unreadable' }>['why']) => ({
    finding: { cause: { id: 'config-unreadable', path, why }, outcome: 'error' } as const,
    found: null,
  });
  if (!answer.complete) return unreadable({ kind: 'too-large', megabytes: CONFIG_CHARS / 1_000_000 });
  const reading = await readConfig(answer.body, base, context.signal);
  if (reading.kind === 'unreadable') return unreadable(reading.why);
  if (reading.kind === 'invalid') {
    const { line, message } = reading.fault;
    const reason = `${line === null ? '' : `line ${line}: `}${message}`;
    return { finding: signalingFail({ id: 'config-invalid', path, reason, message, line }), found: null };
  }
  const { stopped } = reading;
  const read = reading.kind === 'read' ? deploymentOf(reading.values, base) : null;
  const lacks = read ? read.missing : ['config'];
  // In a browser it may get further: this is not one.
  if (lacks.length > 0 && stopped) return unreadable({ kind: 'stops', stopped, missing: lacks });
  if (!read || lacks.length > 0) {
    return { finding: signalingFail({ id: 'config-incomplete', path, missing: lacks }), found: null };
  }
  return {
    finding: stopped && { cause: { id: 'config-stops', path, stopped }, outcome: 'pass' },
    found: read.deployment,
  };
}
