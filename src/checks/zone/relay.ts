/**
 * What the template rests on, looked at once per run: the MX hosts must have addresses, and the SPF record,
 * evaluated as a receiver does it (RFC 7208, by mailauth), must let the relay's addresses pass. When
 * `mx:host` leads nowhere, every domain fails although every zone is as the template has it.
 */
import type { DNSResolver } from 'mailauth';
import { spf } from 'mailauth/lib/spf/index.js';
import { list } from '../../base/words.ts';
import { DnsError, type Evaluation, type RecordType, type Resolver } from '../../dns/resolver.ts';
import type { Finding } from '../check.ts';
import type { Expected } from './template.ts';

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
): Promise<Finding[]> {
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

async function mxHost(resolver: Resolver, host: string, signal: AbortSignal): Promise<Finding[]> {
  try {
    const found = await addresses(resolver, host, signal);
    const problem =
      found.addresses.length === 0
        ? `The MX host of the template, ${host}, has no address: no domain gets its mail.`
        : found.alias !== null
          ? `The MX host of the template, ${host}, is an alias of ${found.alias}; an MX must name a host itself (RFC 2181 10.3).`
          : null;
    return problem === null
      ? []
      : [{ id: 'zone-mx-host', outcome: 'fail', text: problem, evidence: { host } }];
  } catch (cause) {
    return [untold(`Whether the MX host ${host} has an address could not be told`, cause)];
  }
}

async function relayPasses(
  resolver: Resolver,
  expected: Expected,
  record: string,
  { egress, relay }: RelayOptions,
  signal: AbortSignal,
): Promise<Finding[]> {
  let senders = egress;
  if (senders.length === 0) {
    if (relay === null || relay === '') return [];
    try {
      senders = (await addresses(resolver, relay, signal)).addresses;
    } catch (cause) {
      return [untold(`The addresses of the relay ${relay} could not be told`, cause)];
    }
    if (senders.length === 0) {
      const text = `The relay ${relay} has no address; SPF cannot allow what mail leaves from.`;
      return [{ id: 'zone-relay-unresolved', outcome: 'fail', text, evidence: { relay } }];
    }
  }
  const verdicts = await Promise.all(
    senders.map(async (ip) => ({ ip, ...(await evaluate(resolver, expected.domain, record, ip, signal)) })),
  );
  const failures = verdicts.flatMap((verdict) => [...verdict.failures]);
  if (failures.length > 0) return [untold('Whether SPF lets the relay pass could not be told', failures[0])];
  const refused = verdicts.filter(({ result }) => result !== 'pass');
  if (refused.length === 0) return [];
  const why = await explain(resolver, record, signal);
  return [
    {
      id: 'zone-spf-relay',
      outcome: 'fail',
      text:
        `Mail from ${list(refused.map(({ ip }) => ip))} fails SPF (${refused[0]!.result}) for every domain ` +
        `that is as the template has it.${why}`,
      evidence: { record, verdicts: verdicts.map(({ ip, result, comment }) => ({ ip, result, comment })) },
    },
  ];
}

/** The sentence about `mx:host` without MX records, the trap of this mechanism; empty where it is not that. */
async function explain(resolver: Resolver, record: string, signal: AbortSignal): Promise<string> {
  for (const [, host] of record.matchAll(/(?:^| )[+~?-]?mx:([^\s/]+)/gi)) {
    try {
      const answer = await resolver.lookup(host!, 'MX', { signal });
      if (answer.status !== 'found') {
        return ` "mx:${host}" means the MX records of ${host}, and it has none; its own address does not count.`;
      }
      const hosts = answer.records.map(({ exchange }) => exchange);
      const found = await Promise.all(hosts.map((name) => addresses(resolver, name, signal)));
      const all = found.flatMap((one) => one.addresses);
      return ` "mx:${host}" leads to ${list(hosts)}, which has ${all.length > 0 ? list(all) : 'no address'}.`;
    } catch (cause) {
      if (!(cause instanceof DnsError)) throw cause;
    }
  }
  return '';
}

/** Whether a record with further terms can be evaluated at all: ten lookups, two of them void, no loops. */
export async function spfProblem(
  resolver: Resolver,
  domain: string,
  record: string,
  signal: AbortSignal,
): Promise<{ problem: string | null; failures: readonly DnsError[] }> {
  const { result, comment, failures } = await evaluate(resolver, domain, record, NOBODY, signal);
  return { problem: result === 'permerror' ? comment || 'it cannot be evaluated' : null, failures };
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
    sender: `postmaster@${domain}`,
    ip,
    helo: domain,
    mta: 'vigie.invalid',
    strict: true,
    maxElapsedTime: EVALUATION_MS,
    resolver: resolve as DNSResolver,
  });
  return { result: status.result, comment: status.comment || '', failures: evaluation.failures };
}

function untold(what: string, cause: unknown): Finding {
  if (!(cause instanceof DnsError)) throw cause;
  return {
    id: 'zone-hosts-unknown',
    outcome: 'error',
    text: `${what}: ${cause.message}.`,
    evidence: { code: cause.code },
  };
}
