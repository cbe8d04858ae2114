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
    case 'no-address-of-family':
      return `${name} has no address of the family that \`family\` asks for`;
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

type Refused = NonNullable<Extract<WebCause, { readonly id: 'config-invalid' }>['refused']>;

const REFUSED: Readonly<Record<Refused['because'], string>> = {
  include: 'the web server did not evaluate the server-side include in it (nginx: ssi on)',
  'not-a-websocket': 'lib-jitsi-meet takes what does not begin with wss:// for BOSH',
  'not-http': 'browsers cannot ask it over HTTP',
  'no-scheme': 'browsers take an address without // for a path of the page',
};

const invalidValue = ({ setting, value, because, form }: Refused): string =>
  `Nobody can join: config.js sets ${setting} to "${value}": ${REFUSED[because]}. It should look like "${form}".`;

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
    'insecure-origin': ({ url }) =>
      `${url} is not https://: browsers give its pages no camera and no microphone, so nobody can talk.`,
    'redirected-away': ({ location, signIn }) =>
      signIn
        ? `A page to sign in stands in front of the deployment: everything is redirected to ${location}. Only those who sign in there get into a call.`
        : `The web front redirects to ${location}, which is not Jitsi: the call cannot even start.`,
    'bot-wall': ({ status, wall }) =>
      `The web front answers ${status} on behalf of ${wall}, which keeps programs out: Vigie cannot see what people get.`,
    'page-foreign': ({ title, defaultSite }) =>
      defaultSite
        ? `The web server answers with its default page${title === null ? '' : ` ("${title}")`} where the page of a room should be: nobody can join.`
        : `The page of a room${title === null ? '' : ` ("${title}")`} does not look like Jitsi’s: it loads no script.`,
    'page-script-missing': ({ script, answer }) =>
      `The page of a room loads ${script}, which is not there (${answer.kind === 'status' ? `status ${answer.status}` : 'a page is answered'}): people see an empty window.`,
    'include-unevaluated': ({ includes }) =>
      `The web server does not evaluate the server-side includes in the page (${list(includes)}; nginx: ssi on): most releases of Jitsi show an empty window then.`,
    'config-invalid': ({ line, message, refused }) =>
      refused
        ? invalidValue(refused)
        : `config.js is not valid JavaScript (${line === null ? '' : `line ${line}: `}${message}): nobody can join.`,
    'config-incomplete': ({ missing: keys }) =>
      `config.js does not set ${keys.join(', ')}: lib-jitsi-meet cannot connect, and nobody can join.`,
    'config-missing': missing,
    'library-missing': missing,
  },
};
