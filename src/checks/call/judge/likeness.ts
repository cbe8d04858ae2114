/** Whether pictures and sound arrive like what was sent: they are our own, so that it is known. */
import type { Found } from '../../check.ts';
import type { StepFacts, StreamFacts } from '../observe/facts.ts';
import { isApp } from '../scene/participants.ts';

/** What a configuration calls too unlike. */
export interface LikenessLimits {
  /** Structural similarity (SSIM) of pictures. */
  readonly minSimilarity: number;
  /** How far, in dB, the tones that were sent must stand above everything else. */
  readonly minSignalToNoise: number;
}

export function likenessFindings(
  step: StepFacts,
  { minSimilarity, minSignalToNoise }: LikenessLimits,
  out: ReadonlySet<string>,
): Found<'call'>[] {
  // A call begins with small pictures, and with sound that is stretched until enough of it is there.
  if (step.completeAt === null || !step.rampedUp) return [];
  const below = (kind: 'audio' | 'video', least: number) =>
    step.streams.flatMap((stream) => {
      const { receiver, sender } = stream.key;
      const { likeness = null } = stream;
      const judged =
        stream.key.kind === kind && !out.has(receiver) && !out.has(sender) && flows(step, stream);
      return judged && likeness !== null && likeness < least ? [{ receiver, sender, likeness }] : [];
    });
  const pictures = below('video', minSimilarity).map(({ likeness, ...who }) => ({
    ...who,
    similarity: likeness,
  }));
  const sounds = below('audio', minSignalToNoise).map(({ likeness, ...who }) => ({
    ...who,
    signalToNoiseDb: likeness,
  }));
  const found: Found<'call'>[] = [];
  if (pictures.length > 0)
    found.push({
      cause: { id: 'picture-distorted', minSimilarity, streams: pictures },
      outcome: 'degraded',
      where: 'unknown',
    });
  if (sounds.length > 0)
    found.push({
      cause: { id: 'sound-distorted', minSignalToNoiseDb: minSignalToNoise, streams: sounds },
      outcome: 'degraded',
      where: 'unknown',
    });
  return found;
}

/** It arrives as a stream of its sender's; the web app asks for pictures as its layout needs them, so that it judges none. */
function flows(
  { participants }: StepFacts,
  { key, muted, lastAt, noticedAt, wrongIndex }: StreamFacts,
): boolean {
  const receiver = participants.find(({ name }) => name === key.receiver);
  const asksForLess = key.kind === 'video' && isApp(receiver?.plan.client);
  return !muted && !asksForLess && lastAt !== null && noticedAt === null && wrongIndex === null;
}
