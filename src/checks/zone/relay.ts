/**
 * What the template rests on, looked at once per run: the MX hosts must have addresses, and the SPF record,
 * evaluated as a receiver does it (RFC 7208, by mailauth), must let the relay's addresses pass. When
 * `mx:host` leads nowhere, every domain fails although every zone is as the template has it.
 */
import { DnsError, type Resolver } from '../../dns/resolver.ts';
import type { Found } from '../check.ts';
import { failureOf } from '../lookup-failure.ts';
import type { HostQuestion, ZoneCause } from './causes.ts';
import { SpfEvaluator } from './evaluate-spf.ts';
import type { Expected } from './template.ts';

export interface RelayOptions {
  /** Addresses that mail leaves from; empty: those of `relay`. */
  readonly egress: readonly string[];
  readonly relay: string | null;
}

/** What is known about the hosts that the template names, for the whole run. */
export interface TemplateHosts {
  readonly findings: readonly Found<'zone'>[];
  /** The addresses that mail leaves from; empty where they are not known. */
  readonly senders: readonly string[];
}

/** Looks at the hosts that the template names. Never rejects for a DNS failure: that is `error`. */
export async function checkTemplateHosts(
  resolver: Resolver,
  expected: Expected,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<TemplateHosts> {
  const hosts = (expected.mx ?? []).filter(({ exchange }) => exchange !== '');
  const [relay, ...findings] = await Promise.all([
    sendersOf(resolver, options, signal),
    ...hosts.map(({ exchange }) => mxHost(resolver, exchange, signal)),
  ]);
  const spf =
    expected.spf === null ? [] : await relayPasses(resolver, expected, expected.spf, relay.senders, signal);
  const unresolved = expected.spf === null ? [] : relay.findings;
  return { findings: [...findings.flat(), ...unresolved, ...spf], senders: relay.senders };
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

async function sendersOf(
  resolver: Resolver,
  { egress, relay }: RelayOptions,
  signal: AbortSignal,
): Promise<TemplateHosts> {
  if (egress.length > 0 || !relay) return { senders: egress, findings: [] };
  try {
    const { addresses: senders } = await addresses(resolver, relay, signal);
    if (senders.length > 0) return { senders, findings: [] };
    return { senders, findings: [{ cause: { id: 'zone-relay-unresolved', relay }, outcome: 'fail' }] };
  } catch (cause) {
    return { senders: [], findings: [unknown({ id: 'relay', host: relay }, cause)] };
  }
}

async function relayPasses(
  resolver: Resolver,
  expected: Expected,
  record: string,
  senders: readonly string[],
  signal: AbortSignal,
): Promise<Found<'zone'>[]> {
  const evaluator = new SpfEvaluator(resolver, expected.domain, signal);
  const verdict = await evaluator.judge(record);
  const open: Found<'zone'>[] =
    verdict.id === 'open'
      ? [{ cause: { id: 'zone-spf-open', record, addresses: [...verdict.addresses] }, outcome: 'fail' }]
      : [];
  const verdicts = await Promise.all(
    senders.map(async (ip) => ({ ip, ...(await evaluator.evaluate(record, ip)) })),
  );
  const failures = verdicts.flatMap((one) => [...one.failures]);
  if (failures.length > 0) return [...open, unknown({ id: 'spf' }, failures[0])];
  if (verdicts.every(({ result }) => result === 'pass')) return open;
  return [
    ...open,
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

function unknown(question: HostQuestion, cause: unknown): Found<'zone'> {
  if (!(cause instanceof DnsError)) throw cause;
  const lookup = failureOf(cause);
  return { cause: { id: 'zone-hosts-unknown', code: lookup.code, question, lookup }, outcome: 'error' };
}
