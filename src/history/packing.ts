/** A run as it lies in the history file: its JSON, deflated (a call's run shrinks to about a tenth). */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { terminalJsonPieces } from '../base/escape.ts';
import type { Run } from '../checks/check.ts';
import { readableRun } from '../checks/run-schema.ts';

/** Characters of JSON that are deflated at once: more than almost every run has. */
const PART = 2_000_000;

/** The run of thousands of domains has tens of megabytes of JSON: deflated part by part, it is never there as a whole. */
export function packRun(run: Run): Uint8Array {
  const packed: Uint8Array[] = [];
  let part = '';
  for (const piece of terminalJsonPieces(run, 0)) {
    part += piece;
    if (part.length < PART) continue;
    packed.push(deflateRawSync(part, { finishFlush: constants.Z_SYNC_FLUSH }));
    part = '';
  }
  packed.push(deflateRawSync(part));
  return Buffer.concat(packed);
}

/** Takes the place of a run that cannot be read, and what is wrong with it. */
export type Unreadable = (seq: number, problem: string) => void;

/** The run at this place; null, and a word to `unreadable`, where it is none that this version can read. */
export function unpackRun(body: Uint8Array, seq: number, unreadable: Unreadable): Run | null {
  let content: unknown;
  try {
    content = JSON.parse(inflateRawSync(body).toString());
  } catch (error) {
    unreadable(seq, error instanceof Error ? error.message : String(error));
    return null;
  }
  const read = readableRun.safeParse(content);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  unreadable(seq, `${path.join('.')}: ${message}`);
  return null;
}
