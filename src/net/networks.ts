/** Sets of addresses: single ones and networks. */
import { BlockList, isIP } from 'node:net';

export interface Network {
  readonly address: string;
  /** Number of leading bits that all its addresses share. */
  readonly prefix: number;
}

/** Reads `192.0.2.1`, `192.0.2.0/28`, `2001:db8::/32`; null when it is neither. */
export function parseNetwork(text: string): Network | null {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return null;
  const longest = version === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  return prefix > longest ? null : { address, prefix };
}

/** Networks that addresses are looked up in. */
export class Networks {
  readonly #list = new BlockList();

  /** @param texts that `parseNetwork` can read; others are left out */
  static of(texts: readonly string[]): Networks {
    const networks = new Networks();
    for (const text of texts) {
      const network = parseNetwork(text);
      if (network) networks.add(network);
    }
    return networks;
  }

  add({ address, prefix }: Network): void {
    this.#list.addSubnet(address, prefix, family(address));
  }

  /**
   * IPv4 addresses that are mapped into IPv6 (`::ffff:10.0.0.1`) are judged as what they stand for; the zone of a link-local
   * one (`%eth0`) does not count. What is no address is in none.
   */
  has(address: string): boolean {
    return isIP(address) !== 0 && this.#list.check(address.replace(/%.*$/, ''), family(address));
  }
}

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
