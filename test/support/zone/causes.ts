/** One of every cause, note and reason of the zone check. */
import type { RecordCause, ZoneCause } from '../../../src/checks/zone/causes.ts';
import type { Note } from '../../../src/checks/zone/notes.ts';
import type { UnknownReason, ZoneRecordKind } from '../../../src/checks/zone/result.ts';
import {
  MODES,
  POLICY_FAULTS,
  RPT_RECORD_FAULTS,
  STS_RECORD_FAULTS,
} from '../../../src/checks/zone/transport/result.ts';

const lookup = { code: 'ETIMEOUT', name: 'a.org', type: 'MX', server: '9.9.9.9:53' } as const;
const reason: UnknownReason = { id: 'lookup', lookup, nameServers: ['exact'] };
const further = { domains: ['a.org', 'b.org', 'c.org', 'd.org'] };

export function ofRecord(record: ZoneRecordKind, level: RecordCause['level']): RecordCause {
  return {
    domain: 'a.org',
    record,
    name: record === 'dmarc-report' ? 'a.org._report._dmarc.b.org' : 'a.org',
    zone: record === 'dmarc-report' ? 'b.org' : 'a.org',
    level,
    expected: ['v=spf1 -all'],
    found: level === 'missing' ? [] : ['v=spf1 ~all'],
    publish: [],
    differences:
      level === 'different' ? [{ tag: 'all', expected: '-all', found: '~all', how: 'changed' }] : [],
    notesData: [],
    keeps: [],
  };
}

const views: RecordCause['views'] = [
  { server: 'resolver', level: 'missing', found: [] },
  { server: 'ns1.a.org', level: 'different', found: ['v=spf1 ~all'] },
];
const servers = (state: 'ok' | 'lame' | 'silent' | 'unresolved') => ({
  domain: 'a.org',
  nameServers: [
    { name: 'ns1.a.org', address: '192.0.2.1', state: 'ok' as const },
    { name: 'ns2.a.org', address: null, state },
  ],
});
const answered = {
  domain: 'a.org',
  host: 'mx.a.org',
  postmaster: 'refused',
  madeUp: 'accepted',
  response: '550 5.1.1 User unknown',
} as const;
const certificate = {
  name: 'mx.a.org',
  issuer: 'An Authority',
  names: ['mx.a.org'],
  chain: ['mx.a.org'],
  validTo: '2026-12-24T00:00:00.000Z',
  daysLeft: 3,
  problem: 'it has expired',
};
const directory = { url: 'ldap://l', base: 'dc=a', lastKnown: null, domains: 0 };

