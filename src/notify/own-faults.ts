/** Faults of Vigie itself that somebody has to know of; by the same measure as the alerts about them. */

import { z } from 'zod';
import { HOUR_MS } from '../base/durations.ts';

const MINUTE_MS = 60_000;
/** What may be over in a moment has to last so long. */
const LASTS_MS = 5 * MINUTE_MS;

export const OWN_FAULTS = [
  'history-not-writable',
  'evidence-not-writable',
  'runs-lost',
  'runs-skipped',
  'config-refused',
  'crash-loop',
  'internal-errors',
  'tokens-refused',
] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];

/** What the service says of itself. */
export interface OwnState {
  readonly historyWritable: boolean;
  /** Null where no evidence is kept. */
  readonly evidenceWritable: boolean | null;
  readonly runsLost: number;
  readonly runs: number;
  readonly runsSkipped: number;
  readonly configurationAccepted: boolean;
  readonly internalErrors: number;
  readonly tokensRefused: number;
}

/** A counter's increase within a span that slides. */
class Increase {
  readonly #ms: number;
  #samples: { readonly at: number; readonly count: number }[] = [];

  constructor(ms: number) {
    this.#ms = ms;
  }

  by(count: number, now: number): number {
    if (this.#samples.at(-1)?.count !== count) this.#samples.push({ at: now, count });
    // The last sample before the span is what was counted at its beginning.
    while (this.#samples.length > 1 && this.#samples[1]!.at <= now - this.#ms) this.#samples.shift();
    return count - this.#samples[0]!.count;
  }
}

const STARTS = z.array(z.number());
const CRASH_LOOP = { starts: 4, withinMs: 30 * MINUTE_MS };
const MOST_STARTS = 20;

/** The instants at which this Vigie started, this start included: what the history noted of earlier ones is added to. */
export function noteStart(note: string | null, now: number): number[] {
  const earlier = STARTS.safeParse(note === null ? [] : JSON.parse(note));
  return [...(earlier.success ? earlier.data : []), now].slice(-MOST_STARTS);
}

export class OwnFaults {
  readonly #starts: readonly number[];
  readonly #since = new Map<OwnFault, number>();
  readonly #lost = new Increase(6 * HOUR_MS);
  readonly #runs = new Increase(6 * HOUR_MS);
  readonly #skipped = new Increase(6 * HOUR_MS);
  readonly #errors = new Increase(HOUR_MS);
  readonly #tokens = new Increase(HOUR_MS);

  constructor(starts: readonly number[]) {
    this.#starts = starts;
  }

  /** What is wrong now. */
  of(state: OwnState, now: number): OwnFault[] {
    const skipped = this.#skipped.by(state.runsSkipped, now);
    const runs = this.#runs.by(state.runs, now);
    const recentStarts = this.#starts.filter((at) => at > now - CRASH_LOOP.withinMs).length;
    return [
      ...this.#lasting('history-not-writable', !state.historyWritable, now),
      ...this.#lasting('evidence-not-writable', state.evidenceWritable === false, now),
      ...(this.#lost.by(state.runsLost, now) > 0 ? (['runs-lost'] as const) : []),
      ...(skipped >= 6 && skipped > (runs + skipped) / 4 ? (['runs-skipped'] as const) : []),
      ...this.#lasting('config-refused', !state.configurationAccepted, now),
      ...(recentStarts >= CRASH_LOOP.starts ? (['crash-loop'] as const) : []),
      ...(this.#errors.by(state.internalErrors, now) > 0 ? (['internal-errors'] as const) : []),
      ...(this.#tokens.by(state.tokensRefused, now) > 20 ? (['tokens-refused'] as const) : []),
    ];
  }

  #lasting(fault: OwnFault, is: boolean, now: number): OwnFault[] {
    if (!is) {
      this.#since.delete(fault);
      return [];
    }
    const since = this.#since.get(fault) ?? now;
    this.#since.set(fault, since);
    return now - since >= LASTS_MS ? [fault] : [];
  }
}
