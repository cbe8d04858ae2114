/** DANE of the MX hosts: TLSA records of a resolver that validates or not, and the certificate of a mail server of the test. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { usable } from '../../../src/checks/zone/dane/match.ts';
import { forgetInbound } from '../../../src/checks/zone/inbound/index.ts';
import { createResolver } from '../../../src/dns/resolver.ts';
import { type Handler, mx, reply, soa, TYPE, zone } from '../../support/dns/server.ts';
import { startExchanger } from '../../support/zone/exchanger.ts';
import { closeServers, customer, OPERATOR, run, serve } from '../../support/zone/run.ts';

afterEach(async () => {
  forgetInbound();
  await closeServers();
});

const HOST = 'localhost';
const TLSA = 52;
const DIGEST = 'ab'.repeat(32);

interface Published {
  /** As in a zone file. */
  readonly records: readonly string[];
  /** The zone is signed, and the resolver validates. */
  readonly signed?: boolean;
  readonly validating?: boolean;
  readonly rcode?: number;
}

/** A resolver with the template's zones, these TLSA records, and the AD bit where it validates. */
function resolver({ records, signed = true, validating = true, rcode = 0 }: Published): Handler {
  const table = zone({
    ...OPERATOR,
    ...customer('a.example'),
    'a.example MX': [mx(10, HOST)],
    [`${HOST} A`]: [{ type: TYPE.A, address: '127.0.0.1' }],
  });
  return (asked) => {
    // What was not asked to be validated does not say that it was (RFC 6840 5.8).
    const wanted = ((asked.message[3] ?? 0) & 0x20) !== 0;
    if (asked.name === 'org') return [reply(asked, { answers: [soa(60)], validated: validating && wanted })];
    if (asked.type !== TLSA) return table(asked);
    const answers = records.map((text) => {
      const [usage, selector, matching, data] = text.split(' ');
      const numbers = [usage, selector, matching].map(Number);
      return { type: TLSA, data: Buffer.concat([Buffer.from(numbers), Buffer.from(data!, 'hex')]) };
    });
    // The codec of the test writes unknown types as they are.
    return [reply(asked, { answers: answers as never, rcode, validated: validating && signed && wanted })];
  };
}

async function look(published: Published, options: Record<string, unknown> = {}, mxPort?: number) {
  const result = await run(['a.example'], {
    resolver: resolver(published),
    ...(mxPort && { mxPort }),
    options: { variables: { mx: HOST }, ...options },
  });
  const findings = result.findings.filter(({ id }) => id.startsWith('zone-dane'));
  return { findings, dane: result.zone!.dane };
}

describe('TLSA records of an MX host', () => {
  it('are asked for with their type, and read', async () => {
    const server = await serve(resolver({ records: [`3 1 1 ${DIGEST}`] }));
    const own = createResolver({ servers: [server.address] });
    const answer = await own.lookup(`_25._tcp.${HOST}`, 'TLSA');
    own.close();
    expect(answer).toMatchObject({
      validated: true,
      records: [{ usage: 3, selector: 1, matching: 1, data: DIGEST }],
    });
  });

  it('none: no finding, advice where that is asked for', async () => {
    const { findings, dane } = await look({ records: [] });
    expect(findings).toEqual([]);
    expect(dane).toEqual([{ host: HOST, state: 'none', records: [] }]);
    const advised = await look({ records: [] }, { transport: { advise: true } });
    expect(advised.findings).toMatchObject([{ id: 'zone-dane-missing', outcome: 'pass' }]);
  });

  it.each([
    ['without DNSSEC', { records: [`3 1 1 ${DIGEST}`], signed: false }, 'zone-dane-ineffective', 'degraded'],
    [
      'of a resolver that does not validate',
      { records: [`3 1 1 ${DIGEST}`], validating: false },
      'zone-dane-unknown',
      'pass',
    ],
    [
      'of no use for mail',
      { records: [`1 1 1 ${DIGEST}`, '3 1 1 abcd'] },
      'zone-dane-ineffective',
      'degraded',
    ],
    ['that cannot be looked up', { records: [], rcode: 2 }, 'zone-dane-unknown', 'pass'],
  ])('%s', async (_what, published, id, outcome) => {
    const { findings } = await look(published);
    expect(findings).toMatchObject([{ id, outcome, cause: { host: HOST } }]);
  });

  it('the certificate is compared where the mail server was asked', async () => {
    await using exchanger = await startExchanger({
      recipient: (to) => (to.startsWith('postmaster@') ? null : '550 5.1.1 No'),
    });
    const certificate = new X509Certificate(readFileSync(exchanger.ca));
    const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
    const sha = (bytes: Buffer, name = 'sha256') => createHash(name).update(bytes).digest('hex');
    const inbound = { helo: 'vigie.example.net', ca: exchanger.ca, timeout: '2s' };
    const state = async (...records: string[]) => {
      const { findings, dane } = await look({ records }, { inbound }, exchanger.port);
      return [dane![0]!.state, ...findings.map(({ id, outcome }) => `${id} ${outcome}`)];
    };
    expect(await state(`3 1 1 ${sha(key)}`)).toEqual(['ok']);
    expect(await state(`3 0 2 ${sha(certificate.raw, 'sha512')}`)).toEqual(['ok']);
    expect(await state(`3 1 0 ${key.toString('hex')}`)).toEqual(['ok']);
    // During a change of keys there are two, one of which matches.
    expect(await state(`3 1 1 ${DIGEST}`, `3 1 1 ${sha(key)}`)).toEqual(['ok']);
    expect(await state(`3 1 1 ${DIGEST}`)).toEqual(['mismatch', 'zone-dane-mismatch fail']);
    const unasked = await look({ records: [`3 1 1 ${DIGEST}`] });
    expect(unasked.dane).toMatchObject([{ state: 'unchecked' }]);
    expect(unasked.findings).toEqual([]);
  });
});

it('records that mail servers can use (RFC 7672 3.1)', () => {
  const of = (usage: number, selector: number, matching: number, bytes: number) =>
    usable({ usage, selector, matching, data: 'ab'.repeat(bytes) });
  expect([of(3, 1, 1, 32), of(2, 0, 2, 64), of(3, 0, 0, 800)]).toEqual([true, true, true]);
  expect([of(0, 0, 1, 32), of(3, 2, 1, 32), of(3, 1, 1, 31), of(3, 1, 3, 32), of(3, 1, 0, 0)]).not.toContain(
    true,
  );
});