/** What each cause may carry; the compiler demands all of them. */
export const SAMPLES: { readonly [Id in ZoneCause['id']]: readonly Carried<Id>[] } = {
  'zone-mx-missing': [ofRecord('mx', 'missing'), further],
  'zone-mx-different': [ofRecord('mx', 'different'), further],
  'zone-mx-multiple': [ofRecord('mx', 'multiple'), further],
  'zone-spf-missing': [ofRecord('spf', 'missing'), further],
  'zone-spf-different': [{ ...ofRecord('spf', 'different'), keeps: ['include:b.org'] }, further],
  'zone-spf-multiple': [ofRecord('spf', 'multiple'), further],
  'zone-dkim-missing': [ofRecord('dkim', 'missing'), further],
  'zone-dkim-different': [ofRecord('dkim', 'different'), further],
  'zone-dkim-multiple': [ofRecord('dkim', 'multiple'), further],
  'zone-dmarc-missing': [ofRecord('dmarc', 'missing'), further],
  'zone-dmarc-different': [{ ...ofRecord('dmarc', 'different'), differences: [] }, further],
  'zone-dmarc-multiple': [ofRecord('dmarc', 'multiple'), further],
  'zone-dmarc-report-missing': [ofRecord('dmarc-report', 'missing'), further],
  'zone-dmarc-report-different': [ofRecord('dmarc-report', 'different'), further],
  'zone-dmarc-report-multiple': [ofRecord('dmarc-report', 'multiple'), further],
  'zone-domain-missing': [{ domain: 'a.org' }, further],
  'zone-propagating': [{ ...ofRecord('spf', 'different'), differs: 'resolver', views }, further],
  'zone-servers-differ': [{ ...ofRecord('spf', 'different'), differs: 'nameServers', views }, further],
  'zone-server-lame': [servers('lame'), further],
  'zone-server-unresolved': [servers('unresolved'), further],
  'zone-server-silent': [servers('silent'), further],
  'zone-server-no-tcp': [servers('ok'), further],
  'zone-server-alias': [
    {
      domain: 'a.org',
      nameServers: [{ name: 'ns.a.org', address: '192.0.2.1', state: 'ok', alias: 'b.org' }],
    },
    further,
  ],
  'zone-delegation-differs': [
    { domain: 'a.org', parentOnly: ['ns2.a.org'], zoneOnly: ['ns3.a.org'] },
    further,
  ],
  'zone-name-denied': [{ domain: 'a.org', name: '_domainkey.a.org' }, further],
  'zone-servers-intercepted': [further, { domains: ['a.org'] }],
  'zone-servers-unasked': [further, { domains: ['a.org'] }],
  'zone-unknown': [{ domain: 'a.org', records: [{ record: 'mx', text: 'text', reason }] }, further],
  'zone-resolver-failed': [{ domains: ['a.org', 'b.org'], record: 'mx', reason }],
  'zone-hosts-unknown': [
    { code: 'ETIMEOUT', question: { id: 'mx-host', host: 'mx.a.org' }, lookup },
    { code: 'ETIMEOUT', question: { id: 'relay', host: 'out.a.org' }, lookup },
    { code: 'ETIMEOUT', question: { id: 'spf' }, lookup },
  ],
  'zone-mx-host': [
    { host: 'mx.a.org', alias: null },
    { host: 'mx.a.org', alias: 'b.org' },
  ],
  'zone-relay-unresolved': [{ relay: 'out.a.org' }],
  'zone-spf-relay': [
    { record: 'v=spf1 -all', verdicts: [{ ip: '192.0.2.1', result: 'fail', comment: '' }], mx: null },
    {
      record: 'v=spf1 mx:out.a.org -all',
      verdicts: [{ ip: '192.0.2.1', result: 'fail', comment: '' }],
      mx: { host: 'out.a.org', exchanges: [], addresses: [] },
    },
    {
      record: 'v=spf1 mx:out.a.org -all',
      verdicts: [{ ip: '192.0.2.1', result: 'fail', comment: '' }],
      mx: { host: 'out.a.org', exchanges: ['mx.a.org'], addresses: ['192.0.2.9'] },
    },
  ],
  'zone-spf-open': [{ record: 'v=spf1 ip4:0.0.0.0/0 -all', addresses: ['192.0.2.1'] }],
  'zone-mta-sts-record': [
    ...STS_RECORD_FAULTS.map((fault) => ({ domain: 'a.org', fault, record: ['v=STSv1'] })),
    further,
  ],
  'zone-mta-sts-policy': [
    ...POLICY_FAULTS.flatMap((fault) =>
      ['', 'CERT_HAS_EXPIRED'].map((detail) => ({ domain: 'a.org', fault, detail })),
    ),
    further,
  ],
  'zone-mta-sts-mx': [
    ...MODES.map((mode) => ({ domain: 'a.org', mode, mx: ['*.a.org'], unmatched: ['mx.b.org'] })),
    further,
  ],
  'zone-mta-sts-unknown': [{ domains: ['a.org'] }, further],
  'zone-tls-rpt-record': [
    ...RPT_RECORD_FAULTS.map((fault) => ({ domain: 'a.org', fault, record: ['v=TLSRPTv1'] })),
    further,
  ],
  'zone-transport-missing': [
    { mtaSts: ['a.org'], tlsRpt: ['a.org', 'b.org'] },
    { mtaSts: [], tlsRpt: ['a.org'] },
  ],
  'zone-dane-mismatch': [{ host: 'mx.a.org', records: ['3 1 1 ab'] }],
  'zone-dane-ineffective': (['unusable', 'unsigned'] as const).map((reason) => ({
    host: 'mx.a.org',
    records: ['0 0 0 ab'],
    reason,
  })),
  'zone-dane-unknown': (['unvalidated', 'unknown'] as const).map((reason) => ({ host: 'mx.a.org', reason })),
  'zone-dane-missing': [{ hosts: ['mx.a.org', 'mx.b.org'] }],
  'zone-rotation-running': [
    {
      selectors: (['signs', 'replaced', 'idle'] as const).map((role) => ({
        selector: `s-${role}`,
        role,
        signedAt: role === 'idle' ? null : '2026-11-22T15:00:00.000Z',
      })),
    },
    { selectors: ['a', 'b'].map((selector) => ({ selector, role: 'unknown', signedAt: null })) },
  ],
  'zone-rotation-incomplete': [
    { selector: 'new', signs: true, published: 4, missing: 1, domains: ['a.org'] },
    { selector: 'new', signs: false, published: 4, missing: 3, domains: ['a.org', 'b.org', 'c.org'] },
    { selector: 'new', signs: false, published: 0, missing: 3, domains: ['a.org', 'b.org', 'c.org'] },
    { selector: 'new', signs: true, published: 0, missing: 3, domains: ['a.org', 'b.org', 'c.org'] },
  ],
  'zone-selector-unused': [
    {
      selector: 'old',
      template: false,
      signing: 'new',
      signedAt: '2026-11-22T15:00:00.000Z',
      days: 9,
      published: 2,
    },
    { selector: 'old', template: true, signing: 'new', signedAt: null, days: 9, published: 1 },
  ],
  'zone-rotation-finished': [{ selector: 'old', revoked: 1, missing: 2 }],
  'zone-selector-unlisted': [{ selector: 'new', domain: 'a.org', signedAt: '2026-11-22T15:00:00.000Z' }],
  'zone-key-age': [{ selector: 'old', since: '2025-11-22T15:00:00.000Z', days: 372, most: 365 }],
  'zone-key-short': [512, 1024].map((bits) => ({ selector: 'old', bits })),
  'zone-registration-ends': [
    ...[-3, 0, 1, 29].map((days) => ({
      domain: 'a.org',
      expires: '2026-12-24T15:00:00.000Z',
      days,
      ending: days < 0 ? ['redemption period'] : [],
      hosted: ['a.org', 'mail.a.org'],
    })),
    further,
  ],
  'zone-registration-unknown': [further],
  'zone-postmaster-refused': [answered, further],
  'zone-mx-domain-unknown': [answered, further],
  'zone-mx-accepts-all': [answered, further],
  'zone-mx-not-listed': [{ domain: 'a.org', host: 'mx.a.org' }, further],
  'zone-mx-unreachable': (
    ['refused', 'silent', 'no-host', 'reset', 'network', 'no-address', 'no-smtp'] as const
  ).map((problem) => ({ host: 'mx.a.org', address: '192.0.2.1', problem, domainCount: 2 })),
  'zone-mx-unasked': [
    { host: 'mx.a.org', response: null, domainCount: 1 },
    { host: 'mx.a.org', response: '554 5.7.1 Blocked', domainCount: 2 },
  ],
  'zone-mx-starttls': (['absent', 'failed'] as const).map((starttls) => ({
    host: 'mx.a.org',
    address: null,
    starttls,
  })),
  'zone-mx-certificate': (['invalid', 'expiring'] as const).map((reason) => ({
    host: 'mx.a.org',
    address: null,
    certificate,
    reason,
  })),
  'zone-template': [{ problem: 'mine.yaml:3: spf: expected a record.' }],
  'zone-no-domains': [{}],
  'zone-domains-unreadable': [{ file: '/domains', code: 'ENOENT' }],
  'zone-domain-invalid': [{ file: '/domains', line: 3, text: 'a b' }],
  'zone-directory-down': [
    { ...directory, problem: { id: 'unreadable' } },
    { ...directory, problem: { id: 'ca-unreadable', file: '/ca', code: 'ENOENT' } },
    { ...directory, problem: { id: 'empty', filter: '(cn=*)' } },
    { ...directory, problem: { id: 'password-refused', bindDn: 'cn=vigie' } },
    { ...directory, problem: { id: 'no-entry', anonymous: true } },
    { ...directory, problem: { id: 'timeout', seconds: 10 } },
    {
      ...directory,
      lastKnown: '2026-11-22T15:00:00.000Z',
      domains: 3,
      problem: { id: 'other', message: 'connect ECONNREFUSED (ECONNREFUSED)' },
    },
  ],
  'zone-template-historic': [{ tags: ['pct', 'rf'] }],
  'zone-template-report-size': [{}],
  'zone-users-refused': [
    { domain: 'a.org', host: 'mx.b.org', refused: 2, tested: 12, codes: ['550 5.1.1'], file: '/var/lib/x' },
    { domain: 'a.org', host: 'mx.b.org', refused: 1, tested: 1, codes: ['550 5.1.1'], file: null },
  ],
  'zone-users-unread': [
    { url: 'ldap://d.org', base: 'ou=users', problem: { id: 'empty', filter: '(mail=*)' } },
  ],
};
type Carried<Id extends ZoneCause['id']> = WithoutId<Extract<ZoneCause, { readonly id: Id }>>;
type WithoutId<Cause> = Cause extends unknown ? Omit<Cause, 'id'> : never;

