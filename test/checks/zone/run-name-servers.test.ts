import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { outcomeOf } from '../../../src/checks/outcome.ts';
import { NameServers } from '../../../src/checks/zone/name-servers.ts';
import { createResolver } from '../../../src/dns/resolver.ts';
import { type Handler, longTxt, reply, TYPE, zone } from '../../support/dns/server.ts';
import { freePort } from '../../support/free-port.ts';
import { KEY } from '../../support/zone/keys.ts';
import {
  ALL_EXACT,
  closeServers,
  customer,
  ids,
  levels,
  OPERATOR,
  run,
  serve,
  type Table,
} from '../../support/zone/run.ts';

afterEach(closeServers);

describe("the domains' own name servers", () => {
  const good = zone({ ...OPERATOR, ...customer('d.example') });
  const twoServers: Table = {
    'd.example NS': [
      { type: TYPE.NS, ns: 'ns1.host.example' },
      { type: TYPE.NS, ns: 'ns2.host.example' },
    ],
  };
  const goodOfTwo = zone({ ...OPERATOR, ...customer('d.example'), ...twoServers });
  const without = (name: string, more: Table = {}) => {
    const table = { ...OPERATOR, ...customer('d.example'), ...more };
    delete table[name];
    return zone(table);
  };

  it('are believed when a correction has not reached the resolver yet', async () => {
    const stale = without('_dmarc.d.example TXT');
    const result = await run(['d.example'], { resolver: stale, nameServers: [good] });
    expect(levels(result, 'd.example')).toEqual(ALL_EXACT);
    expect(ids(result)).toEqual(['zone-propagating']);
    expect(outcomeOf(result.findings)).toBe('degraded');
    expect(result.zone!.domains[0]!.records.find(({ record }) => record === 'dmarc')).toMatchObject({
      differs: 'resolver',
      views: [
        { server: 'resolver', level: 'missing' },
        { server: 'ns1.host.example', level: 'exact' },
      ],
    });
  });

  it('are believed when a record is gone that the resolver still has', async () => {
    const result = await run(['d.example'], {
      resolver: good,
      nameServers: [without('_dmarc.d.example TXT')],
    });
    expect(levels(result, 'd.example').dmarc).toBe('missing');
    expect(ids(result)).toEqual(['zone-dmarc-missing', 'zone-propagating']);
  });

  it('contradict each other', async () => {
    const result = await run(['d.example'], {
      resolver: goodOfTwo,
      nameServers: [goodOfTwo, without('d.example MX', twoServers)],
    });
    expect(levels(result, 'd.example').mx).toBe('missing');
    expect(ids(result)).toEqual(['zone-mx-missing', 'zone-servers-differ']);
  });

  it.each([
    ['refuses', (asked) => [reply(asked, { rcode: 5 })], 'zone-server-lame', 'lame'],
    ['answers without authority', (asked) => [reply(asked, { rcode: 3 })], 'zone-server-lame', 'lame'],
    ['is silent', () => [], 'zone-server-silent', 'silent'],
  ] as [string, Handler, string, string][])('one of two %s', async (_, handler, id, state) => {
    const result = await run(['d.example'], { resolver: goodOfTwo, nameServers: [goodOfTwo, handler] });
    expect(levels(result, 'd.example')).toEqual(ALL_EXACT);
    expect(ids(result)).toEqual([id]);
    expect(result.zone!.domains[0]!.nameServers.map((server) => server.state)).toEqual(['ok', state]);
  });

  it('are all silent: then the resolver is judged, and it is only advice', async () => {
    const result = await run(['d.example'], { resolver: good, nameServers: [() => []] });
    expect(levels(result, 'd.example')).toEqual(ALL_EXACT);
    expect(outcomeOf(result.findings)).toBe('pass');
    expect(result.findings.map(({ id }) => id)).toContain('zone-servers-unasked');
  });

  it('have to answer over TCP; where none does, our own network may block it', async () => {
    const overUdp: Handler = (asked) => (asked.tcp ? [] : goodOfTwo(asked));
    const [one, none] = await Promise.all(
      [goodOfTwo, overUdp].map((first) =>
        run(['d.example'], { resolver: goodOfTwo, nameServers: [first, overUdp] }),
      ),
    );
    expect(levels(one!, 'd.example')).toEqual(ALL_EXACT);
    expect(ids(one!)).toEqual(['zone-server-no-tcp']);
    const [finding] = one!.findings.filter(({ id }) => id === 'zone-server-no-tcp');
    expect(finding?.text).toContain('do not answer over TCP, which they must (RFC 7766 5): ns2.host.example');
    expect(ids(none!)).toEqual([]);
  });

  it('that refuse TCP are told from those that are silent, and are asked once', async () => {
    const server = await serve(good);
    const resolver = createResolver({ servers: [server.address] });
    onTestFinished(() => resolver.close());
    const servers = new NameServers(resolver, new AbortController().signal);
    const closed = { host: '127.0.0.1', port: await freePort() };
    expect(await servers.overTcp(closed, 'd.example')).toBe('refused');
    for (const zone of ['d.example', 'e.example'])
      expect(await servers.overTcp(server.address, zone)).toBe('open');
    expect(server.asked.filter(({ tcp }) => tcp)).toHaveLength(1);
  });

  it('of many domains are looked for once, and what cannot be answered is asked once, too', async () => {
    const domains = ['d.example', 'e.example', 'f.example'];
    const table = Object.assign({}, OPERATOR, ...domains.map(customer)) as Table;
    const answer = zone(table);
    // The zone above them, and the name server that they share, fail for whoever asks.
    const failing = ['example', 'ns1.host.example'];
    const upstream = await serve((asked) =>
      failing.includes(asked.name) ? [reply(asked, { rcode: 2 })] : answer(asked),
    );
    const resolver = createResolver({ servers: [upstream.address], tries: 1 });
    onTestFinished(() => resolver.close());
    const servers = new NameServers(resolver, new AbortController().signal);
    for (const domain of domains)
      expect((await servers.of(domain)).servers).toMatchObject([{ name: 'ns1.host.example', address: null }]);
    const asked = upstream.asked.map(({ name, type }) => `${name} ${type}`);
    for (const question of [`example ${TYPE.NS}`, `ns1.host.example ${TYPE.A}`])
      expect(asked.filter((one) => one === question)).toHaveLength(1);
  });

  it('need not know where an alias leads', async () => {
    const alias = { type: TYPE.CNAME, domain: 'key.elsewhere.example' };
    const key = longTxt(`v=DKIM1; h=sha256; k=rsa; p=${KEY}`);
    const name = 'smtp._domainkey.d.example';
    const aliased: Handler = (asked) =>
      asked.name === name ? [reply(asked, { answers: [alias], authoritative: true })] : good(asked);
    const resolving: Handler = (asked) =>
      asked.name === name
        ? [reply(asked, { answers: [alias, { ...key, name: 'key.elsewhere.example' }] })]
        : good(asked);
    const result = await run(['d.example'], { resolver: resolving, nameServers: [aliased] });
    expect(levels(result, 'd.example')).toEqual(ALL_EXACT);
    expect(ids(result)).toEqual([]);
  });
});
