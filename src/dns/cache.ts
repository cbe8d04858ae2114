/** Answers kept for their TTL, and one lookup shared by all who ask the same question at once. */
import { Cancellation } from './cancellation.ts';
import type { Answer } from './types.ts';

/** However long a zone wants its records kept, a monitor looks again after this (seconds). */
const MAX_TTL = 3600;
/** What many names share (hosts, parents, policies) is used again soon; what one domain publishes, hardly ever. */
const MAX_ENTRIES = 4_000;

export class AnswerCache {
  readonly #entries = new Map<string, { answer: Answer; until: number }>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number) {
    this.#now = now;
  }

  get(key: string): Answer | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    this.#entries.delete(key);
    if (entry.until <= this.#now()) return null;
    // Those that are used stay: the oldest of the map are the first to go.
    this.#entries.set(key, entry);
    return entry.answer;
  }

  set(key: string, answer: Answer): void {
    if (answer.ttl <= 0) return;
    if (this.#entries.size >= MAX_ENTRIES && !this.#entries.has(key)) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(key, { answer, until: this.#now() + Math.min(answer.ttl, MAX_TTL) * 1000 });
  }
}

interface Flight {
  readonly landing: Promise<Answer>;
  readonly end: Cancellation;
  waiting: number;
}

/** Shares lookups in progress. One continues while somebody waits for it, and is ended when nobody does. */
export class SingleFlight {
  readonly #flights = new Map<string, Flight>();

  /** Whether this question is in progress already. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /** @param own ends the wait of this one caller, who then gets its reason */
  join(
    key: string,
    own: Cancellation | null,
    start: (end: Cancellation) => Promise<Answer>,
  ): Promise<Answer> {
    const flight = this.#flights.get(key) ?? this.#start(key, start);
    if (own === null) {
      flight.waiting += 1;
      return flight.landing;
    }
    return new Promise((resolve, reject) => {
      flight.waiting += 1;
      const forget = own.onCancel(() => {
        reject(own.reason);
        flight.waiting -= 1;
        if (flight.waiting > 0) return;
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        flight.end.cancel(own.reason);
      });
      flight.landing.then(resolve, reject).finally(forget);
    });
  }

  /** Ends all that are in progress. */
  close(reason: unknown): void {
    for (const { end } of [...this.#flights.values()]) end.cancel(reason);
  }

  #start(key: string, start: (end: Cancellation) => Promise<Answer>): Flight {
    const end = new Cancellation();
    const landed = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    const landing = start(end);
    landing.then(landed, landed);
    const flight: Flight = { landing, end, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }
}
