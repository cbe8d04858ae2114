/** The standards' own examples through the whole path: name server, resolver, authentication, findings. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authentication, authenticateMessage } from '../../../src/checks/mail/authentication.ts';
import { authenticationFindings } from '../../../src/checks/mail/findings-authentication.ts';
import type { Hop } from '../../../src/checks/mail/hop.ts';
import { type NameServer, startNameServer, txt, type Zone } from '../../support/mail/name-server.ts';

const crlf = (lines: readonly string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const expected = { minBits: 2048, policy: 'reject', deliveredIn: 20_000, certificateDays: 14 } as const;

function findings(authentication: Authentication, from: string): string[] {
  const domain = from.replace(/^.*@/, '');
  const facts = { from, domain, authentication, headerIntact: true, alteredLine: null };
  const found = authenticationFindings(facts, { ...expected, selector: undefined, key: undefined });
  return found.map(({ cause }) => cause.id);
}

/** RFC 6376 appendix A and C, with errata 3192 (one space in the body) and 4926 (indentation). */
const RFC6376_KEY =
  'v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt' +
  'IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi' +
  'tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB';
const rfc6376 = (body = 'We lost the game. Are you hungry yet?', subject = 'Is dinner ready?') =>
  crlf([
    'DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;',
    '      c=simple/simple; q=dns/txt; i=joe@football.example.com;',
    '      h=Received : From : To : Subject : Date : Message-ID;',
    '      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
    '      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB',
    '      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut',
    '      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV',
    '      4bmp/YzhwvcubU4=;',
    'Received: from client1.football.example.com  [192.0.2.1]',
    '      by submitserver.example.com with SUBMISSION;',
    '      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)',
    'From: Joe SixPack <joe@football.example.com>',
    'To: Suzie Q <suzie@shopping.example.net>',
    `Subject: ${subject}`,
    'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
    'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
    '',
    'Hi.',
    '',
    body,
    '',
    'Joe.',
    '',
  ]);

/** RFC 8463 appendix A: one message signed by both algorithms. */
const RFC8463_ED25519 = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
const RFC8463_RSA =
  'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bd' +
  'OKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZy' +
  'VYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB';
const rfc8463 = crlf([
  'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :',
  ' subject : date : message-id : from : subject : date;',
  ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  ' b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus',
  ' Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;',
  ' d=football.example.com; i=@football.example.com;',
  ' q=dns/txt; s=test; t=1528637909; h=from : to : subject :',
  ' date : message-id : from : subject : date;',
  ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
  ' b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3',
  ' DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz',
  ' dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=',
  'From: Joe SixPack <joe@football.example.com>',
  'To: Suzie Q <suzie@shopping.example.net>',
  'Subject: Is dinner ready?',
  'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
  'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
  '',
  'Hi.',
  '',
  'We lost the game.  Are you hungry yet?',
  '',
  'Joe.',
  '',
]);

const hop: Hop = {
  clientIp: '192.0.2.65',
  helo: 'amy.example.com',
  mailFrom: 'joe@football.example.com',
  encrypted: true,
};
const strict = 'v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; rua=mailto:contact@example.com';
const football: Zone = {
  'brisbane._domainkey.example.com': [txt(RFC6376_KEY)],
  'brisbane._domainkey.football.example.com': [txt(RFC8463_ED25519)],
  'test._domainkey.football.example.com': [txt(RFC8463_RSA)],
  'football.example.com': [txt('v=spf1 ip4:192.0.2.65 -all')],
  '_dmarc.football.example.com': [txt(strict)],
};

let server: NameServer;
beforeAll(async () => {
  server = await startNameServer(football);
});
afterAll(() => server[Symbol.asyncDispose]());

const judge = (raw: Buffer, changes: Zone = {}, from: Hop | null = hop, selector?: string) => {
  server.zone = { ...football, ...changes };
  return authenticateMessage(raw, from, { resolver: server.resolver, selector });
};

