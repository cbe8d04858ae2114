/**
 * One Received line, as the servers of today and yesterday write it (RFC 5321 4.4, and what they write instead). Read in time
 * linear in its length: who sent the message may have written it.
 */
import { isIP } from 'node:net';

/** Who handed a message over, by the server that took it. */
export interface ReceivedLine {
  /** The name, or the address, that the server calls itself; in lower case. */
  readonly by: string;
  /** The client's address; null where the line has none. */
  readonly clientIp: string | null;
  readonly helo: string;
  /** Null where the line does not say. */
  readonly encrypted: boolean | null;
  /** The version of TLS, such as `TLSv1.3`; null where the line does not say. */
  readonly tls: string | null;
  /** Taken over the network by SMTP, and not fetched, submitted in a form, or handed on within a machine. */
  readonly smtp: boolean;
}

/** No server writes longer ones. */
const MAX_RECEIVED = 4_000;
/** Words that come before a name that the client only claims. */
const CLAIMED = /(?:\b(?:HELO|EHLO|LHLO)\s+|\bhelo=|\bclaiming to be\s+)("[^"]*"|[^\s)]*)/gi;
const OTHER_PROTOCOLS = /^(?:HTTPS?|HTTPU|POP3|IMAP4?|LMTPS?A?|LMTP|MAPI|local|qmail-scanner\S*)\b/i;
const ENCRYPTED =
  /\bwith\s+(?:UTF8)?E?(?:SMTP|LMTP)(?:SA?\b|\/TLS\b)|\b(?:version=|using )TLS|\(TLSv?-?1|\bencrypted\)\s+E?SMTP/i;

/** The parts of a Received field's value; null for one that does not say who handed the message over. */
export function readReceived(value: string): ReceivedLine | null {
  if (value.length > MAX_RECEIVED) return null;
  const text = value.replace(/\s+/g, ' ').trim();
  const begun = /^\(?from /i.exec(text);
  if (!begun) return null;
  const at = byAt(text, begun[0].startsWith('('));
  if (at === null) return null;
  const rest = text.slice(at);
  const by = /^by +([^\s;(),]+)/i.exec(rest)?.[1]?.toLowerCase().replace(/\.$/, '');
  if (!by) return null;
  const from = text.slice(begun[0].length, at).replace(begun[0].startsWith('(') ? /\)\s*$/ : /$/, '');
  const protocol = /\b(?:with|via) +(?:\([^()]*\) *)*([^;]*)/i.exec(`${rest} `)?.[1] ?? '';
  const encrypted = ENCRYPTED.test(text);
  return {
    by,
    clientIp: clientOf(from),
    helo: heloOf(from),
    // Keyword of RFC 3848: one that is not that of an encrypted session says that it was not.
    encrypted: encrypted || (/^(?:UTF8)?ESMTPA?\b/i.test(protocol) ? false : null),
    tls: tlsOf(text),
    smtp: !OTHER_PROTOCOLS.test(protocol) && !/\(via HTTP\)/i.test(rest),
  };
}

/** `TLSv1.3`, `TLS1_3`, `TLS1.2:` and the like, in one form. */
function tlsOf(text: string): string | null {
  const minor = /\bTLSv?-?1(?:[._]([0-3]))?(?![\d.])/i.exec(text);
  if (!minor) return null;
  return minor[1] === undefined || minor[1] === '0' ? 'TLSv1' : `TLSv1.${minor[1]}`;
}

/** Where the clause of the server begins: the first "by" that is in no comment. */
function byAt(text: string, wrapped: boolean): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && /[ )]/.test(text[at - 1] ?? '') && /^by /i.test(text.slice(at, at + 3)))
      return at > 0 || !wrapped ? at : null;
  }
  return null;
}

/**
 * The address of the connection. What stands in a comment is the server's own; the name at the beginning, and what comes
 * after HELO, are the client's claim, used only where there is nothing else.
 */
function clientOf(from: string): string | null {
  const [first = ''] = /^[^\s(]*/.exec(from) ?? [];
  const said = from.slice(first.length).replace(CLAIMED, ' ');
  const literals = [...said.matchAll(/\[([^\][\s]{2,60})\]/g)].map(([, literal]) => addressOf(literal!));
  const bare = [...said.matchAll(/\(([^()[\]]{2,100})\)/g)].map(([, comment]) =>
    addressOf(comment!.trim().replace(/^.*@/, '')),
  );
  const known = [...literals, ...bare].filter((address) => address !== null);
  return known.at(-1) ?? addressOf(first.replace(/^\[(.*)\]$/, '$1'));
}

/** An address, with a port behind a colon or, as some write it, behind a dot. */
function addressOf(text: string): string | null {
  const plain = text.replace(/^IPv6:/i, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIP(plain)) return plain;
  const four = /^(\d{1,3}(?:\.\d{1,3}){3})[.:]\d{1,5}$/.exec(plain)?.[1];
  return four !== undefined && isIP(four) ? four : null;
}

function heloOf(from: string): string {
  const [claimed] = from.matchAll(CLAIMED);
  return claimed ? claimed[1]!.replace(/"/g, '') : (/^[^\s(]*/.exec(from)?.[0] ?? '');
}
