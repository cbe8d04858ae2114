/** The check `zone`: the records of the hosted domains against the operator's template. */

import { terminalJsonPieces } from '../../base/escape.ts';
import { eachGivingWay } from '../../base/lane.ts';
import { createResolver, DnsError, type Resolver } from '../../dns/resolver.ts';
import type { CheckContext, CheckKind, CheckResult, Found, Phase } from '../check.ts';
import { failureOf } from '../lookup-failure.ts';
import { worstFirst } from '../outcome.ts';
import { timing } from '../phase.ts';
import { readTags, tagValue } from '../records/tags.ts';
import { sentence } from '../sentence.ts';
import { expiryOf, inboundOf, type MailServers, rotationOf, transportOf, usersOf } from './asked-for.ts';
import { auditDomain } from './audit.ts';
import { daneFindings, lookAtDane } from './dane/index.ts';
import type { ZoneDoing } from './doing.ts';
import { listDomains } from './domains.ts';
import { expiryFindings } from './expiry/findings.ts';
import type { Expiry } from './expiry/index.ts';
import type { DomainFacts } from './facts.ts';
import { findingsOf, fold, templateAdvice } from './findings.ts';
import { remainders } from './handed-on.ts';
import { inboundFindings } from './inbound/findings.ts';
import { NameServers } from './name-servers.ts';
import { type ZoneOptions, zoneOptions } from './options.ts';
import { checkTemplateHosts } from './relay.ts';
import type { KeyProblem, ZoneDomain, ZoneResult } from './result.ts';
import { rotationFindings } from './rotation/findings.ts';
import type { Rotation } from './rotation/index.ts';
import { expand, loadTemplate, operatorKeyName, type Template, TemplateError } from './template.ts';
import { transportFindings } from './transport/findings.ts';
import { type DomainTransport, lookAtTransport } from './transport/index.ts';
import { type WordedDomain, worded } from './worded.ts';
import { zoneWords } from './words/index.ts';

/**
 * Domains worked on at once: few, for what is in progress is held; one that waits for a slow server makes room for others.
 * The resolver limits how many questions that puts on the network.
 */
const AT_ONCE = { quick: 24, all: 96, slowMs: 250 };
/** Progress is reported after this number of domains. */
const PROGRESS_EVERY = 50;

export const zoneKind: CheckKind<'zone', ZoneOptions> = {
  kind: 'zone',
  defaultEvery: '1h',
  schema: zoneOptions,
  heavy: false,
  // The records of customers' domains can wait until morning.
  severity: 'warning',
  // The tests of the mail exchangers come after the records.
  deadlineMs: ({ deadline, inbound, expiry }) =>
    deadline +
    (inbound ? (inbound.budget + inbound.timeout) * (inbound.users ? 2 : 1) : 0) +
    (expiry ? expiry.budget + expiry.timeout : 0),
  run: (options, context) => runZone(options, context),
};

/** The ports of servers that the DNS leads to; others are for tests. */
const PORTS = { nameServer: 53, mx: 25, https: 443 };

export async function runZone(
  options: ZoneOptions,
  context: CheckContext,
  ports: Partial<typeof PORTS> = PORTS,
): Promise<CheckResult<'zone'>> {
  const phases: Phase[] = [];
  const timed = timing(phases);
  let template: Template;
  try {
    template = loadTemplate(options.template, options.variables);
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    return { summary: '', findings: [error({ id: 'zone-template', problem: cause.message })], phases };
  }
  const listed = await timed('domains', () => listDomains(options, context.signal, context.log));
  if (listed.domains.length === 0) {
    const findings = [...listed.findings, error({ id: 'zone-no-domains' })];
    return { summary: sentence('zone', findings[0]!.cause, 'en'), findings, phases };
  }
  const resolver = createResolver(options.resolver);
  try {
    const work = { options, context, ports: { ...PORTS, ...ports }, template, listed, resolver, timed };
    const records = await recordsOf(work);
    const mail = await mailServersOf(work, records.first);
    const rotation = await timed('selectors', () =>
      rotationOf(options, context, resolver, template, records.domains),
    );
    const expiry = await timed('registrations', () => expiryOf(options, context, resolver, listed.domains));
    const seen: Seen = { listed, records, mail, rotation, expiry };
    const zone = resultOf(seen, resolver);
    await context.evidence?.write('zone.json', () => terminalJsonPieces(zone, 0));
    const general = [...listed.findings, ...records.hostFindings];
    return { summary: summary(records.domains, general), findings: story(seen, options), phases, zone };
  } finally {
    resolver.close();
  }
}

