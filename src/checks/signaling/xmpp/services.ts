/** The STUN and TURN servers that a deployment offers over XMPP (XEP-0215). */
import { Secret } from '../../../base/units.ts';
import { StanzaError, type XmppSession } from './session.ts';
import { child, type Element } from './xml.ts';

/** lib-jitsi-meet asks in these namespaces, one after the other (`strophe.jingle.js`). */
const NAMESPACES = ['urn:xmpp:extdisco:2', 'urn:xmpp:extdisco:1'] as const;
/** What a server answers that has no such list. */
const UNSUPPORTED = ['service-unavailable', 'feature-not-implemented', 'item-not-found'];
const MAX_SERVICES = 20;
/** RFC 1035 2.3.4. */
const MAX_HOST = 255;

export type ServiceType = 'stun' | 'turn' | 'turns';

/** A server as browsers get it. */
export interface OfferedServer {
  readonly type: ServiceType;
  readonly host: string;
  readonly port: number;
  /** Of the connection to it; `tls` is TLS over TCP, `dtls` over UDP. */
  readonly transport: 'udp' | 'tcp' | 'tls' | 'dtls';
  /** Null where none are given. */
  readonly credentials: { readonly username: Secret; readonly password: Secret } | null;
}

/** One that browsers refuse, and with it every connection that has it in its list. */
export interface RefusedServer {
  /** As lib-jitsi-meet writes it. */
  readonly url: string;
  /** It is in the list of the connection to the bridge: those over TCP alone are (`strophe.jingle.js`). */
  readonly needed: boolean;
}

export interface Services {
  readonly servers: readonly OfferedServer[];
  readonly refused: readonly RefusedServer[];
}

/**
 * Asks for them; null where the server has no such list.
 *
 * @throws {StanzaError}, {StreamError}, or the error of the connection
 */
export async function askServices(session: XmppSession, domain: string): Promise<Services | null> {
  for (const ns of NAMESPACES) {
    try {
      const answer = await session.ask('get', domain, `<services xmlns="${ns}"/>`);
      const services = child(answer, 'services', ns);
      return services
        ? { servers: readServices(services), refused: refusedServers(services) }
        : { servers: [], refused: [] };
    } catch (cause) {
      if (!(cause instanceof StanzaError) || !UNSUPPORTED.includes(cause.said.condition)) throw cause;
    }
  }
  return null;
}

/** The servers of a `<services/>` element; those that browsers could not use are left out. */
export function readServices(services: Element): OfferedServer[] {
  const found = services.children
    .filter(({ name, attributes }) => name === 'service' && attributes.action !== 'delete')
    .slice(0, MAX_SERVICES)
    .map(({ attributes }) => readService(attributes))
    .filter((service) => service !== null);
  const same = (a: OfferedServer, b: OfferedServer) =>
    a.type === b.type && a.host === b.host && a.port === b.port && a.transport === b.transport;
  return found.filter((one, index) => found.findIndex((other) => same(one, other)) === index);
}

/** Those that browsers refuse. */
function refusedServers(services: Element): RefusedServer[] {
  return services.children
    .filter(({ name, attributes }) => name === 'service' && attributes.action !== 'delete')
    .slice(0, MAX_SERVICES)
    .flatMap(({ attributes }) => {
      const url = urlOf(attributes);
      if (!/^(stun|turns?):/.test(url) || !isRefused(url)) return [];
      return [{ url: url.slice(0, 300), needed: url.startsWith('turn') && url.includes('transport=tcp') }];
    });
}

/** The address that lib-jitsi-meet makes of a server (`strophe.jingle.js`). */
function urlOf({ type, host = '', port, transport }: Element['attributes']): string {
  const carried = type !== 'stun' && transport && transport !== 'udp' ? `?transport=${transport}` : '';
  return `${type}:${host}${port ? `:${port}` : ''}${carried}`;
}

/** Tried in Chromium: whether such a server in its list keeps a connection from being made (RFC 7064 and 7065, strictly). */
function isRefused(url: string): boolean {
  const [, host = '', port] =
    /^(?:stun|turns?):(\[[\da-f:.]+\]|[^\s:/?#[\]]+)(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?$/i.exec(
      url,
    ) ?? [];
  return host === '' || (port !== undefined && (Number(port) === 0 || Number(port) > 65_535));
}

function readService(attributes: Element['attributes']): OfferedServer | null {
  if (isRefused(urlOf(attributes))) return null;
  const { type, host, transport, username, password } = attributes;
  if ((type !== 'stun' && type !== 'turn' && type !== 'turns') || !host) return null;
  if (host.length > MAX_HOST) return null;
  const port = attributes.port ? Number(attributes.port) : type === 'turns' ? 5349 : 3478;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return null;
  const carried = carrier(type, transport?.toLowerCase());
  if (carried === null) return null;
  return {
    type,
    host,
    port,
    transport: carried,
    credentials:
      username && password ? { username: new Secret(username), password: new Secret(password) } : null,
  };
}

/** RFC 7065 3.1: `turns` without a transport is TLS over TCP. lib-jitsi-meet gives `stun` no transport: UDP. */
function carrier(type: ServiceType, transport: string | undefined): OfferedServer['transport'] | null {
  if (type === 'stun') return 'udp';
  if (transport !== undefined && transport !== '' && transport !== 'udp' && transport !== 'tcp') return null;
  if (type === 'turns') return transport === 'udp' ? 'dtls' : 'tls';
  return transport === 'tcp' ? 'tcp' : 'udp';
}
