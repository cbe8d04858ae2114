/** The web front: its page, its certificate, `config.js`, and the library. */
import { OutOfTime, within } from '../../base/deadline.ts';
import { dialTls } from '../../net/dial.ts';
import { resolverSilent } from '../../net/failure.ts';
import { type HostPort, hostPort, withoutBrackets } from '../../net/host-port.ts';
import { type Certificate, certificateOf } from '../certificate.ts';
import type { CheckContext, Finding, Found } from '../check.ts';
import { readConfig } from '../config-js/read.ts';
import { type Deployment, deploymentOf } from '../deployment.ts';
import { ownFault } from '../run.ts';
import { sentence } from '../sentence.ts';
import { serverHeader } from '../software.ts';
import { type Answer, NotAnswered, type Web } from '../web/client.ts';
import { CONFIG, frontFinding, LIBRARY, missingScript, pageError, unreachable } from '../web/findings.ts';
import type { SignalingOptions } from './options.ts';
import type { Report } from './report.ts';
import { signalingFail } from './report.ts';
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
  readonly report: Report;
}

/** What the front said of the rest. */
export interface FrontResult {
  /** Null where it could not be told, or where nobody would get there. */
  readonly deployment: Deployment | null;
  readonly config: DeploymentConfig | null;
}

const NOTHING: FrontResult = { deployment: null, config: null };

/** Looks at the web front; what is wrong with it is in the report. */
export async function lookAtFront(front: Front): Promise<FrontResult> {
  const [, page, config, library] = await Promise.all([
    lookAtCertificate(front),
    ask(front, '', START_CHARS),
    ask(front, CONFIG, CONFIG_CHARS),
    ask(front, LIBRARY, START_CHARS),
  ]);
  const { report, base } = front;
  if ('finding' in page) {
    // Whatever keeps the page away keeps the scripts away: it is told once.
    unanswered(front, 'page', page);
    for (const name of ['config', 'library'] as const) report.skip(name, 'the web front could not be asked');
    return NOTHING;
  }
  const { status } = page.answer;
  const broken = status >= 300;
  report.part('page', { target: base, ok: !broken, ms: page.ms, detail: `status ${status}` });
  if (broken) report.find(pageError(base, status));
  // While the server is down, what stands before it answers in its place: that is no change of version.
  else report.learn(serverHeader(page.answer.headers.server));
  // A front that is out of order answers the same for everything: it is told once.
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
  { report }: Front,
  name: 'page' | 'config' | 'library',
  { url, finding }: Unanswered,
): void {
  report.find(finding);
  report.part(name, {
    target: url,
    ok: finding.outcome === 'error' ? null : false,
    detail: sentence('signaling', finding.cause, 'en'),
  });
}

