import { expect, test } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import type { MessageResult } from '../../src/checks/mail/result.ts';
import { reportRun } from '../../src/report/run.ts';

const message: MessageResult = {
  from: 'probe@one.example',
  to: 'probe+token@two.example',
  token: 'token',
  submission: {
    state: 'accepted',
    host: 'out.example.org',
    port: 587,
    address: '192.0.2.25',
    response: '250 2.0.0 Ok: queued as 4ABC',
    queueId: '4ABC',
    tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    certificate: {
      name: 'out.example.org',
      issuer: 'An Authority',
      names: ['out.example.org'],
      chain: ['out.example.org', 'An Authority'],
      validTo: '2026-12-24T00:00:00.000Z',
      daysLeft: 31,
      problem: null,
    },
    startedAt: '2026-11-22T15:00:00.000Z',
    ms: { dns: 2, connect: 3, tls: 10, auth: 4, accept: 90 },
  },
  delivery: {
    ms: 60,
    wholeMs: 1210,
    receivedAt: '2026-11-22T15:00:01.210Z',
    clientIp: '192.0.2.25',
    helo: 'out.example.org',
    encrypted: true,
    size: 1700,
  },
  bounce: null,
  dkim: {
    result: 'pass',
    reason: '',
    domain: 'operator.example',
    selector: 'smtp',
    algorithm: 'rsa-sha256',
    bits: 2048,
    aligned: false,
    keyMatchesZone: true,
    fromOversigned: true,
    bodyLimit: null,
    signatures: 1,
  },
  spf: {
    result: 'temperror',
    reason: 'no answer in time',
    domain: 'one.example',
    clientIp: null,
    aligned: true,
    record: null,
  },
  dmarc: { result: 'pass', reason: '', policy: 'reject', alignedBy: ['spf'], record: 'v=DMARC1; p=reject' },
};

const run = (messages: readonly MessageResult[]): Run => ({
  schema: 1,
  id: 'x',
  check: 'mail-out',
  kind: 'mail',
  outcome: 'fail',
  summary: '',
  findings: [],
  phases: [{ name: 'whole', ms: 1230 }],
  startedAt: '2026-11-22T15:00:00.000Z',
  durationMs: 1300,
  mail: {
    via: 'imap',
    letters: messages,
    late: [{ token: 't', sentAt: '', receivedAt: '', lateMs: 120_000 }],
    probes: [{ name: 'stranger', result: 'refused', response: '530 5.7.0 Authentication required' }],
  },
});

test('each message is printed with its delivery and with each mechanism', () => {
  const text = reportRun(run([message]), false);
  expect(text).toContain('probe@one.example  arrived 1.2 s after it was sent from 192.0.2.25');
  expect(text).toContain('dkim   pass, for another domain  d=operator.example s=smtp 2048 bits');
  expect(text).toContain('spf    temperror  one.example (no answer in time)');
  expect(text).toContain('dmarc  pass  p=reject, by spf');
  expect(text).toContain('queued as 4ABC, dns 2 ms, connect 3 ms, tls 10 ms, auth 4 ms, accept 90 ms');
  expect(text).toContain('certificate of out.example.org ← An Authority, 31 days left');
  expect(text).toContain('a message without a login: refused (530 5.7.0 Authentication required)');
  expect(text).toContain('1 message of earlier runs arrived late, at most 120.0 s after being sent');
});

test('a message that did not arrive is printed with the reason', () => {
  const nothing = { delivery: null, dkim: null, spf: null, dmarc: null };
  const bounce = {
    action: 'failed',
    status: '5.7.1',
    diagnostic: '554 5.7.1 Relay access denied',
    remoteMta: 'mx.example.net',
    reportingMta: null,
    receivedAt: '2026-11-22T15:00:01.000Z',
  };
  expect(reportRun(run([{ ...message, ...nothing }]), false)).toContain('accepted by the relay, not arrived');
  expect(reportRun(run([{ ...message, ...nothing, bounce }]), false)).toContain(
    'bounced: 554 5.7.1 Relay access denied',
  );
  const uncertain = {
    ...message,
    ...nothing,
    submission: { ...message.submission, state: 'uncertain' as const },
  };
  expect(reportRun(run([uncertain]), false)).toContain('the relay did not answer; not arrived');
});
