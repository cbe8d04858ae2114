/** How often somebody may be wrong about the token. */
import type { Logger } from '../checks/check.ts';
import { ApiError } from './errors.ts';

/** Number of wrong tokens of one address that are looked at in each window; after that none is, right or wrong. */
const WRONG = 10;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; somebody who has more is refused with them all. */
const ADDRESSES = 1000;

interface Window {
  until: number;
  wrong: number;
}

export class TokenTries {
  readonly #log: Logger;
  readonly #windows = new Map<string, Window>();
  #refused = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** How many tokens were refused, of all addresses. */
  get refused(): number {
    return this.#refused;
  }

  /** @throws {ApiError} where this address was wrong too often. */
  check(address: string, now = Date.now()): void {
    const { wrong } = this.#windowOf(address, now);
    if (wrong < WRONG) return;
    this.#refused += 1;
    throw new ApiError(
      'too-many-tries',
      'Too many wrong tokens came from this address; try again in a minute.',
    );
  }

  /** Notes a wrong token. */
  wrong(address: string, now = Date.now()): void {
    const window = this.#windowOf(address, now);
    window.wrong += 1;
    this.#refused += 1;
    if (window.wrong === 1) this.#log.warn({ address }, 'a wrong token was sent');
    if (window.wrong === WRONG)
      this.#log.warn(
        { address, wrong: WRONG },
        'too many wrong tokens: none of this address is looked at for a while',
      );
  }

  #windowOf(address: string, now: number): Window {
    const key = keyOf(address);
    const known = this.#windows.get(key);
    if (known && known.until > now) return known;
    for (const [each, { until }] of this.#windows) if (until <= now) this.#windows.delete(each);
    // Somebody with a thousand addresses shares one window with whoever comes then.
    const place = this.#windows.size < ADDRESSES ? key : '';
    const window = this.#windows.get(place) ?? { until: now + WINDOW_MS, wrong: 0 };
    this.#windows.set(place, window);
    return window;
  }
}

/** Of IPv6 the network: whoever has one address of it has all. */
function keyOf(address: string): string {
  return address.includes(':') && !address.startsWith('::ffff:')
    ? address.split(':').slice(0, 4).join(':')
    : address;
}
