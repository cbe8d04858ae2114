/**
 * What the deployment's web front answers, asked from Vigie itself while the browsers start: status codes and
 * causes that a page only sees as "failed to load".
 */
import { lookup as systemLookup } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { formatDuration } from '../../config/units.ts';
import type { Finding } from '../check.ts';
import { ownFault } from '../run.ts';

const DEADLINE_MS = 8000;
/** As much of a body as is needed to tell a script from a page. */
const BODY_CHARS = 200;
/** Browsers follow redirections, so a deployment may use them. */
const MAX_REDIRECTIONS = 5;
/**
 * Node gives each address of a host 250 ms before it gives up on it and tries the next, which is less than one
 * lost packet costs; a host with IPv4 and IPv6 would be called unreachable.
 */
const ATTEMPT_MS = 3000;

interface Answer {
  readonly status: number;
  readonly start: string;
}

/** Connections for both protocols: a redirection may change from one to the other. */
interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** An address that could not be asked; `cause` tells why. */
class NotAnswered extends Error {
  readonly url: string;
  constructor(url: string, cause: Error) {
    super(cause.message, { cause });
    this.name = 'NotAnswered';
    this.url = url;
  }
}

/** How the web front is asked. */
export interface Asking {
  /** Milliseconds; whatever has not answered by then is not going to. */
  readonly deadlineMs?: number;
  /** Names to addresses; by default as the system does it. */
  readonly lookup?: LookupFunction;
}

/**
 * Asks for the front page, `config.js` and the library; findings are empty when all three are there, and when
 * `signal` aborted.
 */
export async function preflight(
  base: string,
  insecure: boolean,
  signal: AbortSignal,
  { deadlineMs = DEADLINE_MS, lookup = systemLookup }: Asking = {},
): Promise<Finding[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  let resolving = 0;
  const counted: LookupFunction = (hostname, options, done) => {
    resolving += 1;
    lookup(hostname, options, (...found) => {
      resolving -= 1;
      done(...found);
    });
  };
  const how = { keepAlive: true, autoSelectFamilyAttemptTimeout: ATTEMPT_MS, lookup: counted };
  const agents: Agents = {
    http: new http.Agent(how),
    https: new https.Agent({ ...how, rejectUnauthorized: !insecure }),
  };
  try {
    const [front, config, library] = await Promise.all([
      ask(base, agents, within),
      ask(`${base}config.js`, agents, within),
      ask(`${base}libs/lib-jitsi-meet.min.js`, agents, within),
    ]);
    if (front.status >= 500) {
      return [
        fail('page-error', `The web front answers ${front.status}: nobody can open the page.`, {
          url: base,
          status: front.status,
        }),
      ];
    }
    return [
      ...script('config-missing', 'config.js', config),
      ...script('library-missing', 'libs/lib-jitsi-meet.min.js', library),
    ];
  } catch (cause) {
    if (!(cause instanceof NotAnswered)) throw cause;
    if (signal.aborted) return [];
    // The system's resolver tries for longer than we wait: then it is that which does not answer.
    return within.aborted && resolving > 0
      ? [resolverDown(cause.url)]
      : [unreachable(cause.url, cause.cause as Error, deadlineMs)];
  } finally {
    agents.http.destroy();
    agents.https.destroy();
  }
}

function script(id: string, path: string, { status, start }: Answer): Finding[] {
  if (status !== 200) {
    return [
      fail(id, `The web front answers ${status} for ${path}: the call cannot even start.`, { path, status }),
    ];
  }
  // Many web fronts answer an unknown path with their start page.
  return start.trimStart().startsWith('<')
    ? [
        fail(id, `The web front answers with a page where ${path} should be: the call cannot even start.`, {
          path,
          status,
        }),
      ]
    : [];
}

const fail = (id: string, text: string, evidence: Finding['evidence']): Finding => ({
  id,
  outcome: 'fail',
  text,
  where: 'signaling',
  ...(evidence ? { evidence } : {}),
});

