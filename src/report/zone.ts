/** The particulars of a zone run: each domain's records, and what to publish where one is wrong. */
import type { DaneHost } from '../checks/zone/dane/result.ts';
import type { ExpiryCounts } from '../checks/zone/expiry/result.ts';
import type { InboundResult } from '../checks/zone/inbound/result.ts';
import { recordOk, type ZoneDomain, type ZoneRecord, type ZoneResult } from '../checks/zone/result.ts';
import type { SelectorState } from '../checks/zone/rotation/result.ts';
import type { UsersResult } from '../checks/zone/users/result.ts';
import { zoneWords } from '../checks/zone/words/index.ts';
import type { RunFrame, TerminalFace } from './face.ts';
import type { Paint, Style } from './paint.ts';

const TITLES = zoneWords.en.record.titles;

/** Up to this number of domains are shown with all their records; of more, only those that need attention. */
const FEW = 3;

export const zoneFace: TerminalFace<'zone'> = { particulars };

function particulars(
  { domains, queries, source, inbound, selectors = [], dane = [], registrations }: ZoneResult,
  { phases }: RunFrame,
  paint: Paint,
): string[] {
  const shown = domains.length <= FEW ? domains : domains.filter(needsAttention);
  const lines = shown.flatMap((domain) => [...domainLines(domain, paint), '']);
  const rest = domains.length - shown.length;
  const notes = [
    ...(rest > 0 && shown.length > 0 ? [`${rest} more domains match the template`] : []),
    ...(selectors.length > 1 ? selectors.map(selectorLine) : []),
    ...(inbound ? [inboundLine(inbound)] : []),
    ...(inbound?.users ? [usersLine(inbound.users)] : []),
    ...transportLines(domains, dane),
    ...(registrations ? [registrationLine(domains, registrations)] : []),
    ...(source.cached ? [`the list of domains is that of ${source.cached}`] : []),
    `${queries.sent} queries, at most ${queries.maxInFlight} at once; ${phases.map(({ name, ms }) => `${name} ${ms} ms`).join(', ')}`,
  ];
  return [...lines, ...notes.map((note) => paint('dim', note))];
}

/** `DKIM selector smtp (signs): published 12, missing 1 (domains)`. */
function selectorLine({ selector, role, domains }: SelectorState): string {
  const states = Object.entries(domains).filter(([, number]) => number > 0);
  const known =
    role === 'unknown'
      ? ''
      : ` (${{ signs: 'signs', replaced: 'no longer signs', idle: 'not seen signing' }[role]})`;
  return `DKIM selector ${selector}${known}: ${states.map(([state, number]) => `${state} ${number}`).join(', ')} (domains)`;
}

/** `MTA-STS: enforce 3, unusable 1; TLS-RPT: 3 (domains)`, and `DANE of mx.example: mismatch` where there are records. */
function transportLines(domains: readonly ZoneDomain[], dane: readonly DaneHost[]): string[] {
  const all = domains.flatMap(({ transport }) => transport ?? []);
  const modes = Map.groupBy(
    all.flatMap(({ mtaSts }) => mtaSts ?? []),
    ({ policy, recordFault, policyFault }) =>
      policy?.mode ?? (recordFault || policyFault ? 'unusable' : 'could not check'),
  );
  const reports = all.filter(({ tlsRpt }) => tlsRpt && !tlsRpt.recordFault).length;
  const parts = [
    ...(modes.size > 0
      ? [`MTA-STS: ${[...modes].map(([mode, its]) => `${mode} ${its.length}`).join(', ')}`]
      : []),
    ...(reports > 0 ? [`TLS-RPT: ${reports}`] : []),
  ];
  return [
    ...(parts.length > 0 ? [`${parts.join('; ')} (domains)`] : []),
    ...dane
      .filter(({ state }) => state !== 'none')
      .map(({ host, state }) => `DANE of ${host}: ${DANE[state]}`),
  ];
}

