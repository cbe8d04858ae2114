/** A run as it lies in the history file: its JSON, deflated (a call's run shrinks to about a tenth). */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Run } from '../checks/check.ts';
import { readableRun } from '../checks/run-schema.ts';

export function packRun(run: Run): Uint8Array {
  return deflateRawSync(JSON.stringify(run));
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
