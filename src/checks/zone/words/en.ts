import { list } from '../../../base/words.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { FurtherDomains, HostQuestion, RecordCause } from '../causes.ts';
import type { DirectoryProblem } from '../directory-problem.ts';
import type { NameServer } from '../result.ts';
import { daneEn } from './dane.ts';
import { expiryEn } from './expiry.ts';
import { inboundEn } from './inbound-en.ts';
import { recordSentence, unknownSentence } from './record.ts';
import { recordEn } from './record-en.ts';
import { rotationEn } from './rotation.ts';
import { transportEn } from './transport-en.ts';
import { countsOf, publishedBy, type ZoneWords } from './zone.ts';

const TITLES = recordEn.titles;

function further({ domains }: FurtherDomains): string {
  const names = domains.slice(0, 3).join(', ');
  return `The same for ${domains.length} further ${domains.length === 1 ? 'domain' : 'domains'}: ${names}${domains.length > 3 ? ', …' : ''}.`;
}

const ofRecord = (cause: RecordCause | FurtherDomains) =>
  'domains' in cause ? further(cause) : recordSentence(recordEn, cause.domain, cause);

const named = (servers: readonly NameServer[], state: NameServer['state']) =>
  list(servers.filter((server) => server.state === state).map(({ name }) => name));

const aliases = (servers: readonly NameServer[]) =>
  list(servers.flatMap(({ name, alias }) => (alias === undefined ? [] : [`${name} (${alias})`])));

/** NS records that hold an address in place of a name. */
const asAddress = (servers: readonly NameServer[]) => servers.some(({ name }) => /^[\d.]+$|:/.test(name));

function shown(found: readonly string[]): string {
  return found.length === 0 ? 'nothing' : list(publishedBy(found).map((text) => `"${text}"`));
}

const QUESTIONS: { [Id in HostQuestion['id']]: (question: Extract<HostQuestion, { id: Id }>) => string } = {
  'mx-host': ({ host }) => `The address of the template's MX host ${host} could not be looked up`,
  relay: ({ host }) => `The addresses of the relay ${host} could not be looked up`,
  spf: () => "Whether the template's SPF record lets the relay pass is not known",
};

/** Why a directory gave no list of domains. */
export function directoryFault(url: string, base: string, problem: DirectoryProblem): string {
  switch (problem.id) {
    case 'ca-unreadable':
      return `ldap.ca: ${problem.file} cannot be read (${problem.code}).`;
    case 'empty':
      return `${url} lists no domain below ${base} with ${problem.filter}.`;
    case 'password-refused':
      return `${url} does not accept the password of ${problem.bindDn}.`;
    case 'no-entry':
      return `${url} has no entry ${base}, or it may not be read${problem.anonymous ? ' or is hidden from an anonymous search (set bindDn)' : ''}.`;
    case 'timeout':
      return `${url} did not answer within ${problem.seconds} s.`;
    case 'too-much':
      return `${url} sent more than ${problem.megabytes} MB in answer to a search, more than is read. Narrow down base or filter.`;
    case 'unreadable':
      return `${url} gave an answer that cannot be read: reading it did not end, or took all the memory that it may have. Narrow down base or filter; if that does not help, the answer is not as RFC 4511 wants it.`;
    case 'other':
      return `${url}: ${problem.message}.`;
  }
}