const DANE: Readonly<Record<DaneHost['state'], string>> = {
  none: 'not published',
  ok: 'matches the certificate',
  mismatch: 'announces another certificate',
  unusable: 'unusable',
  unsigned: 'ignored by senders (no DNSSEC)',
  unvalidated: 'published; our resolver does not validate',
  unchecked: 'published; the certificate was not seen',
  unknown: 'could not check',
};

/** `registrations: end known of 12 domains, not asked yet 3; the first to end: a.example, 2027-01-01`. */
function registrationLine(domains: readonly ZoneDomain[], counts: ExpiryCounts): string {
  const { known, notPublished, noService, unknown, unasked } = counts;
  const others = [
    [notPublished, 'no date stated'],
    [noService, 'no RDAP'],
    [unknown, 'could not check'],
    [unasked, 'not asked yet'],
  ] as const;
  const rest = others.filter(([number]) => number > 0).map(([number, what]) => `, ${what} ${number}`);
  const all = domains.flatMap(({ registration }) => registration ?? []);
  const [first] = all.sort((one, other) => one.expires.localeCompare(other.expires));
  const next = first ? `; the first to end: ${first.registered}, ${first.expires.slice(0, 10)}` : '';
  return `registrations: end known ${known}${rest.join('')} (domains)${next}`;
}

/** `mail gets in as expected: 12 domains; refused: 1; not tested yet: 3`. */
function inboundLine({ counts }: InboundResult): string {
  const { asExpected, refused, acceptsAll, unknown, untested } = counts;
  const parts = [
    [refused, 'refused'],
    [acceptsAll, 'made-up recipients accepted'],
    [unknown, 'could not check'],
    [untested, 'not tested yet'],
  ] as const;
  const others = parts.filter(([number]) => number > 0).map(([number, what]) => `; ${what}: ${number}`);
  return `mail gets in as expected: ${asExpected}${others.join('')} (domains)`;
}

/** `users' addresses accepted: 120; refused: 2; not tested yet: 30`. */
function usersLine({ counts, elsewhere, more }: UsersResult): string {
  const { accepted, refused, unknown, untested } = counts;
  const parts = [
    [refused, 'refused'],
    [unknown, 'could not check'],
    [untested, 'not tested yet'],
    [elsewhere, 'at other mail servers'],
  ] as const;
  const others = parts.filter(([number]) => number > 0).map(([number, what]) => `; ${what}: ${number}`);
  return `users' addresses accepted: ${accepted}${others.join('')}${more ? '; the directory has more' : ''}`;
}

function needsAttention({ records, nameServers }: ZoneDomain): boolean {
  return (
    records.some(({ level, differs }) => recordOk(level) !== true || differs !== null) ||
    nameServers.some(({ state }) => state === 'lame' || state === 'unresolved')
  );
}

function domainLines({ domain, records }: ZoneDomain, paint: Paint): string[] {
  const width = Math.max(...Object.values(TITLES).map((title) => title.length));
  return [
    paint('bold', domain),
    ...records.flatMap((record) => {
      const ok = recordOk(record.level);
      const style: Style = ok === null ? 'magenta' : ok ? 'green' : 'red';
      // Wrong records are among the findings above; this explains those that are right but not exact.
      const text = ok && record.level !== 'exact' ? `  ${record.text}` : '';
      const level = paint(style, text ? record.level.padEnd('equivalent'.length) : record.level);
      return [`  ${TITLES[record.record].padEnd(width)}  ${level}${text}`, ...remedy(record, paint)];
    }),
  ];
}

function remedy({ publish, found }: ZoneRecord, paint: Paint): string[] {
  if (publish.length === 0) return [];
  const line = (what: string, text: string) => `      ${paint('dim', what.padEnd(9))} ${text}`;
  return [
    ...found.map((text) => line('found', text)),
    ...publish.map(({ bind }) => line('publish', paint('cyan', bind))),
    ...publish.flatMap(({ name, type, value, priority, zone }) => [
      line(
        'in a form',
        `zone ${zone}  name ${name}  type ${type}${priority === undefined ? '' : `  priority ${priority}`}`,
      ),
      line('', `value ${value}`),
    ]),
  ];
}
