/** The STUN servers that `config.js` names for direct connections of two. */
import { type HostPort, parseHostPort } from '../../net/host-port.ts';

const DEFAULT_PORT = 3478;

/** Reads `stun:host:port` (RFC 7064); null where it is none. */
export function stunServer(url: string): HostPort | null {
  const server = /^stun:([^?]+)/i.exec(url)?.[1];
  return server === undefined ? null : parseHostPort(server, { defaultPort: DEFAULT_PORT });
}

/**
 * Whether browsers refuse it: one such server in the list, and none of them makes a connection (WebRTC 4.2.3, "parse a url";
 * tried in Chromium). Others than `stun:` have credentials that are not read here.
 */
export function isNoStunServer(url: string): boolean {
  if (/^turns?:[^/]/i.test(url)) return false;
  const [, host = '', port] = /^stuns?:(\[[\da-f:]+\]|[^\s:/?#{}]+)(?::(\d{1,5}))?$/i.exec(url) ?? [];
  return host === '' || (port !== undefined && (Number(port) > 65_535 || Number(port) === 0));
}
