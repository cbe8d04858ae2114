/**
 * What the deployment's web front answers, asked from Vigie itself while the browsers start: status codes and
 * causes that a page only sees as "failed to load".
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Finding } from '../check.ts';
import { ownFault } from '../run.ts';

const DEADLINE_MS = 8000;
/** As much of a body as is needed to tell a script from a page. */
const BODY_CHARS = 200;

interface Answer {
  readonly status: number;
  readonly start: string;
}

interface NetError extends Error {
  readonly code?: string;
}

/** Asks for the front page, `config.js` and the library; findings are empty when all three are there. */
export async function preflight(base: string, insecure: boolean, signal: AbortSignal): Promise<Finding[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const agent = base.startsWith('https:')
    ? new https.Agent({ keepAlive: true, rejectUnauthorized: !insecure })
    : new http.Agent({ keepAlive: true });
  try {
    const [front, config, library] = await Promise.all([
      ask(base, agent, within),
      ask(`${base}config.js`, agent, within),
      ask(`${base}libs/lib-jitsi-meet.min.js`, agent, within),
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
    return signal.aborted ? [] : [unreachable(base, cause as NetError)];
  } finally {
    agent.destroy();
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

function ask(url: string, agent: http.Agent, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const read = (response: IncomingMessage) => {
      let start = '';
      const finish = () => resolve({ status: response.statusCode ?? 0, start });
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
    const request = (url.startsWith('https:') ? https : http).get(url, { agent, signal }, read);
    request.on('error', reject);
  });
}

const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** Whose fault it is that the web front could not be asked. */
function unreachable(base: string, cause: NetError): Finding {
  const { host, hostname } = new URL(base);
  const code = cause.code ?? cause.name;
  const evidence = { url: base, code, message: cause.message };
  if (code === 'ENETUNREACH' || code === 'ENETDOWN' || code === 'EADDRNOTAVAIL') {
    return ownFault(
      'own-network-down',
      `This machine has no network towards ${host} (${code}); nothing can be said of the deployment.`,
      evidence,
    );
  }
  if (code === 'EAI_AGAIN') {
    return ownFault(
      'own-resolver-down',
      `This machine's resolver does not answer for ${hostname}; nothing can be said of the deployment.`,
      evidence,
    );
  }
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
    return fail('page-unreachable', `${host} does not answer within ${DEADLINE_MS / 1000} s.`, evidence);
  }
  return fail('page-unreachable', `${host} cannot be reached (${code}).`, evidence);
}

function certificateFault(code: string, message: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'it is made out to another name';
  if (/SELF_SIGNED/.test(code)) return 'it is self-signed (--insecure accepts it)';
  return message;
}
