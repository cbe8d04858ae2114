/** Every cause of a mail finding and every reason in every language: complete sentences, without holes. */
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../src/base/language.ts';
import { identityOf, type MailCause, mailCauses, withCount } from '../../../src/checks/mail/causes.ts';
import {
  AUTHOR_FAULTS,
  DKIM_COMPLAINTS,
  type DkimReason,
  type DmarcReason,
  type SpfReason,
} from '../../../src/checks/mail/reasons.ts';
import type {
  DkimVerdict,
  DmarcVerdict,
  MessageResult,
  SpfVerdict,
} from '../../../src/checks/mail/result.ts';
import { SHAPES } from '../../../src/checks/mail/shape-names.ts';
import { mailWords } from '../../../src/checks/mail/words/index.ts';
import { KEY_DAMAGES } from '../../../src/checks/records/dkim.ts';
import { SPF_RECORD_FAULTS, SPF_TERM_FAULTS } from '../../../src/checks/records/spf-fault.ts';
import { sentence } from '../../../src/checks/sentence.ts';
import { aMessage } from '../../support/history/results.ts';

const lookup = { code: 'ETIMEOUT', name: 'example.org', type: 'TXT', server: '192.0.2.53:53' } as const;
const message: MessageResult = aMessage('example.org');

const dkimReasons: readonly DkimReason[] = [
  ...DKIM_COMPLAINTS.map((code) => ({ code })),
  { code: 'unsigned' },
  { code: 'several-from-fields', fields: 2 },
  { code: 'lookup-failed', lookup },
  { code: 'dns-error', error: 'EBADNAME' },
  ...KEY_DAMAGES.map((damage): DkimReason => ({ code: 'damaged-key', damage, bytes: 227, announced: 294 })),
  { code: 'unrecognised', raw: 'something new' },
  { code: 'unrecognised', raw: '' },
];
const spfReasons: readonly SpfReason[] = [
  ...(['fail', 'softfail', 'neutral'] as const).map((code) => ({
    code,
    sender: 'probe@example.org',
    clientIp: '192.0.2.1',
  })),
  { code: 'none', domain: 'example.org' },
  ...SPF_RECORD_FAULTS.map((code) => ({ code })),
  ...SPF_TERM_FAULTS.map((code) => ({ code, of: 'example.net' })),
  { code: 'no-hop' },
  { code: 'no-hop', hosts: ['mx.example.net', '10.0.0.1'] },
  { code: 'no-client-address' },
  { code: 'lookup-failed', lookup },
  { code: 'unrecognised', raw: 'something new' },
];
const dmarcReasons: readonly DmarcReason[] = [
  ...AUTHOR_FAULTS.map((code) => ({ code })),
  { code: 'not-aligned', policies: 'p=REJECT' },
  { code: 'dkim-undecided', dkim: { code: 'lookup-failed', lookup } },
  { code: 'spf-undecided', spf: { code: 'no-hop' } },
  { code: 'too-many-domains', domain: 'a.example.org' },
  { code: 'lookup-failed', lookup },
  { code: 'unrecognised', raw: 'something new' },
];

const dkim: DkimVerdict = { ...message.dkim!, result: 'fail', cause: { code: 'bad-signature' } };
const spf: SpfVerdict = {
  ...message.spf!,
  result: 'fail',
  clientIp: '192.0.2.1',
  record: 'v=spf1 -all',
  cause: { code: 'fail', sender: 'probe@example.org', clientIp: '192.0.2.1' },
};
const dmarc: DmarcVerdict = { ...message.dmarc!, result: 'fail', policy: 'none', cause: dmarcReasons[4]! };

const domain = 'example.org';
const ends = { from: 'probe@example.org', to: 'token@probe.example' };
const certificate = {
  name: 'out.example.org',
  issuer: 'An Authority',
  names: ['out.example.org'],
  chain: ['out.example.org', 'An Authority'],
  validTo: '2026-12-24T00:00:00.000Z',
  daysLeft: 1,
  problem: 'it has expired',
};
const host = 'out.example.org';
const submission = {
  from: ends.from,
  host,
  port: 587,
  stage: 'letter',
  response: '450 4.3.2 Later',
} as const;
const addresses = ['192.0.2.25', '2001:db8::25'];
const mailbox = { host: 'imap.example.org', port: 993, user: 'probe', reads: 'messages' } as const;
const bounces = { ...mailbox, reads: 'bounces' } as const;
const late = {
  token: 't',
  sentAt: '2026-11-22T15:00:00.000Z',
  receivedAt: '2026-11-22T16:00:00.000Z',
  lateMs: 3_600_000,
};
const bounce = {
  action: 'failed',
  status: '5.7.1',
  diagnostic: '554 5.7.1 Relay access denied',
  remoteMta: 'mx.example.net',
  reportingMta: null,
  receivedAt: '2026-11-22T15:00:01.000Z',
};
const nothing = { status: null, diagnostic: null, remoteMta: null };

