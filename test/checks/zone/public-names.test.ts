/**
 * Zones and their name servers from public reports (checkdmarc, OpenDKIM, rspamd, Internet.nl, mailcow, YunoHost and
 * others), each with what is right about it. Every entry is one case; a case that fails is one about which Vigie is wrong.
 */
import { Packet } from 'dns2';
import { describe, expect, it } from 'vitest';
import { type Handler, mx, reply, TYPE, txt, zone } from '../../support/dns/server.ts';
import {
  address,
  alias,
  customer,
  inspect,
  ns,
  type Seen,
  SPF,
  type Table,
} from '../../support/zone/public-case.ts';
import { D, spf, template } from '../../support/zone/public-cases.ts';

describe('names', () => {
  it('skiff-apps#102, hestiacp#4113, keybase#1807, madmail#154: a sub-domain without a zone of its own', async () => {
    const domain = 'asso.parent.example';
    const table = customer(domain, {
      'parent.example NS': [{ type: TYPE.NS, ns: 'ns1.host.example' }],
      [`${domain} TXT`]: [txt('v=spf1 ~all')],
      [`${domain} MX`]: [mx(10, 'other.example')],
      [`_dmarc.${domain} TXT`]: [txt('v=DMARC1; p=none')],
      [`smtp._domainkey.${domain} TXT`]: [],
    });
    delete table[`${domain} NS`];
    const [seen] = await inspect([domain], table, { template });
    const names = seen!.domain.records.flatMap(({ publish }) =>
      publish.map(({ zone: of, name }) => `${name} in ${of}`),
    );
    expect(names).toEqual([
      'asso in parent.example',
      'asso in parent.example',
      'smtp._domainkey.asso in parent.example',
      '_dmarc.asso in parent.example',
    ]);
  });

  it('own: IDN, trailing dot, capitals and a name of 190 characters are the names of the DNS', async () => {
    const long = `${Array.from({ length: 3 }, () => 'l'.repeat(60)).join('.')}.z.example`;
    const names = ['xn--cole-9oa.example', 'z.example', long];
    const table = Object.assign({}, ...names.map((name) => customer(name))) as Table;
    const seen = await inspect(['École.example.', 'Z.EXAMPLE', long.toUpperCase()], table, { template });
    expect(seen.map(({ domain }) => domain.domain)).toEqual(names);
    for (const { domain } of seen)
      expect(domain.records.map(({ level }) => level)).toEqual(['exact', 'exact', 'exact', 'exact', 'exact']);
  });

  it('own: the zone is not known, so names are absolute', async () => {
    const table = zone(customer(D, spf('v=spf1 ~all')));
    const [seen] = await inspect(
      [D],
      (asked) => (asked.type === TYPE.NS ? [reply(asked, { rcode: 2 })] : table(asked)),
      { template },
    );
    expect(seen!.record('spf').publish).toMatchObject([{ name: `${D}.` }]);
  });

  it.each([
    ['target exists', 0],
    ['target does not exist', 3],
  ])('zonemaster-engine#114, mailinabox#1870, keybase#1614: CNAME at the domain, %s', async (_, rcode) => {
    const table = zone(customer(D));
    const [seen] = await inspect(
      [D],
      (asked) =>
        asked.name === D && asked.type !== TYPE.NS
          ? [
              reply(asked, {
                rcode,
                answers: [alias('site.b.example')],
                authorities: [
                  {
                    type: TYPE.SOA,
                    name: 'b.example',
                    ttl: 60,
                    primary: 'a',
                    admin: 'b',
                    serial: 1,
                    refresh: 1,
                    retry: 1,
                    expiration: 1,
                    minimum: 60,
                  },
                ],
              }),
            ]
          : table(asked),
      { template },
    );
    expect(seen!.domain.exists).toBe(true);
    expect(seen!.findings.map(({ id }) => id)).toEqual(['zone-mx-missing', 'zone-spf-missing']);
    expect(seen!.notes('mx')).toContain('alias');
    expect(seen!.notes('spf')).toContain('alias');
  });
});