describe('RFC 6376 appendix A', () => {
  test('verifies; its domain is not that of From, and its key is short', async () => {
    const verdict = await judge(rfc6376());
    expect(verdict.dkim).toMatchObject({
      result: 'pass',
      domain: 'example.com',
      selector: 'brisbane',
      bits: 1024,
      aligned: false,
      keyMatchesZone: true,
      fromOversigned: false,
      bodyLimit: null,
      signatures: 1,
    });
    expect(verdict.dmarc).toMatchObject({ result: 'pass', alignedBy: ['spf'], policy: 'reject' });
    expect(findings(verdict, 'joe@football.example.com')).toEqual([
      'dkim-not-aligned',
      'dkim-weak-key',
      'dkim-from-not-oversigned',
    ]);
  });

  test('a changed body, a changed header and another key are three incidents', async () => {
    const body = await judge(rfc6376('We won the game. Are you hungry yet?'));
    expect(body.dkim).toMatchObject({
      result: 'fail',
      reason: 'body hash did not verify',
      cause: { code: 'body-altered' },
    });
    expect(findings(body, 'joe@football.example.com')).toContain('dkim-body-altered');

    const header = await judge(rfc6376(undefined, 'Is lunch ready?'));
    expect(header.dkim).toMatchObject({
      result: 'fail',
      reason: 'bad signature',
      cause: { code: 'bad-signature' },
    });

    const key = await judge(rfc6376(), { 'brisbane._domainkey.example.com': [txt(RFC8463_RSA)] });
    expect(findings(key, 'joe@football.example.com')).toContain('dkim-wrong-key');
  });

  test('no key, a revoked key and a key that cannot be looked up are told apart', async () => {
    const none = await judge(rfc6376(), { 'brisbane._domainkey.example.com': [] });
    expect(findings(none, 'joe@football.example.com')).toContain('dkim-no-key');
    const revoked = await judge(rfc6376(), { 'brisbane._domainkey.example.com': [txt('v=DKIM1; p=')] });
    expect(findings(revoked, 'joe@football.example.com')).toContain('dkim-invalid-key');
    const unknown = await judge(rfc6376(), { 'brisbane._domainkey.example.com': 'servfail' });
    expect(unknown.dkim).toMatchObject({
      result: 'temperror',
      keyMatchesZone: null,
      cause: { code: 'lookup-failed', lookup: { code: 'ESERVFAIL', type: 'TXT' } },
    });
    expect(unknown.unresolved).toHaveLength(1);
    expect(findings(unknown, 'joe@football.example.com')).toContain('dkim-unknown');
  });
});

describe('RFC 8463 appendix A', () => {
  test('Ed25519 and RSA both verify, are aligned, and From is oversigned', async () => {
    for (const [selector, bits, algorithm] of [
      ['brisbane', 256, 'ed25519-sha256'],
      ['test', 1024, 'rsa-sha256'],
    ] as const) {
      const verdict = await judge(rfc8463, {}, hop, selector);
      expect(verdict.dkim).toMatchObject({
        result: 'pass',
        domain: 'football.example.com',
        selector,
        bits,
        algorithm,
        aligned: true,
        fromOversigned: true,
        signatures: 2,
      });
      expect(verdict.dmarc).toMatchObject({ result: 'pass', alignedBy: ['dkim', 'spf'] });
    }
  });

  test('one signature that cannot be looked up does not hide the other', async () => {
    const verdict = await judge(rfc8463, { 'brisbane._domainkey.football.example.com': 'servfail' });
    expect(verdict.dkim).toMatchObject({ result: 'pass', selector: 'test' });
    expect(verdict.dmarc.result).toBe('pass');
  });
});

