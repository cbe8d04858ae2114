/**
 * By which names the service may be called. A page elsewhere can have its own name resolve to our address (DNS
 * rebinding) and would then be of our origin: its name is none of ours. An address is nobody's name.
 */
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Names that nobody can register on the Internet (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`), and what clusters use. */
const PRIVATE = /\.(?:localhost|local|internal|lan|home\.arpa|localdomain|svc|consul|nomad|test|example)$/;

/** No name of the DNS is longer, with a port behind it. */
const LONGEST = 300;

/** Whether a `Host` header names this service. `configured`: `server.hosts`, in which `*` stands for all. */
export function isOurHost(header: string | undefined, configured: readonly string[]): boolean {
  if (configured.includes('*')) return true;
  const name = nameOf(header);
  if (name === null) return false;
  if (isIP(name) !== 0 || !name.includes('.') || PRIVATE.test(name)) return true;
  return name === hostname().toLowerCase() || configured.some((each) => each.toLowerCase() === name);
}

/** The name without port, brackets and dot at the end; null where it is none. */
function nameOf(header: string | undefined): string | null {
  if (header === undefined || header.length > LONGEST) return null;
  const found = /^(?:\[([\da-f:.%]+)\]|([a-z\d._-]+?)\.?)(?::\d{1,5})?$/i.exec(header);
  return (found?.[1] ?? found?.[2])?.toLowerCase() ?? null;
}
