/**
 * Requests are worked on one after the other, addresses taking turns, with a look at the sockets in between: whoever asks for
 * thousands of pages at once waits for them himself.
 */
import type { FastifyRequest } from 'fastify';
import { giveWay } from '../base/giving-way.ts';
import { ApiError } from './errors.ts';

/** Number of requests of one address that may wait: a browser has some ten, a proxy those of all its users. */
const MOST_WAITING = 100;

interface Waiting {
  readonly begin: () => void;
  /** Whether nobody waits for the answer any more. */
  readonly gone: () => boolean;
}

export class Turns {
  readonly #queues = new Map<string, Waiting[]>();
  #scheduled = false;

  /** Waits until it is this request's turn. @throws {ApiError} where too many of its address wait already. */
  take(
    request: Pick<FastifyRequest, 'ip' | 'routeOptions'> & { readonly raw: FastifyRequest['raw'] },
  ): Promise<void> {
    // Whoever scrapes must not wait for those who look at pages, also behind one proxy with them.
    const key = request.routeOptions.url === '/metrics' ? '/metrics' : request.ip;
    const queue = this.#queues.get(key) ?? [];
    if (queue.length >= MOST_WAITING)
      throw new ApiError('busy', 'Too many requests wait to be answered; try again in a moment.');
    return new Promise((begin, drop) => {
      const gone = () => {
        if (!request.raw.socket.destroyed) return false;
        drop(new ApiError('busy', 'The connection was closed.'));
        return true;
      };
      queue.push({ begin, gone });
      this.#queues.set(key, queue);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#queues.size === 0) return;
    this.#scheduled = true;
    void giveWay().then(() => {
      this.#scheduled = false;
      this.#next();
      this.#schedule();
    });
  }

  /** Gives the next address its turn; those whose connection is gone take none. */
  #next(): void {
    for (const [key, queue] of this.#queues) {
      // Behind all others for the next time.
      this.#queues.delete(key);
      let first = queue.shift();
      while (first?.gone()) first = queue.shift();
      if (queue.length > 0) this.#queues.set(key, queue);
      if (!first) continue;
      first.begin();
      return;
    }
  }
}
