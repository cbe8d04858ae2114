/**
 * Zones from public reports (checkdmarc, OpenDKIM, rspamd, Internet.nl, mailcow, YunoHost and others), each with what is
 * right about it. Every entry is one case; a case that fails is one about which Vigie is wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Level, ZoneRecordKind } from '../../../src/checks/zone/result.ts';
import { type Handler, longTxt, mx, reply, TYPE, txt, zone } from '../../support/dns/server.ts';
import { KEY, KEY_PKCS1, OTHER_KEY } from '../../support/zone/keys.ts';
import {
  address,
  alias,
  customer,
  DKIM,
  DMARC,
  inspect,
  ns,
  type Seen,
  SPF,
  type Table,
} from '../../support/zone/public-case.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-public-'));
const template = join(directory, 'template.yaml');
writeFileSync(
  template,
  `variables: { operator: "", mx: "", relay: "", contact: "", key: "" }
mx: ["10 {mx}"]
spf: v=spf1 mx:{relay} -all
dkim: { selector: smtp, value: "v=DKIM1; h=sha256; k=rsa; p={key}" }
dmarc: ${DMARC.replaceAll('contact@op.example', '{contact}')}
dmarc-report: v=DMARC1
`,
);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const D = 'z.example';

async function look(records: Table, domain = D): Promise<Seen> {
  const [seen] = await inspect([domain], customer(domain, records), { template });
  return seen!;
}

interface Case {
  readonly name: string;
  readonly records: Table;
  readonly level: Level;
  /** Ids of notes that have to be there. */
  readonly notes?: readonly string[];
  /** What is to be published, where something is. */
  readonly advice?: string;
}

function cases(kind: ZoneRecordKind, all: readonly Case[]): void {
  it.each(all)('$name', async ({ records, level, notes = [], advice }) => {
    const seen = await look(records);
    const record = seen.record(kind);
    expect([record.level, record.text]).toEqual([level, record.text]);
    expect(seen.notes(kind), record.text).toEqual(expect.arrayContaining([...notes]));
    if (advice !== undefined) expect(seen.advice(kind), record.text).toEqual([advice]);
    // What was called wrong is never the advice.
    if (record.found.length === 1) expect(seen.advice(kind)).not.toContain(record.found[0]);
    if (level === 'exact' || level === 'equivalent' || level === 'extra' || level === 'unknown')
      expect(seen.advice(kind)).toEqual([]);
  });
}

const spf = (...strings: string[]): Table => ({ [`${D} TXT`]: [txt(...strings)] });
const bytes = (text: string) => text;

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
      records: spf(bytes(`\uFEFF${SPF}`)),
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
      notes: ['invalid-term'],
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

describe('MX', () => {
  cases('mx', [
    {
      name: 'forwardemail#197, mailinabox#1999, AlternC#70: the last dot is missing',
      records: { [`${D} MX`]: [mx(10, `email-in.op.example.${D}`)] },
      level: 'different',
      notes: ['missing-dot'],
      advice: 'email-in.op.example.',
    },
    {
      name: 'checkdmarc: the right host at 10 and at 20',
      records: { [`${D} MX`]: [mx(20, 'email-in.op.example'), mx(10, 'email-in.op.example')] },
      level: 'equivalent',
      notes: ['repeated-host'],
    },
    {
      name: 'zonemaster#1315, RFC 2181 10.3: an alias of the right host',
      records: {
        [`${D} MX`]: [mx(10, `mail.${D}`)],
        [`mail.${D} A`]: [
          alias('email-in.op.example'),
          { ...address('192.0.2.10'), name: 'email-in.op.example' },
        ],
      },
      level: 'different',
      notes: ['mx-alias'],
      advice: 'email-in.op.example',
    },
    {
      name: 'own: an old fallback at 50',
      records: { [`${D} MX`]: [mx(10, 'email-in.op.example'), mx(50, 'fb.mail.gandi.example')] },
      level: 'extra',
      notes: ['backup-hosts'],
    },
    {
      name: 'RFC 7505 3: null MX beside the right host',
      records: { [`${D} MX`]: [mx(10, 'email-in.op.example'), mx(0, '')] },
      level: 'different',
      notes: ['null-mx-beside'],
      advice: 'email-in.op.example',
    },
  ]);
});

