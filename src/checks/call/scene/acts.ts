/** What participants do, as it is written: acts, steps of them, and who does what in them. */
import type { DeviceKind, MediaKind } from '../media.ts';
import type { Moment } from './moments.ts';
import type { NetworkName } from './networks.ts';

/**
 * One thing that participants do. `wait` is milliseconds of nothing. `lobby`: from then on others must be admitted; `knock`: they
 * want to join, and wait; `admit`: who is in the room lets them in. `crash`: their pages are gone without a word; `network`: is cut, or
 * back; `move`: it is replaced by another one. `sleep`: their pages and networks stand still, as behind a lid that is closed; `wake`.
 * `share`: they show a screen beside their camera, `unshare`: no longer.
 */
export type Act =
  | {
      readonly act:
        | 'join'
        | 'leave'
        | 'crash'
        | 'reload'
        | 'lobby'
        | 'knock'
        | 'admit'
        | 'sleep'
        | 'wake'
        | 'share'
        | 'unshare';
      readonly who: readonly string[];
    }
  | {
      readonly act: 'mute' | 'unmute';
      readonly who: readonly string[];
      readonly kinds: readonly DeviceKind[];
    }
  | { readonly act: 'network'; readonly who: readonly string[]; readonly on: boolean }
  | { readonly act: 'move'; readonly who: readonly string[]; readonly to: NetworkName }
  | { readonly act: 'wait'; readonly ms: number };

/** `direct` between two, over the `bridge`, `any`: not judged. */
export const PATHS = ['direct', 'bridge', 'any'] as const;
export type Path = (typeof PATHS)[number];

/** A step as it is written. */
export interface StepWords {
  readonly name?: string | undefined;
  readonly acts: readonly Act[];
  /** The path that media must take; left out: what Jitsi does for that number of participants. */
  readonly path?: Path | undefined;
  /** Milliseconds; left out: the check's own. */
  readonly watch?: number | undefined;
  readonly completeWithin?: number | undefined;
  /** What findings of this step begin with. */
  readonly moment?: Moment | undefined;
}

/** A, B, C …: names in the order of joining. */
export const nameOf = (index: number): string => String.fromCharCode(65 + index);

export const mutedKey = (name: string, kind: MediaKind): string => `${name} ${kind}`;

/** Something that cannot be played; the message is for a person. `step` counts from 0. */
export class ChoreographyFault extends Error {
  readonly step: number;
  constructor(step: number, message: string) {
    super(message);
    this.name = 'ChoreographyFault';
    this.step = step;
  }
}

type Acts = readonly { readonly acts: readonly Act[] }[];

/** Those whose network is cut in some step, also because it is replaced or because they sleep: theirs must be one that can be. */
export function everOffline(steps: Acts): ReadonlySet<string> {
  return new Set(
    steps.flatMap(({ acts }) =>
      acts.flatMap((act) =>
        act.act === 'network' || act.act === 'move' || act.act === 'sleep' ? act.who : [],
      ),
    ),
  );
}

/** Those whose pages sleep in some step. */
export function everAsleep(steps: Acts): ReadonlySet<string> {
  return new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => (act.act === 'sleep' ? act.who : []))));
}

/** Where each is moved to in some step. */
export function movesOf(steps: Acts): { readonly who: string; readonly to: NetworkName }[] {
  return steps.flatMap(({ acts }) =>
    acts.flatMap((act) => (act.act === 'move' ? act.who.map((who) => ({ who, to: act.to })) : [])),
  );
}

/** Those whose pages are killed in some step. */
export function everCrashed(steps: Acts): ReadonlySet<string> {
  return new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => (act.act === 'crash' ? act.who : []))));
}

/** Those who share a screen in some step. */
export function everSharing(steps: Acts): ReadonlySet<string> {
  return new Set(steps.flatMap(({ acts }) => acts.flatMap((act) => (act.act === 'share' ? act.who : []))));
}