describe('name servers', () => {
  const two = (other: Table = {}) =>
    customer(D, {
      [`${D} NS`]: [ns('ns1.host.example'), ns('ns2.host.example')],
      'ns2.host.example A': [address('127.0.0.2')],
      ...other,
    });
  const degraded = (seen: Seen) =>
    seen.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id, outcome }) => [id, outcome]);

  it.each(['', 'example', 'elsewhere.example'])(
    'zonemaster#311, docker-mailserver#97: a server that refers to "%s" is lame',
    async (up) => {
      const table = zone(two());
      const lame: Handler = (asked) => [
        reply(asked, { authorities: [{ ...ns('a.root-servers.example'), name: up }], recursive: false }),
      ];
      const [seen] = await inspect([D], table, { template, nameServers: [table, lame] });
      expect(degraded(seen!)).toEqual([['zone-server-lame', 'degraded']]);
      expect(seen!.domain.nameServers.map(({ state }) => state)).toEqual(['ok', 'lame']);
    },
  );

  it('own: a referral to a zone below is no fault', async () => {
    const table = zone(two());
    const below: Handler = (asked) =>
      asked.name.startsWith('_dmarc')
        ? [reply(asked, { authorities: [{ ...ns('ns.b.example'), name: `_dmarc.${D}` }], recursive: false })]
        : table(asked);
    const [seen] = await inspect([D], table, { template, nameServers: [below, below] });
    expect(degraded(seen!)).toEqual([]);
  });

  it('dnscrypt-proxy#1483, portmaster#76: intercepted port 53 is one piece of advice', async () => {
    const domains = ['a.example', 'b.example', 'c.example'];
    const table = zone(Object.assign({}, ...domains.map((domain) => customer(domain))) as Table);
    const resolver: Handler = (asked) => {
      const [answer] = table(asked) as Buffer[];
      // Without the AA bit.
      answer![2]! &= ~0x04;
      return [answer!];
    };
    const [seen] = await inspect(domains, table, { template, nameServers: [resolver] });
    expect(seen!.findings.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['zone-servers-intercepted', 'pass'],
    ]);
    expect(seen!.findings[0]!.cause).toEqual({ id: 'zone-servers-intercepted', domains });
  });

  it('iijlab/dnsext#109, hickory-dns#3759, unbound#1503: NXDOMAIN for _domainkey', async () => {
    const table = zone(customer(D));
    const denies: Handler = (asked) =>
      asked.name === `_domainkey.${D}` ? [reply(asked, { rcode: 3, authoritative: true })] : table(asked);
    const strict: Handler = (asked) =>
      asked.name.endsWith(`_domainkey.${D}`) ? [reply(asked, { rcode: 3 })] : table(asked);
    const [seen] = await inspect([D], strict, { template, nameServers: [denies] });
    expect(degraded(seen!)).toEqual([['zone-name-denied', 'degraded']]);
    const [lenient] = await inspect([D], table, { template, nameServers: [denies] });
    expect(degraded(lenient!)).toEqual([['zone-name-denied', 'degraded']]);
  });

  const listing = (names: readonly string[], records: Table): Handler => {
    const table = zone({ 'example NS': [ns('ns2.host.example')], ...records });
    // The second server is the parent's as well: it refers.
    return (asked) =>
      asked.name === D && asked.type === TYPE.NS
        ? [reply(asked, { authorities: names.map((name) => ({ ...ns(name), name: D })), recursive: false })]
        : table(asked);
  };

  it.each([
    [
      'a dead server',
      ['ns1.host.example', 'ns9.host.example'],
      { parentOnly: ['ns9.host.example'], zoneOnly: [] },
    ],
    [
      'another server altogether',
      ['ns9.host.example'],
      { parentOnly: ['ns9.host.example'], zoneOnly: ['ns1.host.example'] },
    ],
  ])('zonemaster-engine#1522: the parent lists %s', async (_, names, differs) => {
    const records = customer(D, {
      'example NS': [ns('ns2.host.example')],
      'ns2.host.example A': [address('127.0.0.2')],
      'ns9.host.example A': [address('127.0.0.9')],
    });
    const child = zone(records);
    const [seen] = await inspect([D], child, { template, nameServers: [child, listing(names, records)] });
    expect(seen!.domain.delegation).toEqual(differs);
    expect(degraded(seen!)).toEqual([
      ['zone-delegation-differs', 'degraded'],
      ['zone-server-silent', 'degraded'],
    ]);
  });

  it('own: the parent lists the same servers', async () => {
    const records = customer(D, {
      'example NS': [ns('ns2.host.example')],
      'ns2.host.example A': [address('127.0.0.2')],
    });
    const child = zone(records);
    const [seen] = await inspect([D], child, {
      template,
      nameServers: [child, listing(['ns1.host.example'], records)],
    });
    expect(degraded(seen!)).toEqual([]);
  });

  it('RFC 2181 10.3: name servers that are aliases, or addresses', async () => {
    const aliased = zone(
      two({
        'ns2.host.example A': [
          alias('ns3.host.example'),
          { ...address('127.0.0.2'), name: 'ns3.host.example' },
        ],
      }),
    );
    const [seen] = await inspect([D], aliased, { template, nameServers: [aliased, aliased] });
    expect(degraded(seen!)).toEqual([['zone-server-alias', 'degraded']]);
    const numbers = zone(customer(D, { [`${D} NS`]: [ns('ns1.host.example'), ns('192.0.2.53')] }));
    const [other] = await inspect([D], numbers, { template, nameServers: [numbers] });
    expect(degraded(other!)).toEqual([['zone-server-unresolved', 'degraded']]);
    expect(other!.findings[0]!.text).toContain('not its address');
  });
});

