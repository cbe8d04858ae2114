/** Findings of a zone run: one per record that is wrong; what concerns many domains is reported once. */
import type { Found, Outcome } from '../check.ts';
import { readTags } from '../records/tags.ts';
import type { RecordCause, ZoneCause } from './causes.ts';
import { HISTORIC } from './compare-dmarc.ts';
import type { DomainFacts, RecordFacts } from './facts.ts';
import type { NameServer, UnknownReason, ZoneRecordKind } from './result.ts';
import { recordSentence } from './words/record.ts';
import { recordEn } from './words/record-en.ts';

/** Findings of one id that are reported in full; the domains of all others are named in one more. */
const MAX_ALIKE = 20;

/** All findings about the domains, in their order; within an id, the first ones in full. */
export function findingsOf(domains: readonly DomainFacts[]): Found<'zone'>[] {
  return fold([
    ...unknownFindings(domains),
    ...domains.flatMap(domainFindings),
    ...withoutTcp(domains),
    ...silence(domains),
  ]);
}

function domainFindings(facts: DomainFacts): Found<'zone'>[] {
  const { domain, records } = facts;
  if (facts.exists === false) return [{ cause: { id: 'zone-domain-missing', domain }, outcome: 'fail' }];
  return [
    ...records.flatMap((record) => recordFindings(domain, record, facts.deniedName)),
    ...serverFindings(facts),
  ];
}

function recordFindings(domain: string, facts: RecordFacts, deniedName?: string): Found<'zone'>[] {
  const { level, record, differs, views } = facts;
  const findings: Found<'zone'>[] = [];
  const cause = recordCause(domain, facts);
  if (level === 'different' || level === 'multiple' || level === 'missing') {
    findings.push({ cause: shared(`zone-${record}-${level}`, cause), outcome: 'fail' });
  }
  const denied = deniedName !== undefined && facts.name.endsWith(`.${deniedName}`);
  if (
    level !== 'unknown' &&
    !denied &&
    differs === 'resolver' &&
    views.some(({ server }) => server === 'resolver')
  ) {
    findings.push({ cause: { id: 'zone-propagating', ...cause }, outcome: 'degraded' });
  }
  if (level !== 'unknown' && differs === 'nameServers') {
    findings.push({ cause: { id: 'zone-servers-differ', ...cause }, outcome: 'degraded' });
  }
  return findings;
}

/** A cause whose id is one of several that carry the same data: each does, which is more than the compiler follows. */
function shared<Id extends AboutOne['id'], Data extends Carried<Id>>(id: Id, data: Data): ZoneCause {
  return { id, ...data } as unknown as ZoneCause;
}

type Carried<Id extends ZoneCause['id']> = WithoutId<Extract<ZoneCause, { readonly id: Id }>>;
type WithoutId<Cause> = Cause extends unknown ? Omit<Cause, 'id'> : never;

function recordCause(domain: string, facts: RecordFacts): RecordCause {
  const { record, name, level, expected, found, publish, zone, differences, notesData, keeps } = facts;
  const { differs, views } = facts;
  return {
    domain,
    record,
    level,
    expected,
    found,
    ...(differs && { differs, views }),
    publish,
    name,
    zone,
    differences,
    notesData,
    keeps,
  };
}

function serverFindings({
  domain,
  nameServers,
  delegation,
  deniedName,
  ...facts
}: DomainFacts): Found<'zone'>[] {
  // What answers is not the domain's name servers: that is reported once, for the whole run.
  if (facts.intercepted) return [];
  const has = (state: NameServer['state']) => nameServers.some((server) => server.state === state);
  const found = (
    id: 'zone-server-lame' | 'zone-server-unresolved' | 'zone-server-silent' | 'zone-server-alias',
  ): Found<'zone'> => ({
    cause: shared(id, { domain, nameServers }),
    outcome: 'degraded',
  });
  const aliased = nameServers.some(({ alias }) => alias !== undefined);
  const degraded = (cause: ZoneCause): Found<'zone'> => ({ cause, outcome: 'degraded' });
  return [
    ...(aliased ? [found('zone-server-alias')] : []),
    ...(delegation ? [degraded({ id: 'zone-delegation-differs', domain, ...delegation })] : []),
    ...(deniedName ? [degraded({ id: 'zone-name-denied', domain, name: deniedName })] : []),
    ...(has('lame') ? [found('zone-server-lame')] : []),
    ...(has('unresolved') ? [found('zone-server-unresolved')] : []),
    // All silent may as well be our own network: that is reported once, for the whole run.
    ...(has('silent') && has('ok') ? [found('zone-server-silent')] : []),
  ];
}

/**
 * Servers that answer over UDP alone: an answer that is too long for it cannot be had from them. Where no server at all answers
 * over TCP, and none refuses, our own network may block it.
 */
