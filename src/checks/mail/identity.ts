/**
 * Who the relay is to those who receive from it: the names of its addresses, whether they lead back, the name that it gives in
 * HELO, its TLS. Large receivers refuse or sort out mail from servers without a name, whatever DKIM, SPF and DMARC say.
 */
import { isIPv6 } from 'node:net';
import { DnsError, isDomainName, normaliseName, type Resolver } from '../../dns/resolver.ts';
import { reverseName } from '../../dns/reverse.ts';
import { isPublic } from '../../net/addresses.ts';
import type { Found } from '../check.ts';
import { failureOf } from '../lookup-failure.ts';
import type { MailCause } from './causes.ts';
import type { Exchanged, MailRun } from './exchange.ts';
import type { RelayAddress } from './result.ts';

/** A relay has one or two; whoever has more is judged by the first of them. */
const MAX_ADDRESSES = 8;
/** PTR records of one address that are followed (RFC 7208 5.5 has the same limit for them, 10). */
const MAX_NAMES = 5;
const MAX_SHOWN = 8;

export interface Identity {
  readonly addresses: readonly RelayAddress[];
  readonly findings: readonly Found<'mail'>[];
}

/** An address of the relay, and what it did there. */
interface Seen {
  readonly address: string;
  readonly seen: boolean;
  readonly helo: string | null;
  readonly tls: string | null;
}

/**
 * Looks at the public addresses that test messages came from and, where the relay sends from the addresses that users connect to,
 * at its others. Private addresses are left out: what receivers see is another one. Never rejects for a DNS failure.
 */
export async function identifyRelay(run: MailRun, messages: readonly Exchanged[]): Promise<Identity> {
  const { resolver, signal } = run;
  const seen = seenOf(messages);
  const others = seen.length === 0 ? [] : await othersOf(run, seen);
  const judged = await Promise.all(
    [...seen, ...others].slice(0, MAX_ADDRESSES).map((one) => identify(resolver, one, signal)),
  );
  return {
    addresses: judged.map(({ result }) => result),
    findings: judged.flatMap(({ findings }) => findings),
  };
}

function seenOf(messages: readonly Exchanged[]): Seen[] {
  const deliveries = messages.flatMap(({ message: { delivery } }) =>
    delivery?.clientIp && isPublic(delivery.clientIp) ? [{ ...delivery, clientIp: delivery.clientIp }] : [],
  );
  const byAddress = Map.groupBy(deliveries, ({ clientIp }) => clientIp);
  return [...byAddress].map(([address, [first]]) => ({
    address,
    seen: true,
    helo: first!.helo || null,
    tls: first!.tls ?? null,
  }));
}

/** The relay's other addresses, where it sends from those that its name leads to. */
async function othersOf({ resolver, options, signal }: MailRun, seen: readonly Seen[]): Promise<Seen[]> {
  const { host } = options.submission;
  if (!isDomainName(host)) return [];
  const known = await addressesOf(resolver, host, signal).catch(ignoreDns);
  const sent = new Set(seen.map(({ address }) => address));
  if (!known?.some((address) => sent.has(address))) return [];
  return known
    .filter((address) => !sent.has(address) && isPublic(address))
    .map((address) => ({ address, seen: false, helo: null, tls: null }));
}

async function identify(resolver: Resolver, { address, seen, helo, tls }: Seen, signal: AbortSignal) {
  const [named, led] = await Promise.all([
    namesOf(resolver, address, signal),
    helo === null ? null : whereHeloLeads(resolver, helo, address, signal),
  ]);
  const result: RelayAddress = {
    address,
    seen,
    names: named.names,
    confirmed: named.confirmed,
    helo,
    heloAddresses: led?.addresses ?? null,
    tls,
  };
  const causes = [nameCause(result, named.failure), heloCause(result, led), tlsCause(result)];
  const findings = causes.flatMap((cause): Found<'mail'>[] =>
    cause ? [{ cause, outcome: severity(cause), where: 'sender' }] : [],
  );
  return { result, findings };
}

/** What receivers refuse mail for is degraded; what only spoils the impression, or was not seen in use, is advice. */
function severity(cause: MailCause): 'degraded' | 'pass' {
  if (cause.id === 'relay-identity-unknown') return 'pass';
  if (cause.id === 'relay-helo') return cause.problem === 'elsewhere' ? 'pass' : 'degraded';
  return 'seen' in cause && !cause.seen ? 'pass' : 'degraded';
}

