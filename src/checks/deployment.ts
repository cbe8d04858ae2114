/**
 * One reading of a Jitsi deployment's `config.js`: where the path into a call leads. The rules are those of Jitsi's own web
 * app (`constructOptions` of jitsi-meet, `createConnection` of lib-jitsi-meet). The pages of participants load this file
 * as well: it imports nothing at run time, and uses only what browsers have.
 */

export type XmppTransport = 'websocket' | 'bosh';

/** What `config.js` sets of the connection, as it is written there. */
export interface ConnectionValues {
  readonly websocket?: string | undefined;
  readonly bosh?: string | undefined;
  readonly serviceUrl?: string | undefined;
  readonly conferenceRequestUrl?: string | undefined;
  readonly websocketKeepAliveUrl?: string | undefined;
  readonly preferBosh: boolean;
}

/** The same with all else that is read of it. */
export interface ConfigValues extends ConnectionValues {
  readonly domain?: string | undefined;
  readonly anonymousdomain?: string | undefined;
  readonly muc?: string | undefined;
  readonly focus?: string | undefined;
  readonly p2p: boolean;
  /** URLs, as `stun:host:port`. */
  readonly stun: readonly string[];
}

/** The addresses of a deployment, absolute; null where `config.js` names none. */
export interface Addresses {
  readonly websocket: string | null;
  readonly bosh: string | null;
  /** The transport that browsers use; they do not fall back on another. */
  readonly used: XmppTransport | null;
  /** The address of that transport comes from `serviceUrl`, to which the web app adds no room. */
  readonly roomless: boolean;
  readonly conferenceRequestUrl: string | null;
  readonly websocketKeepAliveUrl: string | null;
}

/** The library's default, where the web app names no address (`createConnection`): of the page's host. */
const DEFAULT_SERVICE = '/http-bind';

/**
 * The addresses that `config.js` names, as browsers read them: BOSH with `preferBosh`, otherwise `websocket` before `bosh`,
 * then `serviceUrl`, then the library's default. The library goes by the scheme alone: whatever does not begin with
 * `ws:` or `wss:` is BOSH, whichever key it was written under.
 */
export function addressesOf(values: ConnectionValues, base: string): Addresses {
  const { preferBosh } = values;
  const websocket = values.websocket || undefined;
  const bosh = values.bosh ? boshOf(values.bosh, base) : undefined;
  const others = {
    conferenceRequestUrl: absolute(values.conferenceRequestUrl, base),
    websocketKeepAliveUrl: absolute(values.websocketKeepAliveUrl, base),
  };
  const chosen = (preferBosh ? undefined : websocket) ?? bosh;
  const service = chosen ?? (values.serviceUrl || DEFAULT_SERVICE);
  const used = isWebSocket(service) ? 'websocket' : 'bosh';
  const url = absolute(service, base);
  // What is offered beside it, for browsers that are configured otherwise.
  const offered = {
    websocket: websocket && isWebSocket(websocket) ? absolute(websocket, base) : null,
    bosh: bosh && !isWebSocket(bosh) ? absolute(bosh, base) : null,
  };
  return {
    ...offered,
    [used]: url,
    used: url === null ? null : used,
    roomless: chosen === undefined && url !== null,
    ...others,
  };
}

const isWebSocket = (address: string): boolean => /^wss?:/.test(address);

