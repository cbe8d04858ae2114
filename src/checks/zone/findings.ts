/** Findings of a zone run: one per record that is wrong, and what concerns many domains said once. */

import { list } from '../../base/words.ts';
import type { Finding, Outcome } from '../check.ts';
import { readTags } from '../records/tags.ts';
import { HISTORIC } from './compare-dmarc.ts';
import { recordOk, type ZoneDomain, type ZoneRecord } from './result.ts';
import { TITLES } from './wording.ts';

/** So many findings of one id are said in full; the others are counted, and named in the evidence. */
const MAX_ALIKE = 20;

/** All findings about the domains, in their order; within an id, the first ones in full. */
export function findingsOf(domains: readonly ZoneDomain[]): Finding[] {
  const findings = [...unknownFindings(domains), ...domains.flatMap(domainFindings), ...silence(domains)];
  return fold(findings);
}

function domainFindings(zone: ZoneDomain): Finding[] {
  const { domain, records } = zone;
  if (zone.exists === false) {
    const text = `${domain} does not exist (NXDOMAIN): it expired, is not delegated, or is misspelt.`;
    return [{ id: 'zone-domain-missing', outcome: 'fail', text, evidence: { domain } }];
  }
  return [...records.flatMap((record) => recordFindings(domain, record)), ...serverFindings(zone)];
}

function recordFindings(domain: string, record: ZoneRecord): Finding[] {
  if (record.level === 'unknown') return [];
  const evidence = {
    domain,
    record: record.record,
    level: record.level,
    expected: record.expected,
    found: record.found,
    ...(record.differs ? { differs: record.differs, views: record.views } : {}),
    publish: record.publish,
  };
  const findings: Finding[] = [];
  const add = (id: string, outcome: Outcome, text: string) => findings.push({ id, outcome, text, evidence });
  if (!recordOk(record.level)) add(`zone-${record.record}-${record.level}`, 'fail', record.text);
  const title = TITLES[record.record];
  const resolver = record.views.find(({ server }) => server === 'resolver');
  if (record.differs === 'resolver' && resolver) {
    add(
      'zone-propagating',
      'degraded',
      `${domain}: ${title} was changed and is still propagating: its name servers publish ` +
        `${shown(record.found)} (${record.level}), our resolver still has ${shown(resolver.found)} (${resolver.level}).`,
    );
  }
  if (record.differs === 'nameServers') {
    const says = record.views.map(({ server, level }) => `${server} ${level}`);
    add(
      'zone-servers-differ',
      'degraded',
      `${domain}: its name servers contradict each other about ${title}: ${list(says)}. ` +
        'A change has not reached all of them; look at the zone transfer.',
    );
  }
  return findings;
}

function shown(found: readonly string[]): string {
  return found.length === 0
    ? 'nothing'
    : list(found.map((text) => `"${text.length > 80 ? `${text.slice(0, 79)}…` : text}"`));
}

function serverFindings({ domain, nameServers }: ZoneDomain): Finding[] {
  const findings: Finding[] = [];
  const some = (state: ZoneDomain['nameServers'][number]['state']) =>
    nameServers.filter((server) => server.state === state).map(({ name }) => name);
  const add = (id: string, text: string) =>
    findings.push({ id, outcome: 'degraded', text, evidence: { domain, nameServers } });
  const lame = some('lame');
  if (lame.length > 0) {
    add(
      'zone-server-lame',
      `${domain} is delegated to ${list(lame)}, which does not serve it (lame delegation).`,
    );
  }
  const lost = some('unresolved');
  if (lost.length > 0) {
    add('zone-server-unresolved', `${domain} is delegated to ${list(lost)}, which has no address.`);
  }
  const silent = some('silent');
  // All silent may as well be our own network: that is said once, for the whole run.
  if (silent.length > 0 && some('ok').length > 0) {
    add('zone-server-silent', `${domain}: its name server ${list(silent)} does not answer.`);
  }
  return findings;
}

/** Domains none of whose servers answered us although the resolver did: most likely our own way out is closed. */
function silence(domains: readonly ZoneDomain[]): Finding[] {
  const quiet = domains.filter(
    ({ nameServers, records }) =>
      nameServers.length > 0 &&
      nameServers.every(({ state }) => state === 'silent') &&
      records.some(({ level }) => level !== 'unknown'),
  );
  if (quiet.length === 0) return [];
  const whose = quiet.length === 1 ? quiet[0]!.domain : `${quiet.length} domains`;
  return [
    {
      id: 'zone-servers-unasked',
      outcome: 'pass',
      text:
        `The name servers of ${whose} did not answer us, so what the resolver says could not be compared. ` +
        'Perhaps port 53 is closed on our way out; nameServers: false ends the attempts.',
      evidence: { domains: quiet.map(({ domain }) => domain) },
    },
  ];
}