const dkim = (text: string): Table => ({ [`smtp._domainkey.${D} TXT`]: [longTxt(text)] });

describe('DKIM', () => {
  cases('dkim', [
    {
      name: 'forwardemail#316: a second TXT record left over',
      records: { [`smtp._domainkey.${D} TXT`]: [longTxt(DKIM), txt('v=DKIM1; p=')] },
      level: 'multiple',
      notes: ['several-keys'],
      advice: DKIM,
    },
    {
      name: 'Mailu#2618, filtermail#60: quotation marks inside the key',
      records: dkim(DKIM.replace(KEY.slice(50, 60), `" "${KEY.slice(50, 60)}`)),
      level: 'different',
      notes: ['literal-marks'],
      advice: DKIM,
    },
    {
      name: 'wildduck#86: cut at 255',
      records: dkim(DKIM.slice(0, 255)),
      level: 'different',
      notes: ['key-cut-off'],
      advice: DKIM,
    },
    {
      name: 'wildduck-dockerized#28: PKCS#1',
      records: dkim(`v=DKIM1; h=sha256; k=rsa; p=${KEY_PKCS1}`),
      level: 'different',
      notes: ['key-pkcs1'],
      advice: DKIM,
    },
    {
      name: 'mailcow#3462: other order, no h=',
      records: dkim(`v=DKIM1;k=rsa;s=email;p=${KEY};t=s`),
      level: 'extra',
    },
    {
      name: 'docker-mailserver#929, hardware/mailserver#91: the whole file of opendkim',
      records: dkim(`smtp._domainkey IN TXT ( "v=DKIM1; h=sha256; k=rsa; " "p=${KEY}" ) ; -----`),
      level: 'different',
      notes: ['literal-marks'],
      advice: DKIM,
    },
    {
      name: 'hmailserver#382: CNAME to the key',
      records: {
        [`smtp._domainkey.${D} TXT`]: [alias('key.op.example'), { ...longTxt(DKIM), name: 'key.op.example' }],
      },
      level: 'exact',
    },
    {
      name: 'dkim-exchange, BIND exports: backslashes',
      records: dkim(DKIM.replaceAll(';', '\\;')),
      level: 'different',
      notes: ['literal-marks'],
      advice: DKIM,
    },
    {
      name: 'own: PEM lines',
      records: dkim(`v=DKIM1; h=sha256; k=rsa; p=-----BEGIN PUBLIC KEY-----${KEY}-----END PUBLIC KEY-----`),
      level: 'different',
      notes: ['key-characters'],
      advice: DKIM,
    },
    {
      name: 'own: the name doubled',
      records: { [`smtp._domainkey.${D} TXT`]: [], [`smtp._domainkey.${D}.${D} TXT`]: [longTxt(DKIM)] },
      level: 'missing',
      notes: ['one-level-too-deep'],
      advice: DKIM,
    },
    {
      name: 'RFC 6376 3.2: P= and K=',
      records: dkim(`v=DKIM1; h=sha256; K=rsa; P=${KEY}`),
      level: 'different',
      notes: ['tag-case'],
      advice: DKIM,
    },
    {
      name: 'own: the key at the domain itself',
      records: { [`smtp._domainkey.${D} TXT`]: [], [`${D} TXT`]: [txt(SPF), longTxt(DKIM)] },
      level: 'missing',
      notes: ['wrong-name'],
      advice: DKIM,
    },
    {
      name: 'own: a wildcard answers for the selector',
      records: {
        [`smtp._domainkey.${D} TXT`]: [txt(SPF)],
        [`vigie-wildcard-test._domainkey.${D} TXT`]: [txt(SPF)],
      },
      level: 'different',
      notes: ['wildcard'],
      advice: DKIM,
    },
    {
      name: 'own: another key',
      records: dkim(DKIM.replace(KEY, OTHER_KEY)),
      level: 'different',
      notes: ['key-other'],
      advice: DKIM,
    },
  ]);

  it('mailcow#3462: the sentence names h= and does not contradict itself', async () => {
    const { text } = (await look(dkim(`v=DKIM1;k=rsa;s=email;p=${KEY};t=s`))).record('dkim');
    expect(text).toContain('it has no h=sha256');
    expect(text).not.toContain('missing');
  });
});

