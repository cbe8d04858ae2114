/** What a call's graphs are drawn from, as a file of its evidence. */

import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import type { CallRecording } from '../checks/call/keep/recording.ts';
import { recordingSchema } from './recording-schema.ts';

export const RECORDING_FILE = 'recording.json.gz';
/** The form of the file: one of another form is not drawn. */
const SCHEMA = 1;
/** Nothing that we wrote is larger when it is unpacked: half an hour of five participants takes a tenth of it. */
const LARGEST = 128_000_000;

const recordingFile = z.object({ schema: z.literal(SCHEMA), recording: recordingSchema });

/** Screenshots are files of their own. */
export async function packRecording(recording: CallRecording): Promise<Uint8Array> {
  const participants = recording.participants.map((each) => ({ ...each, screenshot: null }));
  const text = JSON.stringify({ schema: SCHEMA, recording: { ...recording, participants } });
  return promisify(gzip)(text);
}

/** Whoever opens a file of a run's evidence; null when there is none. */
export interface EvidenceReader {
  open(run: string, file: string): Promise<{ readonly handle: FileHandle } | null>;
}

/** The recording of a run; null where none is kept, or it is of another form. */
export async function readRecording(
  evidence: EvidenceReader | null,
  run: string,
): Promise<CallRecording | null> {
  const file = await evidence?.open(run, RECORDING_FILE);
  if (!file) return null;
  try {
    const packed = await file.handle.readFile();
    const text = (await promisify(gunzip)(packed, { maxOutputLength: LARGEST })).toString();
    return recordingFile.parse(JSON.parse(text)).recording;
  } catch {
    // Deleted meanwhile, cut off, or of another form: the run is what it is without its graphs.
    return null;
  } finally {
    await file.handle.close();
  }
}
