/** The words of mail: relays, domains, reports, in English. */

import { counted } from '../../../base/words.ts';
import type { ProbeResult, ShapeResult, SubmissionState } from '../../../checks/mail/result.ts';
import type { SourceKind } from '../../../checks/reports/result.ts';
import type { DaneHost } from '../../../checks/zone/dane/result.ts';
import type { ExpiryCounts } from '../../../checks/zone/expiry/result.ts';
import type { Exchanger, InboundResult } from '../../../checks/zone/inbound/result.ts';
import type { SelectorState } from '../../../checks/zone/rotation/result.ts';
import type { Policy } from '../../../checks/zone/transport/result.ts';

const SUBMISSION: Record<SubmissionState, string> = {
  accepted: 'accepted',
  refused: 'refused',
  deferred: 'deferred',
  uncertain: 'uncertain',
  failed: 'failed',
  unknown: 'not attempted',
};

const PROBED: Record<ProbeResult['result'], string> = {
  refused: 'refused',
  unsigned: 'unsigned',
  accepted: 'accepted',
  signed: 'signed',
  unknown: 'unknown',
};

export const mail = {
  submission: SUBMISSION,
  probed: PROBED,
  letters: 'Test messages',
  from: 'from',
  relay: 'relay',
  arrived: 'arrived',
  late: (n: number, spans: string) => `${counted(n, 'message')} of earlier runs arrived late: ${spans}.`,
  after: (span: string) => `after ${span}`,
  cameBack: 'bounced',
  notSeen: 'not received',
  notJudged: 'not judged',
  couldNotTell: 'could not tell',
  otherDomain: 'other domain',
  receiver: 'receiver:',
  blocklists: 'Block lists',
  blocklist: 'block list',
  listed: 'listed',
  notListed: 'not listed',
  identity: 'How receivers see the relay',
  address: 'address',
  name: 'name (PTR)',
  unseen: 'no test message came from there',
  confirmed: 'leads back',
  unconfirmed: 'does not lead back',
  nameless: 'none',
  lets: 'What the relay must refuse',
  shapes: 'Messages of real shape',
  shape: 'message',
  tested: (at: string) => `Tested at ${at} UTC; the results are repeated until the next test.`,
  became: {
    signed: 'keeps its signature',
    unsigned: 'loses its signature',
    lost: 'not delivered',
    unknown: 'could not check',
  } satisfies Record<ShapeResult['became'], string>,
  attempt: 'attempt',
  result: 'result',
  said: 'answer',
};

