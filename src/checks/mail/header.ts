/**
 * Reads the header of a message that a stranger may have written: in time linear in its size, and no further than the
 * limits. What exceeds them is no test message as we wrote it, and is not given to anything that reads mail at leisure.
 */

/** A header field: its name in lower case, its value unfolded. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** Several times what the longest real headers have. A verifier is given nothing beyond them: its time is not linear. */
export const HEADER_LIMITS = { 'header-bytes': 65_536, 'header-lines': 1_000, signatures: 20 } as const;

/** Our test messages have a fiftieth of it. A verifier reads the body once for each signature: a megabyte and twenty of them take a second. */
export const MAX_AUTHENTICATED = 300_000;

/** Which limit a message exceeds, and by how much. */
export interface MessageExcess {
  readonly what: keyof typeof HEADER_LIMITS | 'message-bytes';
  readonly found: number;
  readonly limit: number;
}

const LF = 0x0a;
const CR = 0x0d;

/** The empty line that ends the header; null where there is none. */
export function headerEnd(raw: Buffer): { start: number; end: number } | null {
  for (let from = 0; from < raw.length; ) {
    const feed = raw.indexOf(LF, from);
    if (feed === -1) return null;
    const next = raw[feed + 1] === CR ? feed + 2 : feed + 1;
    if (raw[next] === LF) return { start: raw[feed - 1] === CR ? feed - 1 : feed, end: next + 1 };
    from = feed + 1;
  }
  return null;
}

/** The first limit that a message exceeds; null for one that may be authenticated. `size` is more where it was not read whole. */
export function excessOf(raw: Buffer, size = raw.length): MessageExcess | null {
  if (size > raw.length) return { what: 'message-bytes', found: size, limit: raw.length };
  const header = raw.subarray(0, headerEnd(raw)?.start ?? raw.length);
  const beyond = (what: keyof typeof HEADER_LIMITS, found: number) => ({
    what,
    found,
    limit: HEADER_LIMITS[what],
  });
  if (header.length > HEADER_LIMITS['header-bytes']) return beyond('header-bytes', header.length);
  const lines = header.toString('latin1').split('\n');
  if (lines.length > HEADER_LIMITS['header-lines']) return beyond('header-lines', lines.length);
  const signatures = lines.filter((line) => /^dkim-signature[ \t]*:/i.test(line.slice(0, 100))).length;
  if (signatures > HEADER_LIMITS.signatures) return beyond('signatures', signatures);
  return size > MAX_AUTHENTICATED ? { what: 'message-bytes', found: size, limit: MAX_AUTHENTICATED } : null;
}

/** The header fields of a message in their order, up to the limits. Of a message whose header is no header there are none. */
export function headerOf(raw: Buffer): HeaderField[] {
  const end = Math.min(headerEnd(raw)?.start ?? raw.length, HEADER_LIMITS['header-bytes']);
  const lines = raw.toString('utf8', 0, end).split('\n').slice(0, HEADER_LIMITS['header-lines']);
  const fields: { name: string; lines: string[] }[] = [];
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      fields.at(-1)?.lines.push(line.trim());
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== '') fields.push({ name, lines: [line.slice(colon + 1).trim()] });
  }
  return fields.map((field) => ({ name: field.name, value: field.lines.join(' ').trim() }));
}

/** The body of a message as it was sent, byte for byte. */
export function bodyOf(raw: Buffer): string {
  const end = headerEnd(raw);
  return end ? raw.toString('latin1', end.end) : '';
}
