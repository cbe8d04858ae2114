/**
 * SPF records from public reports (checkdmarc, OpenDKIM, rspamd, Internet.nl, mailcow, YunoHost and
 * others), each with what is right about it. Every entry is one case; a case that fails is one about which Vigie is wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { longTxt, TYPE, txt, zone } from '../../support/dns/server.ts';
import { address, customer, inspect, SPF, type Table } from '../../support/zone/public-case.ts';
import { type Case, cases, D, spf, template } from '../../support/zone/public-cases.ts';

/** An include that needs this number of lookups of its own. */
function nested(name: string, lookups: number): Table {
  const table: Table = {};
  const names = Array.from({ length: lookups }, (_, index) => `n${index}.${name}`);
  table[`${name} TXT`] = [longTxt(`v=spf1 ${names.map((one) => `include:${one}`).join(' ')} ~all`)];
  for (const [index, one] of names.entries())
    table[`${one} TXT`] = [txt(`v=spf1 ip4:203.0.113.${index} ~all`)];
  return table;
}

describe('SPF', () => {
  cases('spf', [
    {
      name: 'checkdmarc#112, #172: an include that needs 19 lookups is dropped from the advice',
      records: { ...spf('v=spf1 include:_spf.many.example ~all'), ...nested('_spf.many.example', 18) },
      level: 'different',
      notes: ['permerror', 'terms-dropped'],
      advice: SPF,
    },
    {
      name: 'checkdmarc#112: the former advice, followed',
      records: {
        ...spf('v=spf1 mx:out.op.example include:_spf.many.example -all'),
        ...nested('_spf.many.example', 18),
      },
      level: 'different',
      notes: ['permerror', 'terms-dropped'],
      advice: SPF,
    },
    {
      name: 'own: of two includes, the one that fits is kept',
      records: {
        ...spf('v=spf1 include:_spf.few.example include:_spf.many.example ~all'),
        ...nested('_spf.few.example', 3),
        ...nested('_spf.many.example', 7),
      },
      level: 'different',
      notes: ['terms-dropped'],
      advice: 'v=spf1 mx:out.op.example include:_spf.few.example -all',
    },
    {
      name: 'openspf suite: /33',
      records: spf('v=spf1 mx:out.op.example ip4:192.0.2.0/33 -all'),
      level: 'different',
      notes: ['prefix-too-long', 'terms-dropped'],
      advice: SPF,
    },
    {
      name: 'RFC 7208 4.6.4: three names that do not exist',
      records: spf('v=spf1 mx:out.op.example a:a.void.example a:b.void.example a:c.void.example -all'),
      level: 'different',
      notes: ['permerror', 'terms-dropped'],
      advice: SPF,
    },
    {
      name: 'checkdmarc#209: glued terms',
      records: spf('v=spf1 mx:out.op.example-all'),
      level: 'different',
      notes: ['glued-terms'],
      advice: SPF,
    },
    {
      name: 'own: glued terms with another sender',
      records: spf('v=spf1 mx:out.op.example ip4:203.0.113.7~all'),
      level: 'different',
      notes: ['glued-terms'],
      advice: 'v=spf1 mx:out.op.example ip4:203.0.113.7 -all',
    },
    {
      name: 'checkdmarc#36, zaccone/spf#18: two strings without a space',
      records: spf('v=spf1 mx:out.op.example', '-all'),
      level: 'different',
      notes: ['joined-strings'],
      advice: SPF,
    },
    {
      name: 'own: three strings without spaces',
      records: spf('v=spf1 mx:out.op.example', 'ip4:203.0.113.7', '-all'),
      level: 'different',
      notes: ['joined-strings'],
      advice: 'v=spf1 mx:out.op.example ip4:203.0.113.7 -all',
    },
    ...[
      'ip4:0.0.0.0/0',
      'ip4:0.0.0.0/1 ip4:128.0.0.0/1',
      'a/0',
      'ip6:::/0',
      'ip6:2000::/3',
      'ip4:0.0.0.0/1',
      'include:all.example',
      'exists:yes.example',
      '+all',
    ].map(
      (terms): Case => ({
        name: `rspamd#216, Internet.nl#1098: everybody passes by ${terms}`,
        records: {
          [`${D} TXT`]: [txt(`v=spf1 mx:out.op.example ${terms} -all`)],
          [`${D} A`]: [address('203.0.113.9')],
          'all.example TXT': [txt('v=spf1 ip4:0.0.0.0/0 -all')],
          'yes.example A': [address('127.0.0.2')],
        },
        level: 'different',
        notes: ['everybody-passes', 'terms-dropped'],
      }),
    ),
    {
      name: 'presslabs/zinc#250, virtualmin-gpl#1043: quotation marks in the text',
      records: spf(`"${SPF}"`),
      level: 'different',
      notes: ['not-spf'],
      advice: SPF,
    },
    {
      name: 'own: leading space',
      records: spf(` ${SPF}`),
      level: 'different',
      notes: ['not-spf'],
      advice: SPF,
    },
    {
      name: 'own: byte order mark',
      records: spf(`\uFEFF${SPF}`),
      level: 'different',
      notes: ['not-spf'],
      advice: SPF,
    },
    {
      name: 'own: tab',
      records: spf('v=spf1\tmx:out.op.example\t-all'),
      level: 'different',
      notes: ['not-spf'],
      advice: SPF,
    },
    {
      name: 'own: backslashes, and another sender',
      records: spf('\\"v=spf1 mx:out.op.example ip4:203.0.113.7 -all\\"'),
      level: 'different',
      notes: ['not-spf'],
      advice: 'v=spf1 mx:out.op.example ip4:203.0.113.7 -all',
    },
    {
      name: 'pyspf type99.py: type SPF alone',
      records: { [`${D} TXT`]: [txt('something else')], [`${D} SPF`]: [{ type: TYPE.SPF!, data: [SPF] }] },
      level: 'missing',
      notes: ['type-spf'],
      advice: SPF,
    },
    {
      name: 'toolbox-wiki#24: en dash',
      records: spf('v=spf1 mx:out.op.example –all'),
      level: 'different',
      notes: ['misspelt-term'],
      advice: SPF,
    },
    {
      name: 'OpenDMARC#207: -all;',
      records: spf('v=spf1 mx:out.op.example -all;'),
      level: 'different',
      advice: SPF,
    },
    {
      name: 'libspf2#55: 59 TXT records',
      records: {
        [`${D} TXT`]: [...Array.from({ length: 58 }, (_, index) => txt(`verification=${index}`)), txt(SPF)],
      },
      level: 'exact',
    },
    { name: 'RFC 5234 2.3: capitals', records: spf('V=SPF1 MX:OUT.OP.EXAMPLE -ALL'), level: 'equivalent' },
    { name: 'own: CR LF at the end', records: spf(`${SPF}\r\n`), level: 'different', advice: SPF },
    {
      name: 'eliza#23389: a term after all',
      records: spf(`${SPF} include:late.example`),
      level: 'equivalent',
    },
    {
      name: 'suitenumerique#782: two all',
      records: spf('v=spf1 mx:out.op.example ~all -all'),
      level: 'different',
      advice: SPF,
    },
    {
      name: 'eliza#23389: redirect in place of all',
      records: {
        ...spf('v=spf1 mx:out.op.example redirect=_spf.b.example'),
        '_spf.b.example TXT': [txt('v=spf1 ip4:203.0.113.5 -all')],
      },
      level: 'different',
      advice: 'v=spf1 mx:out.op.example include:_spf.b.example -all',
    },
    {
      name: 'suitenumerique#782: exp twice',
      records: spf('v=spf1 mx:out.op.example -all exp=a.example exp=b.example'),
      level: 'different',
      notes: ['permerror'],
      advice: SPF,
    },
  ]);

  it('YunoHost/issues#2130: an include whose servers do not answer is unknown, and no advice', async () => {
    const table = zone(customer(D, spf('v=spf1 mx:out.op.example include:dead.example -all')));
    const [seen] = await inspect([D], (asked) => (asked.name === 'dead.example' ? [] : table(asked)), {
      template,
    });
    expect(seen!.record('spf')).toMatchObject({
      level: 'unknown',
      reason: { id: 'spf-lookup' },
      publish: [],
    });
    expect(seen!.findings.map(({ id, outcome }) => [id, outcome])).toEqual([['zone-unknown', 'error']]);
  });

  it('own: a dead include beside a mistake is left out, and named', async () => {
    const table = zone(customer(D, spf('v=spf1 mx:out.op.example include:dead.example ~all')));
    const [seen] = await inspect([D], (asked) => (asked.name === 'dead.example' ? [] : table(asked)), {
      template,
    });
    expect(seen!.advice('spf')).toEqual([SPF]);
    expect(seen!.record('spf').notesData).toMatchObject([
      { id: 'terms-dropped', terms: [{ term: 'include:dead.example', why: 'lookup' }] },
    ]);
  });

  it('own: no record is advised where that of the template does not let the relay pass', async () => {
    const table = customer(D, spf('v=spf1 ~all'));
    delete table['out.op.example MX'];
    const [seen] = await inspect([D], table, { template });
    expect(seen!.advice('spf')).toEqual([]);
    expect(seen!.record('spf').notesData).toMatchObject([{ id: 'advice-withheld', why: 'relay-refused' }]);
  });

  it('own: a template by which everybody passes is a fail of its own, and never advised', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vigie-public-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const open = join(directory, 'open.yaml');
    writeFileSync(
      open,
      'variables: { operator: "", mx: "", relay: "", contact: "", key: "" }\nspf: v=spf1 mx:{relay} ip4:0.0.0.0/0 -all\n',
    );
    const [seen] = await inspect([D], customer(D), { template: open });
    expect(seen!.findings.find(({ id }) => id === 'zone-spf-open')).toMatchObject({ outcome: 'fail' });
    expect(seen!.advice('spf')).toEqual([]);
  });
});
