/** Where a server listens, as it is written. */
import { isIP } from 'node:net';
import { type HostPort, parseHostPort } from './host-port.ts';

/**
 * Reads `127.0.0.1:9797`, `[::1]:9797`, `localhost:9797`, `:9797` (all addresses); null when it is none, nor can be: figures
 * and dots that are no address are no name either.
 */
export function parseListen(text: string): HostPort | null {
  const parsed = parseHostPort(text, { anyHost: '::', lowestPort: 0 });
  if (!parsed || !/^[a-z0-9.:-]+$/i.test(parsed.host)) return null;
  return /^[\d.]+$/.test(parsed.host) && isIP(parsed.host) === 0 ? null : parsed;
}
