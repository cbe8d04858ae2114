/** Who handed a message to the receiving server, read from what that server wrote down (RFC 5321 4.4). */
import { isLoopback } from '../../net/addresses.ts';
import { headerOf } from './header.ts';
import { readReceived } from './received.ts';

/** The last hop of a message: what SPF is about. */
export interface Hop {
  readonly clientIp: string;
  readonly helo: string;
  /** MAIL FROM; empty for a null sender. */
  readonly mailFrom: string;
  readonly encrypted: boolean | null;
  /** The version of TLS, such as `TLSv1.3`; null or absent where that could not be seen. */
  readonly tls?: string | null;
}

/** Of the names that Received lines give, how many are shown. */
const MAX_HOSTS = 8;

/** Where the hosts of the MX record call themselves otherwise in what they write. */
const OTHERWISE: readonly { readonly mx: RegExp; readonly by: RegExp }[] = [
  { mx: /\.google(?:mail)?\.com$/, by: /^mx\.google\.com$/ },
  {
    mx: /\.mail\.protection\.outlook\.com$|\.mx\.microsoft$|\.olc\.protection\.outlook\.com$/,
    by: /\.(?:mail|olc)\.protection\.outlook\.com$/,
  },
  // Its servers write down their own private addresses.
  { mx: /\.yahoodns\.net$/, by: /^10(?:\.\d{1,3}){3}$|\.yahoo\.com$/ },
];

/**
 * The hop into one of the servers that are trusted: the topmost Received line that one of them wrote. Lines
 * above are of the path from there into the mailbox; lines below may be forged by whoever sent the message.
 */
export function hopFromHeaders(raw: Buffer, trusted: readonly string[]): Hop | null {
  const names = trusted.map((name) => name.toLowerCase().replace(/\.$/, ''));
  const known = OTHERWISE.filter(({ mx }) => names.some((name) => mx.test(name)));
  const fields = headerOf(raw);
  const returnPath = fields.find((field) => field.name === 'return-path')?.value;
  for (const { name, value } of fields) {
    const line = name === 'received' ? readReceived(value) : null;
    if (!line?.smtp || !line.clientIp || isLoopback(line.clientIp)) continue;
    if (!names.includes(line.by) && !known.some(({ by }) => by.test(line.by))) continue;
    const { clientIp, helo, encrypted, tls } = line;
    return { clientIp, helo, mailFrom: (returnPath ?? '').replace(/[<>\s]/g, ''), encrypted, tls };
  }
  return null;
}

/** The names that a message's Received lines were written by, topmost first, once each. */
export function receivedHosts(raw: Buffer): string[] {
  const lines = headerOf(raw).filter(({ name }) => name === 'received');
  const hosts = lines.flatMap(({ value }) => readReceived(value)?.by ?? []);
  return [...new Set(hosts)].slice(0, MAX_HOSTS);
}
