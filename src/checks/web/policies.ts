/** Policies that the page of a room is sent with, and what browsers keep from it because of them. */
import type { Addresses } from '../deployment.ts';
import type { Answer } from './client.ts';
import { type WebFound, webFail } from './findings.ts';

type Page = Pick<Answer, 'headers' | 'body'>;

/** The header of a page; several of one name are joined. */
function header({ headers }: Page, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(', ') : (value ?? '')).slice(0, 10_000);
}

const CAPTURE = ['camera', 'microphone'] as const;

/** The finding for a page whose policy gives it no camera or no microphone (Permissions Policy; Firefox and Safari ignore it). */
export function capturePolicy(base: string, page: Page): WebFound | null {
  for (const name of ['permissions-policy', 'feature-policy'] as const) {
    const value = header(page, name);
    const lists = CAPTURE.flatMap((feature) => {
      const list = allowlist(name, value, feature);
      return list !== null && !allows(list, new URL(base).origin) ? [{ feature, list }] : [];
    });
    const [first] = lists;
    if (!first) continue;
    const refuses = lists.map(({ feature }) => feature);
    const said =
      name === 'permissions-policy' ? `${first.feature}=${first.list}` : `${first.feature} ${first.list}`;
    return webFail({ id: 'page-policy', url: base, header: name, value: said.slice(0, 200), refuses });
  }
  return null;
}

/** Who may use a feature, as it is written; null where the header says nothing of it. */
function allowlist(name: string, value: string, feature: string): string | null {
  const pattern =
    name === 'permissions-policy'
      ? new RegExp(String.raw`(?:^|,)\s*${feature}\s*=\s*(\([^)]{0,500}\)|[^,\s]{1,200})`)
      : new RegExp(String.raw`(?:^|[;,])\s*${feature}\s+([^;,]{1,500})`, 'i');
  return pattern.exec(value)?.[1]?.trim() ?? null;
}

const allows = (list: string, origin: string): boolean =>
  /(^|[\s(])\*/.test(list) || /(^|[\s('])self\b/.test(list) || list.includes(origin);

/** One list of directives of a Content-Security-Policy, by name. */
type Directives = ReadonlyMap<string, readonly string[]>;

/** Content-Security-Policies of a page (CSP 3, 3.1 and 3.3); each of them must allow what is done. */
function securityPolicies(page: Page): Directives[] {
  const inPage = [
    ...page.body.matchAll(
      /<meta[^>]{1,100}?http-equiv\s*=\s*["']?content-security-policy["']?[^>]{1,50}?content\s*=\s*"([^"]{1,4000})"/gi,
    ),
  ].map((match) => match[1]!);
  return [...header(page, 'content-security-policy').split(','), ...inPage].flatMap((text) => {
    const directives = new Map<string, readonly string[]>();
    for (const directive of text.split(';')) {
      const [name, ...sources] = directive.trim().split(/\s+/);
      if (name && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
    }
    return directives.size > 0 ? [directives] : [];
  });
}

const found = (
  base: string,
  refuses: readonly ('connection' | 'script')[],
  directive: string,
  { sources, address }: { readonly sources: readonly string[]; readonly address?: string },
): WebFound =>
  webFail({
    ...{ id: 'page-policy', url: base, header: 'content-security-policy', refuses: [...refuses] },
    value: `${directive} ${sources.join(' ')}`.slice(0, 200),
    ...(address !== undefined && { address }),
  });

/** The finding for a page that may not run the scripts that are written in it, which Jitsi's page does not come up without. */
export function scriptPolicy(base: string, page: Page): WebFound | null {
  if (
    !/<script(?![^>]{0,300}\bsrc\b)(?![^>]{0,300}\btype\s*=\s*["']?(?!text\/javascript|module))[^>]{0,300}>\s*\S/i.test(
      page.body,
    )
  ) {
    return null;
  }
  for (const policy of securityPolicies(page)) {
    const directive = ['script-src-elem', 'script-src', 'default-src'].find((name) => policy.has(name));
    const sources = directive === undefined ? null : policy.get(directive)!;
    // By nonce or hash: which scripts are meant is not looked at.
    if (!sources || sources.some((one) => /^'(unsafe-inline|nonce-|sha\d|strict-dynamic)/i.test(one)))
      continue;
    return found(base, ['script'], directive!, { sources });
  }
  return null;
}

/** The finding for a page that may not connect to where `config.js` sends it. */
export function connectionPolicy(base: string, page: Page, addresses: Addresses): WebFound | null {
  const { used, conferenceRequestUrl } = addresses;
  const wanted = [used === null ? null : addresses[used], conferenceRequestUrl];
  for (const policy of securityPolicies(page)) {
    const directive = ['connect-src', 'default-src'].find((name) => policy.has(name));
    if (directive === undefined) continue;
    const sources = policy.get(directive)!;
    const refused = wanted.find(
      (address) =>
        address !== null && !sources.some((source) => matches(source, new URL(address), new URL(base))),
    );
    if (refused) return found(base, ['connection'], directive, { sources, address: refused });
  }
  return null;
}

const WEB = ['http:', 'https:', 'ws:', 'wss:'];
/** What an expression's scheme covers beside itself (CSP 3, 6.7.2.9). */
const COVERS: Readonly<Record<string, readonly string[]>> = {
  'http:': ['https:'],
  'ws:': ['wss:', 'http:', 'https:'],
  'wss:': ['https:'],
};
const DEFAULT_PORT: Readonly<Record<string, string>> = {
  'http:': '80',
  'ws:': '80',
  'https:': '443',
  'wss:': '443',
};
const portOf = ({ port, protocol }: URL): string => port || (DEFAULT_PORT[protocol] ?? '');

/** Whether a source expression allows an address; in doubt it does. */
function matches(source: string, url: URL, page: URL): boolean {
  const text = source.toLowerCase();
  if (text === '*') return WEB.includes(url.protocol);
  if (text === "'self'") return url.hostname === page.hostname && portOf(url) === portOf(page);
  if (text.startsWith("'")) return false;
  const scheme = /^([a-z][a-z0-9+.-]*:)(\/\/)?/.exec(text);
  if (scheme && (scheme[2] !== undefined || text === scheme[1])) {
    const covered = scheme[1] === url.protocol || COVERS[scheme[1]!]?.includes(url.protocol);
    if (!covered || text === scheme[1]) return covered === true;
  }
  const [host, port] = splitPort(text.replace(/^[a-z][a-z0-9+.-]*:\/\//, '').replace(/\/.*$/, ''));
  const named =
    host === '*' || (host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : host === url.hostname);
  return named && (port === '*' || (port ?? DEFAULT_PORT[url.protocol]) === portOf(url));
}

function splitPort(text: string): [host: string, port: string | undefined] {
  const match = /^(.*):(\d+|\*)$/.exec(text);
  return match ? [match[1]!, match[2]] : [text, undefined];
}
