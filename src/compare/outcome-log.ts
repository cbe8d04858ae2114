/** When a check's runs began and how they ended, for the last month: shares over windows, rows of equal outcomes. */
import { DAY_MS, HOUR_MS } from '../base/durations.ts';
import { OUTCOMES, type Outcome } from '../checks/check.ts';
import type { OutcomeMoment } from '../history/store.ts';
import { countOnsets, type Onsets } from '../statistics/intermittent.ts';

/** The windows over which shares are stated; also the values of the label `window`. */
export const RATE_WINDOWS = [
  { name: '1h', ms: HOUR_MS },
  { name: '24h', ms: DAY_MS },
  { name: '7d', ms: 7 * DAY_MS },
  { name: '30d', ms: 30 * DAY_MS },
] as const;
export type RateWindow = (typeof RATE_WINDOWS)[number]['name'];

/** Nothing older is asked for. */
export const LONGEST_WINDOW_MS = RATE_WINDOWS.at(-1)!.ms;

/** "3 of the last 6": of how many runs. */
export const RECENT_RUNS = 6;

/** How many runs had each outcome. */
export type Counts = Readonly<Record<Outcome, number>>;

const none = (): Record<Outcome, number> => ({ pass: 0, degraded: 0, fail: 0, error: 0 });

interface Window {
  readonly name: RateWindow;
  readonly ms: number;
  /** The index of its first run. */
  start: number;
  readonly counts: Record<Outcome, number>;
}

/**
 * Each run is one number, so that a month of runs each minute takes a third of a megabyte; each window keeps its counts and
 * where it begins, so that asking costs no more than what has left the window since.
 */
export class OutcomeLog {
  /** `at` × 4 + the index of the outcome; in the order in which the runs ended. */
  #runs: number[] = [];
  readonly #windows: Window[] = RATE_WINDOWS.map(({ name, ms }) => ({ name, ms, start: 0, counts: none() }));

  #version = 0;

  /** @param runs in the order in which they ended */
  constructor(runs: Iterable<OutcomeMoment> = []) {
    for (const run of runs) this.add(run);
  }

  add({ at, outcome }: OutcomeMoment): void {
    this.#runs.push(at * OUTCOMES.length + OUTCOMES.indexOf(outcome));
    for (const { counts } of this.#windows) counts[outcome] += 1;
    this.#version += 1;
  }

  get size(): number {
    return this.#runs.length;
  }

  /** Changes whenever the counts of a window do. */
  version(now: number): number {
    this.#slide(now);
    return this.#version;
  }

  /** Of the runs of each window, how many had each outcome. */
  counts(now: number): ReadonlyMap<RateWindow, Counts> {
    this.#slide(now);
    return new Map(this.#windows.map(({ name, counts }) => [name, { ...counts }]));
  }

  #slide(now: number): void {
    for (const window of this.#windows) {
      while (window.start < this.#runs.length && this.#at(window.start) < now - window.ms) {
        window.counts[this.#outcome(window.start)] -= 1;
        window.start += 1;
        this.#version += 1;
      }
    }
    this.#forget();
  }

  /** Of the last runs, how many had each outcome. */
  recent(): Counts {
    const counts = none();
    for (let i = Math.max(0, this.#runs.length - RECENT_RUNS); i < this.#runs.length; i++) {
      counts[this.#outcome(i)] += 1;
    }
    return counts;
  }

  /** Separate failures among the last runs: an outage is one, a check that fails in every second run has several. */
  recentOnsets(): number {
    const first = Math.max(0, this.#runs.length - RECENT_RUNS);
    const last = this.#runs.slice(first).map((_run, index) => this.#outcome(first + index));
    const decided = last.filter((outcome) => outcome !== 'error');
    return countOnsets(decided.map((outcome) => outcome === 'fail')).onsets;
  }

  /**
   * The unbroken rows that the latest runs make: of `error`, the row at the very end; of the others, the row of the last
   * runs that could tell, since a run that could not tell neither breaks a row nor adds to it.
   */
  consecutive(): Counts {
    const counts = none();
    let last: Outcome | null = null;
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const outcome = this.#outcome(i);
      if (outcome === 'error') {
        if (last === null) counts.error += 1;
        continue;
      }
      last ??= outcome;
      if (outcome !== last) break;
      counts[outcome] += 1;
    }
    return counts;
  }

  /** When the last run that failed began; null where none did. */
  lastFailure(): number | null {
    const fail = OUTCOMES.indexOf('fail');
    const index = this.#runs.findLastIndex((run) => run % OUTCOMES.length === fail);
    return index < 0 ? null : this.#at(index);
  }

  /** Failures among the runs that could tell, between two instants. */
  onsets(from: number, to: number): Onsets {
    return countOnsets(this.#failed(from, to));
  }

  *#failed(from: number, to: number): Generator<boolean> {
    // The oldest of a week is looked for from behind: a month of runs is not walked through for a day.
    let first = this.#runs.length;
    while (first > 0 && this.#at(first - 1) >= from) first -= 1;
    for (let i = first; i < this.#runs.length; i++) {
      if (this.#at(i) >= to) continue;
      const outcome = this.#outcome(i);
      if (outcome !== 'error') yield outcome === 'fail';
    }
  }

  #at(index: number): number {
    return Math.floor(this.#runs[index]! / OUTCOMES.length);
  }

  #outcome(index: number): Outcome {
    return OUTCOMES[this.#runs[index]! % OUTCOMES.length]!;
  }

  /** Lets go of what no window reaches any more, now and then. */
  #forget(): void {
    const unused = Math.min(...this.#windows.map(({ start }) => start));
    if (unused < 1000 || unused < this.#runs.length / 2) return;
    this.#runs = this.#runs.slice(unused);
    for (const window of this.#windows) window.start -= unused;
  }
}