export const zone = {
  asAsked: (n: number, all: number) => `${n} of ${counted(all, 'domain')} as the template expects.`,
  cached: (time: string) =>
    `The list of domains could not be read; this is the last known one, from ${time}.`,
  more: (n: number) => `And ${counted(n, 'more domain')}; the run's page has them all.`,
  right: (n: number) => `${counted(n, 'domain')} as the template expects`,
  domain: 'domain',
  records: 'Records of the domains',
  inbound: {
    asExpected: (n: number) => `Mail gets in as expected: ${counted(n, 'domain')}`,
    refused: (n: number) => `refused: ${n}`,
    acceptsAll: (n: number) => `made-up recipients accepted: ${n}`,
    unknown: (n: number) => `could not check: ${n}`,
    untested: (n: number) => `not tested yet: ${n}`,
  } satisfies Record<keyof InboundResult['counts'], (n: number) => string>,
  users: {
    accepted: (n: number) => `Users’ addresses accepted: ${n}`,
    refused: (n: number) => `refused: ${n}`,
    unknown: (n: number) => `could not check: ${n}`,
    untested: (n: number) => `not tested yet: ${n}`,
    elsewhere: (n: number) => `at other mail servers: ${n}`,
    more: 'the directory has more',
  },
  selectors: {
    caption: 'DKIM selectors',
    selector: 'selector',
    template: 'of the template',
    role: 'signing',
    roles: {
      signs: 'signs',
      replaced: 'no longer',
      idle: 'not seen',
      unknown: 'not known',
    } satisfies Record<SelectorState['role'], string>,
    domains: 'domains',
    states: {
      published: 'published',
      revoked: 'revoked',
      missing: 'missing',
      unusable: 'unusable',
      unknown: 'could not check',
    } satisfies Record<keyof SelectorState['domains'], string>,
    size: 'key',
    since: 'key seen since',
    signedAt: 'last signature',
  },
  transport: {
    caption: 'Encryption of mail to the domains',
    modes: { enforce: 'enforced', testing: 'testing', none: 'withdrawn (none)' } satisfies Record<
      Policy['mode'],
      string
    >,
    unusable: 'unusable',
    unknown: 'could not check',
    leavesOut: (hosts: string) => `leaves out ${hosts}`,
    rpt: { ok: 'published', unusable: 'unusable' },
    further: (n: number) => counted(n, 'further domain'),
    dane: {
      none: 'not published',
      ok: 'matches the certificate',
      mismatch: 'another certificate',
      unusable: 'unusable',
      unsigned: 'ignored: no DNSSEC',
      unvalidated: 'our resolver does not validate',
      unchecked: 'published',
      unknown: 'could not check',
    } satisfies Record<DaneHost['state'], string>,
  },
  registrations: {
    caption: 'Registrations of the domains',
    ends: 'ends',
    askedAt: 'asked at',
    counts: {
      known: 'end known',
      notPublished: 'registry states no date',
      noService: 'registry without RDAP',
      unknown: 'could not check',
      unasked: 'not asked yet',
    } satisfies Record<keyof ExpiryCounts, string>,
  },
  mailServers: 'Mail servers of the domains',
  mailServer: 'mail server',
  certificate: 'certificate',
  testedAt: 'tested at',
  until: (day: string) => `until ${day}`,
  starttls: {
    ok: 'encrypted',
    absent: 'not offered',
    failed: 'fails',
    unknown: 'could not check',
  } satisfies Record<Exchanger['starttls'], string>,
  zoneFile: 'For a zone file:',
  form: 'For a form:',
};

/** DMARC aggregate reports. */
export const reports = {
  caption: 'Mail sent as the domains',
  messages: 'messages',
  ours: 'ours and known',
  oursPass: 'of these pass DMARC',
  others: 'forwarded and other senders',
  strangers: 'strangers',
  deliveredOf: (n: number) => `${n} delivered`,
  passes: (mechanism: string) => `pass ${mechanism}`,
  basis: {
    reports: (n: number, since: string | null) =>
      `${counted(n, 'report')}${since === null ? '' : ` since ${since}`}`,
    read: (n: number) => `${n} of them new in this run`,
    unreadable: (n: number) => `${n} unreadable`,
    waiting: (n: number) => `${counted(n, 'message')} left for the next run`,
  },
  legend: {
    title: 'Whose a source is',
    whose: {
      own: 'one of our own servers (own in the configuration).',
      known: 'another server that may send as the domain (known).',
      forwarder: 'our message, sent on by somebody: DKIM passes, SPF cannot.',
      sender:
        'passes DMARC, and is neither ours nor known: a newsletter, or a key or SPF record that is too wide.',
      stranger: 'passes nothing: somebody else’s server, or one of ours that is not named.',
    } satisfies Record<SourceKind, string>,
  },
  policy: 'policy',
  latest: 'reported until',
  more: (n: number) => `And ${counted(n, 'more domain')}.`,
  sources: (n: number) => counted(n, 'source'),
  sentAs: (domain: string) => `Sources of mail sent as ${domain}`,
  source: 'source',
  whose: 'whose',
  delivered: 'delivered although failing',
  found: 'found by receivers',
  by: (reporters: string) => `Reported by ${reporters}.`,
};
