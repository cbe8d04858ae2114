/**
 * The recording of a call as it is read back from a file. The file may have been written by another version or changed by
 * somebody: fields that are not known are kept, what may be null may be absent, and no list is longer than one that Vigie
 * writes.
 */
import { z } from 'zod';
import { type CallRecording, statsSample, trackState } from '../checks/call/keep/recording.ts';
import { browserName } from '../checks/call/result.ts';
import { CHOREOGRAPHIES } from '../checks/call/scene/scenes.ts';
import { lenient } from '../checks/lenient.ts';

/** Participants, and entries of one sample: tracks, streams, candidate pairs. */
const MANY = 1000;
/** Entries of one participant in a run: samples, events, lines of its console. */
const ENTRIES = 100_000;

const maybe = z.number().nullable().default(null);
const maybeWord = z.string().nullable().default(null);
const few = <T extends z.ZodType>(of: T) => z.array(of).max(MANY);
const entries = <T extends z.ZodType>(of: T) => z.array(of).max(ENTRIES);

const participant = z.looseObject({
  name: z.string(),
  browser: browserName,
  version: maybeWord,
  timeline: entries(
    z.looseObject({ at: z.number(), name: z.string(), detail: z.record(z.string(), z.unknown()) }),
  ),
  console: entries(z.string()),
  samples: entries(lenient(statsSample)),
  heard: entries(z.looseObject({ at: z.number(), tracks: few(lenient(trackState)) })),
  stalls: entries(z.looseObject({ from: z.number(), to: z.number() })),
  screenshot: maybeWord,
});

const played = z.looseObject({
  url: z.string(),
  participants: few(z.string()).nullable().default(null),
  scene: z.enum(CHOREOGRAPHIES).nullable().default(null),
  watch: maybe,
  completeWithin: maybe,
  p2p: z.boolean(),
  rooms: z.number().exactOptional(),
  insecure: z.boolean(),
});

export const recordingSchema: z.ZodType<CallRecording> = z.looseObject({
  startedAt: z.number(),
  endedAt: z.number(),
  played,
  participants: few(participant),
});
