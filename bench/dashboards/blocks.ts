/**
 * Blocks of Prometheus's database, and copies of them at other times: thirty days of a large installation are three
 * thousand million samples, of which promtool need parse but some hours.
 *
 * A time stands in a block in three kinds of places: `meta.json`, the first sample of each chunk, and the first chunk of each
 * series in the index; everything else is a difference. A varint of a time of this century has the same length at
 * any other, so that nothing moves; checksums (CRC-32C) are computed anew. The formats are those of Prometheus's
 * `tsdb/docs/format`.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CHUNKS_HEADER = 8;
const XOR = 1;
/** An offset each for symbols, series, label indices, their table, postings, their table; and a checksum. */
const TOC_LENGTH = 6 * 8 + 4;
const CRC_LENGTH = 4;
const SERIES_ALIGNMENT = 16;

const CASTAGNOLI = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

function crc32c(bytes: Buffer, from: number, to: number): number {
  let crc = 0xffffffff;
  for (let i = from; i < to; i += 1) crc = CASTAGNOLI[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A varint at a place: its value (below 2^53), and where it ends. */
function uvarint(bytes: Buffer, at: number): { value: number; end: number } {
  let [value, scale, end] = [0, 1, at];
  for (;;) {
    const byte = bytes[end]!;
    value += (byte & 0x7f) * scale;
    end += 1;
    if (byte < 0x80) return { value, end };
    scale *= 128;
  }
}

/** Moves a signed varint (a time in milliseconds) in place. */
function moveTime(bytes: Buffer, at: number, byMs: number): void {
  const { value, end } = uvarint(bytes, at);
  let moved = value + 2 * byMs;
  for (let i = at; i < end; i += 1) {
    bytes[i] = (moved % 128) | (i < end - 1 ? 0x80 : 0);
    moved = Math.floor(moved / 128);
  }
  if (moved !== 0) throw new Error('a moved time needs another byte');
}

/** A segment of chunks: length, encoding, data (samples, then the first time), checksum of encoding and data. */
function moveChunks(bytes: Buffer, byMs: number): void {
  for (let at = CHUNKS_HEADER; at < bytes.length; ) {
    const { value: length, end: encoding } = uvarint(bytes, at);
    if (bytes[encoding] !== XOR) throw new Error(`a chunk of encoding ${bytes[encoding]}`);
    const data = encoding + 1;
    moveTime(bytes, data + 2, byMs);
    bytes.writeUInt32BE(crc32c(bytes, encoding, data + length), data + length);
    at = data + length + CRC_LENGTH;
  }
}

/** The section of series: length, labels, chunks (the first with its time), checksum; each aligned. */
function moveIndex(bytes: Buffer, byMs: number): void {
  const toc = bytes.length - TOC_LENGTH;
  const [from, to] = [Number(bytes.readBigUInt64BE(toc + 8)), Number(bytes.readBigUInt64BE(toc + 16))];
  for (let at = Math.ceil(from / SERIES_ALIGNMENT) * SERIES_ALIGNMENT; at < to; ) {
    const { value: length, end: content } = uvarint(bytes, at);
    if (length === 0) break;
    let { value: labels, end } = uvarint(bytes, content);
    for (; labels > 0; labels -= 1) end = uvarint(bytes, uvarint(bytes, end).end).end;
    const { value: chunks, end: first } = uvarint(bytes, end);
    if (chunks > 0) moveTime(bytes, first, byMs);
    bytes.writeUInt32BE(crc32c(bytes, content, content + length), content + length);
    at = Math.ceil((content + length + CRC_LENGTH) / SERIES_ALIGNMENT) * SERIES_ALIGNMENT;
  }
}

interface Meta {
  ulid: string;
  minTime: number;
  maxTime: number;
  compaction: { sources: string[] };
}

/** A ULID: its time and randomness, in Crockford's base 32. */
function ulid(atMs: number): string {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  let time = '';
  for (let i = 0, rest = atMs; i < 10; i += 1, rest = Math.floor(rest / 32)) time = digits[rest % 32] + time;
  return time + Array.from(randomBytes(16), (byte) => digits[byte % 32]).join('');
}

export const blocksIn = (database: string): string[] =>
  readdirSync(database).filter((name) => /^[0-9A-Z]{26}$/.test(name));

/** A copy of a block in the same database, that many milliseconds later (or earlier). */
export function copyBlock(database: string, block: string, byMs: number): void {
  const from = join(database, block);
  const meta = JSON.parse(readFileSync(join(from, 'meta.json'), 'utf8')) as Meta;
  const name = ulid(meta.minTime + byMs);
  const to = join(database, name);
  mkdirSync(join(to, 'chunks'), { recursive: true });
  for (const segment of readdirSync(join(from, 'chunks'))) {
    const bytes = readFileSync(join(from, 'chunks', segment));
    moveChunks(bytes, byMs);
    writeFileSync(join(to, 'chunks', segment), bytes);
  }
  const index = readFileSync(join(from, 'index'));
  moveIndex(index, byMs);
  writeFileSync(join(to, 'index'), index);
  cpSync(join(from, 'tombstones'), join(to, 'tombstones'));
  const moved = {
    ...meta,
    ulid: name,
    minTime: meta.minTime + byMs,
    maxTime: meta.maxTime + byMs,
    compaction: { ...meta.compaction, sources: [name] },
  };
  writeFileSync(join(to, 'meta.json'), JSON.stringify(moved));
}
