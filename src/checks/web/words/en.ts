import { formatDuration } from '../../../base/durations.ts';
import { list } from '../../../base/words.ts';
import { certificateWords } from '../../../net/certificate-faults.ts';
import type { ConnectionFailure } from '../../../net/failure.ts';
import type { WebCause } from '../causes.ts';
import { capital, type WebWords } from './contract.ts';

/** What may be accepted on purpose. */
const ACCEPT = ' (--insecure or `insecure: true` accepts it)';

function failure(failed: ConnectionFailure): string {
  const { host, name, code, certificate = 'unverified' } = failed;
  switch (failed.failure) {
    case 'own-network-down':
      return `this machine has no network towards ${host}`;
    case 'own-resolver-down':
      return `this machine's resolver does not answer for ${name}`;
    case 'host-unknown':
      return `the name ${name} does not exist in DNS`;
    case 'certificate-invalid': {
      const accepted = ['self-signed', 'unknown-authority', 'incomplete-chain'].includes(certificate);
      const fault = certificateWords.en[certificate](code);
      return `the certificate of ${host} is not valid: ${fault}${accepted ? ACCEPT : ''}`;
    }
    case 'refused':
      return `nothing listens at ${host}: the connection is refused`;
    case 'silent':
      return silent(failed, '');
    case 'not-tls':
      return `${host} answers, but not with TLS that a browser could use (${code})`;
    case 'private-address':
      return `${host} is a private address, which is not reached from elsewhere; Vigie did not ask it, because the deployment's own address is public (\`allowPrivate: true\` permits it)`;
    case 'unreachable':
      return `${host} cannot be reached (${code})`;
  }
}

function silent({ host, deadlineMs = 0 }: ConnectionFailure, about: string): string {
  return `${host} does not answer${about} within ${formatDuration(deadlineMs)}`;
}

type Missing = Extract<WebCause, { readonly id: 'config-missing' | 'library-missing' }>;

function missing({ path = '', answer }: Missing): string {
  switch (answer.kind) {
    case 'status':
      return `The web front answers ${answer.status} for ${path}: the call cannot even start.`;
    case 'page':
      return `The web front answers with a page where ${path} should be: the call cannot even start.`;
    case 'refused-type':
      return `The web front sends ${path} as "${answer.type}" with nosniff: browsers refuse to run it, and the call cannot even start.`;
    case 'not-loaded':
      return `The browser could not load ${list(answer.paths)} from the deployment.`;
  }
}

export const en: WebWords = {
  failure,
  findings: {
    'own-network-down': ({ failure: failed, code }) =>
      `${capital(failure(failed))} (${code}); nothing can be said of the deployment.`,
    'own-resolver-down': ({ failure: failed }) =>
      `${capital(failure(failed))}; nothing can be said of the deployment.`,
    'host-unknown': ({ failure: failed }) => `${capital(failure(failed))}.`,
    'certificate-invalid': ({ failure: failed }) => `${capital(failure(failed))}. Browsers refuse the page.`,
    'page-unreachable': ({ url, failure: failed }) => {
      const { pathname } = new URL(url);
      if (failed.failure === 'silent')
        return `${silent(failed, pathname === '/' ? '' : ` for ${pathname}`)}.`;
      if (failed.failure === 'not-tls') return `${failure(failed)}; is it an http:// address?`;
      return failed.failure === 'refused' ? `${capital(failure(failed))}.` : `${failure(failed)}.`;
    },
    'page-error': ({ status }) => `The web front answers ${status}: nobody can open the page.`,
    'config-missing': missing,
    'library-missing': missing,
  },
};
