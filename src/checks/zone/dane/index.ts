/** DANE of the template's MX hosts: TLSA records, whether DNSSEC protects them, and whether they announce the certificate. */
import { DnsError, type RecordData, type Resolver } from '../../../dns/resolver.ts';
import type { Found } from '../../check.ts';
import { matches, usable } from './match.ts';
import type { DaneHost } from './result.ts';

/** A zone that is signed and will be: what a resolver that validates says of it, it says with the AD bit. */
const SIGNED_ZONE = 'org';
const SHOWN_RECORDS = 8;

export interface DaneContext {
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
  /** The certificates that each host sent; absent where it was not asked. */
  readonly chains: ReadonlyMap<string, readonly Buffer[]>;
}

export async function lookAtDane(hosts: readonly string[], context: DaneContext): Promise<DaneHost[]> {
  return Promise.all([...new Set(hosts)].map((host) => lookAt(host, context)));
}

async function lookAt(host: string, context: DaneContext): Promise<DaneHost> {
  const { resolver, signal, chains } = context;
  try {
    const answer = await resolver.lookup(`_25._tcp.${host}`, 'TLSA', { signal });
    const records = answer.records.slice(0, SHOWN_RECORDS).map(shown);
    const of = (state: DaneHost['state']): DaneHost => ({ host, state, records });
    if (answer.records.length === 0) return of('none');
    if (!answer.validated) return of((await validates(context)) ? 'unsigned' : 'unvalidated');
    const usableOnes = answer.records.filter(usable);
    if (usableOnes.length === 0) return of('unusable');
    const chain = chains.get(host);
    if (!chain || chain.length === 0) return of('unchecked');
    return of(usableOnes.some((record) => matches(record, chain)) ? 'ok' : 'mismatch');
  } catch (cause) {
    if (!(cause instanceof DnsError)) throw cause;
    return { host, state: 'unknown', records: [] };
  }
}

/** Whether our resolver validates DNSSEC. */
async function validates({ resolver, signal }: DaneContext): Promise<boolean> {
  const { validated } = await resolver.lookup(SIGNED_ZONE, 'SOA', { signal });
  return validated;
}

const shown = ({ usage, selector, matching, data }: RecordData['TLSA']) =>
  `${usage} ${selector} ${matching} ${data.slice(0, 140)}`;

/** @param advise whether hosts that publish nothing are named */
export function daneFindings(hosts: readonly DaneHost[], advise: boolean): Found<'zone'>[] {
  const without = hosts.filter(({ state }) => state === 'none').map(({ host }) => host);
  const missing: Found<'zone'>[] =
    advise && without.length > 0
      ? [{ cause: { id: 'zone-dane-missing', hosts: without }, outcome: 'pass' }]
      : [];
  return [...hosts.flatMap(findingOf), ...missing];
}

function findingOf({ host, state, records }: DaneHost): Found<'zone'>[] {
  switch (state) {
    case 'mismatch':
      // Senders that look at DANE deliver nothing there (RFC 7672 2.2).
      return [{ cause: { id: 'zone-dane-mismatch', host, records }, outcome: 'fail' }];
    case 'unusable':
    case 'unsigned':
      return [{ cause: { id: 'zone-dane-ineffective', host, records, reason: state }, outcome: 'degraded' }];
    case 'unvalidated':
    case 'unknown':
      return [{ cause: { id: 'zone-dane-unknown', host, reason: state }, outcome: 'pass' }];
    case 'none':
    case 'ok':
    case 'unchecked':
      return [];
  }
}
