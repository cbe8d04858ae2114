/** The tokens that this process has written into messages: the embedded mail server takes mail for no others. */
import { DAY_MS } from '../../base/durations.ts';

/** Relays give up after five days; as long again for those that do not. */
const KEPT_MS = 10 * DAY_MS;
const MAX_TOKENS = 100_000;

export class IssuedTokens {
  /** When each was issued, oldest first. */
  readonly #at = new Map<string, number>();

  add(token: string, at = Date.now()): void {
    this.#at.set(token, at);
    for (const [oldest, issued] of this.#at) {
      if (this.#at.size <= MAX_TOKENS && at - issued <= KEPT_MS) return;
      this.#at.delete(oldest);
    }
  }

  has(token: string): boolean {
    return this.#at.has(token);
  }
}
