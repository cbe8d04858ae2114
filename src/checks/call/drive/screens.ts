/** Whose screen was shared and seen in a step, and who went on showing one. */
import type { WatermarksRead } from '../page/protocol.ts';
import { now } from './clock.ts';

/** A screen that somebody saw although it is shared no longer. */
interface Leftover {
  readonly receiver: string;
  readonly sender: string;
}

export class Screens {
  /** When each was asked to share one, milliseconds since the epoch. */
  readonly sharedAt = new Map<string, number>();
  /** When each had stopped. */
  readonly #unsharedAt = new Map<string, number>();
  readonly #leftovers = new Map<string, Leftover>();

  begin(who: readonly string[]): void {
    for (const name of who) {
      this.sharedAt.set(name, now());
      this.#unsharedAt.delete(name);
    }
  }

  end(who: readonly string[]): void {
    for (const name of who) this.#unsharedAt.set(name, now());
  }

  /** Takes what a receiver read of a sender's screen, which may still be on its way for `graceMs` after its end. */
  read(seen: Leftover, watermarks: WatermarksRead['watermarks'], graceMs: number): void {
    const since = (this.#unsharedAt.get(seen.sender) ?? Number.POSITIVE_INFINITY) + graceMs;
    if (watermarks.some(([madeAt]) => madeAt > since))
      this.#leftovers.set(`${seen.receiver} ${seen.sender}`, seen);
  }

  get leftovers(): Leftover[] {
    return [...this.#leftovers.values()];
  }
}
