import { Resolver as NodeResolver } from 'node:dns/promises';
import { Packet } from 'dns2';
import { describe, expect, it } from 'vitest';
import { createResolver } from '../../../src/dns/resolver.ts';
import { hostPort } from '../../../src/net/host-port.ts';
import { answer, txt, type Zone } from '../../../src/sandbox/dns/answer.ts';
import { listenDns } from '../../../src/sandbox/dns/listener.ts';
import { APEXES, zoneWith } from '../../../src/sandbox/dns/records.ts';

const LONG = 'a'.repeat(3000);
const zone: Zone = {
  'one.test': [
    { type: 'A', address: '127.0.0.1' },
    { type: 'MX', priority: 10, exchange: 'mx.one.test' },
  ],
  'below.two.test': [{ type: 'AAAA', address: '::1' }],
  'alias.test': [{ type: 'CNAME', domain: 'one.test' }],
  'away.test': [{ type: 'CNAME', domain: 'www.example.org' }],
  'loop.test': [{ type: 'CNAME', domain: 'loop.test' }],
  'broken.test': 'servfail',
  'long.test': [txt(LONG)],
};

/** What comes back for a question, after the way over the wire. */
function ask(name: string, type: keyof typeof Packet.TYPE, edns = false, transport: 'udp' | 'tcp' = 'udp') {
  const packet = new Packet();
  packet.header = new Packet.Header({ id: 7, rd: 1 });
  packet.questions.push(new Packet.Question({ name, type: Packet.TYPE[type], class: Packet.CLASS.IN }));
  if (edns) packet.additionals.push(Packet.Resource.EDNS([], { udpPayloadSize: 1232 }));
  const said = answer(packet.toBuffer(), transport, { zone, apexes: ['test'] });
  const { header, answers, authorities } = Packet.parse(said!);
  return { bytes: said!.length, header, answers, authorities };
}

describe('an authoritative answer', () => {
  it('has the records of the type, with AA and without RA', () => {
    const { header, answers } = ask('One.TEST', 'MX');
    expect(header).toMatchObject({ id: 7, qr: 1, aa: 1, ra: 0, rcode: 0 });
    // Compressed names take the case of the question.
    expect(answers).toMatchObject([{ name: 'One.TEST', priority: 10, exchange: 'mx.One.TEST', ttl: 0 }]);
  });

  it.each([
    ['one.test', 'TXT', 0],
    ['two.test', 'A', 0],
    ['below.two.test', 'A', 0],
    ['three.test', 'A', 3],
    ['broken.test', 'A', 2],
    ['example.org', 'A', 5],
    ['atest', 'A', 5],
  ] as const)('says for %s %s the rcode %d, with a SOA where there is nothing', (name, type, rcode) => {
    const { header, answers, authorities } = ask(name, type);
    expect([header.rcode, answers]).toEqual([rcode, []]);
    expect(authorities.map((one) => one.type)).toEqual(rcode === 2 || rcode === 5 ? [] : [Packet.TYPE.SOA]);
  });

  it('follows an alias as far as it answers for it, and never for ever', () => {
    expect(ask('alias.test', 'A').answers.map((one) => [one.name, one.domain ?? one.address])).toEqual([
      ['alias.test', 'one.test'],
      ['one.test', '127.0.0.1'],
    ]);
    expect(ask('away.test', 'A').answers).toHaveLength(1);
    expect(ask('loop.test', 'A').answers.length).toBeLessThan(12);
  });

  it('is cut off where a datagram does not hold it, and whole over TCP', () => {
    for (const edns of [false, true]) {
      const { header, answers, bytes } = ask('long.test', 'TXT', edns);
      expect([header.tc, answers.length, bytes <= 512]).toEqual([1, 0, true]);
    }
    expect(ask('long.test', 'TXT', false, 'tcp').answers).toHaveLength(1);
  });

  it('is none to what is no question', () => {
    expect(answer(Buffer.from('hello'), 'udp', { zone, apexes: [''] })).toBeNull();
  });
});

describe('over the wire', () => {
  it('gives a long text over TCP after it was cut off, and a whole key over UDP', async () => {
    const key = 'k'.repeat(392);
    const zones = { ...zone, ...zoneWith(key, () => false) };
    const server = await listenDns({ host: '127.0.0.1', port: 0 }, (message, transport) => {
      const said = answer(message, transport, { zone: zones, apexes: APEXES });
      return said ? [said] : [];
    });
    const resolver = createResolver({ servers: [server.address] });
    const texts = async (name: string) =>
      (await resolver.lookup(name, 'TXT')).records.map((one) => one.join(''));
    expect(await texts('long.test')).toEqual([LONG]);
    expect(await texts('smtp._domainkey.ada.sandbox.test')).toEqual([`v=DKIM1; h=sha256; k=rsa; p=${key}`]);
    expect(await texts('ada.sandbox.test._report._dmarc.operator.sandbox.test')).toEqual(['v=DMARC1']);
    expect((await resolver.lookup('1.0.0.127.in-addr.arpa', 'PTR')).records).toEqual([
      'out.operator.sandbox.test',
    ]);
    resolver.close();
    // Another implementation of DNS understands the answers as well.
    const other = new NodeResolver();
    other.setServers([hostPort(server.address)]);
    expect((await other.resolveTxt('smtp._domainkey.ada.sandbox.test'))[0]?.join('')).toContain(`p=${key}`);
    expect(await other.resolveTxt('long.test').then(([one]) => one?.join(''))).toBe(LONG);
    await server.close();
  });
});

describe('the zones of the sandbox', () => {
  it('are without exactly the record that is taken away', () => {
    const whole = zoneWith('k', () => false);
    const without = zoneWith('k', (record, domain) => record === 'spf' && domain === 'ben.sandbox.test');
    expect(without).not.toEqual(whole);
    const changed = Object.keys(whole).filter(
      (name) => JSON.stringify(whole[name]) !== JSON.stringify(without[name]),
    );
    expect(changed).toEqual(['ben.sandbox.test']);
    expect(without['ben.sandbox.test']).toMatchObject([{ type: 'MX' }]);
  });
});
