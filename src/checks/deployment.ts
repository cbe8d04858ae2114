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

/** The library's default, where the web app names no address (`createConnection`). */
const DEFAULT_SERVICE = '/http-bind';

/**
 * The addresses that `config.js` names: BOSH with `preferBosh`, otherwise WebSocket before BOSH; `serviceUrl` where neither
 * leads anywhere. `//host/path` and `/path` are of the page's host.
 */
export function addressesOf(values: ConnectionValues, base: string): Addresses {
  const { preferBosh } = values;
  const websocket = absolute(values.websocket, base, 'ws');
  const bosh = absolute(values.bosh, base, 'http');
  const others = {
    conferenceRequestUrl: absolute(values.conferenceRequestUrl, base, 'http'),
    websocketKeepAliveUrl: absolute(values.websocketKeepAliveUrl, base, 'http'),
  };
  const chosen = (preferBosh ? null : websocket) ?? bosh;
  if (chosen !== null) {
    return { websocket, bosh, used: chosen === websocket ? 'websocket' : 'bosh', roomless: false, ...others };
  }
  const service = values.serviceUrl || (websocket === null ? undefined : DEFAULT_SERVICE);
  // The library goes by the scheme.
  const used = service !== undefined && /^wss?:/.test(service) ? 'websocket' : 'bosh';
  const url = absolute(service, base, used === 'websocket' ? 'ws' : 'http');
  return {
    websocket: used === 'websocket' ? url : websocket,
    bosh: used === 'bosh' ? url : null,
    used: url === null ? null : used,
    roomless: url !== null,
    ...others,
  };
}

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
export type MissingKey = 'hosts.domain' | 'hosts.muc' | 'websocket and bosh';

/** The deployment that `config.js` describes, and what is missing for lib-jitsi-meet to connect. */
export function deploymentOf(
  values: ConfigValues,
  base: string,
): { readonly deployment: Deployment; readonly missing: readonly MissingKey[] } {
  const addresses = addressesOf(values, base);
  const { domain = '', muc = '' } = values;
  const missing: MissingKey[] = [];
  if (!domain) missing.push('hosts.domain');
  if (!muc) missing.push('hosts.muc');
  if (addresses.used === null) missing.push('websocket and bosh');
  return {
    missing,
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

/** An address made absolute, with the scheme of its use; null where there is none, or it is no address. */
function absolute(text: string | undefined, base: string, scheme: 'ws' | 'http'): string | null {
  if (!text || !URL.canParse(text, base)) return null;
  const { href, protocol } = new URL(text, base);
  if (!/^(https?|wss?):$/.test(protocol)) return null;
  const secure = protocol === 'https:' || protocol === 'wss:';
  return href.replace(/^[a-z]+:/, `${scheme}${secure ? 's' : ''}:`);
}