/** `bosh` as the web app writes it: `//host/path` with the page's scheme, `/path` below the page's folder. */
function boshOf(text: string, base: string): string {
  if (text.startsWith('//') || !text.startsWith('/')) return text;
  const { protocol, host, pathname } = new URL(base);
  const folder = pathname.slice(0, pathname.lastIndexOf('/') + 1).replace(NOT_IN_PATHS, '');
  return `${protocol}//${host}${folder || '/'}${text.slice(1)}`;
}
/** What the web app leaves out of the parts of a page's path (`_ROOM_EXCLUDE_PATTERN`). */
const NOT_IN_PATHS = /[:?#[\]@!$&'()*+,;=><"]/g;

/** Why browsers cannot use what is written under a key. */
export type RefusedBecause =
  | 'include'
  | 'template'
  | 'not-a-host'
  | 'not-a-websocket'
  | 'not-http'
  | 'no-scheme'
  | 'two-schemes'
  | 'no-address'
  | 'relative'
  | 'unencrypted'
  | 'own-machine';

/** A value of `config.js` that no browser can use. */
export interface RefusedValue {
  readonly setting: string;
  readonly value: string;
  readonly because: RefusedBecause;
  /** What it should look like. */
  readonly form: string;
}

/** What `config.js` sets that the web app or the library cannot use; empty for nearly every deployment. */
export function refusedValues(values: ConfigValues, base: string): RefusedValue[] {
  const { host, hostname, protocol } = new URL(base);
  const secure = protocol === 'https:' ? 's' : '';
  const forms = {
    'hosts.domain': hostname,
    'hosts.anonymousdomain': `guest.${hostname}`,
    'hosts.muc': `conference.${hostname}`,
    'hosts.focus': `focus.${hostname}`,
    websocket: `ws${secure}://${host}/xmpp-websocket`,
    bosh: `//${host}/http-bind`,
    serviceUrl: `ws${secure}://${host}/xmpp-websocket`,
    conferenceRequestUrl: `http${secure}://${host}/conference-request/v1`,
    websocketKeepAliveUrl: `http${secure}://${host}/_unlock`,
  };
  // The web app adds the room to these two only where it has an address of its own (`appendURLParam`).
  const room = Boolean((values.websocket && !values.preferBosh) || values.bosh);
  const written: Readonly<Record<keyof typeof forms, string | undefined>> = {
    'hosts.domain': values.domain,
    'hosts.anonymousdomain': values.anonymousdomain,
    'hosts.muc': values.muc,
    'hosts.focus': values.focus,
    websocket: values.preferBosh ? undefined : values.websocket,
    bosh: values.websocket && !values.preferBosh ? undefined : values.bosh,
    serviceUrl: values.websocket || values.bosh ? undefined : values.serviceUrl,
    conferenceRequestUrl: values.conferenceRequestUrl,
    websocketKeepAliveUrl: room ? values.websocketKeepAliveUrl : undefined,
  };
  return Object.entries(forms).flatMap(([key, form]) => {
    const value = written[key as keyof typeof forms];
    const because = value ? refusal(key, value, { base, room }) : null;
    return value && because ? [{ setting: key, value, because, form }] : [];
  });
}

function refusal(
  key: string,
  value: string,
  { base, room }: { readonly base: string; readonly room: boolean },
): RefusedBecause | null {
  if (value.includes('<!--#')) return 'include';
  if (TEMPLATE.test(value)) return 'template';
  // The focus may be a user of its own.
  if (key.startsWith('hosts.')) {
    return NO_HOST.test(key === 'hosts.focus' ? value.replace(/^[^@]*@|\/.*$/g, '') : value)
      ? 'not-a-host'
      : null;
  }
  if (/^([a-z]+:)?\/\/[a-z]+:?\/\//i.test(value)) return 'two-schemes';
  return wrongAddress(key, value, room) ?? wrongPlace(key, value, base);
}

/** What is no address of what its key is for. */
function wrongAddress(key: string, value: string, room: boolean): RefusedBecause | null {
  if (/^wss?:\/\//.test(value) && !OVER_HTTP.includes(key)) return null;
  // The library posts BOSH to it, which a WebSocket's address does not answer.
  if (key === 'websocket') return BOSH_PATH.test(value) ? null : 'not-a-websocket';
  if (/^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(value) && !/^[\w.-]+:\d+\//.test(value)) return 'not-http';
  if (!OVER_HTTP.includes(key) && /^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(value)) return 'no-scheme';
  // Of these alone the web app makes whole what has no scheme.
  if (key === 'serviceUrl' || (key === 'bosh' && value.startsWith('/'))) return null;
  return room && !URL.canParse(value) ? 'relative' : null;
}

/** An address that browsers do not ask from this page, or that is another machine for each of them. */
function wrongPlace(key: string, value: string, base: string): RefusedBecause | null {
  const url = URL.parse(value, base);
  if (!url) return 'no-address';
  const own = (host: string) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
  if (own(url.hostname)) return own(new URL(base).hostname) ? null : 'own-machine';
  const encrypted = base.startsWith('https:');
  return encrypted && OVER_HTTP.includes(key) && url.protocol === 'http:' ? 'unencrypted' : null;
}

const OVER_HTTP: readonly string[] = ['conferenceRequestUrl', 'websocketKeepAliveUrl'];
/** What programs that write configuration files leave where nobody filled in a value. */
const TEMPLATE = /\{\{|\}\}|\$\{|<%|%>/;
/** What no domain of XMPP has in it (RFC 7622 3.2); an address of IPv6 is in brackets. */
const NO_HOST = /[\s/@<>"'&\\]|^[^[]*:/;
const BOSH_PATH = /http-bind|bosh/;

/** An address of a room's connection: servers find the shard of a room by it. */
export function withRoom(address: string, room: string): string {
  const url = new URL(address);
  url.searchParams.append('room', room);
  return url.href;
}

/** The address at which a room is reached over one transport; null where there is none. */
export function serviceFor(addresses: Addresses, transport: XmppTransport, room: string): string | null {
  const address = addresses[transport];
  if (address === null) return null;
  return addresses.roomless && transport === addresses.used ? address : withRoom(address, room);
}

/** Everything that a participant needs before there is media. */
export interface Deployment extends Addresses {
  /** The page's origin. */
  readonly origin: string;
  /** The XMPP domain that guests log in to. */
  readonly loginDomain: string;
  /** The deployment's own. */
  readonly domain: string;
  readonly muc: string;
  readonly focus: string;
  /** URLs of STUN servers for direct connections of two, as they are written. */
  readonly stun: readonly string[];
}

/** What `config.js` lacks, by the names of its keys, so that lib-jitsi-meet cannot connect. */
export type MissingKey = 'hosts.domain' | 'hosts.muc';

/** What a `config.js` comes to. */
export interface DeploymentReading {
  readonly deployment: Deployment;
  readonly missing: readonly MissingKey[];
  readonly refused: readonly RefusedValue[];
}

/** The deployment that `config.js` describes, what is missing for lib-jitsi-meet to connect, and what it cannot use. */
export function deploymentOf(values: ConfigValues, base: string): DeploymentReading {
  const addresses = addressesOf(values, base);
  const { domain = '', muc = '' } = values;
  const missing: MissingKey[] = [];
  if (!domain) missing.push('hosts.domain');
  if (!muc) missing.push('hosts.muc');
  return {
    missing,
    refused: refusedValues(values, base),
    deployment: {
      ...addresses,
      origin: new URL(base).origin,
      loginDomain: values.anonymousdomain || domain,
      domain,
      muc,
      focus: values.focus || `focus.${domain}`,
      stun: values.p2p ? values.stun : [],
    },
  };
}

/** An address made absolute, as browsers do; null where there is none, or it is none of these kinds. */
function absolute(text: string | undefined, base: string): string | null {
  if (!text || !URL.canParse(text, base)) return null;
  const { href, protocol } = new URL(text, base);
  return /^(https?|wss?):$/.test(protocol) ? href : null;
}