/** At least one of each id, and one of each way in which its sentence differs. */
const causes: readonly MailCause[] = [
  { id: 'resolver-failed', ...submission, lookup },
  { id: 'resolver-failed', ...bounces, lookup },
  { id: 'relay-no-address', ...submission },
  ...(['refused', 'silent', 'no-host', 'reset'] as const).map(
    (reason): MailCause => ({ id: 'relay-unreachable', ...submission, addresses, reason, timeoutMs: 15_000 }),
  ),
  { id: 'network', ...submission, addresses, reason: 'ENETUNREACH' },
  ...(['connection', 'login', 'letter'] as const).map(
    (stage): MailCause => ({ id: 'relay-silent', ...submission, stage, timeoutMs: 1500 }),
  ),
  { id: 'relay-closed', ...submission, detail: null },
  { id: 'relay-closed', ...submission, detail: 'read ECONNRESET' },
  { id: 'relay-no-starttls', ...submission },
  ...(['silent', 'closed', 'other'] as const).map(
    (reason): MailCause => ({ id: 'relay-tls', ...submission, reason, detail: 'wrong version number' }),
  ),
  { id: 'relay-certificate', ...submission },
  { id: 'relay-certificate', ...submission, certificate },
  { id: 'relay-login-refused', ...submission, response: null },
  { id: 'relay-deferred', ...submission },
  { id: 'relay-refused', ...submission },
  { id: 'relay-certificate-expiring', host, certificate },
  { id: 'submission-uncertain', ...ends, host },
  { id: 'submission-unanswered', ...ends, host },
  { id: 'not-delivered', ...ends, queueId: null, response: null, notes: [], withinMs: 60_000, via: 'mx' },
  { id: 'not-delivered', ...ends, queueId: '4A', response: null, notes: ['x'], withinMs: 60_000, via: 'mx' },
  { id: 'not-delivered', ...ends, queueId: '4A', response: null, notes: [], withinMs: 1000, via: 'imap' },
  { id: 'bounced', ...ends, bounce, queueId: '4A' },
  { id: 'bounced', ...ends, bounce: { ...bounce, ...nothing }, queueId: null },
  { id: 'sorted-as-spam', ...ends, folder: 'Junk' },
  ...(['dkim', 'spf', 'dmarc'] as const).flatMap((mechanism) =>
    [null, 'mx.google.com'].map(
      (authservId): MailCause => ({
        id: 'receiver-disagrees',
        ...ends,
        domain: 'example.org',
        mechanism,
        result: 'fail',
        authservId,
        receivedBy: 'gmail.com',
      }),
    ),
  ),
  { id: 'slow-delivery', ...ends, ms: 4200, queueId: null, expectedMs: 3000 },
  { id: 'mx-at-capacity', ...ends, queueId: null },
  ...(['header-bytes', 'header-lines', 'signatures', 'message-bytes'] as const).map(
    (what): MailCause => ({ id: 'message-too-large', ...ends, what, found: 90_000, limit: 65_536 }),
  ),
  { id: 'delivery-not-encrypted', from: ends.from, clientIp: null },
  ...[true, false, null].flatMap((identical) =>
    [1, 3].map((count) => ({
      id: 'delivered-twice' as const,
      sentAt: late.sentAt,
      copies: 2,
      apartMs: 1200,
      identical,
      count,
    })),
  ),
  { id: 'late-letters', late: [late], count: 1, latestMs: late.lateMs, latestSentAt: late.sentAt },
  { id: 'late-letters', late: [late, late], count: 2, latestMs: late.lateMs, latestSentAt: late.sentAt },
  ...[true, false].flatMap((seen): MailCause[] => [
    { id: 'relay-name-missing', address: '192.0.2.25', seen },
    { id: 'relay-name-unconfirmed', address: '2001:db8::25', seen, names: ['mx.example.net'] },
  ]),
  ...(['no-name', 'no-address', 'elsewhere'] as const).map(
    (problem): MailCause => ({
      id: 'relay-helo',
      address: '192.0.2.25',
      helo: 'mail',
      problem,
      addresses: ['192.0.2.26'],
    }),
  ),
  ...[null, 'Open proxy'].map(
    (text): MailCause => ({
      id: 'blocklist-listed',
      list: 'bl.example.net',
      subject: '192.0.2.25',
      codes: ['127.0.0.2'],
      text,
    }),
  ),
  ...(['refused', 'test-point-missing', 'lists-everything', 'unreachable'] as const).map(
    (reason): MailCause => ({ id: 'blocklist-unusable', list: 'bl.example.net', reason }),
  ),
  { id: 'blocklist-unusable', list: 'bl.example.net', reason: 'unreachable', lookup },
  { id: 'relay-tls-old', address: '192.0.2.25', tls: 'TLSv1.1' },
  { id: 'relay-identity-unknown', address: '192.0.2.25', lookup },
  { id: 'from-rewritten', domain, from: ends.from, now: null },
  { id: 'from-rewritten', domain, from: ends.from, now: 'example.net' },
  { id: 'dkim-unsigned', domain, dkim },
  ...dkimReasons.map((cause): MailCause => ({ id: 'dkim-unknown', domain, dkim: { ...dkim, cause } })),
  { id: 'dkim-body-altered', domain, dkim, alteredLine: null },
  { id: 'dkim-body-altered', domain, dkim, alteredLine: 'Sent by a free service' },
  { id: 'dkim-header-altered', domain, dkim },
  { id: 'dkim-wrong-key', domain, dkim: { ...dkim, keyMatchesZone: false } },
  { id: 'dkim-wrong-key', domain, dkim: { ...dkim, keyMatchesZone: null } },
  { id: 'dkim-no-key', domain, dkim },
  { id: 'dkim-invalid-key', domain, dkim },
  ...dkimReasons.map((cause): MailCause => ({ id: 'dkim-invalid-key', domain, dkim: { ...dkim, cause } })),
  { id: 'dkim-expired', domain, dkim },
  ...dkimReasons.map((cause): MailCause => ({ id: 'dkim-invalid', domain, dkim: { ...dkim, cause } })),
  { id: 'dkim-invalid', domain, dkim: { ...dkim, cause: null, reason: '' } },
  { id: 'dkim-not-aligned', domain, dkim },
  { id: 'dkim-selector', domain, dkim, expected: 'smtp' },
  { id: 'dkim-weak-key', domain, dkim: { ...dkim, bits: 1024 }, minBits: 2048 },
  { id: 'dkim-key-multiple', domain, dkim, records: 2 },
  { id: 'dkim-testing', domain, dkim },
  { id: 'dkim-body-limit', domain, dkim: { ...dkim, bodyLimit: 100 } },
  { id: 'dkim-from-not-oversigned', domain, dkim },
  ...[null, ...dkimReasons].map(
    (cause): MailCause => ({
      id: 'dkim-other-broken',
      domain,
      dkim,
      other: { domain, selector: 'ed', algorithm: cause && 'ed25519-sha256', result: 'fail', cause },
    }),
  ),
  { id: 'dkim-clock-ahead', domain, dkim, aheadMs: 600_000 },
  { id: 'spf-failed', domain, spf },
  { id: 'spf-failed', domain, spf: { ...spf, clientIp: null, record: null } },
  { id: 'spf-missing', domain, spf },
  ...spfReasons.map((cause): MailCause => ({ id: 'spf-invalid', domain, spf: { ...spf, cause } })),
  { id: 'spf-invalid', domain, spf: { ...spf, cause: null, reason: '' } },
  { id: 'spf-not-aligned', domain, spf },
  { id: 'spf-address-hidden', domain, spf },
  ...spfReasons.map((cause): MailCause => ({ id: 'spf-unknown', domain, spf: { ...spf, cause } })),
  ...dmarcReasons.map((cause): MailCause => ({ id: 'dmarc-failed', domain, dmarc: { ...dmarc, cause } })),
  { id: 'dmarc-failed', domain, dmarc: { ...dmarc, cause: null } },
  { id: 'dmarc-missing', domain, dmarc },
  { id: 'dmarc-multiple', domain, dmarc, records: 2 },
  { id: 'dmarc-not-strict', domain, dmarc },
  { id: 'dmarc-policy', domain, dmarc, expected: 'reject' },
  ...dmarcReasons.map((cause): MailCause => ({ id: 'dmarc-unknown', domain, dmarc: { ...dmarc, cause } })),
  ...SHAPES.flatMap((shape): MailCause[] => [
    { id: 'shape-dkim-lost', domain, shape, dkim, alteredLine: null, testedAt: late.sentAt },
    { id: 'shape-dkim-lost', domain, shape, dkim, alteredLine: 'Caf=C3=A9', testedAt: late.sentAt },
    { id: 'shape-lost', domain, shape, how: 'missing', response: null, testedAt: late.sentAt },
  ]),
  ...(['refused', 'bounced'] as const).map(
    (how): MailCause => ({
      id: 'shape-lost',
      domain,
      shape: 'long-line',
      how,
      response: '550 5.6.0 Line too long.',
      testedAt: late.sentAt,
    }),
  ),
  ...mailCauses['mailbox-unreachable'].shape.reason.options.map(
    (reason): MailCause => ({ id: 'mailbox-unreachable', ...mailbox, reason, detail: 'no such thing' }),
  ),
  { id: 'mailbox-login-refused', ...bounces, response: null },
  { id: 'mailbox-login-refused', ...mailbox, response: 'Authentication failed.' },
  { id: 'mailbox-lost', ...mailbox, detail: 'the connection was closed' },
  ...mailCauses['mx-not-listening'].shape.reason.options.map(
    (reason): MailCause => ({ id: 'mx-not-listening', address: '0.0.0.0:25', reason, detail: 'EIO' }),
  ),
  ...mailCauses.configuration.shape.reason.options.map(
    (reason): MailCause => ({
      id: 'configuration',
      key: 'expect.key',
      path: '/key.pem',
      reason,
      detail: 'EISDIR',
    }),
  ),
  { id: 'relay-open', host, port: 587, replies: [] },
  {
    id: 'foreign-from-believed',
    name: 'foreign-from',
    letter: message,
    login: ends.from,
    by: [
      { mechanism: 'dkim', domain },
      { mechanism: 'spf', domain },
    ],
  },
  { id: 'probe-inconclusive', name: 'stranger', host, port: 587, replies: [], response: null },
  { id: 'probe-inconclusive', name: 'foreign-from', host, port: 587, letter: message, login: ends.from },
];