/** What the parts of a run work with. */
interface Work {
  readonly options: ZoneOptions;
  readonly context: CheckContext;
  readonly ports: typeof PORTS;
  readonly template: Template;
  readonly listed: Awaited<ReturnType<typeof listDomains>>;
  readonly resolver: Resolver;
  readonly timed: ReturnType<typeof timing>;
}

/** What a run found out. */
interface Seen {
  readonly listed: Work['listed'];
  readonly records: Awaited<ReturnType<typeof recordsOf>>;
  readonly mail: Awaited<ReturnType<typeof mailServersOf>>;
  readonly rotation: Rotation;
  readonly expiry: Expiry | null;
}

/** The records of all domains, and of the hosts that the template names. */
async function recordsOf({ options, context, ports, template, listed, resolver, timed }: Work) {
  const { signal, take } = context;
  const key = await timed('key', () => operatorKey(resolver, template, signal));
  const nameServers = options.nameServers ? new NameServers(resolver, signal, ports.nameServer) : null;
  const first = expand(template, listed.domains[0]!, key.value);
  const senders = { egress: options.egress, relay: template.variables.relay ?? null };
  const hosts = checkTemplateHosts(resolver, first, senders, signal);
  const look = await transportOf(options, context, { resolver, port: ports.https });
  const audit = (domain: string) =>
    auditDomain(expand(template, domain, key.value), {
      resolver,
      nameServers,
      keyProblem: key.problem,
      senders: async () => (await hosts).senders,
      signal,
    });
  const handedOn = new Map<string, DomainTransport>();
  const handOn = async (domain: WordedDomain): Promise<void> => {
    const its = look && domain.exists !== false ? await look(domain.domain) : null;
    if (its) handedOn.set(domain.domain, its);
    await take?.(published([domain], its ? [its] : [], null)[0]!);
  };
  const [{ whole, domains }, { findings: hostFindings }] = await timed('records', () =>
    Promise.all([auditAll(listed.domains, context, audit, take ? handOn : null), hosts]),
  );
  const transports = take
    ? listed.domains.flatMap((domain) => handedOn.get(domain) ?? [])
    : await timed('transport', async () => (look ? lookAtTransport(domains, look) : []));
  return { first, whole, domains, hostFindings, transports };
}

/** What the domains' mail servers say. */
async function mailServersOf(
  { options, context, ports, listed, resolver, timed }: Work,
  { mx }: { readonly mx: readonly { readonly exchange: string }[] | null },
) {
  const hosts = mx?.map(({ exchange }) => exchange) ?? null;
  const servers: MailServers = { resolver, domains: listed.domains, hosts, port: ports.mx };
  const inbound = await timed('inbound', () => inboundOf(options, context, servers));
  const users = options.inbound?.users
    ? await timed('users', () => usersOf(options, context, servers))
    : null;
  const chains = inbound?.chains ?? new Map();
  const named = (hosts ?? []).filter((host) => host !== '');
  const dane =
    options.transport === false ? [] : await lookAtDane(named, { resolver, signal: context.signal, chains });
  return { inbound, users, dane };
}

function resultOf({ listed, records, mail, rotation, expiry }: Seen, resolver: Resolver): ZoneResult {
  const { inbound, users, dane } = mail;
  return {
    domains: published(records.whole, records.transports, expiry),
    ...(expiry && { registrations: expiry.counts }),
    ...(inbound && { inbound: { ...inbound.result, ...(users?.result && { users: users.result }) } }),
    ...(dane.length > 0 && { dane }),
    ...(rotation.selectors.length > 0 && { selectors: [...rotation.selectors] }),
    source: listed.source,
    queries: queriesOf(resolver),
  };
}

