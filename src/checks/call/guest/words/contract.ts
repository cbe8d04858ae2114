/** What is said while a guest is in a room, in each language. */
import type { GuestReport, Reception } from '../observe.ts';
import type { GuestOutcome, GuestResult, GuestStep, GuestStepId } from '../steps.ts';

export interface GuestWords {
  /** In our pictures, for the guest: a few words. */
  readonly letters: (step: GuestStepId) => string;
  readonly opened: (link: string) => string;
  /** What is going on, for whoever looks on. */
  readonly doing: (step: GuestStepId, present: boolean) => string;
  /** `A hears the guest (-31 dB)`. */
  readonly reception: (reception: Reception, now: number) => string;
  readonly report: (report: GuestReport | null) => string;
  readonly step: (id: GuestStepId) => string;
  readonly result: (result: GuestResult, step: GuestStepId) => string;
  readonly title: string;
  /** The first line of the report: what it comes to. */
  readonly verdict: (outcome: GuestOutcome) => string;
  readonly stopped: (reason: string) => string;
  readonly gaps: (steps: readonly GuestStep[]) => string | null;
}

/** `640×360, 24 pictures/s`, as far as it is known. */
export function figuresOf({ loudnessDb, width, height, framesPerSecond }: Reception, rate: string): string {
  const parts = [
    loudnessDb === null ? [] : [`${loudnessDb} dB`],
    width === null || height === null ? [] : [`${width}×${height}`],
    framesPerSecond === null ? [] : [`${framesPerSecond} ${rate}`],
  ].flat();
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
