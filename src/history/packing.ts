/** A run as it lies in the history file: its JSON, deflated (a call's run shrinks to about a tenth). */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Run } from '../checks/check.ts';

export function packRun(run: Run): Uint8Array {
  return deflateRawSync(JSON.stringify(run));
}

/** @throws where the bytes are not what `packRun` made. */
export function unpackRun(body: Uint8Array): Run {
  return JSON.parse(inflateRawSync(body).toString()) as Run;
}