/** The findings, in the order in which they are read. */
function story({ listed, records, mail, rotation, expiry }: Seen, options: ZoneOptions): Found<'zone'>[] {
  const { inbound, users, dane } = mail;
  const advise = options.transport !== false && options.transport.advise;
  const { unusedAfter, maxAge } = options.rotation;
  const ages = { idleMs: unusedAfter, maxAgeMs: maxAge === false ? null : maxAge };
  return [
    ...listed.findings,
    ...records.hostFindings,
    ...findingsOf(records.domains),
    ...fold(inbound ? inboundFindings(inbound, listed.unlisted) : []),
    ...fold(users?.findings ?? []),
    ...fold(transportFindings(records.transports, advise)),
    ...daneFindings(dane, advise),
    ...rotationFindings(rotation, ages, new Date().toISOString()),
    ...fold(expiry ? expiryFindings(expiry, options.expiry!.warnBefore, Date.now()) : []),
    ...templateAdvice(records.first.dmarc),
  ];
}

function error(cause: Found<'zone'>['cause']): Found<'zone'> {
  return { cause, outcome: 'error' };
}

/** The domains, each with what it publishes about the encryption of mail to it, and with the end of its registration. */
function published(
  domains: readonly WordedDomain[],
  transports: readonly DomainTransport[],
  expiry: Expiry | null,
): ZoneDomain[] {
  const byDomain = new Map(
    transports
      .filter(({ transport: { mtaSts, tlsRpt } }) => mtaSts || tlsRpt)
      .map(({ domain, transport }) => [domain, transport]),
  );
  return domains.map((domain) => {
    const transport = byDomain.get(domain.domain);
    const registration = expiry?.registrations.get(domain.domain);
    return transport || registration
      ? { ...domain, ...(transport && { transport }), ...(registration && { registration }) }
      : domain;
  });
}

/** What concerns every domain comes first. */
function summary(domains: readonly DomainFacts[], general: readonly Found<'zone'>[]): string {
  const [worst] = worstFirst(general).filter(({ outcome }) => outcome === 'fail' || outcome === 'error');
  const line = zoneWords.en.summary(domains);
  return worst ? `${sentence('zone', worst.cause, 'en')} Domains: ${line}.` : line;
}

function queriesOf({ counters }: Resolver): ZoneResult['queries'] {
  return { sent: counters.sent, retries: counters.retries, maxInFlight: counters.maxInFlight };
}

/**
 * Works through the domains, some at once. One that fails does not stop the others. `whole` has them as they are published, and none
 * where they are handed on.
 */
async function auditAll(
  names: readonly string[],
  { progress }: CheckContext,
  audit: (domain: string) => Promise<DomainFacts>,
  handOn: ((domain: WordedDomain) => Promise<void>) | null,
): Promise<{ readonly whole: readonly WordedDomain[]; readonly domains: readonly DomainFacts[] }> {
  const whole: WordedDomain[] = [];
  const domains: DomainFacts[] = handOn ? [] : whole;
  const put = worded();
  const remainderOf = remainders();
  let done = 0;
  await eachGivingWay(names, AT_ONCE, async (name, index) => {
    const domain = put(await audit(name));
    await handOn?.(domain);
    if (handOn) domains[index] = remainderOf(domain);
    else whole[index] = domain;
    done += 1;
    if (done % PROGRESS_EVERY === 0 || done === names.length) {
      const doing: ZoneDoing = { id: 'records', done, domains: names.length };
      progress({ phase: 'records', doing, text: zoneWords.en.progress(doing) });
    }
  });
  return { whole, domains };
}

/** The key that the operator's own domain publishes, where the template was given none. */
async function operatorKey(
  resolver: Resolver,
  template: Template,
  signal: AbortSignal,
): Promise<{ value: string | null; problem: KeyProblem | null }> {
  const name = operatorKeyName(template);
  if (name === null) return { value: null, problem: { id: 'key-not-given' } };
  try {
    const answer = await resolver.lookup(name, 'TXT', { signal });
    const keys = answer.records
      .map(
        (strings) => tagValue(readTags(strings.join(''), 'as written').tags, 'p')?.replace(/\s+/g, '') ?? '',
      )
      .filter((key) => key !== '');
    if (keys.length === 1) return { value: keys[0]!, problem: null };
    const problem: KeyProblem =
      keys.length === 0
        ? { id: 'key-not-published', name }
        : { id: 'keys-published', name, count: keys.length };
    return { value: null, problem };
  } catch (cause) {
    if (!(cause instanceof DnsError)) throw cause;
    return { value: null, problem: { id: 'key-lookup', lookup: failureOf(cause) } };
  }
}
