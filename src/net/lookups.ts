/** Names in hand at the resolver, so that one that does not answer can be told from a host that does not. */
import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

export class Lookups {
  readonly #pending = new Map<string, number>();
  readonly #lookup: LookupFunction;

  /** @param lookup names to addresses; by default as the system does it */
  constructor(lookup: LookupFunction = systemLookup) {
    this.#lookup = lookup;
  }

  /** As `dns.lookup`, counted. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    this.#count(hostname, 1);
    this.#lookup(hostname, options, (...found) => {
      this.#count(hostname, -1);
      done(...found);
    });
  };

  /** Whether the resolver has still not answered for this name. */
  pending(hostname: string): boolean {
    return (this.#pending.get(hostname) ?? 0) > 0;
  }

  #count(hostname: string, by: number): void {
    this.#pending.set(hostname, (this.#pending.get(hostname) ?? 0) + by);
  }
}
