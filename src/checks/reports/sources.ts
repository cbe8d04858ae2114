/** Whose the sources of reports are: addresses of our own and known servers, and the names of the others. */
import { DnsError, type Resolver } from '../../dns/resolver.ts';
import { Networks, parseNetwork } from '../../net/networks.ts';
import { addressesOf, HostError } from '../hosts/host.ts';
import type { LookupFailure } from '../lookup-failure.ts';

/** Names are looked up for this number of addresses at most, and for this time. */
const MAX_NAMES = 200;
const NAMES_MS = 5_000;

export interface Unresolved {
  readonly host: string;
  /** Null: it has no address. */
  readonly lookup: LookupFailure | null;
}

/** The addresses that the configuration names; a host's are those of its A and AAAA records, else of its MX hosts. */
export async function networksOf(
  texts: readonly string[],
  resolver: Resolver,
  signal: AbortSignal,
): Promise<{ networks: Networks; unresolved: Unresolved[] }> {
  const networks = new Networks();
  const unresolved: Unresolved[] = [];
  for (const text of texts) {
    const network = parseNetwork(text);
    if (network) {
      networks.add(network);
      continue;
    }
    try {
      for (const address of await hostAddresses(text, resolver, signal)) networks.add(parseNetwork(address)!);
    } catch (cause) {
      if (!(cause instanceof HostError)) throw cause;
      const { failure } = cause;
      unresolved.push({ host: text, lookup: failure.problem === 'resolver' ? failure.lookup : null });
    }
  }
  return { networks, unresolved };
}

/** As SPF's `a:` and `mx:` together: a relay may have MX records alone. @throws HostError */
async function hostAddresses(host: string, resolver: Resolver, signal: AbortSignal): Promise<string[]> {
  try {
    return await addressesOf(host, resolver, signal);
  } catch (cause) {
    const none = cause instanceof HostError && cause.failure.problem === 'no-address';
    if (!none) throw cause;
    const { records } = await resolver.lookup(host, 'MX', { signal }).catch(() => ({ records: [] }));
    if (records.length === 0) throw cause;
    const all = await Promise.all(records.map(({ exchange }) => addressesOf(exchange, resolver, signal)));
    return all.flat();
  }
}

/** The names of addresses, as far as the DNS gives them in a short time. */
export async function namesOf(
  addresses: readonly string[],
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const end = AbortSignal.any([signal, AbortSignal.timeout(NAMES_MS)]);
  await Promise.all(
    [...new Set(addresses)].slice(0, MAX_NAMES).map(async (address) => {
      try {
        const { records } = await resolver.lookup(reverseName(address), 'PTR', { signal: end });
        if (records[0] !== undefined) names.set(address, records[0]);
      } catch (cause) {
        if (!(cause instanceof DnsError)) throw cause;
      }
    }),
  );
  return names;
}

/** The name that holds the PTR record of an address (RFC 1035 3.5, RFC 3596 2.5). */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  const digits = [...before, ...(tail === undefined ? [] : zeros), ...after].map((group) =>
    group.padStart(4, '0'),
  );
  return `${digits.join('').split('').reverse().join('.')}.ip6.arpa`;
}