const dmarc = (...texts: string[]): Table => ({ [`_dmarc.${D} TXT`]: texts.map((text) => longTxt(text)) });

describe('DMARC', () => {
  cases('dmarc', [
    {
      name: 'checkdmarc#96: leading space',
      records: dmarc(` ${DMARC}`),
      level: 'different',
      notes: ['leading-space'],
      advice: DMARC,
    },
    {
      name: 'own: leading tab',
      records: dmarc(`\t${DMARC}`),
      level: 'different',
      notes: ['leading-space'],
      advice: DMARC,
    },
    {
      name: 'checkdmarc#24: at the domain itself',
      records: { [`_dmarc.${D} TXT`]: [], [`${D} TXT`]: [txt(SPF), longTxt(DMARC)] },
      level: 'missing',
      notes: ['wrong-name'],
      advice: DMARC,
    },
    {
      name: 'trustymail#49: a second TXT record',
      records: dmarc(DMARC, 'rua=mailto:x@b.example'),
      level: 'exact',
    },
    {
      name: 'Internet.nl#1474, virtualmin#60: no mailto:',
      records: dmarc(DMARC.replaceAll('mailto:', '')),
      level: 'different',
      advice: DMARC,
    },
    { name: 'RFC 9989: psd=n', records: dmarc(`${DMARC}; psd=n`), level: 'extra' },
    { name: 'RFC 9989: psd=y', records: dmarc(`${DMARC}; psd=y`), level: 'different', advice: DMARC },
    {
      name: 'checkdmarc#75, mail-dmarc#113: V=DMARC1',
      records: dmarc(DMARC.replace('v=', 'V=')),
      level: 'equivalent',
    },
    {
      name: 'trailofbits/dmarc#24: P=reject',
      records: dmarc(DMARC.replace(' p=', ' P=')),
      level: 'equivalent',
    },
    {
      name: 'own: v=dmarc1',
      records: dmarc(DMARC.replace('DMARC1', 'dmarc1')),
      level: 'different',
      notes: ['not-dmarc'],
      advice: DMARC,
    },
    {
      name: 'RFC 9989: np at its default',
      records: dmarc(`${DMARC}; np=reject; t=n; psd=u`),
      level: 'equivalent',
    },
    {
      name: 'mailcow: a policy of its own',
      records: dmarc('v=DMARC1; p=quarantine; rua=mailto:me@z.example'),
      level: 'different',
      advice: DMARC,
    },
    {
      name: 'own: commas for semicolons',
      records: dmarc(DMARC.replaceAll(';', ',')),
      level: 'different',
      advice: DMARC,
    },
    {
      name: 'own: an alias that leads to nothing',
      records: { [`_dmarc.${D} TXT`]: [alias('gone.b.example')] },
      level: 'missing',
      notes: ['alias'],
      advice: DMARC,
    },
    {
      name: 'own: a wildcard answers for _dmarc',
      records: { [`_dmarc.${D} TXT`]: [txt(SPF)], [`vigie-wildcard-test.${D} TXT`]: [txt(SPF)] },
      level: 'missing',
      notes: ['wildcard'],
      advice: DMARC,
    },
  ]);
});

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
