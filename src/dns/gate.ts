/**
 * How many questions may be in progress. A burst loses datagrams (the kernel's buffers, the server's), so only a
 * few may be freshly sent; one that waits long for its answer makes room for the next, up to a hard bound.
 * A hundred zones whose servers are dead then delay no other.
 */

import type { Cancellation } from './cancellation.ts';

export interface GateLimits {
  /** Questions whose first sending was less than `slowMs` ago. */
  readonly fresh: number;
  /** Fresh and slow together. */
  readonly total: number;
  readonly slowMs: number;
}

export const DEFAULT_LIMITS: GateLimits = { fresh: 64, total: 512, slowMs: 100 };

interface Waiting {
  readonly start: () => void;
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #queue = new Set<Waiting>();
  #fresh = 0;
  #total = 0;
  /** The most that were in progress at one moment. */
  maxInFlight = 0;

  constructor(limits: GateLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** A place, if there is one at once and nobody waits for it; the function that comes back gives it up again. */
  tryEnter(): (() => void) | null {
    return this.#queue.size === 0 && this.#hasRoom() ? this.#occupy() : null;
  }

  /** Waits for a place; the function that comes back gives it up again. Rejects with the reason of the end. */
  enter(end: Cancellation): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          forget();
          resolve(this.#occupy());
        },
      };
      this.#queue.add(waiting);
      const forget = end.onCancel(() => {
        this.#queue.delete(waiting);
        reject(end.reason);
      });
      this.#admit();
    });
  }

  #occupy(): () => void {
    let fresh = true;
    let inside = true;
    this.#fresh += 1;
    this.#total += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.#total);
    const cool = () => {
      if (!fresh) return;
      fresh = false;
      this.#fresh -= 1;
    };
    const timer = setTimeout(() => {
      cool();
      this.#admit();
    }, this.#limits.slowMs);
    timer.unref();
    return () => {
      if (!inside) return;
      inside = false;
      clearTimeout(timer);
      cool();
      this.#total -= 1;
      this.#admit();
    };
  }

  #hasRoom(): boolean {
    return this.#fresh < this.#limits.fresh && this.#total < this.#limits.total;
  }

  #admit(): void {
    while (this.#queue.size > 0 && this.#hasRoom()) {
      const [next] = this.#queue;
      if (!next) return;
      this.#queue.delete(next);
      next.start();
    }
  }
}
