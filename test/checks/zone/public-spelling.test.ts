/**
 * Records that are misspelt, or cut into pieces, as they are found in forums and trackers: recognised for what was meant, so that
 * no sender is lost by following the advice. Every entry is one case; a case that fails is one about which Vigie is wrong.
 */
import { describe, expect, it } from 'vitest';
import { longTxt, mx, txt } from '../../support/dns/server.ts';
import { KEY } from '../../support/zone/keys.ts';
import { address, customer, DKIM, DMARC, inspect, ns, SPF } from '../../support/zone/public-case.ts';
import { cases, D, look, spf, template } from '../../support/zone/public-cases.ts';

const RELAY = 'mx:out.op.example';
const hosts = Object.fromEntries(
  [1, 2, 3, 4].map((i) => [`esa${i}.b.example A`, [address(`203.0.113.${i}`)]]),
);

describe('SPF', () => {
  cases('spf', [
    ...[
      ['ip:203.0.113.7', 'ip4:203.0.113.7'],
      ['ipv4:203.0.113.7', 'ip4:203.0.113.7'],
      ['ip4: 203.0.113.7', 'ip4:203.0.113.7'],
      ['203.0.113.7/28', 'ip4:203.0.113.7/28'],
      ['ipv6:2001:db8:5::1', 'ip6:2001:db8:5::1'],
      ['include: _spf.b.example', 'include:_spf.b.example'],
    ].map(([term, kept]) => ({
      name: `a term that is misspelt: ${term}`,
      records: {
        ...spf(`v=spf1 ${RELAY} ${term} -all`),
        '_spf.b.example TXT': [txt('v=spf1 ip4:203.0.113.1 -all')],
      },
      level: 'different' as const,
      notes: ['misspelt-term'],
      advice: `v=spf1 ${RELAY} ${kept} -all`,
    })),
    ...[
      ['ip4:2001:db8:5::1', 'ip6:2001:db8:5::1'],
      ['ip4:mail.b.example', 'a:mail.b.example'],
    ].map(([term, kept]) => ({
      name: `a term that holds something else: ${term}`,
      records: { ...spf(`v=spf1 ${RELAY} ${term} -all`), 'mail.b.example A': [address('203.0.113.8')] },
      level: 'different' as const,
      notes: ['no-address'],
      advice: `v=spf1 ${RELAY} ${kept} -all`,
    })),
    {
      name: 'a modifier with a colon',
      records: {
        ...spf(`v=spf1 ${RELAY} redirect:_spf.b.example`),
        '_spf.b.example TXT': [txt('v=spf1 ip4:203.0.113.1 -all')],
      },
      level: 'different',
      notes: ['misspelt-term'],
      advice: `v=spf1 ${RELAY} include:_spf.b.example -all`,
    },
    {
      name: 'a wildcard in place of a prefix is not guessed at',
      records: spf(`v=spf1 ${RELAY} ip4:203.0.113.* -all`),
      level: 'different',
      notes: ['no-address', 'terms-dropped'],
      advice: SPF,
    },
    {
      name: 'commas between terms',
      records: spf(`v=spf1 ${RELAY}, ip4:203.0.113.7, -all`),
      level: 'different',
      notes: ['misspelt-term'],
      advice: `v=spf1 ${RELAY} ip4:203.0.113.7 -all`,
    },
    {
      name: 'a space behind the qualifier',
      records: spf(`v=spf1 ${RELAY} - all`),
      level: 'different',
      notes: ['misspelt-term'],
      advice: SPF,
    },
    {
      name: 'RFC 7208 6: a modifier that nobody knows is valid, and lets nobody pass',
      records: spf(`v=spf1 ${RELAY} ip4=203.0.113.7 -all`),
      level: 'extra',
      notes: ['idle-modifier'],
    },
    {
      name: 'a prefix that is the default',
      records: spf(`v=spf1 ${RELAY}/32//128 -all`),
      level: 'equivalent',
    },
    ...[`'${SPF}'`, `‘${SPF}’`, `@ IN TXT ${SPF}`, `SPF: ${SPF}`, SPF.replaceAll(' ', '\u00A0')].map(
      (text) => ({
        name: `no SPF, but meant to be: ${JSON.stringify(text)}`,
        records: spf(text),
        level: 'different' as const,
        notes: ['not-spf'],
        advice: SPF,
      }),
    ),
    {
      name: 'pyspf#40, mailauth#104: hosts with IPv4 alone exceed no limit for those who send by IPv4',
      records: {
        ...spf(`v=spf1 ${RELAY} a:esa1.b.example a:esa2.b.example a:esa3.b.example -all`),
        ...hosts,
      },
      level: 'extra',
    },
    {
      name: 'pyspf#44: an MX of four hosts with IPv4 alone',
      records: {
        ...spf(`v=spf1 ${RELAY} mx:b.example -all`),
        'b.example MX': [1, 2, 3, 4].map((i) => mx(10, `esa${i}.b.example`)),
        ...hosts,
      },
      level: 'extra',
    },
    {
      name: 'mailauth#125: %{d} in an include is the domain of that',
      records: {
        ...spf(`v=spf1 ${RELAY} include:a.example -all`),
        'a.example TXT': [txt('v=spf1 include:%{d}.has.b.example ~all')],
        'a.example.has.b.example TXT': [txt('v=spf1 ip4:203.0.113.1 ~all')],
      },
      level: 'extra',
    },
  ]);
});