export const en: ZoneWords = {
  kind: 'zone',
  service: {
    name: 'Domains',
    works: 'The domains’ mail records are correct.',
    slow: 'The domains’ mail records work; some should be looked at.',
    broken: 'Some domains’ mail records are wrong: their mail may be refused.',
  },
  record: recordEn,
  progress: ({ done, domains }) => `${done} of ${domains} domains`,
  summary: (domains) => {
    const { wrong, unknown, titlesOf } = countsOf(domains);
    const [only] = domains;
    if (only && domains.length === 1) {
      const titles = (of: 'wrong' | 'unknown') => list(titlesOf(only, of).map((record) => TITLES[record]));
      const does = titlesOf(only, 'wrong').length === 1 ? 'does' : 'do';
      if (wrong.length > 0) return `${only.domain}: ${titles('wrong')} ${does} not match the template`;
      if (unknown.length > 0) return `${only.domain}: ${titles('unknown')} could not be checked`;
      return `the records of ${only.domain} match the template`;
    }
    const count = (part: readonly string[], one: string, many: string) =>
      part.length === 0
        ? []
        : [
            `${part.length} of ${domains.length} domains ${part.length === 1 ? one : many}: ${part.slice(0, 3).join(', ')}${part.length > 3 ? ` and ${part.length - 3} more` : ''}`,
          ];
    const parts = [
      ...count(wrong, 'does not match the template', 'do not match the template'),
      ...count(unknown, 'could not be checked', 'could not be checked'),
    ];
    return parts.join('; ') || `the records of all ${domains.length} domains match the template`;
  },
  findings: {
    'zone-mx-missing': ofRecord,
    'zone-mx-different': ofRecord,
    'zone-mx-multiple': ofRecord,
    'zone-spf-missing': ofRecord,
    'zone-spf-different': ofRecord,
    'zone-spf-multiple': ofRecord,
    'zone-dkim-missing': ofRecord,
    'zone-dkim-different': ofRecord,
    'zone-dkim-multiple': ofRecord,
    'zone-dmarc-missing': ofRecord,
    'zone-dmarc-different': ofRecord,
    'zone-dmarc-multiple': ofRecord,
    'zone-dmarc-report-missing': ofRecord,
    'zone-dmarc-report-different': ofRecord,
    'zone-dmarc-report-multiple': ofRecord,
    'zone-domain-missing': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} does not exist (NXDOMAIN): it has expired, is not delegated, or is misspelt.`,
    'zone-propagating': (cause) => {
      if ('domains' in cause) return further(cause);
      const { domain, record, level, found, views = [] } = cause;
      const resolver = views.find(({ server }) => server === 'resolver');
      const cached = resolver ? `, our resolver still has ${shown(resolver.found)} (${resolver.level})` : '';
      return `${domain}: a change of ${TITLES[record]} is still propagating: its name servers publish ${shown(found)} (${level})${cached}.`;
    },
    'zone-servers-differ': (cause) => {
      if ('domains' in cause) return further(cause);
      const says = (cause.views ?? []).map(({ server, level }) => `${server} ${level}`);
      return `${cause.domain}: its name servers contradict each other about ${TITLES[cause.record]}: ${list(says)}. A change has not reached all of them: check the zone transfer.`;
    },
    'zone-server-lame': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} is delegated to name servers that do not serve it (lame delegation): ${named(cause.nameServers, 'lame')}.`,
    'zone-server-unresolved': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} is delegated to name servers without an address: ${named(cause.nameServers, 'unresolved')}.${asAddress(cause.nameServers) ? ' An NS record must hold the name of a host, not its address.' : ''}`,
    'zone-server-silent': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain}: these name servers do not answer: ${named(cause.nameServers, 'silent')}.`,
    'zone-server-no-tcp': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain}: these name servers do not answer over TCP, which they must (RFC 7766 5): ${named(cause.nameServers, 'ok')}. Answers that are too long for UDP, such as many TXT records, cannot be had from them. Open port 53 for TCP there.`,
    'zone-server-alias': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain}: NS records must name hosts themselves (RFC 2181 10.3); these are aliases: ${aliases(cause.nameServers)}.`,
    'zone-delegation-differs': (cause) => {
      if ('domains' in cause) return further(cause);
      const parts = [
        ...(cause.parentOnly.length > 0 ? [`only the parent zone lists ${list(cause.parentOnly)}`] : []),
        ...(cause.zoneOnly.length > 0 ? [`only the zone itself lists ${list(cause.zoneOnly)}`] : []),
      ];
      return `${cause.domain}: the delegation and the zone's own NS records differ: ${list(parts)}. Correct the name servers at the registrar, or the zone's NS records.`;
    },
    'zone-name-denied': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain}: its name servers deny ${cause.name} (NXDOMAIN), although there are records below it. Strict resolvers therefore never see these (RFC 8020). The fault is in the name servers' software: tell their operator.`,
    'zone-servers-intercepted': ({ domains }) =>
      `A resolver answers in place of the name servers of ${domains.length === 1 ? domains[0] : `${domains.length} domains`}: outgoing port 53 is intercepted on our network, so the resolver's answers could not be compared with theirs. nameServers: false stops the attempts.`,
    'zone-servers-unasked': ({ domains }) =>
      `The name servers of ${domains.length === 1 ? domains[0] : `${domains.length} domains`} did not answer us, so the resolver's answers could not be compared with theirs. Outgoing port 53 may be blocked; nameServers: false stops the attempts.`,
    'zone-unknown': (cause) => {
      if ('domains' in cause) return further(cause);
      const titles = list(cause.records.map(({ record }) => TITLES[record]));
      const [first] = cause.records;
      const why = first ? ` ${unknownSentence(recordEn, first.record, first.reason)}` : '';
      return `${cause.domain}: ${titles} could not be checked.${why}`;
    },
    'zone-resolver-failed': ({ domains, record, reason }) =>
      `None of the ${domains.length} domains could be checked. ${unknownSentence(recordEn, record, reason)}`,
    'zone-hosts-unknown': ({ question, lookup }) => {
      const asked = QUESTIONS[question.id] as (question: HostQuestion) => string;
      return `${asked(question)}: ${lookupFailureIn('en', lookup)}.`;
    },
    'zone-mx-host': ({ host, alias }) =>
      alias === null
        ? `The template's MX host ${host} has no address: no domain receives mail.`
        : `The template's MX host ${host} is an alias of ${alias}; an MX record must name a host itself (RFC 2181 10.3).`,
    'zone-relay-unresolved': ({ relay }) =>
      `The relay ${relay} has no address: there is no sending address that SPF could permit.`,
    'zone-spf-relay': ({ verdicts, mx }) => {
      const refused = verdicts.filter(({ result }) => result !== 'pass');
      const failed = `Mail from ${list(refused.map(({ ip }) => ip))} fails SPF (${refused[0]?.result}) for every domain that matches the template.`;
      if (!mx) return failed;
      if (mx.exchanges.length === 0)
        return `${failed} "mx:${mx.host}" means the MX records of ${mx.host}, and it has none; its own address does not count.`;
      const addresses = mx.addresses.length > 0 ? list(mx.addresses) : 'no address';
      return `${failed} "mx:${mx.host}" leads to ${list(mx.exchanges)}, with ${addresses}.`;
    },
    'zone-spf-open': ({ record, addresses }) =>
      `The template's SPF record "${record}" lets everybody pass: even ${list(addresses)}, from where nobody sends, passes. Anybody can send as every domain that matches the template.`,
    ...inboundEn(further, directoryFault),
    ...transportEn(further),
    ...daneEn,
    ...rotationEn,
    ...expiryEn(further),
    'zone-template': ({ problem }) => `The template cannot be used. ${problem}`,
    'zone-no-domains': () => 'There is no domain to check.',
    'zone-domains-unreadable': ({ file, code }) => `The list of domains ${file} cannot be read (${code}).`,
    'zone-domain-invalid': ({ file, line, text }) =>
      `${file}:${line}: "${text}" is not a domain; expected one domain per line.`,
    'zone-directory-down': ({ url, base, problem, lastKnown, domains }) => {
      const instead =
        lastKnown === null
          ? 'No earlier list is known, so none of its domains was checked.'
          : `The last known list is used: ${domains} domains, as of ${lastKnown}.`;
      return `The directory of domains could not be read: ${directoryFault(url, base, problem)} ${instead}`;
    },
    'zone-template-historic': ({ tags }) =>
      `The template's DMARC record has ${list(tags)}, which RFC 9989 made historic: receivers ignore them; remove them.`,
    'zone-template-report-size': () =>
      'The template limits the size of DMARC reports ("!10m"); RFC 9989 no longer has such a limit, and reporters ignore it.',
  },
};
