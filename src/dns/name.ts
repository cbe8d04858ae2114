/** Domain names and server addresses, as they are written and as they are asked for. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { parseHostPort } from '../net/host-port.ts';
import type { Server } from './types.ts';

/** RFC 1035 2.3.4, in characters of the written form without its last dot. */
const MAX_NAME = 253;
const MAX_LABEL = 63;

/**
 * The form in which names are asked for and compared: A-labels, lower case, no trailing dot. Null when it is
 * not a name that fits into a DNS question.
 */
export function normaliseName(written: string): string | null {
  let name = written.trim().replace(/\.$/, '').toLowerCase();
  // Octets of a label may be anything (RFC 2181 11); SPF macros do make spaces.
  if (/[^\x20-\x7e]/.test(name)) name = domainToASCII(name);
  if (name === '' || name.length > MAX_NAME) return null;
  const fits = name.split('.').every((label) => label.length > 0 && label.length <= MAX_LABEL);
  return fits ? name : null;
}

/** True for what a person could own: at least two labels of letters, digits and inner hyphens (RFC 1123 2.1). */
export function isDomainName(name: string): boolean {
  const normal = normaliseName(name);
  if (normal === null) return false;
  const labels = normal.split('.');
  return (
    labels.length > 1 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?$/.test(label)) &&
    isIP(normal) === 0 &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

/** Reads `9.9.9.9`, `9.9.9.9:5353`, `::1`, `[::1]:5353`, `ns.example.org:53`; null when it is none of them. */
export function parseServer(text: string, defaultPort = 53): Server | null {
  const parsed = parseHostPort(text.trim(), { defaultPort });
  const exists = parsed && (isIP(parsed.host) !== 0 || normaliseName(parsed.host) !== null);
  return exists ? parsed : null;
}