/** The answer at the end of all redirections. @throws {NotAnswered} */
async function ask(url: string, agents: Agents, signal: AbortSignal): Promise<Answer> {
  let current = url;
  for (let followed = 0; ; followed += 1) {
    const { location, ...answer } = await askOnce(current, agents, signal).catch((cause: Error) => {
      throw new NotAnswered(current, cause);
    });
    const next = location === undefined ? null : URL.parse(location, current);
    if (!next || !/^https?:$/.test(next.protocol) || followed === MAX_REDIRECTIONS) return answer;
    current = next.href;
  }
}

function askOnce(
  url: string,
  agents: Agents,
  signal: AbortSignal,
): Promise<Answer & { location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const read = (response: IncomingMessage) => {
      const status = response.statusCode ?? 0;
      const location = status >= 300 && status < 400 ? response.headers.location : undefined;
      let start = '';
      const finish = () => resolve({ status, start, location });
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        start += text;
        if (start.length < BODY_CHARS) return;
        finish();
        response.destroy();
      });
      response.on('end', finish);
      response.on('error', reject);
    };
    const request = url.startsWith('https:')
      ? https.get(url, { agent: agents.https, signal }, read)
      : http.get(url, { agent: agents.http, signal }, read);
    request.on('error', reject);
  });
}

const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** This machine has no way to the address: nothing was learnt of the other side. */
const NO_WAY = ['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'];

/**
 * The code of what went wrong. Of several addresses that failed, one that was reached tells most: a machine
 * without IPv6 has no way to a host's IPv6 address, which says nothing of the IPv4 one that refused.
 */
function codeOf(cause: Error & { readonly code?: string }): string {
  const codes =
    cause instanceof AggregateError ? cause.errors.map((error: Error) => codeOf(error)) : [cause.code];
  return codes.find((code) => code && !NO_WAY.includes(code)) ?? codes[0] ?? cause.name;
}

const resolverDown = (url: string, evidence: Finding['evidence'] = { url }): Finding =>
  ownFault(
    'own-resolver-down',
    `This machine's resolver does not answer for ${new URL(url).hostname}; nothing can be said of the deployment.`,
    evidence,
  );

/** Whose fault it is that this address of the web front could not be asked. */
export function unreachable(url: string, cause: Error, deadlineMs: number = DEADLINE_MS): Finding {
  const { host, hostname, pathname } = new URL(url);
  const code = codeOf(cause);
  const evidence = { url, code, message: cause.message };
  if (NO_WAY.includes(code)) {
    return ownFault(
      'own-network-down',
      `This machine has no network towards ${host} (${code}); nothing can be said of the deployment.`,
      evidence,
    );
  }
  if (code === 'EAI_AGAIN') return resolverDown(url, evidence);
  if (code === 'ENOTFOUND') {
    return fail('host-unknown', `The name ${hostname} does not exist in DNS.`, evidence);
  }
  if (CERTIFICATE.test(code)) {
    return fail(
      'certificate-invalid',
      `The certificate of ${host} is not valid: ${certificateFault(code, cause.message)}. Browsers refuse the page.`,
      evidence,
    );
  }
  if (code === 'ECONNREFUSED') {
    return fail('page-unreachable', `Nothing listens at ${host}: the connection is refused.`, evidence);
  }
  if (code === 'AbortError' || code === 'TimeoutError' || code === 'ABORT_ERR' || code === 'ETIMEDOUT') {
    const what = pathname === '/' ? '' : ` for ${pathname}`;
    return fail(
      'page-unreachable',
      `${host} does not answer${what} within ${formatDuration(deadlineMs)}.`,
      evidence,
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return fail(
      'page-unreachable',
      `${host} answers, but not with TLS that a browser could use (${code}); is it an http:// address?`,
      evidence,
    );
  }
  return fail('page-unreachable', `${host} cannot be reached (${code}).`, evidence);
}

function certificateFault(code: string, message: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'it is made out to another name';
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return `it is self-signed (${ACCEPT})`;
  if (code === 'SELF_SIGNED_CERT_IN_CHAIN') return `its authority is not a known one (${ACCEPT})`;
  if (code.startsWith('UNABLE_TO_'))
    return `an intermediate certificate is missing, or its authority is not a known one (${ACCEPT})`;
  return message;
}

const ACCEPT = '--insecure or `insecure: true` accepts it';