/** A TLS connection of its own, so that its certificate can be looked at also where browsers refuse it. */
async function lookAtCertificate({ base, web, options, context, report }: Front): Promise<void> {
  const url = new URL(base);
  if (url.protocol !== 'https:') {
    report.skip('certificate', 'the address is not https://');
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
    const { problem, daysLeft } = certificate;
    const ok = problem === null || options.insecure;
    report.part('certificate', {
      target,
      ok,
      ms,
      detail: `${problem === null ? '' : `${problem}${options.insecure ? ' (accepted: insecure)' : ''}; `}${daysLeft} days left`,
    });
    report.certificate({ host: target, ...certificate }, options.expect);
  } catch {
    context.signal.throwIfAborted();
    // What keeps us from connecting is told with the page.
    report.skip('certificate', 'no TLS connection');
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

function lookAtLibrary({ base, report }: Front, { answer, ms }: Answered, outOfOrder: boolean): void {
  const target = `${base}${LIBRARY}`;
  const missing = missingScript(LIBRARY, answer);
  if (missing) {
    if (!outOfOrder) report.find(missing);
    report.part('library', { target, ok: false, ms, detail: sentence('signaling', missing.cause, 'en') });
    return;
  }
  const type = String(answer.headers['content-type'] ?? '');
  const told = Number(answer.headers['content-length'] ?? Number.NaN);
  const bytes = answer.complete ? Buffer.byteLength(answer.body) : told;
  const strict = /nosniff/i.test(String(answer.headers['x-content-type-options'] ?? ''));
  const evidence = { path: LIBRARY, type, bytes: Number.isNaN(bytes) ? null : bytes };
  if (strict && !SCRIPT_TYPE.test(type)) {
    report.find(
      signalingFail(
        'library-missing',
        `The web front sends ${LIBRARY} as "${type}" with nosniff: browsers refuse to run it, and the call cannot even start.`,
        evidence,
      ),
    );
    report.part('library', { target, ok: false, ms, detail: `sent as "${type}" with nosniff` });
    return;
  }
  if (bytes < LIBRARY_BYTES) {
    report.find({
      id: 'library-implausible',
      outcome: 'degraded',
      text: `${LIBRARY} has only ${bytes} bytes: a real one has several hundred kB. Was it cut short?`,
      where: 'signaling',
      evidence,
    });
    report.part('library', { target, ok: false, ms, detail: `only ${bytes} bytes` });
    return;
  }
  const size = Number.isNaN(bytes) ? 'of unknown size' : `${Math.round(bytes / 1000)} kB`;
  report.part('library', { target, ok: true, ms, detail: `${size}${type ? `, ${type}` : ''}` });
}

async function lookAtConfig(
  front: Front,
  { answer, ms }: Answered,
  outOfOrder: boolean,
): Promise<FrontResult> {
  const { base, report, context } = front;
  const target = `${base}${CONFIG}`;
  const told = (finding: Finding | Found<'signaling'>): FrontResult => {
    if (!outOfOrder) report.find(finding);
    report.part('config', {
      target,
      ok: finding.outcome === 'error' ? null : false,
      ms,
      detail: 'text' in finding ? finding.text : sentence('signaling', finding.cause, 'en'),
    });
    return NOTHING;
  };
  const missing = missingScript(CONFIG, answer);
  if (missing) return told(missing);
  const unreadable = (why: string) =>
    ownFault(
      'config-unreadable',
      `config.js could not be evaluated here: ${why}. What comes after it is not looked at.`,
      {
        path: CONFIG,
      },
    );
  if (!answer.complete) return told(unreadable(`it has more than ${CONFIG_CHARS / 1_000_000} MB`));
  const reading = await readConfig(answer.body, base, context.signal);
  if (reading.kind === 'unreadable') return told(unreadable(reading.reason));
  const keep = () => context.evidence?.write('config.js', answer.body);
  if (reading.kind === 'invalid') {
    await keep();
    return told(
      signalingFail(
        'config-invalid',
        `config.js is no valid JavaScript (${reading.reason}): nobody can join.`,
        { path: CONFIG, reason: reading.reason },
      ),
    );
  }
  const { stopped } = reading;
  const found = reading.kind === 'read' ? deploymentOf(reading.values, base) : null;
  const lacks = found?.missing ?? ['config'];
  if (stopped !== null || lacks.length > 0) await keep();
  if (lacks.length > 0 && stopped !== null) {
    // In a browser it may come further: this is not one.
    return told(unreadable(`it stops at ${stopped}, before it sets ${lacks.join(', ')}`));
  }
  if (!found || lacks.length > 0) {
    return told(
      signalingFail(
        'config-incomplete',
        `config.js does not set ${lacks.join(', ')}: lib-jitsi-meet cannot connect, and nobody can join.`,
        { path: CONFIG, missing: lacks },
      ),
    );
  }
  if (stopped !== null) {
    report.find({
      id: 'config-stops',
      outcome: 'pass',
      text: `config.js stops at ${stopped}. In a browser it may come further; what it set until then was used.`,
      evidence: { path: CONFIG },
    });
  }
  report.part('config', { target, ok: true, ms, detail: `XMPP domain ${found.deployment.domain}` });
  const { domain, muc, websocket, bosh, conferenceRequestUrl } = found.deployment;
  return { deployment: found.deployment, config: { domain, muc, websocket, bosh, conferenceRequestUrl } };
}
