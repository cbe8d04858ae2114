/**
 * What the template rests on, looked at once per run: the MX hosts must have addresses, and the SPF record,
 * evaluated as a receiver does it (RFC 7208, by mailauth), must let the relay's addresses pass. When
 * `mx:host` leads nowhere, every domain fails although every zone is as the template has it.
 */
import type { DNSResolver } from 'mailauth';
import { spf } from 'mailauth/lib/spf/index.js';
import { DnsError, type Evaluation, type RecordType, type Resolver } from '../../dns/resolver.ts';
import type { Found } from '../check.ts';
import { failureOf } from '../lookup-failure.ts';
import { type SpfFault, spfFaultOf, VERIFIER_NAME } from '../records/spf-fault.ts';
import type { HostQuestion, ZoneCause } from './causes.ts';
import type { Expected } from './template.ts';

/** Whom SPF is evaluated for. */
const senderIn = (domain: string) => `postmaster@${domain}`;

/** A mail receiver gives SPF 20 s at the least (RFC 7208 4.6.4). */
const EVALUATION_MS = 20_000;

/** Addresses of documentation (RFC 5737), from which nothing is sent: SPF then has to look at every term. */
const NOBODY = '192.0.2.1';

export interface RelayOptions {
  /** Addresses that mail leaves from; empty: those of `relay`. */
  readonly egress: readonly string[];
  readonly relay: string | null;
}

/** Findings about the hosts that the template names. Never rejects for a DNS failure: that is `error`. */
export async function checkTemplateHosts(
  resolver: Resolver,
  expected: Expected,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<Found<'zone'>[]> {
  const findings = await Promise.all([
    ...(expected.mx ?? [])
      .filter(({ exchange }) => exchange !== '')
      .map(({ exchange }) => mxHost(resolver, exchange, signal)),
    ...(expected.spf === null ? [] : [relayPasses(resolver, expected, expected.spf, options, signal)]),
  ]);
  return findings.flat();
}

async function addresses(resolver: Resolver, host: string, signal: AbortSignal) {
  const answers = await Promise.all(
    (['A', 'AAAA'] as const).map((type) => resolver.lookup(host, type, { signal })),
  );
  return {
    addresses: answers.flatMap(({ records }) => [...records]),
    alias: answers.find(({ aliases }) => aliases.length > 0)?.aliases[0] ?? null,
  };
}

async function mxHost(resolver: Resolver, host: string, signal: AbortSignal): Promise<Found<'zone'>[]> {
  try {
    const found = await addresses(resolver, host, signal);
    const alias = found.addresses.length === 0 ? null : found.alias;
    if (found.addresses.length > 0 && alias === null) return [];
    return [{ cause: { id: 'zone-mx-host', host, alias }, outcome: 'fail' }];
  } catch (cause) {
    return [unknown({ id: 'mx-host', host }, cause)];
  }
}

async function relayPasses(
  resolver: Resolver,
  expected: Expected,
  record: string,
  { egress, relay }: RelayOptions,
  signal: AbortSignal,
): Promise<Found<'zone'>[]> {
  let senders = egress;
  if (senders.length === 0) {
    if (relay === null || relay === '') return [];
    try {
      senders = (await addresses(resolver, relay, signal)).addresses;
    } catch (cause) {
      return [unknown({ id: 'relay', host: relay }, cause)];
    }
    if (senders.length === 0) return [{ cause: { id: 'zone-relay-unresolved', relay }, outcome: 'fail' }];
  }
  const verdicts = await Promise.all(
    senders.map(async (ip) => ({ ip, ...(await evaluate(resolver, expected.domain, record, ip, signal)) })),
  );
  const failures = verdicts.flatMap((verdict) => [...verdict.failures]);
  if (failures.length > 0) return [unknown({ id: 'spf' }, failures[0])];
  if (verdicts.every(({ result }) => result === 'pass')) return [];
  return [
    {
      cause: {
        id: 'zone-spf-relay',
        record,
        verdicts: verdicts.map(({ ip, result, comment }) => ({ ip, result, comment })),
        mx: await firstMx(resolver, record, signal),
      },
      outcome: 'fail',
    },
  ];
}

/** What the first `mx:host` of a record leads to: a host without MX records is the trap of this mechanism. */
async function firstMx(
  resolver: Resolver,
  record: string,
  signal: AbortSignal,
): Promise<Extract<ZoneCause, { id: 'zone-spf-relay' }>['mx']> {
  for (const [, host] of record.matchAll(/(?:^| )[+~?-]?mx:([^\s/]+)/gi)) {
    try {
      const answer = await resolver.lookup(host!, 'MX', { signal });
      const exchanges = answer.records.map(({ exchange }) => exchange);
      const found = await Promise.all(exchanges.map((name) => addresses(resolver, name, signal)));
      return { host: host!, exchanges, addresses: found.flatMap((one) => one.addresses) };
    } catch (cause) {
      if (!(cause instanceof DnsError)) throw cause;
    }
  }
  return null;
}

/**
 * Why receivers cannot evaluate a record with further terms (ten lookups, two of them void, no loops); null where
 * they can.
 */
export async function evaluationFault(
  resolver: Resolver,
  domain: string,
  record: string,
  signal: AbortSignal,
): Promise<SpfFault | null> {
  const { result, comment } = await evaluate(resolver, domain, record, NOBODY, signal);
  return result === 'permerror' ? spfFaultOf(comment, senderIn(domain)) : null;
}

async function evaluate(
  resolver: Resolver,
  domain: string,
  record: string,
  ip: string,
  signal: AbortSignal,
): Promise<{ result: string; comment: string; failures: Evaluation['failures'] }> {
  const evaluation = resolver.evaluation({ signal, deadlineMs: EVALUATION_MS });
  const resolve = async (name: string, type: RecordType) =>
    // The record is the template's, not what the domain publishes at the moment.
    type === 'TXT' && name.toLowerCase() === domain ? [[record]] : evaluation.resolve(name, type);
  const { status } = await spf({
    sender: senderIn(domain),
    ip,
    helo: domain,
    mta: VERIFIER_NAME,
    strict: true,
    maxElapsedTime: EVALUATION_MS,
    resolver: resolve as DNSResolver,
  });
  return { result: status.result, comment: status.comment || '', failures: evaluation.failures };
}

function unknown(question: HostQuestion, cause: unknown): Found<'zone'> {
  if (!(cause instanceof DnsError)) throw cause;
  const lookup = failureOf(cause);
  return { cause: { id: 'zone-hosts-unknown', code: lookup.code, question, lookup }, outcome: 'error' };
}