const HOLES = /undefined|null|NaN|\[object|\$\{|\(\)|: ?\.$| {2}|\.\.$/;

test('the table has every cause, and each is what its schema says', () => {
  expect([...new Set(causes.map(({ id }) => id))].sort()).toEqual(Object.keys(mailCauses).sort());
  for (const { id, ...data } of causes) expect(() => mailCauses[id].strict().parse(data), id).not.toThrow();
});

describe.each(LANGUAGES)('in %s', (language) => {
  const marks = language === 'fr' ? /['"]/ : /[’«»]/;

  test.each(causes.map((cause) => [cause.id, cause] as const))('%s is a sentence', (_id, cause) => {
    const text = sentence('mail', cause, language);
    expect(text).not.toMatch(HOLES);
    expect(text.length).toBeGreaterThan(20);
    if (cause.id !== 'relay-deferred' && cause.id !== 'relay-refused') expect(text).toMatch(/[.)]$/);
    expect(text).not.toMatch(marks);
  });

  test('every reason is named, each in its own words', () => {
    const { reasons } = mailWords[language];
    const texts = [
      ...dkimReasons.map((reason) => reasons.dkim(reason)),
      ...spfReasons.map((reason) => reasons.spf(reason)),
      ...dmarcReasons.map((reason) => reasons.dmarc(reason)),
    ];
    for (const text of texts) expect(text).not.toMatch(HOLES);
    expect(new Set(dkimReasons.map((reason) => reasons.dkim(reason))).size).toBe(dkimReasons.length);
  });
});

test('sentences state what was found, in both languages', () => {
  const slow = { id: 'slow-delivery', ...ends, ms: 4200, queueId: null, expectedMs: 3000 };
  expect(sentence('mail', slow, 'en')).toBe(
    'The message from probe@example.org took 4.2 s to arrive; expected at most 3.0 s.',
  );
  expect(sentence('mail', slow, 'fr')).toBe(
    'Le message de probe@example.org a mis 4,2 s à arriver ; attendu : au plus 3,0 s.',
  );
  const unknown = { id: 'spf-unknown', domain, spf: { ...spf, cause: { code: 'lookup-failed', lookup } } };
  expect(sentence('mail', unknown, 'fr')).toBe(
    'example.org : SPF n’a pas pu être vérifié : example.org TXT n’a pas pu être résolu : pas de réponse à temps (192.0.2.53:53).',
  );
});

describe('findings about the same thing', () => {
  test('are those that every message meets alike, whoever sent it', () => {
    const down = { id: 'relay-no-address', ...submission } as const;
    expect(identityOf({ ...down, from: 'a@one.example' })).toBe(
      identityOf({ ...down, from: 'b@two.example' }),
    );
    expect(identityOf({ ...down, host: 'b.example' })).not.toBe(identityOf(down));
    const slow = { id: 'slow-delivery', ...ends, ms: 4200, queueId: null, expectedMs: 3000 } as const;
    expect(identityOf({ ...slow, from: 'a@one.example' })).not.toBe(identityOf(slow));
  });

  test('are counted, except what may happen to any run', () => {
    expect(withCount({ id: 'relay-no-starttls', ...submission }, 3)).toMatchObject({ letters: 3 });
    expect(withCount({ id: 'cancelled' }, 3)).toEqual({ id: 'cancelled' });
  });
});
