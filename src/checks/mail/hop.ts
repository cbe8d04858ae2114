/** Who handed a message to the receiving server, read from what that server wrote down (RFC 5321 4.4). */
import { isLoopback } from '../../net/addresses.ts';
import { type HeaderField, headerOf } from './header.ts';
import { type ReceivedLine, readReceived } from './received.ts';

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

/** A large receiver whose servers do not write under the names of their MX record. */
interface LargeReceiver {
  readonly mx: RegExp;
  /** How they call themselves in Received. */
  readonly by: RegExp;
  /** Their name in Authentication-Results; null: they leave it out, against RFC 8601 2.2. */
  readonly id: RegExp | null;
}

const LARGE_RECEIVERS: readonly LargeReceiver[] = [
  { mx: /\.google(?:mail)?\.com$/, by: /^mx\.google\.com$/, id: /^mx\.google\.com$/ },
  // Exchange Online and Outlook.
  {
    mx: /\.mail\.protection\.outlook\.com$|\.mx\.microsoft$|\.olc\.protection\.outlook\.com$/,
    by: /\.(?:mail|olc)\.protection\.outlook\.com$/,
    id: null,
  },
  { mx: /\.mail\.icloud\.com$/, by: /\.me\.com$/, id: /\.icloud\.com$/ },
  { mx: /\.protonmail\.ch$/, by: /^mailin\d*\.protonmail\.ch$/, id: /^mail\.protonmail\.ch$/ },
  // Its servers write down their own private addresses.
  { mx: /\.yahoodns\.net$/, by: /^10(?:\.\d{1,3}){3}$|\.yahoo\.com$/, id: /\.yahoo\.com$/ },
];

/** Where a message came to one of the servers that are trusted. */
export interface Trusted {
  /** Of the Received line that it wrote, among the header fields. */
  readonly index: number;
  readonly line: ReceivedLine & { readonly clientIp: string };
  /** Of the trusted servers, normalised. */
  readonly names: readonly string[];
  /** Those that the names belong to. */
  readonly receivers: readonly LargeReceiver[];
}

/**
 * The topmost Received line that one of the trusted servers wrote. Lines above are of the path from there into the mailbox;
 * lines below may be forged by whoever sent the message.
 */
export function arrivedAt(header: readonly HeaderField[], trusted: readonly string[]): Trusted | null {
  const names = trusted.map((name) => name.toLowerCase().replace(/\.$/, ''));
  const receivers = LARGE_RECEIVERS.filter(({ mx }) => names.some((name) => mx.test(name)));
  for (const [index, { name, value }] of header.entries()) {
    const line = name === 'received' ? readReceived(value) : null;
    if (!line?.smtp || !line.clientIp || isLoopback(line.clientIp)) continue;
    if (!names.includes(line.by) && !receivers.some(({ by }) => by.test(line.by))) continue;
    return { index, line: { ...line, clientIp: line.clientIp }, names, receivers };
  }
  return null;
}

/** The hop into one of the servers that are trusted. */
export function hopFromHeaders(raw: Buffer, trusted: readonly string[]): Hop | null {
  const fields = headerOf(raw);
  const arrived = arrivedAt(fields, trusted);
  if (!arrived) return null;
  const returnPath = fields.find((field) => field.name === 'return-path')?.value;
  const { clientIp, helo, encrypted, tls } = arrived.line;
  return { clientIp, helo, mailFrom: (returnPath ?? '').replace(/[<>\s]/g, ''), encrypted, tls };
}

/** The names that a message's Received lines were written by, topmost first, once each. */
export function receivedHosts(raw: Buffer): string[] {
  const lines = headerOf(raw).filter(({ name }) => name === 'received');
  const hosts = lines.flatMap(({ value }) => readReceived(value)?.by ?? []);
  return [...new Set(hosts)].slice(0, MAX_HOSTS);
}
