/** What is in a stream whose packets arrive, and in which no watermark is read. */
import type { StreamFacts } from '../observe/facts.ts';
import type { StreamReason } from '../reasons.ts';
import type { Flow } from './flow.ts';

/** Below this level, in dB, there is nothing to be heard. */
const SILENCE_DB = -60;
/** Of 255; a picture that is darker is black. */
const BLACK = 8;

export type ContentFault = Omit<Extract<StreamReason, { readonly id: 'content' }>, 'id' | 'other'>;

export function contentFault({ key, track }: StreamFacts, got: Flow): ContentFault {
  const { packetsPerSecond } = got;
  const levelDb = track?.levelDb ?? null;
  const pictures = got.framesPerSecond ?? 0;
  const of = (fault: ContentFault['fault']): ContentFault =>
    key.kind === 'audio'
      ? { fault, packetsPerSecond, levelDb, picturesPerSecond: null }
      : { fault, packetsPerSecond, levelDb: null, picturesPerSecond: pictures };
  if (key.kind === 'audio')
    return levelDb === null || levelDb < SILENCE_DB ? of('silence') : of('no-watermark');
  if (pictures < 1) return of('not-decoded');
  return (track?.brightness ?? 128) < BLACK ? of('black') : of('still');
}
