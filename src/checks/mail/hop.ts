/** Who handed a message to the receiving server, read from what that server wrote down (RFC 5321 4.4). */
import { isIP } from 'node:net';
import { isLoopback } from '../../net/addresses.ts';
import { headerOf } from './header.ts';

/** No server writes longer ones, and not all that reads them below takes linear time. */
const MAX_RECEIVED = 4_000;

/** The last hop of a message: what SPF is about. */
export interface Hop {
  readonly clientIp: string;
  readonly helo: string;
  /** MAIL FROM; empty for a null sender. */
  readonly mailFrom: string;
  readonly encrypted: boolean | null;
}

/**
 * The hop into one of the servers that are trusted: the topmost Received line that one of them wrote. Lines
 * above are of the path from there into the mailbox; lines below may be forged by whoever sent the message.
 */
export function hopFromHeaders(raw: Buffer, trusted: readonly string[]): Hop | null {
  const names = new Set(trusted.map((name) => name.toLowerCase().replace(/\.$/, '')));
  const fields = headerOf(raw);
  const returnPath = fields.find((field) => field.name === 'return-path')?.value;
  for (const { name, value } of fields) {
    if (name !== 'received' || value.length > MAX_RECEIVED) continue;
    const by = /\bby\s+([^\s;()]+)/i.exec(value)?.[1]?.toLowerCase().replace(/\.$/, '');
    if (!by || !names.has(by)) continue;
    const clientIp = clientOf(value);
    if (!clientIp || isLoopback(clientIp)) continue;
    return {
      clientIp,
      helo: /^from\s+(\S+)/i.exec(value)?.[1] ?? '',
      mailFrom: (returnPath ?? '').replace(/[<>\s]/g, ''),
      encrypted: /\bwith\s+(UTF8)?(ESMTPS|SMTPS|LMTPS)/i.test(value),
    };
  }
  return null;
}

/** The address in the TCP-info of the from clause: its last literal, for HELO's is the client's own claim. */
function clientOf(received: string): string | null {
  const from = /^from\s(.*?)\sby\s/is.exec(received)?.[1] ?? '';
  const comments = from.replace(/^\S+/, '');
  const literals = [...(comments.includes('[') ? comments : from).matchAll(/\[(?:IPv6:)?([^\]\s]+)\]/gi)];
  const address = literals.at(-1)?.[1];
  return address !== undefined && isIP(address) ? address : null;
}
