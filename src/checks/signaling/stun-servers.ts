/** The STUN servers that `config.js` names for direct connections of two. */
import { type HostPort, parseHostPort } from '../../net/host-port.ts';

const DEFAULT_PORT = 3478;

/** Reads `stun:host:port` (RFC 7064); null where it is none. */
export function stunServer(url: string): HostPort | null {
  const server = /^stun:([^?]+)/i.exec(url)?.[1];
  return server === undefined ? null : parseHostPort(server, { defaultPort: DEFAULT_PORT });
}