export const NOTES: { readonly [Id in Note['id']]: WithoutId<Extract<Note, { readonly id: Id }>> } = {
  'null-mx': {},
  'others-first': { hosts: ['a.org', 'b.org'] },
  'backup-hosts': { hosts: ['a.org'] },
  'other-priority': {},
  'several-spf': { count: 2, same: false },
  'split-strings': {},
  'misspelt-term': { term: 'ip:192.0.2.1', instead: 'ip4:192.0.2.1' },
  'idle-modifier': { term: 'ip4=192.0.2.1', instead: 'ip4:192.0.2.1' },
  'mx-no-host': { host: '192.0.2.10', why: 'address' },
  'key-in-pieces': { count: 2 },
  'missing-semicolon': { tag: 'v', value: 'DMARC1 p=reject' },
  'inherited-policy': { name: '_dmarc.a.org', policy: 'none' },
  'after-all': { terms: ['a', 'mx'] },
  'invalid-term': {},
  'too-many-lookups': { count: 11, most: 10 },
  permerror: { fault: { code: 'too-many-lookups' } },
  'several-keys': { count: 2 },
  'version-ignored': {},
  'key-absent': {},
  'key-revoked': {},
  'key-cut-off': { length: 200, expected: 392 },
  'key-characters': { characters: '" \\' },
  'key-of-other-size': { bits: 1024, expected: 2048 },
  'key-other': {},
  'key-unreadable': {},
  'several-dmarc': { count: 2 },
  'not-dmarc': {},
  'literal-marks': { marks: ['quotation-mark', 'backslash'] },
  'one-level-too-deep': { name: 'a.org.a.org' },
  'wrong-name': { name: 'a.org', right: '_dmarc.a.org', record: 'v=DMARC1; p=reject' },
  wildcard: { name: '_dmarc.a.org', record: 'v=spf1 -all' },
  alias: { name: 'a.org', target: 'b.org' },
  'null-mx-beside': {},
  'repeated-host': { hosts: ['a.org'] },
  'missing-dot': { found: 'mx.b.org.a.org', host: 'mx.b.org' },
  'mx-alias': { host: 'mx.a.org', target: 'b.org' },
  'glued-terms': { term: 'mx:b.org-all', parts: ['mx:b.org', '-all'] },
  'joined-strings': { term: 'mx:b.org-all', parts: ['mx:b.org', '-all'] },
  'prefix-too-long': { term: 'ip4:192.0.2.0/33', most: 32 },
  'no-address': { term: 'ip4:2001:db8::1', instead: 'ip6:2001:db8::1' },
  'not-spf': { flaws: ['byte-order-mark', 'quotation-mark'] },
  'type-spf': { record: 'v=spf1 -all' },
  'everybody-passes': { terms: ['ip4:0.0.0.0/0'], addresses: ['192.0.2.1'] },
  'terms-dropped': {
    terms: [
      { term: 'ip4:0.0.0.0/0', why: 'everybody-passes' },
      { term: 'include:b.org', why: 'permerror', fault: { code: 'too-many-lookups' } },
      { term: 'include:c.org', why: 'lookup', lookup },
      { term: 'a:d.org', why: 'relay-refused' },
      { term: 'ip4:1', why: 'invalid' },
      { term: 'ptr', why: 'ptr' },
      { term: '?a', why: 'no-pass' },
      { term: 'a:f.org', why: 'void' },
      { term: 'a:e.org', why: 'untried' },
    ],
  },
  'advice-withheld': { why: 'permerror', fault: { code: 'too-many-lookups' } },
  'key-pkcs1': {},
  'tag-case': { tags: ['P', 'K'] },
  'leading-space': {},
};

export const REASONS: { readonly [Id in UnknownReason['id']]: Extract<UnknownReason, { readonly id: Id }> } =
  {
    'key-not-given': { id: 'key-not-given' },
    'key-not-published': { id: 'key-not-published', name: 's._domainkey.a.org' },
    'keys-published': { id: 'keys-published', name: 's._domainkey.a.org', count: 2 },
    'key-lookup': { id: 'key-lookup', lookup },
    'spf-lookup': { id: 'spf-lookup', lookup },
    lookup: { id: 'lookup', lookup, nameServers: ['exact', 'missing'] },
  };

/** A whole sentence without a gap where a value should be. */