describe('servers with habits of their own', () => {
  const table = zone(customer(D));
  const levels = async (handler: Handler) => {
    const [seen] = await inspect([D], handler, { template });
    return [...new Set(seen!.domain.records.map(({ level }) => level))];
  };
  /** What is asked for is answered in other letters, to be kept no time at all. */
  const shouting: Handler = (asked) => {
    const [record] = customer(D)[`${asked.name} ${Packet.typeName(asked.type)}`] ?? [];
    return record
      ? [
          reply(asked, {
            answers: [{ ...record, name: asked.name.toUpperCase(), ttl: 0 }],
            authoritative: true,
          }),
        ]
      : table(asked);
  };

  it.each([
    ['write names in other letters, with a TTL of 0', shouting, ['exact']],
    [
      'do not implement AAAA',
      (asked) => (asked.type === TYPE.AAAA ? [reply(asked, { rcode: 4 })] : table(asked)),
      ['exact'],
    ],
    ['answer over TCP alone', (asked) => (asked.tcp ? table(asked) : []), ['unknown']],
    ['drop questions with EDNS', (asked) => (asked.edns ? [] : table(asked)), ['unknown']],
  ] as [string, Handler, string[]][])('own: that %s', async (_, handler, expected) => {
    expect(await levels(handler)).toEqual(expected);
  });

  it('libspf2#55: 60 kB of TXT records, over TCP', async () => {
    const many = Array.from({ length: 290 }, (_, index) => txt(`verification-${index}=${'x'.repeat(180)}`));
    const full = zone(customer(D, { [`${D} TXT`]: [...many, txt(SPF)] }));
    const cut: Handler = (asked) =>
      asked.name === D && asked.type === TYPE.TXT && !asked.tcp
        ? [reply(asked, { truncated: true })]
        : full(asked);
    expect(await levels(cut)).toEqual(['exact']);
  });
});
