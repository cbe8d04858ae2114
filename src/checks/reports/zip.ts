/**
 * The entries of a ZIP archive: enough of APPNOTE.TXT for a report, which has one file in it. Sizes that the archive states
 * are not believed: whoever unpacks an entry counts.
 */
import { ReportError } from './report.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
const MAX_COMMENT = 65_535;
const MAX_ENTRIES = 16;
const ENCRYPTED = 0x1;

export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  readonly data: Buffer;
}

/** The files of an archive, as they are packed. @throws ReportError */
export function zipEntries(archive: Buffer): ZipEntry[] {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  if (count > MAX_ENTRIES) throw new ReportError('too-large', `${count} files`);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_SIZE > archive.length || archive.readUInt32LE(at) !== CENTRAL) {
      throw new ReportError('damaged', 'no entry where one should be');
    }
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength);
    if (!name.endsWith('/')) entries.push(entryAt(archive, at, name));
    at += CENTRAL_SIZE + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function entryAt(archive: Buffer, at: number, name: string): ZipEntry {
  if (archive.readUInt16LE(at + 8) & ENCRYPTED) throw new ReportError('encrypted');
  const method = archive.readUInt16LE(at + 10);
  if (method !== 0 && method !== 8) throw new ReportError('damaged', `compression method ${method}`);
  const packed = archive.readUInt32LE(at + 20);
  const local = archive.readUInt32LE(at + 42);
  if (local + LOCAL_SIZE > archive.length || archive.readUInt32LE(local) !== LOCAL) {
    throw new ReportError('damaged', 'no file where one should be');
  }
  const begin = local + LOCAL_SIZE + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  if (begin + packed > archive.length) throw new ReportError('damaged', 'a file is cut off');
  return { name, deflated: method === 8, data: archive.subarray(begin, begin + packed) };
}

/** Where the record at the end begins: behind it there may be a comment. */
function endOf(archive: Buffer): number {
  const lowest = Math.max(0, archive.length - END_SIZE - MAX_COMMENT);
  for (let at = archive.length - END_SIZE; at >= lowest; at -= 1) {
    if (archive.readUInt32LE(at) === END) return at;
  }
  throw new ReportError('damaged', 'no end of the archive');
}
