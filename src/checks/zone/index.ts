/** The check `zone`: the records of the hosted domains against the operator's template. */

import { readFile } from 'node:fs/promises';
import { terminalJsonPieces } from '../../base/escape.ts';
import { eachGivingWay } from '../../base/lane.ts';
import { createResolver, DnsError, type Resolver } from '../../dns/resolver.ts';
import type { CheckContext, CheckKind, CheckResult, Found, Phase } from '../check.ts';
import { failureOf } from '../lookup-failure.ts';
import { worstFirst } from '../outcome.ts';
import { timing } from '../phase.ts';
import { readTags, tagValue } from '../records/tags.ts';
import { sentence } from '../sentence.ts';
import { auditDomain } from './audit.ts';
import { daneFindings, lookAtDane } from './dane/index.ts';
import type { ZoneDoing } from './doing.ts';
import { listDomains } from './domains.ts';
import { expiryFindings } from './expiry/findings.ts';
import { type Expiry, lookAtExpiry } from './expiry/index.ts';
import type { DomainFacts } from './facts.ts';
import { findingsOf, fold, templateAdvice } from './findings.ts';
import { remainders } from './handed-on.ts';
import { inboundFindings } from './inbound/findings.ts';
import { type Inbound, type InboundContext, testInbound } from './inbound/index.ts';
import { NameServers } from './name-servers.ts';
import { type ZoneOptions, zoneOptions } from './options.ts';
import { checkTemplateHosts } from './relay.ts';
import type { KeyProblem, ZoneDomain, ZoneResult } from './result.ts';
import { rotationFindings } from './rotation/findings.ts';
import { lookAtSelectors, type Rotation } from './rotation/index.ts';
import {
  commonSelector,
  expand,
  loadTemplate,
  operatorKeyName,
  type Template,
  TemplateError,
} from './template.ts';
import { transportFindings } from './transport/findings.ts';
import {
  type DomainTransport,
  lookAtTransport,
  type TransportContext,
  type TransportLook,
  transportLook,
} from './transport/index.ts';
import { type LookedAtUsers, lookAtUsers } from './users/look.ts';
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
    const key = await timed('key', () => operatorKey(resolver, template, context.signal));
    const nameServers = options.nameServers
      ? new NameServers(resolver, context.signal, ports.nameServer ?? PORTS.nameServer)
      : null;
    const first = expand(template, listed.domains[0]!, key.value);
    const hosts = checkTemplateHosts(
      resolver,
      first,
      { egress: options.egress, relay: template.variables.relay ?? null },
      context.signal,
    );
    const look = await transportOf(options, context, { resolver, port: ports.https ?? PORTS.https });
    const audit = (domain: string) =>
      auditDomain(expand(template, domain, key.value), {
        resolver,
        nameServers,
        keyProblem: key.problem,
        senders: async () => (await hosts).senders,
        signal: context.signal,
      });
    const { take } = context;
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
    const mailServers: MailServers = {
      resolver,
      domains: listed.domains,
      hosts: first.mx?.map(({ exchange }) => exchange) ?? null,
      port: ports.mx ?? PORTS.mx,
    };
    const inbound = await timed('inbound', () => inboundOf(options, context, mailServers));
    const users = options.inbound?.users
      ? await timed('users', () => usersOf(options, context, mailServers))
      : null;
    const mxHosts = (first.mx ?? []).map(({ exchange }) => exchange).filter((host) => host !== '');
    const dane =
      options.transport === false
        ? []
        : await lookAtDane(mxHosts, {
            resolver,
            signal: context.signal,
            chains: inbound?.chains ?? new Map(),
          });
    const rotation = await timed('selectors', () =>
      rotationOf(options, context, resolver, template, domains),
    );
    const expiry = await timed('registrations', () => expiryOf(options, context, resolver, listed.domains));
    const zone: ZoneResult = {
      domains: published(whole, transports, expiry),
      ...(expiry && { registrations: expiry.counts }),
      ...(inbound && { inbound: { ...inbound.result, ...(users?.result && { users: users.result }) } }),
      ...(dane.length > 0 && { dane }),
      ...(rotation.selectors.length > 0 && { selectors: [...rotation.selectors] }),
      source: listed.source,
      queries: queriesOf(resolver),
    };
    await context.evidence?.write('zone.json', () => terminalJsonPieces(zone, 0));
    const advise = options.transport !== false && options.transport.advise;
    const findings: Found<'zone'>[] = [
      ...listed.findings,
      ...hostFindings,
      ...findingsOf(domains),
      ...fold(inbound ? inboundFindings(inbound, listed.unlisted) : []),
      ...fold(users?.findings ?? []),
      ...fold(transportFindings(transports, advise)),
      ...daneFindings(dane, advise),
      ...rotationFindings(
        rotation,
        {
          idleMs: options.rotation.unusedAfter,
          maxAgeMs: options.rotation.maxAge === false ? null : options.rotation.maxAge,
        },
        new Date().toISOString(),
      ),
      ...fold(expiry ? expiryFindings(expiry, options.expiry!.warnBefore, Date.now()) : []),
      ...templateAdvice(first.dmarc),
    ];
    return { summary: summary(domains, [...listed.findings, ...hostFindings]), findings, phases, zone };
  } finally {
    resolver.close();
  }
}

