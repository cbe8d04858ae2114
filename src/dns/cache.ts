/** Answers kept for as long as their TTL says, and one flight for all who ask the same thing at once. */
import type { Answer } from './types.ts';

/** However long a zone wants its records kept, a monitor looks again after this (seconds). */
const MAX_TTL = 3600;
const MAX_ENTRIES = 50_000;

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
    if (entry.until > this.#now()) return entry.answer;
    this.#entries.delete(key);
    return null;
  }

  set(key: string, answer: Answer): void {
    if (answer.ttl === null || answer.ttl <= 0) return;
    if (this.#entries.size >= MAX_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(key, { answer, until: this.#now() + Math.min(answer.ttl, MAX_TTL) * 1000 });
  }
}

interface Flight {
  readonly landing: Promise<Answer>;
  readonly controller: AbortController;
  waiting: number;
}

/** Shares what is under way. It goes on while anybody waits for it, and is aborted when nobody does. */
export class SingleFlight {
  readonly #flights = new Map<string, Flight>();

  /** Whether this question is under way already. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  async join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    let flight = this.#flights.get(key);
    if (!flight) {
      const controller = new AbortController();
      const landing = start(controller.signal).finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      });
      landing.catch(() => {});
      flight = { landing, controller, waiting: 0 };
      this.#flights.set(key, flight);
    }
    flight.waiting += 1;
    let onAbort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([flight.landing, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.waiting -= 1;
      if (flight.waiting === 0 && this.#flights.get(key) === flight) {
        this.#flights.delete(key);
        flight.controller.abort(signal.reason);
      }
    }
  }
}
