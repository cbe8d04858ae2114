/** How receivers see the relay: judged by what a real name server answers. */
import { describe, expect, it } from 'vitest';
import type { Exchanged, MailRun } from '../../../src/checks/mail/exchange.ts';
import { identifyRelay } from '../../../src/checks/mail/identity.ts';
import { reverseName } from '../../../src/dns/reverse.ts';
import { isPublic } from '../../../src/net/addresses.ts';
import { aMessage } from '../../support/history/results.ts';
import { startNameServer, type Zone } from '../../support/mail/name-server.ts';

const V4 = '91.1.2.3';
const V6 = '2a01:4f8::25';
const ptr = (domain: string) => [{ type: 'PTR' as const, domain }];
const GOOD: Zone = {
  'out.one.example': [
    { type: 'A', address: V4 },
    { type: 'AAAA', address: V6 },
  ],
  [reverseName(V4)]: ptr('out.one.example'),
  [reverseName(V6)]: ptr('out.one.example'),
};

interface Hop {
  readonly clientIp?: string;
  readonly helo?: string;
  readonly tls?: string;
}

async function look(zone: Zone, { clientIp = V4, helo = 'out.one.example', tls = 'TLSv1.3' }: Hop = {}) {
  await using names = await startNameServer(zone);
  const message = aMessage('one.example');
  const delivery = { ...message.delivery!, clientIp, helo, tls };
  const options = { submission: { host: 'out.one.example' } };
  const run = { resolver: names.resolver, signal: new AbortController().signal, options } as MailRun;
  const { addresses, findings } = await identifyRelay(run, [
    { message: { ...message, delivery } } as Exchanged,
  ]);
  return { addresses, findings: findings.map(({ cause, outcome }) => ({ ...cause, outcome })) };
}

describe('the relay as receivers see it', () => {
  it('names that lead back, in both families, are no finding', async () => {
    const { addresses, findings } = await look(GOOD);
    expect(findings).toEqual([]);
    expect(addresses).toMatchObject([
      { address: V4, seen: true, names: ['out.one.example'], confirmed: true, tls: 'TLSv1.3' },
      { address: V6, seen: false, confirmed: true, helo: null },
    ]);
  });

  it('an address without a name is degraded; advice where no message came from it', async () => {
    const { [reverseName(V4)]: _four, [reverseName(V6)]: _six, ...rest } = GOOD;
    expect((await look(rest)).findings).toEqual([
      { id: 'relay-name-missing', address: V4, seen: true, outcome: 'degraded' },
      { id: 'relay-name-missing', address: V6, seen: false, outcome: 'pass' },
    ]);
  });

  it('a name that leads elsewhere, or nowhere, is not believed', async () => {
    for (const at of ['other.one.example', 'nowhere.one.example']) {
      const zone: Zone = {
        ...GOOD,
        'other.one.example': [{ type: 'A', address: '91.9.9.9' }],
        [reverseName(V4)]: ptr(at),
      };
      expect((await look(zone)).findings).toEqual([
        { id: 'relay-name-unconfirmed', address: V4, seen: true, names: [at], outcome: 'degraded' },
      ]);
    }
  });

  it('one of several names is enough', async () => {
    const zone = { ...GOOD, [reverseName(V4)]: [...ptr('mail.one.example'), ...ptr('out.one.example')] };
    expect((await look(zone)).findings).toEqual([]);
  });

  it('a failure of the resolver is no fault of the relay', async () => {
    for (const name of [reverseName(V4), 'mx.one.example']) {
      const zone: Zone = { ...GOOD, [reverseName(V4)]: ptr('mx.one.example'), [name]: 'servfail' };
      const { findings } = await look(zone);
      expect(findings).toMatchObject([{ id: 'relay-identity-unknown', address: V4, outcome: 'pass' }]);
    }
  });

  it.each([
    ['localhost', 'no-name', 'degraded'],
    ['mail_1', 'no-name', 'degraded'],
    ['absent.one.example', 'no-address', 'degraded'],
    ['other.one.example', 'elsewhere', 'pass'],
    ['[91.9.9.9]', 'elsewhere', 'pass'],
  ] as const)('HELO %s: %s, %s', async (helo, problem, outcome) => {
    const zone: Zone = { ...GOOD, 'other.one.example': [{ type: 'A', address: '91.9.9.9' }] };
    const { findings } = await look(zone, { helo });
    expect(findings).toMatchObject([{ id: 'relay-helo', helo, problem, outcome }]);
  });

  it('HELO with the address itself, as RFC 5321 4.1.3 allows, is no finding', async () => {
    expect((await look(GOOD, { helo: `[${V4}]` })).findings).toEqual([]);
    expect((await look(GOOD, { clientIp: V6, helo: '[IPv6:2a01:4f8:0::25]' })).findings).toEqual([]);
  });

  it('TLS 1.1 is old', async () => {
    expect((await look(GOOD, { tls: 'TLSv1.1' })).findings).toMatchObject([{ id: 'relay-tls-old' }]);
  });

  it('a relay that sends from another address is not asked about that of its users', async () => {
    const zone: Zone = { ...GOOD, [reverseName('91.7.7.7')]: ptr('gate.one.example') };
    const { addresses } = await look(zone, { clientIp: '91.7.7.7' });
    expect(addresses.map(({ address }) => address)).toEqual(['91.7.7.7']);
  });

  it.each(['127.0.0.1', '10.1.2.3', '203.0.113.10', '2001:db8::1', 'fd00::1'])(
    '%s is none that receivers see',
    async (clientIp) => {
      expect(isPublic(clientIp)).toBe(false);
      expect(await look(GOOD, { clientIp })).toEqual({ addresses: [], findings: [] });
    },
  );
});

it('names of addresses', () => {
  expect(reverseName('192.0.2.10')).toBe('10.2.0.192.in-addr.arpa');
  const zeros = (n: number) => Array.from({ length: n }, () => '0').join('.');
  expect(reverseName('2001:DB8::1')).toBe(`1.${zeros(23)}.8.b.d.0.1.0.0.2.ip6.arpa`);
  expect(reverseName('::ffff:192.0.2.1')).toBe(`1.0.2.0.0.0.0.c.f.f.f.f.${zeros(20)}.ip6.arpa`);
});