function withoutTcp(domains: readonly DomainFacts[]): Found<'zone'>[] {
  const servers = domains.flatMap(({ nameServers }) => nameServers);
  const seen = servers.some(({ state, tcp }) => state === 'ok' && tcp === undefined);
  return domains.flatMap(({ domain, nameServers, intercepted }): Found<'zone'>[] => {
    const closed = nameServers.filter(({ tcp }) => tcp === 'refused' || (tcp === 'silent' && seen));
    if (closed.length === 0 || intercepted) return [];
    return [{ cause: { id: 'zone-server-no-tcp', domain, nameServers: closed }, outcome: 'degraded' }];
  });
}

/** Domains none of whose servers answered us although the resolver did: most likely our own network blocks us. */
function silence(domains: readonly DomainFacts[]): Found<'zone'>[] {
  const quiet = domains.filter(
    ({ nameServers, records }) =>
      nameServers.length > 0 &&
      nameServers.every(({ state }) => state === 'silent') &&
      records.some(({ level }) => level !== 'unknown'),
  );
  const others = domains.filter(
    ({ intercepted, records }) => intercepted && records.some(({ level }) => level !== 'unknown'),
  );
  return [...advice('zone-servers-unasked', quiet), ...advice('zone-servers-intercepted', others)];
}

function advice(
  id: 'zone-servers-unasked' | 'zone-servers-intercepted',
  concerned: readonly DomainFacts[],
): Found<'zone'>[] {
  if (concerned.length === 0) return [];
  return [
    {
      cause: { id, domains: concerned.map(({ domain }) => domain) },
      outcome: 'pass',
    },
  ];
}

interface Unknown {
  readonly record: ZoneRecordKind;
  readonly text: string;
  readonly reason: UnknownReason;
}

/** What is unknown: one finding for all domains when nothing is known about any, else one per domain. */
function unknownFindings(domains: readonly DomainFacts[]): Found<'zone'>[] {
  const concerned = domains.map((facts) => ({ facts, unknown: unknownOf(facts) }));
  const [first] = concerned.flatMap(({ unknown }) => unknown);
  const blind = concerned.every(
    ({ facts, unknown }) => unknown.length > 0 && unknown.length === facts.records.length,
  );
  if (first && blind && domains.length > 1) {
    const { record, reason } = first;
    const cause: ZoneCause = {
      id: 'zone-resolver-failed',
      domains: domains.map(({ domain }) => domain),
      record,
      reason,
    };
    return [{ cause, outcome: 'error' }];
  }
  return concerned.flatMap(({ facts, unknown }): Found<'zone'>[] =>
    unknown.length === 0
      ? []
      : [{ cause: { id: 'zone-unknown', domain: facts.domain, records: unknown }, outcome: 'error' }],
  );
}

function unknownOf({ domain, records }: DomainFacts): Unknown[] {
  return records.flatMap((facts) =>
    facts.level === 'unknown' && facts.reason
      ? [{ record: facts.record, text: recordSentence(recordEn, domain, facts), reason: facts.reason }]
      : [],
  );
}

type AboutOne = Extract<ZoneCause, { readonly domain: string }>;

/** Of each id the first findings in full, and one more that names the domains of the others. */
export function fold(findings: readonly Found<'zone'>[]): Found<'zone'>[] {
  const kept: Found<'zone'>[] = [];
  const more = new Map<AboutOne['id'], { outcome: Outcome; domains: string[] }>();
  const count = new Map<string, number>();
  for (const finding of findings) {
    const { cause, outcome } = finding;
    const seen = (count.get(cause.id) ?? 0) + 1;
    count.set(cause.id, seen);
    if (seen <= MAX_ALIKE || !('domain' in cause)) {
      kept.push(finding);
      continue;
    }
    const further = more.get(cause.id) ?? { outcome, domains: [] };
    further.domains.push(cause.domain);
    more.set(cause.id, further);
  }
  for (const [id, { outcome, domains }] of more) kept.push({ cause: shared(id, { domains }), outcome });
  return kept;
}

/** Advice about the template itself: what it asks for that RFC 9989 made historic. Changes no outcome. */
export function templateAdvice(dmarc: string | null): Found<'zone'>[] {
  if (dmarc === null) return [];
  const { tags } = readTags(dmarc);
  const historic = tags.filter(({ name }) => name in HISTORIC).map(({ name }) => name);
  const limited = tags.some(({ name, value }) => /^ru[af]$/.test(name) && /!\d+[kmgt]?/i.test(value));
  const advice: ZoneCause[] = [
    ...(historic.length > 0 ? [{ id: 'zone-template-historic' as const, tags: historic }] : []),
    ...(limited ? [{ id: 'zone-template-report-size' as const }] : []),
  ];
  return advice.map((cause) => ({ cause, outcome: 'pass' }));
}
