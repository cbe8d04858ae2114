/** Where a server listens, as it is written. */
import { type HostPort, parseHostPort } from './host-port.ts';

/** Reads `127.0.0.1:9797`, `[::1]:9797`, `localhost:9797`, `:9797` (all addresses); null when it is none. */
export function parseListen(text: string): HostPort | null {
  const parsed = parseHostPort(text, { anyHost: '::', lowestPort: 0 });
  return parsed && /^[a-z0-9.:-]+$/i.test(parsed.host) ? parsed : null;
}
