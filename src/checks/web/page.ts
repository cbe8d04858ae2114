/** The page of a room, as browsers see it: where it ended, and whether it is Jitsi's. */
import { isIP } from 'node:net';
import { withoutBrackets } from '../../net/host-port.ts';
import type { Answer } from './client.ts';
import { CONFIG, LIBRARY, noScript, type WebFound, webFail } from './findings.ts';
import { capturePolicy, scriptPolicy } from './policies.ts';

/** Real pages have 5 to 150 kB, with `config.js` in them. */
export const PAGE_CHARS = 500_000;
/** At most this number of the page's own scripts are asked for. */
const MAX_SCRIPTS = 3;

/** What is asked for, and what answered. */
interface Asked {
  /** With a slash at its end. */
  readonly base: string;
  readonly room: string;
  readonly answer: Pick<Answer, 'url' | 'body' | 'headers' | 'status'>;
}

/** The folder of the room's page, with a slash at its end: where all redirections led. */
export function landedAt({ base, room, answer }: Asked): string {
  const asked = new URL(base);
  const ended = new URL(answer.url);
  const at = ended.pathname.replace(/\/$/, '');
  if (at.endsWith(`/${room}`)) return `${ended.origin}${at.slice(0, -room.length)}`;
  // Sent on to https:// and to another page of the same host: rooms are there as well.
  return ended.hostname === asked.hostname ? `${ended.origin}${asked.pathname}` : base;
}

