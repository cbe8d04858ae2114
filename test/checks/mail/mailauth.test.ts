/** What mailauth really says, produced by running it, becomes the reason that it stands for; nothing it says is lost. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { authenticate, type DKIMResult, type DNSResolver, dkimSign, dkimVerify, dmarc, spf } from 'mailauth';
import { describe, expect, test } from 'vitest';
import {
  authResultOf,
  dkimReasonOf,
  dmarcReasonOf,
  dmarcSkippedReasonOf,
  spfReasonOf,
} from '../../../src/checks/mail/mailauth.ts';
import { type AUTHOR_FAULTS, DKIM_COMPLAINTS, type DkimReason } from '../../../src/checks/mail/reasons.ts';
import {
  type SPF_RECORD_FAULTS,
  type SPF_TERM_FAULTS,
  VERIFIER_NAME,
} from '../../../src/checks/records/spf-fault.ts';

interface Zone {
  readonly [question: string]: readonly string[] | readonly { priority: number; exchange: string }[] | string;
}

/** Answers from a table: names alone are TXT, `MX example.org` is what it says; a string is the code of an error. */
function resolverOf(zone: Zone): DNSResolver {
  return async (name, type) => {
    const found = zone[type === 'TXT' ? name : `${type} ${name}`] ?? 'ENOTFOUND';
    if (typeof found === 'string') throw Object.assign(new Error('no answer'), { code: found });
    // mailauth's type knows no MX answers, its code does.
    return found.map((one) => (typeof one === 'string' ? [one] : one)) as string[][];
  };
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const small = generateKeyPairSync('rsa', { modulusLength: 768 });
const ed = generateKeyPairSync('ed25519');
const base64 = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64');
const good = base64(rsa.publicKey);
const KEY = 'smtp._domainkey.example.org';
const published: Zone = { [KEY]: [`v=DKIM1; k=rsa; p=${good}`] };

const MESSAGE = 'From: <probe@example.org>\r\nTo: <x@example.net>\r\nSubject: one\r\n\r\nThe body.\r\n';

async function signed(
  options: { signTime?: Date; expires?: Date; algorithm?: string } = {},
): Promise<string> {
  const signature = {
    signingDomain: 'example.org',
    selector: 'smtp',
    privateKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ...options,
  };
  const { signatures, errors } = await dkimSign(MESSAGE, { ...signature, signatureData: [signature] });
  expect(errors).toEqual([]);
  return signatures + MESSAGE;
}

async function verified(raw: string, zone: Zone = published): Promise<DKIMResult> {
  const { results } = await dkimVerify(raw, { resolver: resolverOf(zone), strict: true, minBitLength: 1024 });
  expect(results).toHaveLength(1);
  return results[0]!;
}

const at = (year: number) => new Date(Date.UTC(year, 0));
const unknown = 'a text that no version of mailauth has had';

describe('DKIM', () => {
  const keyRecord = (record: string) => ({ zone: { [KEY]: [record] } });
  const altered = (change: (raw: string) => string) => ({ change });
  const cases: Record<
    DkimReason['code'] & (typeof DKIM_COMPLAINTS)[number],
    { zone?: Zone; change?: (raw: string) => string; sign?: Parameters<typeof signed>[0] }
  > = {
    'body-altered': altered((raw) => raw.replace('The body', 'A body')),
    'bad-signature': altered((raw) => raw.replace('Subject: one', 'Subject: two')),
    expired: { sign: { signTime: at(2020), expires: at(2021) } },
    'no-key': { zone: {} },
    'invalid-key': keyRecord('v=DKIM1; k=rsa; p='),
    'unknown-key-version': keyRecord(`v=DKIM2; p=${good}`),
    'unknown-key-type': keyRecord(`v=DKIM1; k=dsa; p=${good}`),
    'key-too-short': keyRecord(`v=DKIM1; k=rsa; p=${base64(small.publicKey)}`),
    'key-not-for-mail': keyRecord(`v=DKIM1; s=tlsrpt; p=${good}`),
    'key-forbids-hash': keyRecord(`v=DKIM1; h=sha1; p=${good}`),
    'key-of-other-algorithm': keyRecord(
      `v=DKIM1; k=ed25519; p=${ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`,
    ),
    'weak-algorithm': { sign: { algorithm: 'rsa-sha1' } },
    'unknown-algorithm': altered((raw) => raw.replace('a=rsa-sha256', 'a=rsa-md5')),
    'unknown-canonicalization': altered((raw) => raw.replace('c=relaxed/relaxed', 'c=loose/loose')),
    'unknown-version': altered((raw) => raw.replace('v=1', 'v=2')),
    'unsupported-query-method': altered((raw) => raw.replace('q=dns/txt', 'q=http/get')),
    'missing-tag': altered((raw) => raw.replace('v=1; ', '')),
    'syntax-error': altered((raw) => raw.replace('v=1;', 'v=1; t=yesterday;').replace(/ t=\d+;/, '')),
    'invalid-expiration': altered((raw) => raw.replace(/ t=\d+;/, ' t=200; x=100;')),
    'identity-mismatch': altered((raw) => raw.replace('v=1;', 'v=1; i=@example.com;')),
    'from-not-signed': altered((raw) => raw.replace(/ h=[^;]+;/, ' h=To:Subject;')),
  };

  test.each(Object.entries(cases))('%s', async (code, { zone, change = (raw) => raw, sign }) => {
    const result = await verified(change(await signed(sign)), zone);
    expect(result.status.result).not.toBe('pass');
    expect(dkimReasonOf(result)).toEqual({ code });
  });

  test('a signature that verifies has no reason', async () => {
    expect(dkimReasonOf(await verified(await signed()))).toBeNull();
    expect(Object.keys(cases).sort()).toEqual([...DKIM_COMPLAINTS].sort());
  });

  test('an error of the resolver keeps its code', async () => {
    const result = await verified(await signed(), { [KEY]: 'EBADNAME' });
    expect(dkimReasonOf(result)).toEqual({ code: 'dns-error', error: 'EBADNAME' });
  });

  test('what it does not know is kept as it is', async () => {
    const result = await verified((await signed()).replace('The body', 'A body'));
    const other = { ...result, status: { ...result.status, comment: unknown } };
    expect(dkimReasonOf(other)).toEqual({ code: 'unrecognised', raw: unknown });
    expect(authResultOf('splendid')).toBe('temperror');
  });
});

describe('SPF', () => {
  const evaluated = (zone: Zone, ip = '192.0.2.1') =>
    spf({
      sender: 'probe@example.org',
      ip,
      helo: 'out.example.org',
      mta: VERIFIER_NAME,
      strict: true,
      resolver: resolverOf(zone),
    });
  const record = (text: string): Zone => ({ 'example.org': [`v=spf1 ${text}`] });
  const several = (count: number, mechanism: (index: number) => string) =>
    record(Array.from({ length: count }, (_, index) => mechanism(index)).join(' '));
  const permerrors: Record<
    (typeof SPF_RECORD_FAULTS)[number] | (typeof SPF_TERM_FAULTS)[number],
    [zone: Zone, of?: string]
  > = {
    'too-many-lookups': [
      {
        ...several(11, (index) => `include:${index}.example.net`),
        ...Object.fromEntries(
          Array.from({ length: 11 }, (_, index) => [`${index}.example.net`, ['v=spf1 ?all']]),
        ),
      },
    ],
    'too-many-void-lookups': [several(4, (index) => `a:${index}.example.net`)],
    'invalid-characters': [record('a:exämple.org -all')],
    'unexpected-value': [record('all:example.net')],
    'several-records': [{ 'example.org': ['v=spf1 -all', 'v=spf1 ~all'] }, 'example.org'],
    'no-record': [record('include:example.net -all'), 'example.net'],
    'invalid-name': [
      { ...record('mx -all'), 'MX example.org': [{ priority: 10, exchange: 'host' }] },
      'host',
    ],
    'unknown-mechanism': [record('ip:192.0.2.1'), 'ip'],
    'invalid-include': [record('include:%{l}..example.net'), '..'],
    'invalid-redirect': [record('redirect=%{d}..example.net'), '..'],
    'repeated-modifier': [record('redirect=a.example redirect=b.example'), 'redirect'],
    'invalid-modifier': [record('1x=y -all'), '1x'],
    'invalid-term': [record('ip4:192.0.2 -all'), 'ip4'],
    'invalid-prefix-length': [record('a/99 -all'), '99'],
    'missing-domain': [record('include -all'), 'include'],
    'invalid-domain': [record('a:localhost -all'), 'localhost'],
    'invalid-macro': [record('exists:%{z}.example.org'), ''],
  };
  for (const [code, [zone, of]] of Object.entries(permerrors)) {
    test(code, async () => {
      const result = await evaluated(zone);
      expect(result.status).toMatchObject({ result: 'permerror' });
      const reason = spfReasonOf(result);
      expect({ ...reason, raw: result.status.comment }).toMatchObject({ code });
      if (of) expect(reason).toMatchObject({ of: expect.stringContaining(of) });
    });
  }

  test('results of the record carry the sender and the address', async () => {
    const who = { sender: 'probe@example.org', clientIp: '192.0.2.1' };
    expect(spfReasonOf(await evaluated(record('+all')))).toBeNull();
    expect(spfReasonOf(await evaluated(record('-all')))).toEqual({ code: 'fail', ...who });
    expect(spfReasonOf(await evaluated(record('~all')))).toEqual({ code: 'softfail', ...who });
    expect(spfReasonOf(await evaluated(record('?all')))).toEqual({ code: 'neutral', ...who });
    expect(spfReasonOf(await evaluated({}))).toEqual({ code: 'none', domain: 'example.org' });
    expect(spfReasonOf(await evaluated(record('-all'), 'nowhere'))).toEqual({ code: 'no-client-address' });
  });

  test('what it does not know is kept as it is', async () => {
    const result = await evaluated({ 'example.org': 'ESERVFAIL' });
    expect(result.status.result).toBe('temperror');
    expect(spfReasonOf(result)).toEqual({ code: 'unrecognised', raw: 'no answer' });
    expect(spfReasonOf({ ...result, status: { result: 'permerror', comment: unknown } })).toEqual({
      code: 'unrecognised',
      raw: unknown,
    });
  });
});

describe('DMARC', () => {
  const skipped = async (from: string) => {
    const resolver = resolverOf({});
    const raw = `${from}\r\n\r\nx\r\n`;
    const result = await authenticate(raw, { resolver, mta: VERIFIER_NAME, strict: true, disableArc: true });
    expect(result.dmarc).toBe(false);
    return dmarcSkippedReasonOf(result.dmarcSkipReason);
  };
  const evaluated = async (zone: Zone, domains: readonly string[] = []) => {
    const result = await dmarc({
      headerFrom: ['probe@example.org'],
      dkimDomains: domains.map((domain) => ({ domain })),
      resolver: resolverOf(zone),
      strict: true,
    });
    return result || expect.unreachable();
  };

  test.each<[(typeof AUTHOR_FAULTS)[number], string]>([
    ['several-from-fields', 'From: <a@one.example>\r\nFrom: <b@two.example>'],
    ['several-author-domains', 'From: <a@one.example>, <b@two.example>'],
    ['invalid-author-domain', 'From: <a@one.example>, <b@.>'],
    ['no-author-domain', 'From: nobody'],
  ])('%s', async (code, from) => {
    expect(await skipped(from)).toEqual({ code });
  });

  test('a failure carries the published policies; a pass and a missing record have no reason', async () => {
    const zone = { '_dmarc.example.org': ['v=DMARC1; p=reject; sp=none'] };
    expect(dmarcReasonOf(await evaluated(zone))).toEqual({
      code: 'not-aligned',
      policies: 'p=REJECT sp=NONE',
    });
    expect(dmarcReasonOf(await evaluated(zone, ['example.org']))).toBeNull();
    expect(dmarcReasonOf(await evaluated({}))).toBeNull();
  });

  test('too many signing domains', async () => {
    const domains = Array.from({ length: 11 }, (_, index) => `${index}.example.org`);
    const zone: Zone = {
      '_dmarc.example.org': ['v=DMARC1; p=reject'],
      ...Object.fromEntries(domains.map((domain) => [`_dmarc.${domain}`, ['v=DMARC1; p=none; psd=n']])),
    };
    expect(dmarcReasonOf(await evaluated(zone, domains))).toEqual({
      code: 'too-many-domains',
      domain: '10.example.org',
    });
  });

  test('what it does not know is kept as it is', async () => {
    const result = await evaluated({ '_dmarc.example.org': 'ESERVFAIL' });
    expect(dmarcReasonOf(result)).toEqual({ code: 'unrecognised', raw: 'no answer' });
    expect(dmarcSkippedReasonOf(unknown)).toEqual({ code: 'unrecognised', raw: unknown });
  });
});
