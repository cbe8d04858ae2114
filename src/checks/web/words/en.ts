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
      if (failed.tls === 'old-version')
        return `${host} speaks no TLS of version 1.2 or 1.3, and browsers refuse older ones`;
      if (failed.tls === 'no-http1')
        return `${host} takes HTTP/2 alone; a WebSocket needs HTTP/1.1 (ALPN http/1.1)`;
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
      return `The web front sends ${path} as "${answer.type}"${answer.nosniff === false ? '' : ' with nosniff'}: browsers refuse to run it, and the call cannot even start.`;
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
  template: 'a placeholder in it was never filled in',
  'not-a-host': 'this is not the name of an XMPP host, which has no scheme, port, path or space',
  'two-schemes': 'it has two schemes (a variable that holds a whole address, where a host belongs)',
  'no-address': 'browsers cannot read it as an address',
  relative: 'the web app accepts a whole address alone here, and stops at this one',
  unencrypted: 'browsers do not ask an unencrypted address from a page that is https://',
  'own-machine':
    'for each participant that is their own machine (Docker: PUBLIC_URL is not set, or not that of the deployment)',
};

type PageError = Extract<WebCause, { readonly id: 'page-error' }>;

const ERROR: Readonly<Record<Exclude<NonNullable<PageError['meaning']>, 'password'>, string>> = {
  'http-to-tls': 'This port speaks TLS: the address begins with https://.',
  'client-certificate': 'It asks browsers for a certificate of their own.',
  'wrong-host':
    'The server does not serve this name on this connection (several names behind one certificate?).',
  'nothing-behind': 'What is behind it (the container, the upstream) does not answer.',
  'cloudflare-origin': 'Cloudflare does not reach the server behind it, or refuses its certificate.',
  'cloudflare-tunnel':
    'Cloudflare does not find the server behind it: its tunnel is down, or its name does not resolve.',
};

type Policy = Extract<WebCause, { readonly id: 'page-policy' }>;

function refusedByPolicy({ refuses, address, header }: Policy): string {
  if (address !== undefined)
    return `browsers do not connect to ${address}, and nobody can join. Add it to connect-src.`;
  if (refuses.includes('script'))
    return "browsers do not run the scripts that are written in Jitsi's page, and people see an empty window. Allow 'unsafe-inline', or name the scripts by their hashes.";
  const what = list(refuses.map((one) => (one === 'camera' ? 'no camera' : 'no microphone')));
  const form =
    header === 'permissions-policy'
      ? refuses.map((one) => `${one}=(self)`)
      : refuses.map((one) => `${one} 'self'`);
  return `Chromium, and browsers made of it, give it ${what}. Write \`${form.join(header === 'permissions-policy' ? ', ' : '; ')}\`.`;
}

const invalidValue = ({ setting, value, because, form }: Refused): string =>
  `Nobody can join: config.js sets ${setting} to "${value}": ${REFUSED[because]}. It should look like "${form}".`;

const at = (line: number | null): string => (line === null ? '' : `line ${line}: `);

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
      if (failed.failure === 'not-tls' && failed.tls === undefined)
        return `${failure(failed)}; is it an http:// address?`;
      return failed.failure === 'refused' ? `${capital(failure(failed))}.` : `${failure(failed)}.`;
    },
    'page-error': ({ status, meaning }) =>
      meaning === 'password'
        ? `The web front answers ${status} and asks for a user name and a password (HTTP authentication): only those who have one can open the page.`
        : `The web front answers ${status}: nobody can open the page.${meaning ? ` ${ERROR[meaning]}` : ''}`,
    'page-policy': (cause) =>
      `The page of a room is sent with \`${cause.header}: ${cause.value}\`: ${refusedByPolicy(cause)}`,
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
      answer.kind === 'refused-type'
        ? `The page of a room loads ${script}, which is sent as "${answer.type}"${answer.nosniff === false ? '' : ' with nosniff'}: browsers refuse to run it, and people see an empty window.`
        : `The page of a room loads ${script}, which is not there (${answer.kind === 'status' ? `status ${answer.status}` : 'a page is answered'}): people see an empty window.`,
    'include-unevaluated': ({ includes }) =>
      `The web server does not evaluate the server-side includes in the page (${list(includes)}; nginx: ssi on): most releases of Jitsi show an empty window then.`,
    'config-invalid': ({ line, message, refused, undeclared }) => {
      if (refused) return invalidValue(refused);
      if (undeclared)
        return `config.js uses \`config\` without declaring it (${at(line)}${message}): browsers stop there, and nobody can join. It has to begin with \`var config = …\`.`;
      return `config.js is not valid JavaScript (${at(line)}${message}): nobody can join.`;
    },
    'config-incomplete': ({ missing: keys }) =>
      `config.js does not set ${keys.join(', ')}: lib-jitsi-meet cannot connect, and nobody can join.`,
    'config-missing': missing,
    'library-missing': missing,
  },
};
