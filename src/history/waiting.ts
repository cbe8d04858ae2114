/** Runs that are not in the history file yet, because it could not be written. */
import { jsonLength } from '../base/escape.ts';
import type { Run } from '../checks/check.ts';
import type { VersionChange, VersionWatch } from './versions.ts';

export interface WaitingRun {
  readonly run: Run;
  /** Its place in the history. */
  readonly seq: number;
  /** What it changes in the versions that were known before it. */
  readonly changes: readonly VersionChange[];
}

/** What may wait in memory, in bytes of JSON. */
const MOST_BYTES = 32_000_000;

export class Waiting {
  #runs: { readonly each: WaitingRun; readonly bytes: number }[] = [];
  #bytes = 0;

  get size(): number {
    return this.#runs.length;
  }

  /** Adds a run; gives how many others, the oldest, had to be given up for it. */
  add(each: WaitingRun): number {
    const bytes = jsonLength(each.run);
    this.#runs.push({ each, bytes });
    this.#bytes += bytes;
    let lost = 0;
    for (; this.#bytes > MOST_BYTES && this.#runs.length > 1; lost++) {
      this.#bytes -= this.#runs.shift()!.bytes;
    }
    return lost;
  }

  all(): WaitingRun[] {
    return this.#runs.map(({ each }) => each);
  }

  newestFirst(): WaitingRun[] {
    return this.all().reverse();
  }

  some(is: (each: WaitingRun) => boolean): boolean {
    return this.#runs.some(({ each }) => is(each));
  }

  /** Puts the runs after `last`, in a history for which `watch` tells what they change; gives the last place then. */
  putAfter(last: number, watch: VersionWatch): number {
    this.#runs = this.#runs.map(({ each: { run }, bytes }, index) => ({
      each: { run, seq: last + index + 1, changes: watch.next(run) },
      bytes,
    }));
    return last + this.#runs.length;
  }

  clear(): void {
    this.#runs = [];
    this.#bytes = 0;
  }
}