describe('the signature that counts', () => {
  /** A signature of another domain put above those of the author's. */
  const foreign = (domain: string) =>
    Buffer.concat([
      crlf([
        `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=list;`,
        ' h=from:to:subject; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
        ' b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3',
        '',
      ]),
      rfc8463,
    ]);
  const author = 'joe@football.example.com';
  const unresolvable: Zone = {
    'list._domainkey.lists.example.net': 'servfail',
    '_dmarc.lists.example.net': 'servfail',
  };

  test('is not hidden by the failed lookup of a foreign one, whether it is good, without a key or altered', async () => {
    const good = await judge(foreign('lists.example.net'), unresolvable);
    expect(good.dkim).toMatchObject({ result: 'pass', domain: 'football.example.com' });
    expect(findings(good, author)).toEqual(['dkim-weak-key'].slice(1));

    const gone = {
      'brisbane._domainkey.football.example.com': [],
      'test._domainkey.football.example.com': [],
    };
    const keyless = await judge(foreign('lists.example.net'), { ...unresolvable, ...gone });
    expect(keyless.dkim.cause).toEqual({ code: 'no-key' });
    expect(findings(keyless, author)).toContain('dkim-no-key');

    const noSpf = { ...unresolvable, ...gone, 'football.example.com': [txt('v=spf1 -all')] };
    const failed = await judge(foreign('lists.example.net'), noSpf);
    expect(failed.dmarc).toMatchObject({ result: 'fail', cause: { code: 'not-aligned' } });
  });

  test('is missing where the only one is foreign, whatever its key', async () => {
    const raw = crlf([
      ...foreign('lists.example.net').toString('latin1').split('\r\n').slice(0, 3),
      `From: <${author}>`,
      'Subject: x',
      '',
      'text',
      '',
    ]);
    const verdict = await judge(raw, { ...unresolvable, 'football.example.com': [txt('v=spf1 -all')] });
    expect(findings(verdict, author)).toEqual(['dkim-not-aligned', 'spf-failed', 'dmarc-failed']);
  });

  test('may still be one of a parent domain, where alignment is relaxed', async () => {
    const verdict = await judge(rfc6376(), {
      'brisbane._domainkey.example.com': 'servfail',
      'football.example.com': [txt('v=spf1 -all')],
      '_dmarc.football.example.com': [txt('v=DMARC1; p=reject')],
    });
    expect(verdict.dmarc).toMatchObject({ result: 'temperror', cause: { code: 'dkim-undecided' } });
  });

  test('that is broken is not hidden by one of another domain that verifies', async () => {
    const own = foreign('football.example.com').toString('latin1').split('\r\n').slice(0, 3);
    const verdict = await judge(Buffer.concat([crlf([...own, '']), rfc6376()]));
    expect(verdict.dkim).toMatchObject({ domain: 'football.example.com', aligned: true });
    expect(verdict.dkim.cause).toEqual({ code: 'no-key' });
    expect(findings(verdict, author)).toContain('dkim-no-key');
  });

  test('passes although another is broken, which is advice', async () => {
    const other = RFC8463_ED25519.replace('11qY', '22qY');
    const verdict = await judge(rfc8463, { 'brisbane._domainkey.football.example.com': [txt(other)] });
    expect(verdict.dkim).toMatchObject({ result: 'pass', selector: 'test' });
    expect(verdict.broken).toMatchObject([
      { domain: 'football.example.com', selector: 'brisbane', algorithm: 'ed25519-sha256' },
    ]);
    expect(findings(verdict, author)).toContain('dkim-other-broken');
  });

  test('has a damaged key: which damage', async () => {
    const key = RFC6376_KEY;
    for (const [record, damage] of [
      [key.slice(0, 150), { damage: 'cut-off', announced: 162 }],
      [key.replace('v=DKIM1;', 'v=DKIM1\\;'), { damage: 'marks' }],
      [`"${key}"`, { damage: 'marks' }],
      [key.replace('p=', 'P='), { damage: 'tag-case' }],
      ['v=DKIM1; k=rsa', { damage: 'no-key-tag' }],
      ['v=DKIM1; p=', { damage: 'revoked' }],
      [key.replace('MIGf', 'MI—Gf'), { damage: 'characters' }],
      ['v=DKIM1; p=AAAA', { damage: 'unreadable' }],
    ] as const) {
      const verdict = await judge(rfc6376(), { 'brisbane._domainkey.example.com': [txt(record)] });
      expect(verdict.dkim.cause, record).toMatchObject({ code: 'damaged-key', ...damage });
      expect(findings(verdict, author)).toContain('dkim-invalid-key');
    }
  });
});