/** Browsers give cameras and microphones to these alone (Secure Contexts 3.1). */
export function isSecure(base: string): boolean {
  const { protocol, hostname } = new URL(base);
  const host = withoutBrackets(hostname);
  return (
    protocol === 'https:' ||
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/** The finding for pages that get no camera; null where they do. */
export function insecureOrigin(base: string): WebFound | null {
  return isSecure(base) ? null : webFail({ id: 'insecure-origin', url: base });
}

const SIGN_IN = /sign-?_?in|log-?_?in|auth|sso|saml|oidc|adfs|realms|\/cas\b/i;
const PASSWORD = /<input[^>]{1,300}?type\s*=\s*["']?password/i;

/** The finding where what should be a file of Jitsi's ended on a page of somebody else; null where it did not. */
export function redirectedAway(
  base: string,
  asked: string,
  { url, body }: Pick<Answer, 'url' | 'body'>,
): WebFound | null {
  const [from, to] = [new URL(asked), new URL(url)];
  const elsewhere =
    from.pathname !== to.pathname && !to.pathname.endsWith(`/${from.pathname.split('/').at(-1)}`);
  if (!elsewhere || !body.trimStart().startsWith('<')) return null;
  const location = `${to.origin}${to.pathname}`;
  const signIn = SIGN_IN.test(to.hostname) || SIGN_IN.test(to.pathname) || PASSWORD.test(body);
  return webFail({ id: 'redirected-away', url: base, location, signIn });
}

/** It answers 200, unless it was set otherwise. */
const ANUBIS = /anubis_challenge|\/\.within\.website\/x\/cmd\/anubis|Making sure you(&#39;|'|’)re not a bot/i;

/** Who stands before a front and keeps programs out, by what they answer with. */
const WALLS: readonly (readonly [name: string, header: string | null, text: RegExp])[] = [
  ['Cloudflare', 'cf-mitigated', /Cloudflare Ray ID|cf-error-details|Just a moment\.\.\./i],
  ['AWS WAF', 'x-amzn-waf-action', /awswaf\.com\/|AwsWafIntegration/i],
  ['Vercel', 'x-vercel-mitigated', /Vercel Security Checkpoint/i],
  ['DDoS-Guard', null, /ddos-guard/i],
  ['Sucuri', 'x-sucuri-block', /Sucuri WebSite Firewall/i],
  ['DataDome', 'x-datadome', /datadome/i],
  ['Imperva', null, /_Incapsula_Resource|Incapsula incident/i],
  ['Akamai', null, /errors\.edgesuite\.net/i],
  ['Anubis', null, ANUBIS],
  [
    'a bot wall',
    null,
    /error (code: )?10(06|10|15|20)\b|browser integrity check|are you (a )?(human|robot)/i,
  ],
];

/** The finding for a front that takes us for a robot: people may get through. */
export function botWall(
  base: string,
  { status, body, headers }: Pick<Answer, 'status' | 'body' | 'headers'>,
): WebFound | null {
  // A header of theirs says it whatever the status is; a text may be somebody's page about them.
  const refused = status === 403 || status === 429 || status === 503;
  const wall = WALLS.find(
    ([, header, text]) =>
      (header && headers[header] !== undefined) || ((refused || text === ANUBIS) && text.test(body)),
  );
  return wall ? { cause: { id: 'bot-wall', url: base, status, wall: wall[0] }, outcome: 'error' } : null;
}

const DEFAULT_SITE =
  /Welcome to (nginx|Caddy|OpenResty)|Apache2? (\w+ )?Default Page|<h1>It works!<\/h1>|IIS Windows|<title>Index of \/|Test Page for|Caddy works|Congratulations! .*lighttpd|placeholder page/i;
/** What every page of Jitsi's web app has in it, whatever it is called; also one with its name alone. */
const JITSI = /jitsi|lib-jitsi-meet|app\.bundle|interfaceConfig/i;

/** What is wrong with the room's page as it is written: it is not Jitsi's, or its includes are not evaluated. */
export function pageFaults(base: string, page: Pick<Answer, 'body' | 'headers'>): WebFound[] {
  const { body } = page;
  const capture = capturePolicy(base, page);
  const policies = [capture, JITSI.test(body) ? scriptPolicy(base, page) : null].filter(
    (one) => one !== null,
  );
  return [...policies, ...ownFaults(base, body)];
}

function ownFaults(base: string, body: string): WebFound[] {
  const title = /<title>([^<]{1,80})/i.exec(body)?.[1]?.trim() || null;
  if (!JITSI.test(body)) {
    const defaultSite = DEFAULT_SITE.test(body);
    // A page with scripts may be an app of the deployment's own, around Jitsi's library.
    if (!defaultSite && /<script/i.test(body)) return [];
    const cause = { id: 'page-foreign', url: base, title, defaultSite } as const;
    return [defaultSite ? webFail(cause) : { cause, outcome: 'degraded', where: 'signaling' }];
  }
  const includes = [...body.matchAll(/<!--#include\s+virtual="([^"]{1,100})"/g)]
    .map((match) => match[1]!)
    .filter((path) => /(^|\/)(interface_)?config\.js$/.test(path));
  return includes.length > 0
    ? [
        {
          cause: { id: 'include-unevaluated', url: base, includes: [...new Set(includes)] },
          outcome: 'degraded',
          where: 'signaling',
        },
      ]
    : [];
}

/** A real page has 5 to 20. */
const MAX_TAGS = 200;
/** As much of a tag as is looked at, in characters. */
const TAG_CHARS = 1000;

/** The addresses of the scripts that browsers load with a page. A stranger's page: no pattern walks it twice. */
function scriptAddresses({ url, body }: Pick<Answer, 'url' | 'body'>): URL[] {
  const written = withoutComments(body);
  const [, base = ''] = written.split(/<base(?=\s)/i, 2);
  const document = URL.parse(attribute(base, 'href') ?? '', url)?.href ?? url;
  const tags = written.split(/<script(?=[\s/])/i, MAX_TAGS + 1).slice(1);
  return tags.flatMap((tag) => {
    const script = URL.parse(attribute(tag, 'src') ?? '', document);
    return attribute(tag, 'src') !== null && script && /^https?:$/.test(script.protocol) ? [script] : [];
  });
}

/** What an attribute of a tag is set to; null where it has none of this name. */
function attribute(tag: string, name: 'src' | 'href'): string | null {
  const [attributes = ''] = tag.slice(0, TAG_CHARS).split('>', 1);
  return new RegExp(`(?:^|[\\s"'/])${name}\\s*=\\s*["']?([^"'\\s>]+)`, 'i').exec(attributes)?.[1] ?? null;
}

/** Whether browsers load `config.js` by its address; the web app of a packaged Jitsi has it written into the page. */
export function loadsConfig(base: string, page: Pick<Answer, 'url' | 'body'>): boolean {
  const config = new URL(CONFIG, base);
  return scriptAddresses(page).some((script) => isSame(script, config));
}

const isSame = (one: URL, other: URL): boolean =>
  one.origin === other.origin && one.pathname === other.pathname;

/** The addresses of the scripts without which the page stays empty, apart from the library of the usual place. */
export function ownScripts({ base, answer }: Omit<Asked, 'room'>): string[] {
  const usual = new URL(LIBRARY, base);
  const needed = scriptAddresses(answer).filter(
    (script) => /\/(lib-jitsi-meet|app\.bundle)[^/]*\.js$/.test(script.pathname) && !isSame(script, usual),
  );
  return [...new Set(needed.map(({ href }) => href))].slice(0, MAX_SCRIPTS);
}

/** The page without its comments; one that does not end takes the rest. */
function withoutComments(page: string): string {
  const parts = page.split('<!--');
  return parts.map((part, index) => (index === 0 ? part : part.slice(endOf(part)))).join('');
}

/** Where what follows a comment's beginning is markup again. */
function endOf(part: string): number {
  const end = part.indexOf('-->');
  return end < 0 ? part.length : end + 3;
}

/** The finding where a script of the page's own is not there, or browsers do not run it; null where they do. */
export function missingOwnScript(
  base: string,
  script: string,
  given: Pick<Answer, 'status' | 'body' | 'headers'>,
): WebFound | null {
  const answer = noScript(given);
  if (!answer) return null;
  const { origin, pathname } = new URL(script);
  const name = origin === new URL(base).origin ? pathname : `${origin}${pathname}`;
  return webFail({ id: 'page-script-missing', url: base, script: name, answer });
}