/** What could not be told: once for all when nothing could be told about anybody, else once per domain. */
function unknownFindings(domains: readonly ZoneDomain[]): Finding[] {
  const of = ({ records }: ZoneDomain) => records.filter(({ level }) => level === 'unknown');
  const concerned = domains.filter((zone) => of(zone).length > 0);
  const blind =
    concerned.length === domains.length && domains.every((zone) => of(zone).length === zone.records.length);
  if (blind && domains.length > 1) {
    const [first] = of(domains[0]!);
    return [
      {
        id: 'zone-resolver-failed',
        outcome: 'error',
        text: `Nothing could be told about any of the ${domains.length} domains. ${first?.text ?? ''}`.trim(),
        evidence: { domains: domains.map(({ domain }) => domain) },
      },
    ];
  }
  return concerned.map((zone) => {
    const records = of(zone);
    const names = list(records.map(({ record }) => TITLES[record]));
    return {
      id: 'zone-unknown',
      outcome: 'error',
      text: `${zone.domain}: ${names} could not be told. ${records[0]!.text}`,
      evidence: { domain: zone.domain, records: records.map(({ record, text }) => ({ record, text })) },
    };
  });
}

function fold(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  const more = new Map<string, Finding[]>();
  const count = new Map<string, number>();
  for (const finding of findings) {
    const seen = (count.get(finding.id) ?? 0) + 1;
    count.set(finding.id, seen);
    if (seen <= MAX_ALIKE) kept.push(finding);
    else more.set(finding.id, [...(more.get(finding.id) ?? []), finding]);
  }
  for (const [id, rest] of more) {
    const domains = rest.flatMap(({ evidence }) =>
      typeof evidence?.domain === 'string' ? [evidence.domain] : [],
    );
    kept.push({
      id,
      outcome: rest[0]!.outcome,
      text: `The same of ${rest.length} further domains: ${domains.slice(0, 3).join(', ')}${domains.length > 3 ? ', …' : ''}.`,
      evidence: { domains },
    });
  }
  return kept;
}

/** Advice about the template itself: what it asks for that RFC 9989 made historic. Changes no outcome. */
export function templateAdvice(dmarc: string | null): Finding[] {
  if (dmarc === null) return [];
  const { tags } = readTags(dmarc);
  const historic = tags.filter(({ name }) => name in HISTORIC).map(({ name }) => name);
  const findings: Finding[] = [];
  if (historic.length > 0) {
    findings.push({
      id: 'zone-template-historic',
      outcome: 'pass',
      text: `The template's DMARC record has ${list(historic)}, which RFC 9989 made historic: receivers ignore them, and they may go.`,
      evidence: { tags: historic },
    });
  }
  if (tags.some(({ name, value }) => /^ru[af]$/.test(name) && /!\d+[kmgt]?/i.test(value))) {
    findings.push({
      id: 'zone-template-report-size',
      outcome: 'pass',
      text: 'The template limits the size of DMARC reports ("!10m"); RFC 9989 no longer knows that, and reporters ignore it.',
    });
  }
  return findings;
}

/** One line: how many of how many, and the worst by name. */
export function summaryOf(domains: readonly ZoneDomain[]): string {
  const wrong = domains.filter(({ records }) => records.some(({ level }) => recordOk(level) === false));
  const unknown = domains.filter(
    (zone) => !wrong.includes(zone) && zone.records.some(({ level }) => level === 'unknown'),
  );
  if (domains.length === 1) return summaryOfOne(domains[0]!);
  const parts: string[] = [];
  const count = (part: readonly ZoneDomain[], what: string) => {
    const names = part.slice(0, 3).map(({ domain }) => domain);
    const more = part.length > 3 ? ` and ${part.length - 3} more` : '';
    parts.push(`${part.length} of ${domains.length} domains ${what}: ${names.join(', ')}${more}`);
  };
  if (wrong.length > 0) count(wrong, 'are not as they should be');
  if (unknown.length > 0) count(unknown, 'could not be told');
  return parts.length > 0 ? parts.join('; ') : `the records of all ${domains.length} domains are right`;
}

function summaryOfOne({ domain, records }: ZoneDomain): string {
  const titles = (kinds: readonly ZoneRecord[]) =>
    list([...new Set(kinds.map(({ record }) => TITLES[record]))]);
  const wrong = records.filter(({ level }) => recordOk(level) === false);
  if (wrong.length > 0) return `${domain}: ${titles(wrong)} not as it should be`;
  const unknown = records.filter(({ level }) => level === 'unknown');
  return unknown.length > 0
    ? `${domain}: ${titles(unknown)} could not be told`
    : `the records of ${domain} are right`;
}