test('a signature from the future, and a rewritten From, which is judged by its own domain', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const raw = crlf(['From: Joe via list <list@lists.example.net>', 'Subject: x', '', 'text', '']);
  const signature = {
    signingDomain: 'lists.example.net',
    selector: 's',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    signTime: new Date(Date.now() + 600_000),
  };
  const signed = await dkimSign(raw, { ...signature, signatureData: [signature] });
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const verdict = await judge(Buffer.concat([Buffer.from(signed.signatures), raw]), {
    's._domainkey.lists.example.net': [txt(`v=DKIM1; p=${key}`)],
    '_dmarc.lists.example.net': [txt('v=DMARC1; p=none')],
  });
  expect(verdict.dkim).toMatchObject({ result: 'pass', aligned: true });
  expect(verdict.aheadMs).toBeGreaterThan(590_000);
  const facts = { from: 'joe@football.example.com', domain: 'football.example.com', authentication: verdict };
  const found = authenticationFindings(
    { ...facts, headerIntact: true, alteredLine: null },
    { ...expected, selector: undefined, key: undefined },
  );
  const about = found.map(({ cause }) => [cause.id, 'domain' in cause && cause.domain]);
  expect(about).toEqual([
    ['from-rewritten', 'football.example.com'],
    ['dkim-from-not-oversigned', 'lists.example.net'],
    ['dkim-clock-ahead', 'lists.example.net'],
    ['spf-not-aligned', 'lists.example.net'],
    ['dmarc-policy', 'lists.example.net'],
  ]);
});

describe('what is undecided is not failed', () => {
  const unsigned = crlf(['From: <joe@football.example.com>', 'Subject: x', '', 'text', '']);

  test('an SPF record that cannot be looked up', async () => {
    const verdict = await judge(unsigned, { 'football.example.com': 'servfail' });
    expect(verdict.spf.result).toBe('temperror');
    expect(verdict.dmarc).toMatchObject({
      result: 'temperror',
      policy: null,
      cause: { code: 'spf-undecided', spf: { code: 'lookup-failed' } },
    });
    expect(findings(verdict, 'joe@football.example.com')).toEqual([
      'dkim-unsigned',
      'spf-unknown',
      'dmarc-unknown',
    ]);
  });

  test('a name that the SPF record leads to', async () => {
    const verdict = await judge(unsigned, {
      'football.example.com': [txt('v=spf1 mx:out.example.com -all')],
      'out.example.com': 'servfail',
    });
    expect(verdict.spf.result).toBe('temperror');
  });

  test('a DMARC record that cannot be looked up', async () => {
    const verdict = await judge(rfc8463, { '_dmarc.football.example.com': 'servfail' });
    expect(verdict.dkim.result).toBe('pass');
    expect(verdict.dmarc.result).toBe('temperror');
  });

  test('a hop that nobody trustworthy wrote down', async () => {
    const verdict = await judge(rfc8463, {}, null);
    expect(verdict.spf).toMatchObject({ result: 'temperror', clientIp: null, cause: { code: 'no-hop' } });
    expect(verdict.dmarc).toMatchObject({ result: 'pass', alignedBy: ['dkim'] });
    const lost = await judge(unsigned, {}, null);
    expect(lost.dmarc.result).toBe('temperror');
  });
});

test('two DMARC records count as none, relaxed alignment is not strict', async () => {
  const two = await judge(rfc8463, { '_dmarc.football.example.com': [txt(strict), txt('v=DMARC1; p=none')] });
  expect(two.dmarc.result).toBe('none');
  expect(findings(two, 'joe@football.example.com')).toEqual(['dmarc-multiple']);

  const relaxed = await judge(rfc6376(), {
    '_dmarc.football.example.com': [],
    '_dmarc.example.com': [txt('v=DMARC1; p=reject')],
    'football.example.com': [txt('v=spf1 -all')],
  });
  expect(relaxed.dmarc).toMatchObject({ result: 'pass', alignedBy: [] });
  expect(findings(relaxed, 'joe@football.example.com')).toContain('dmarc-not-strict');
});

test('two From fields: its author is ambiguous', async () => {
  const verdict = await judge(crlf(['From: <a@one.example>', 'From: <b@two.example>', '', 'x', '']));
  expect(verdict.fromDomain).toBeNull();
  expect(verdict.dmarc).toMatchObject({
    result: 'permerror',
    policy: null,
    cause: { code: 'several-from-fields' },
  });
  expect(findings(verdict, 'a@one.example')).toContain('from-rewritten');
});
