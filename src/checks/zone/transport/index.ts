/**
 * What the domains publish about the encryption of mail to them. The records are looked up in every run; a policy is fetched
 * again when its record has another id, or after a while, as senders do it (RFC 8461 3.3).
 */
import { createLane, eachGivingWay, inLane, type Lane } from '../../../base/lane.ts';
import type { Answer } from '../../../dns/resolver.ts';
import { DnsError } from '../../../dns/resolver.ts';
import { ask } from '../context.ts';
import { exchangesOf } from '../exchanges.ts';
import type { DomainFacts } from '../facts.ts';
import { type Fetched, type FetchOptions, fetchPolicy } from './fetch.ts';
import { isSts, isTlsRpt, names, rptRecordFault, stsId, stsRecordFault } from './read.ts';
import type { Transport } from './result.ts';

export interface TransportContext extends FetchOptions {
  readonly check: string;
  readonly everyMs: number;
}

/** What a domain publishes, and what could not be found out. */
export interface DomainTransport {
  readonly domain: string;
  readonly transport: Transport;
  /** The policy could not be fetched, perhaps for a reason of our own. */
  readonly policyUnknown: boolean;
  /** The resolver failed: null in `transport` does not mean that there is nothing. */
  readonly unknown: { readonly mtaSts: boolean; readonly tlsRpt: boolean };
}

const FETCHES_AT_ONCE = 16;
/** Domains looked at at once: what is in progress is held. */
const AT_ONCE = { quick: 32, all: 256, slowMs: 250 };

interface Kept {
  readonly id: string;
  readonly at: number;
  readonly fetched: Exclude<Fetched, 'unknown'>;
}

/** The policies of each check of this process, by domain. */
const remembered = new Map<string, Map<string, Kept>>();

/** Forgets what was fetched. For tests. */
export function forgetPolicies(): void {
  remembered.clear();
}

/** Looks at one domain after the other. Never rejects for a failure of servers, networks or the DNS. */
export type TransportLook = (domain: string) => Promise<DomainTransport>;

export function transportLook(context: TransportContext): TransportLook {
  const kept = remembered.get(context.check) ?? new Map<string, Kept>();
  remembered.set(context.check, kept);
  const fetching = createLane(FETCHES_AT_ONCE);
  return (domain) => lookAt(domain, context, kept, fetching);
}

/** Looks at all domains that exist. */
export async function lookAtTransport(
  facts: readonly DomainFacts[],
  look: TransportLook,
): Promise<DomainTransport[]> {
  const domains = facts.filter(({ exists }) => exists !== false).map(({ domain }) => domain);
  const found: DomainTransport[] = new Array(domains.length);
  await eachGivingWay(domains, AT_ONCE, async (domain, index) => {
    found[index] = await look(domain);
  });
  return found;
}

async function lookAt(
  domain: string,
  context: TransportContext,
  kept: Map<string, Kept>,
  fetching: Lane,
): Promise<DomainTransport> {
  const [sts, rpt] = await Promise.all([
    textsAt(`_mta-sts.${domain}`, context),
    textsAt(`_smtp._tls.${domain}`, context),
  ]);
  const unknown = { mtaSts: sts === null, tlsRpt: rpt === null };
  const stsRecords = (sts ?? []).filter(isSts);
  const rptRecords = (rpt ?? []).filter(isTlsRpt);
  const tlsRpt =
    rptRecords.length === 0 ? null : { record: rptRecords, recordFault: rptRecordFault(rptRecords) };
  if (stsRecords.length === 0) {
    if (sts) kept.delete(domain);
    return { domain, transport: { mtaSts: null, tlsRpt }, policyUnknown: false, unknown };
  }
  const recordFault = stsRecordFault(stsRecords);
  const fetched = recordFault ? null : await policyOf(domain, stsId(stsRecords[0]!), context, kept, fetching);
  const policy = fetched !== null && fetched !== 'unknown' && 'mode' in fetched ? fetched : null;
  const policyFault = fetched !== null && fetched !== 'unknown' && 'fault' in fetched ? fetched : null;
  const unmatched =
    policy && policy.mode !== 'none'
      ? (await exchangesOf(domain, context)).filter((host) => !names(policy.mx, host))
      : [];
  return {
    domain,
    transport: { mtaSts: { record: stsRecords, recordFault, policy, policyFault, unmatched }, tlsRpt },
    policyUnknown: fetched === 'unknown',
    unknown,
  };
}

async function policyOf(
  domain: string,
  id: string,
  context: TransportContext,
  kept: Map<string, Kept>,
  fetching: Lane,
): Promise<Fetched> {
  const known = kept.get(domain);
  // What is wrong may have been corrected without a new id: that is looked at each time.
  const current = known?.id === id && Date.now() - known.at < context.everyMs && 'mode' in known.fetched;
  if (current) return known.fetched;
  const fetched = await inLane(fetching, () => fetchPolicy(domain, context));
  if (fetched !== 'unknown') kept.set(domain, { id, at: Date.now(), fetched });
  return fetched;
}

/** The texts at a name; null where the resolver failed. */
async function textsAt(name: string, context: TransportContext): Promise<string[] | null> {
  const answer = await ask({ name, type: 'TXT' }, context);
  if (answer instanceof DnsError) return null;
  return (answer as Answer<'TXT'>).records.map((strings) => strings.join(''));
}