describe('MX', () => {
  it.each([
    ['192.0.2.10', 'address'],
    ['10 email-in.op.example', 'priority'],
    ['localhost', 'local'],
    ['mail_in.op.example', 'characters'],
  ])('a host that is none: %s', async (host, why) => {
    const record = (await look({ [`${D} MX`]: [mx(10, host)] })).record('mx');
    expect(record.level).toBe('different');
    expect(record.notesData).toEqual([{ id: 'mx-no-host', host, why }]);
  });
});

const at = `smtp._domainkey.${D} TXT`;

describe('DKIM', () => {
  cases('dkim', [
    {
      name: 'one record, published as two',
      records: { [at]: [txt(KEY.slice(200)), txt(`v=DKIM1; h=sha256; k=rsa; p=${KEY.slice(0, 200)}`)] },
      level: 'multiple',
      notes: ['key-in-pieces'],
      advice: DKIM,
    },
    {
      name: 'a semicolon that is missing',
      records: { [at]: [longTxt(`v=DKIM1 h=sha256; k=rsa; p=${KEY}`)] },
      level: 'different',
      notes: ['missing-semicolon'],
      advice: DKIM,
    },
    {
      name: 'dkim_verifier#121: h= names more than the hash',
      records: { [at]: [longTxt(DKIM.replace('h=sha256', 'h=rsa-sha256'))] },
      level: 'different',
      advice: DKIM,
    },
    { name: 'dkim_verifier#134: s=*', records: { [at]: [longTxt(`${DKIM}; s=*`)] }, level: 'equivalent' },
  ]);
});

describe('DMARC', () => {
  cases('dmarc', [
    ...[' p=reject', ', p=reject'].map((start) => ({
      name: `no semicolon behind the version: "v=DMARC1${start}"`,
      records: { [`_dmarc.${D} TXT`]: [longTxt(DMARC.replace('; p=reject', start))] },
      level: 'different' as const,
      notes: ['missing-semicolon'],
      advice: DMARC,
    })),
  ]);

  it('baddns#707: what applies to a sub-domain without a record is stated', async () => {
    const domain = 'asso.parent.example';
    const [seen] = await inspect(
      [domain],
      customer(domain, {
        'parent.example NS': [ns('ns1.host.example')],
        [`_dmarc.${domain} TXT`]: [],
        '_dmarc.parent.example TXT': [txt('v=DMARC1; p=reject; sp=none')],
      }),
      { template },
    );
    expect(seen!.record('dmarc').level).toBe('missing');
    expect(seen!.record('dmarc').notesData).toContainEqual({
      id: 'inherited-policy',
      name: '_dmarc.parent.example',
      policy: 'none',
    });
  });
});
