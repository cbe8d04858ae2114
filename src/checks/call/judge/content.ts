/** What is in a stream whose packets arrive, and in which no watermark is read. */
import type { Cell } from '../observe/cells.ts';
import type { Flow } from './flow.ts';

/** Below this level, in dB, there is nothing to be heard. */
const SILENCE_DB = -60;
/** Of 255; a picture that is darker is black. */
const BLACK = 8;

export interface ContentFault {
  /** In words. */
  readonly fault: string;
  /** It sounds, or moves, as it should: only the watermark is missing. */
  readonly unreadable: boolean;
}

export function contentFault({ key, track }: Cell, got: Flow): ContentFault {
  const rate = `packets arrive (${got.packetsPerSecond}/s)`;
  if (key.kind === 'audio') {
    const level = track?.levelDb ?? null;
    const db = level === null ? '' : ` (${Math.round(level)} dB)`;
    return level === null || level < SILENCE_DB
      ? { fault: `${rate}, but nothing is heard${db}`, unreadable: false }
      : { fault: `${rate}, but the sound does not carry the sender's watermark${db}`, unreadable: true };
  }
  const pictures = got.framesPerSecond ?? 0;
  if (pictures < 1) return { fault: `${rate}, but no picture is decoded`, unreadable: false };
  if ((track?.brightness ?? 128) < BLACK)
    return { fault: `${rate}, but the picture is black`, unreadable: false };
  return {
    fault: `${rate} and are decoded (${pictures} pictures/s), but the picture stands still or shows no watermark`,
    unreadable: true,
  };
}
