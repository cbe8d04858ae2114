/** The parts of a message that a stranger may have written (RFC 2046): in linear time, to a bounded depth and number. */
import { bodyOf, headerEnd, headerOf } from './header.ts';

/** Deeper than any report. */
const MAX_DEPTH = 5;
const MAX_PARTS = 100;

/** A part that is not divided further. */
export interface Part {
  /** Such as `text/plain`, in lower case. */
  readonly type: string;
  readonly text: string;
}

/** The media type of a Content-Type field, in lower case. */
export function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase() || 'text/plain';
}

/** All undivided parts of a message, in their order. Attached messages are parts; they are not divided. */
export function partsOf(raw: Buffer): Part[] {
  const parts: Part[] = [];
  collect(raw, 0, parts);
  return parts;
}

function collect(raw: Buffer, depth: number, parts: Part[]): void {
  if (parts.length >= MAX_PARTS) return;
  const fields = headerOf(raw);
  const fieldOf = (name: string) => fields.find((field) => field.name === name)?.value ?? '';
  const contentType = fieldOf('content-type');
  const type = mediaType(contentType);
  const boundary = type.startsWith('multipart/') ? boundaryOf(contentType) : null;
  if (boundary === null) {
    parts.push({ type, text: decoded(bodyOf(raw), fieldOf('content-transfer-encoding')) });
  } else if (depth < MAX_DEPTH) {
    for (const section of sectionsOf(raw, boundary)) collect(section, depth + 1, parts);
  }
}

function boundaryOf(contentType: string): string | null {
  const match = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType.slice(0, 2_000));
  return match?.[1] ?? match?.[2] ?? null;
}

/** What stands between the boundary lines; the preamble is none of it. */
function sectionsOf(raw: Buffer, boundary: string): Buffer[] {
  const sections: Buffer[] = [];
  const limit = `--${boundary}`;
  let begun: number | null = null;
  for (let at = headerEnd(raw)?.end ?? raw.length; at < raw.length; ) {
    const feed = raw.indexOf(0x0a, at);
    const next = feed === -1 ? raw.length : feed + 1;
    const line = next - at <= limit.length + 20 ? raw.toString('latin1', at, next).trimEnd() : '';
    if (line === limit || line === `${limit}--`) {
      if (begun !== null) sections.push(withEmptyLine(raw.subarray(begun, at)));
      begun = line === limit ? next : null;
      if (begun === null || sections.length >= MAX_PARTS) return sections;
    }
    at = next;
  }
  if (begun !== null) sections.push(withEmptyLine(raw.subarray(begun)));
  return sections;
}

/** A part without header fields begins with the empty line that ends them. */
function withEmptyLine(section: Buffer): Buffer {
  return /^\r?\n/.test(section.toString('latin1', 0, 2))
    ? Buffer.concat([Buffer.from('\r\n'), section])
    : section;
}

function decoded(body: string, encoding: string): string {
  const name = encoding.trim().toLowerCase();
  if (name === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (name !== 'quoted-printable') return Buffer.from(body, 'latin1').toString('utf8');
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
