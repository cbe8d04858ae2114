/**
 * Names to addresses, for connections to a deployment and to whatever that names: one that the resolver does not answer for can
 * be distinguished from a host that does not answer, and strangers cannot send Vigie to services of its own network.
 */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivate } from './addresses.ts';
import { withoutBrackets } from './host-port.ts';

/** The code of an address that is not asked because it is private. */
export const PRIVATE_TARGET = 'EPRIVATE';

/** A stranger named a private address, or a name of one. */
export class PrivateTarget extends Error {
  readonly code = PRIVATE_TARGET;
  constructor(host: string) {
    super(`${host} is a private address`);
    this.name = 'PrivateTarget';
  }
}

/** What may be asked. */
export interface Reach {
  /** The host that the configuration names, which may be private; then others may be as well. Absent: no limit. */
  readonly home?: string;
  /** Private addresses are meant. */
  readonly allowPrivate?: boolean;
}

export class Lookups {
  readonly #pending = new Map<string, number>();
  readonly #lookup: LookupFunction;
  readonly #home: string | null;
  /** Whether private addresses may be asked; null until the configured name was resolved once. */
  #open: boolean | null;

  /** @param lookup names to addresses; by default as the system does it */
  constructor(lookup: LookupFunction = systemLookup, { home, allowPrivate = false }: Reach = {}) {
    this.#lookup = lookup;
    this.#home = home === undefined ? null : hostName(home);
    if (this.#home === null || allowPrivate) this.#open = true;
    else this.#open = isIP(this.#home) === 0 ? null : isPrivate(this.#home);
  }

  /**
   * As `dns.lookup`, counted, without addresses that may not be asked. What it gives is what is dialled: a name that resolves to
   * something else a moment later gains nothing.
   */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    this.#count(hostname, 1);
    this.#lookup(hostname, options, (error, found, family) => {
      this.#count(hostname, -1);
      if (error) return done(error, found, family);
      const all = Array.isArray(found) ? found : [{ address: found, family: family ?? isIP(found) }];
      if (this.#open === null && hostName(hostname) === this.#home) {
        this.#open = all.every(({ address }) => isPrivate(address));
      }
      const kept = this.#open === true ? all : all.filter(({ address }) => !isPrivate(address));
      const [first] = kept;
      if (!first) return done(new PrivateTarget(hostname), '', 0);
      return Array.isArray(found) ? done(null, kept) : done(null, first.address, first.family);
    });
  };

  /** Addresses are not looked up, so they are checked here. @throws {PrivateTarget} */
  check(host: string): void {
    const name = hostName(host);
    if (this.#open !== true && isPrivate(name)) throw new PrivateTarget(name);
  }

  /** Whether the resolver has still not answered for this name. */
  pending(hostname: string): boolean {
    return (this.#pending.get(hostname) ?? 0) > 0;
  }

  #count(hostname: string, by: number): void {
    this.#pending.set(hostname, (this.#pending.get(hostname) ?? 0) + by);
  }
}

const hostName = (host: string): string => withoutBrackets(host).toLowerCase().replace(/\.$/, '');