function error(cause: Found<'zone'>['cause']): Found<'zone'> {
  return { cause, outcome: 'error' };
}

/** How to find out what a domain publishes about the encryption of mail to it; null where that is not to be looked at. */
async function transportOf(
  { transport: options }: ZoneOptions,
  { name, signal }: CheckContext,
  where: Pick<TransportContext, 'resolver' | 'port'>,
): Promise<TransportLook | null> {
  if (options === false) return null;
  const { every, timeout, ca, allowPrivate } = options;
  const authorities = ca === undefined ? undefined : await readFile(ca, 'utf8');
  const limits = { everyMs: every, timeoutMs: timeout, allowPrivate };
  return transportLook({ ...where, ...limits, check: name, ca: authorities, signal });
}

/** The DKIM selectors of the domains that are looked up. */
function rotationOf(
  { rotation }: ZoneOptions,
  { past, signal }: CheckContext,
  resolver: Resolver,
  template: Template,
  domains: readonly DomainFacts[],
): Promise<Rotation> {
  const selectors = { template: commonSelector(template), others: rotation.selectors };
  const now = new Date().toISOString();
  const operator = template.variables.operator?.toLowerCase() ?? null;
  return lookAtSelectors(domains, selectors, operator, { resolver, signal, past, now });
}

type MailServers = Pick<InboundContext, 'resolver' | 'hosts' | 'port'> & {
  readonly domains: readonly string[];
};

/** How mail gets in; null where that is not to be tested. */
async function inboundOf(
  { inbound: options }: ZoneOptions,
  { name, signal }: CheckContext,
  { domains, ...where }: MailServers,
): Promise<Inbound | null> {
  if (!options) return null;
  const { every, budget, perMinute, timeout, helo, ca } = options;
  const authorities = ca === undefined ? undefined : await readFile(ca, 'utf8');
  return testInbound(
    domains,
    { everyMs: every, budgetMs: budget, perMinute },
    {
      ...where,
      check: name,
      about: JSON.stringify([where.hosts, where.port]),
      helo,
      ca: authorities,
      timeoutMs: timeout,
      signal,
    },
  );
}

/** Whether users' addresses are accepted; null where that is not to be tested. */
async function usersOf(
  { inbound, ldap }: ZoneOptions,
  context: CheckContext,
  { domains, ...where }: MailServers,
): Promise<LookedAtUsers | null> {
  if (!inbound?.users || !ldap) return null;
  const { users, budget, timeout, helo, ca } = inbound;
  return lookAtUsers(domains, { users, ldap }, context, {
    ...where,
    about: JSON.stringify([where.hosts, where.port, ldap.url, users.base, users.filter, users.attributes]),
    budgetMs: budget,
    timeoutMs: timeout,
    helo,
    ca: ca === undefined ? undefined : await readFile(ca, 'utf8'),
  });
}

/** When the registrations end; null where that is not to be looked at. */
async function expiryOf(
  { expiry: options }: ZoneOptions,
  { name, past, signal }: CheckContext,
  resolver: Resolver,
  domains: readonly string[],
): Promise<Expiry | null> {
  if (!options) return null;
  const { bootstrap, warnBefore, every, perMinute, budget, timeout, ca, allowPrivate } = options;
  const authorities = ca === undefined ? undefined : await readFile(ca, 'utf8');
  return lookAtExpiry(domains, {
    check: name,
    past,
    resolver,
    bootstrap,
    warnMs: warnBefore,
    everyMs: every,
    perMinute,
    budgetMs: budget,
    timeoutMs: timeout,
    ca: authorities,
    allowPrivate,
    signal,
  });
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
