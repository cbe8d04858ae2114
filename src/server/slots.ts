/** Large answers lie in memory until they are taken: their number at a time is limited, of one address and of all. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

const EACH = 4;
const ALL = 16;

export class Slots {
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** Takes a place until the answer is over. @throws {ApiError} where there is none. */
  take(request: FastifyRequest, reply: FastifyReply): void {
    const { ip } = request;
    const own = this.#taken.get(ip) ?? 0;
    if (own >= EACH || this.#all >= ALL)
      throw new ApiError('busy', 'Too many large answers are under way; try again in a moment.');
    this.#taken.set(ip, own + 1);
    this.#all += 1;
    reply.raw.once('close', () => {
      this.#all -= 1;
      const left = (this.#taken.get(ip) ?? 1) - 1;
      if (left > 0) this.#taken.set(ip, left);
      else this.#taken.delete(ip);
    });
  }
}