function nameCause(
  { address, seen, names, confirmed }: RelayAddress,
  failure: DnsError | null,
): MailCause | null {
  if (confirmed === true) return null;
  if (failure) return { id: 'relay-identity-unknown', address, lookup: failureOf(failure) };
  if (names.length === 0) return { id: 'relay-name-missing', address, seen };
  return { id: 'relay-name-unconfirmed', address, seen, names };
}

function heloCause({ address, helo }: RelayAddress, led: Led | null): MailCause | null {
  if (helo === null || led === null) return null;
  const of = (problem: 'no-name' | 'no-address' | 'elsewhere'): MailCause => ({
    id: 'relay-helo',
    address,
    helo,
    problem,
    addresses: [...(led.all ?? [])].slice(0, MAX_SHOWN),
  });
  if (!led.isName) return of('no-name');
  if (led.failure) return { id: 'relay-identity-unknown', address, lookup: failureOf(led.failure) };
  if (led.all.length === 0) return of('no-address');
  return led.all.some((one) => same(one, address)) ? null : of('elsewhere');
}

function tlsCause({ address, tls }: RelayAddress): MailCause | null {
  return tls === 'TLSv1' || tls === 'TLSv1.1' ? { id: 'relay-tls-old', address, tls } : null;
}

interface Named {
  readonly names: readonly string[];
  readonly confirmed: boolean | null;
  readonly failure: DnsError | null;
}

/** The names of an address, and whether one of them leads back to it (forward-confirmed reverse DNS, RFC 8601 3). */
async function namesOf(resolver: Resolver, address: string, signal: AbortSignal): Promise<Named> {
  let names: string[] = [];
  try {
    const answer = await resolver.lookup(reverseName(address), 'PTR', { signal });
    names = [...new Set(answer.records)].slice(0, MAX_NAMES);
  } catch (cause) {
    return { names, confirmed: null, failure: dnsError(cause) };
  }
  const type = isIPv6(address) ? 'AAAA' : 'A';
  let failure: DnsError | null = null;
  for (const name of names.filter((one) => normaliseName(one) !== null)) {
    try {
      const { records } = await resolver.lookup(name, type, { signal });
      if (records.some((one) => same(one, address))) return { names, confirmed: true, failure: null };
    } catch (cause) {
      failure = dnsError(cause);
    }
  }
  return { names, confirmed: failure ? null : false, failure };
}

interface Led {
  /** A name that could be looked up at all (RFC 5321 2.3.5), or an address literal, which is as good (4.1.3). */
  readonly isName: boolean;
  readonly all: readonly string[];
  /** Those in the family of the relay's address. */
  readonly addresses: readonly string[] | null;
  readonly failure: DnsError | null;
}

async function whereHeloLeads(
  resolver: Resolver,
  helo: string,
  address: string,
  signal: AbortSignal,
): Promise<Led> {
  const literal = /^\[(?:IPv6:)?([^\]]+)\]$/i.exec(helo)?.[1];
  if (literal !== undefined) {
    return { isName: true, all: [literal], addresses: [literal], failure: null };
  }
  if (!isDomainName(helo)) return { isName: false, all: [], addresses: [], failure: null };
  try {
    const all = await addressesOf(resolver, helo, signal);
    const addresses = all.filter((one) => isIPv6(one) === isIPv6(address)).slice(0, MAX_SHOWN);
    return { isName: true, all, addresses, failure: null };
  } catch (cause) {
    return { isName: true, all: [], addresses: null, failure: dnsError(cause) };
  }
}

async function addressesOf(resolver: Resolver, host: string, signal: AbortSignal): Promise<string[]> {
  const answers = await Promise.all(
    (['A', 'AAAA'] as const).map((type) => resolver.lookup(host, type, { signal })),
  );
  return answers.flatMap(({ records }) => [...records]);
}

/** Whether two texts are the same address: IPv6 has several forms. */
function same(one: string, other: string): boolean {
  return reverseName(one) === reverseName(other);
}

function dnsError(cause: unknown): DnsError {
  if (cause instanceof DnsError) return cause;
  throw cause;
}

function ignoreDns(cause: unknown): null {
  dnsError(cause);
  return null;
}
