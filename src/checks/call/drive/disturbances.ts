/** What a step does to networks and pages on purpose, and what passed all the same. */
import type { Cell } from '../observe/cells.ts';
import { now } from './clock.ts';

/** Packets that were on their way when a network was cut. */
const CUT_GRACE_MS = 1000;

const concerns = ({ key }: Cell, name: string): boolean => key.receiver === name || key.sender === name;

/** Times are milliseconds since the epoch, by the name of whom it was done to. */
export class Disturbances {
  /** When the network of somebody came back. */
  readonly backAt = new Map<string, number>();
  /** When what was done was over: the network back or replaced, the page awake or killed. */
  readonly overAt = new Map<string, number>();
  /** Those whose media session may have to be renewed: their network was replaced, or they slept. */
  readonly renewed = new Set<string>();
  /** Those whose media passed although their network was cut. */
  readonly uncut = new Set<string>();
  /** Whose network is cut, and since when. */
  readonly #offline = new Map<string, number>();
  readonly #cells: readonly Cell[];

  constructor(cells: readonly Cell[]) {
    this.#cells = cells;
  }

  /** The network of these is cut, or back. */
  networkChanged(who: readonly string[], on: boolean): void {
    for (const name of who) {
      if (!on) {
        this.#offline.set(name, now());
        continue;
      }
      this.#lookForUncut(name, this.#offline.get(name) ?? now());
      this.#offline.delete(name);
      this.backAt.set(name, now());
    }
    if (on) this.over(who);
  }

  /** Looks at somebody whose network was replaced and whose media is not connected anew yet. */
  lookAtMoving(name: string): void {
    this.#lookForUncut(name, this.overAt.get(name) ?? now());
  }

  /** Media of somebody whose network is cut must not arrive. */
  #lookForUncut(name: string, cutAt: number): void {
    const since = cutAt + CUT_GRACE_MS;
    if (this.#cells.some((cell) => concerns(cell, name) && (cell.lastMadeAt ?? 0) > since))
      this.uncut.add(name);
  }

  /** What is done to these is over: from now on it is counted until they are heard and seen again. */
  over(who: readonly string[]): void {
    for (const name of who) this.overAt.set(name, now());
  }

  /** The same where nothing passes until their media is connected anew. */
  renew(who: readonly string[]): void {
    this.over(who);
    for (const name of who) this.renewed.add(name);
  }

  /** Somebody's network is cut. */
  get anybodyOffline(): boolean {
    return this.#offline.size > 0;
  }

  /** When the last of it was over; null: nothing was done. */
  get lastAt(): number | null {
    return this.overAt.size === 0 ? null : Math.max(...this.overAt.values());
  }
}
