/** Reads a report from the bytes of a file or an attachment: XML, gzip or ZIP, whatever its name or type says. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGunzip, createInflateRaw, gunzipSync, inflateRawSync } from 'node:zlib';
import { ReportReader } from './read-xml.ts';
import { type AggregateReport, ReportError } from './report.ts';
import { zipEntries } from './zip.ts';

/** The largest file or attachment that is looked at, as it is packed. */
export const MAX_PACKED = 10_000_000;
/** The largest XML that is read; what unpacks to more is a bomb, or of no use. */
export const MAX_XML = 50_000_000;
/** Pieces in which XML is read: between two of them others have their turn. */
const PIECE = 64 * 1024;

/**
 * The reports in some bytes; in an archive there may be several.
 * @throws ReportError what it is not; the reason of the signal when that aborts
 */
export async function readReports(
  bytes: Buffer,
  { signal, now }: { readonly signal: AbortSignal; readonly now: number },
): Promise<AggregateReport[]> {
  if (bytes.length > MAX_PACKED) throw new ReportError('too-large');
  const budget = { left: MAX_XML };
  const read = (chunks: AsyncIterable<Buffer> | Iterable<Buffer>) => readXml(chunks, budget, signal, now);
  if (bytes.length > 2 && bytes.readUInt16BE(0) === 0x1f8b) return [await read(inflated(bytes, 'gzip'))];
  if (bytes.length <= 4 || bytes.readUInt32BE(0) !== 0x504b0304) return [await read(pieces(bytes))];
  const files = zipEntries(bytes).filter(({ name }) => /\.xml$/i.test(name) && !name.startsWith('__MACOSX/'));
  if (files.length === 0) throw new ReportError('empty-archive');
  const reports: AggregateReport[] = [];
  for (const { data, deflated } of files) {
    reports.push(await read(deflated ? inflated(data, 'deflate') : pieces(data)));
  }
  return reports;
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** What is small is unpacked at once, which is many times faster than in a stream; up to this size, packed and unpacked. */
const SMALL = 100_000;
const SMALL_XML = 2_000_000;

/** The content, where it is small; null where it is not, or is damaged. */
function smallContent(bytes: Buffer, how: 'gzip' | 'deflate'): Buffer | null {
  if (bytes.length > SMALL) return null;
  try {
    const limits = { maxOutputLength: SMALL_XML };
    return how === 'gzip' ? gunzipSync(bytes, limits) : inflateRawSync(bytes, limits);
  } catch {
    return null;
  }
}

/** Unpacks piece by piece: nothing is unpacked that nobody has asked for. */
async function* inflated(bytes: Buffer, how: 'gzip' | 'deflate'): AsyncGenerator<Buffer> {
  const small = smallContent(bytes, how);
  if (small) {
    yield* pieces(small);
    return;
  }
  const options = { chunkSize: PIECE };
  const unpacker = how === 'gzip' ? createGunzip(options) : createInflateRaw(options);
  const packed = Readable.from(pieces(bytes), { objectMode: true, highWaterMark: 1 });
  packed.pipe(unpacker);
  try {
    for await (const chunk of unpacker) yield chunk as Buffer;
  } catch (cause) {
    throw new ReportError('damaged', cause instanceof Error ? cause.message : String(cause));
  } finally {
    packed.destroy();
    unpacker.destroy();
  }
}

async function readXml(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  budget: { left: number },
  signal: AbortSignal,
  now: number,
): Promise<AggregateReport> {
  const reader = new ReportReader();
  let decoder: Decoder | null = null;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    budget.left -= chunk.length;
    if (budget.left < 0) throw new ReportError('too-large');
    decoder ??= decoderOf(chunk);
    reader.write(decoder.decode(chunk, { stream: true }));
    await nextTurn();
  }
  reader.write(decoder?.decode() ?? '');
  return reader.end(now);
}

type Decoder = InstanceType<typeof TextDecoder>;

/** By the byte order mark or the declaration; UTF-8 where neither says something that is known. */
function decoderOf(beginning: Buffer): Decoder {
  const mark = beginning.length > 1 ? beginning.readUInt16BE(0) : 0;
  if (mark === 0xfffe) return new TextDecoder('utf-16le');
  if (mark === 0xfeff) return new TextDecoder('utf-16be');
  const declared = /^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})["']/.exec(
    beginning.toString('latin1', 0, 300),
  )?.[1];
  try {
    return new TextDecoder(declared ?? 'utf-8');
  } catch {
    return new TextDecoder('utf-8');
  }
}
