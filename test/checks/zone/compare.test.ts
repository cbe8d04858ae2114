import { describe, expect, it } from 'vitest';
import { compareDkim } from '../../../src/checks/zone/compare-dkim.ts';
import { compareDmarc, compareReport } from '../../../src/checks/zone/compare-dmarc.ts';
import { compareMx } from '../../../src/checks/zone/compare-mx.ts';
import { compareSpf, furtherSenders, withTerms } from '../../../src/checks/zone/compare-spf.ts';
import { KEY, KEY_PKCS1, OTHER_KEY, SHORT_KEY } from '../../support/zone/keys.ts';

describe('MX', () => {
  const expected = [{ priority: 10, exchange: 'email-in.deuxfleurs.fr' }];
  const mx = (...texts: string[]) =>
    texts.map((text) => {
      const [priority = '', exchange = ''] = text.split(' ');
      return { priority: Number(priority), exchange: exchange === '.' ? '' : exchange };
    });

  it.each([
    ['exact', ['10 email-in.deuxfleurs.fr']],
    ['equivalent', ['5 email-in.deuxfleurs.fr']],
    ['extra', ['10 email-in.deuxfleurs.fr', '20 backup.example.org']],
    ['different', ['10 email-in.deuxfleurs.fr', '10 mx.gandi.net']],
    ['different', ['10 email-in.deuxfleurs.fr', '5 spool.mail.gandi.net']],
    ['different', ['10 spool.mail.gandi.net', '50 fb.mail.gandi.net']],
    ['different', ['0 .']],
    ['missing', []],
  ] as const)('%s: %j', (level, found) => expect(compareMx(expected, mx(...found)).level).toBe(level));

  it('names the host that mail goes to instead', () => {
    const { differences } = compareMx(expected, mx('10 spool.mail.gandi.net'));
    expect(differences).toEqual([
      { tag: 'host', expected: '10 email-in.deuxfleurs.fr', found: null, how: 'missing' },
      { tag: 'host', expected: null, found: '10 spool.mail.gandi.net', how: 'added' },
    ]);
  });

  it('accepts the null MX where the template has it', () => {
    expect(compareMx(mx('0 .'), mx('0 .')).level).toBe('exact');
    expect(compareMx(expected, mx('0 .')).notes).toEqual([{ id: 'null-mx' }]);
  });

  it('wants two hosts in their order, whatever the numbers', () => {
    const two = mx('10 a.example', '20 b.example');
    expect(compareMx(two, mx('1 a.example', '2 b.example')).level).toBe('equivalent');
    expect(compareMx(two, mx('20 a.example', '10 b.example')).level).toBe('different');
    expect(compareMx(two, mx('10 a.example', '10 b.example')).level).toBe('different');
    expect(compareMx(two, mx('10 a.example')).level).toBe('different');
  });

  it('does not mind the right host at two priorities', () => {
    const twice = mx('10 email-in.deuxfleurs.fr', '20 email-in.deuxfleurs.fr');
    expect(compareMx(expected, twice)).toMatchObject({
      level: 'equivalent',
      notes: [{ id: 'repeated-host', hosts: ['email-in.deuxfleurs.fr'] }],
    });
  });

  it('recognises a host without its last dot, and the null MX beside others', () => {
    const undotted = mx('10 email-in.deuxfleurs.fr.asso.example.org');
    const host = 'email-in.deuxfleurs.fr';
    const note = { id: 'missing-dot', found: `${host}.asso.example.org`, host };
    expect(compareMx(expected, undotted, 'asso.example.org').notes).toEqual([note]);
    expect(compareMx(expected, mx(`10 ${host}.example.org`), 'asso.example.org').notes).toHaveLength(1);
    expect(compareMx(expected, undotted, 'other.example').notes).toEqual([]);
    const beside = compareMx(expected, mx('0 .', `10 ${host}`));
    expect(beside).toMatchObject({ level: 'different', notes: [{ id: 'null-mx-beside' }] });
  });
});

describe('SPF', () => {
  const expected = 'v=spf1 mx:out.deuxfleurs.fr -all';
  const spf = (...found: string[]) => compareSpf(expected, found, 'example.org');

  it.each([
    ['exact', 'v=spf1 mx:out.deuxfleurs.fr -all'],
    ['equivalent', 'v=spf1  +mx:OUT.deuxfleurs.fr.   -ALL '],
    ['equivalent', 'v=spf1 mx:out.deuxfleurs.fr -all include:_spf.google.com'],
    ['extra', 'v=spf1 mx:out.deuxfleurs.fr include:_spf.google.com -all'],
    ['extra', 'v=spf1 ip4:192.0.2.1/32 mx:out.deuxfleurs.fr -all exp=why.example.org'],
    ['different', 'v=spf1 mx:out.deuxfleurs.fr ~all'],
    ['different', 'v=spf1 mx:out.deuxfleurs.fr'],
    ['different', 'v=spf1 mx -all'],
    ['different', 'v=spf1 include:_mailcust.gandi.net ?all'],
    ['different', 'v=spf1 +all mx:out.deuxfleurs.fr'],
    ['different', 'v=spf1 -ip4:192.0.2.0/24 mx:out.deuxfleurs.fr -all'],
    ['different', 'v=spf1 ~mx:out.deuxfleurs.fr -all'],
    ['different', 'v=spf1 mx:out.deuxfleurs.fr ipv4:192.0.2.1 -all'],
    ['different', 'v=spf1 mx:out.deuxfleurs.fr redirect=_spf.example.net'],
  ])('%s: %s', (level, found) => expect(spf(found).level).toBe(level));

  it('counts what stands in two strings as written otherwise', () => {
    expect(
      compareSpf(expected, [expected], 'example.org', ['v=spf1 mx:out.deuxfleurs.fr', ' -all']).level,
    ).toBe('equivalent');
  });

  it('takes two records for none, and none for missing', () => {
    expect(spf(expected, 'v=spf1 -all').level).toBe('multiple');
    expect(spf(expected, expected).level).toBe('multiple');
    expect(spf().level).toBe('missing');
  });

  it('shows ~all in the place of -all as one difference', () => {
    expect(spf('v=spf1 mx:out.deuxfleurs.fr ~all').differences).toEqual([
      { tag: 'all', expected: '-all', found: '~all', how: 'changed' },
    ]);
  });

  it('knows "mx" for the MX of the domain itself', () => {
    expect(compareSpf('v=spf1 mx:example.org -all', ['v=spf1 mx -all'], 'example.org').level).toBe(
      'equivalent',
    );
  });

  it('does not call more than ten lookups an extra', () => {
    const includes = Array.from({ length: 10 }, (_, index) => `include:s${index}.example`).join(' ');
    const { level, notes } = spf(`v=spf1 mx:out.deuxfleurs.fr ${includes} -all`);
    expect(level).toBe('different');
    expect(notes).toEqual([{ id: 'too-many-lookups', count: 11, most: 10 }]);
  });

  it('says that quotation marks became part of the text', () => {
    expect(spf('v=spf1 "mx:out.deuxfleurs.fr" -all').notes).toEqual([
      { id: 'literal-marks', marks: ['quotation-mark'] },
    ]);
  });

  it('keeps the other senders of a domain in the record to publish', () => {
    const found = ['v=spf1 include:_spf.google.com ~all', 'v=spf1 a ip4:192.0.2.1 mx:out.deuxfleurs.fr ?all'];
    const { further } = furtherSenders(expected, found, 'example.org');
    expect(further).toEqual(['include:_spf.google.com', 'a:example.org', 'ip4:192.0.2.1']);
    expect(withTerms(expected, further)).toBe(
      'v=spf1 mx:out.deuxfleurs.fr include:_spf.google.com a:example.org ip4:192.0.2.1 -all',
    );
  });

  it('takes glued terms apart, keeps what a redirect permits, and names what it cannot keep', () => {
    const found = [
      'v=spf1 mx:out.deuxfleurs.frip4:198.51.100.7-all',
      'v=spf1 ip4:192.0.2.0/33 ptr redirect=_spf.b.org',
    ];
    expect(furtherSenders(expected, found, 'example.org')).toEqual({
      further: ['ip4:198.51.100.7', 'include:_spf.b.org'],
      unusable: [
        { term: 'ip4:192.0.2.0/33', why: 'invalid' },
        { term: 'ptr', why: 'ptr' },
      ],
    });
    expect(furtherSenders(expected, ['v=spf1 ?include:b.org +all'], 'example.org').unusable).toEqual([
      { term: '?include:b.org', why: 'no-pass' },
      { term: 'all', why: 'everybody-passes' },
    ]);
  });

  it.each([
    [
      'v=spf1 mx:out.deuxfleurs.fr-all',
      [],
      { id: 'glued-terms', term: 'mx:out.deuxfleurs.fr-all', parts: ['mx:out.deuxfleurs.fr', '-all'] },
    ],
    [
      'v=spf1 ip4:198.51.100.7~all',
      [],
      { id: 'glued-terms', term: 'ip4:198.51.100.7~all', parts: ['ip4:198.51.100.7', '~all'] },
    ],
    [
      'v=spf1 include:a.orginclude:b.org -all',
      [],
      { id: 'glued-terms', term: 'include:a.orginclude:b.org', parts: ['include:a.org', 'include:b.org'] },
    ],
    [
      'v=spf1 mx:out.deuxfleurs.fr-all',
      ['v=spf1 mx:out.deuxfleurs.fr', '-all'],
      { id: 'joined-strings', term: 'mx:out.deuxfleurs.fr-all', parts: ['mx:out.deuxfleurs.fr', '-all'] },
    ],
    ['v=spf1 ip4:192.0.2.0/33 -all', [], { id: 'prefix-too-long', term: 'ip4:192.0.2.0/33', most: 32 }],
    ['v=spf1 ip6:2001:db8::/129 -all', [], { id: 'prefix-too-long', term: 'ip6:2001:db8::/129', most: 128 }],
    ['v=spf1 a/33 -all', [], { id: 'prefix-too-long', term: 'a/33', most: 32 }],
    [
      'v=spf1 ip4:2001:db8::1 -all',
      [],
      { id: 'no-address', term: 'ip4:2001:db8::1', instead: 'ip6:2001:db8::1' },
    ],
    ['v=spf1 ip4:300.0.0.1 -all', [], { id: 'no-address', term: 'ip4:300.0.0.1', instead: null }],
  ])('explains %s', (found, strings, note) => {
    const { level, notes } = compareSpf(expected, [found], 'example.org', strings);
    expect([level, notes]).toEqual(['different', [note]]);
  });

  it.each([
    'v=spf1 ip6:2001:db8::a:1/64 -all',
    'v=spf1 include:spf-all.example.org a:all-mx.example.org -all',
    'v=spf1 a mx include:include.org -all',
  ])('does not take one term for two: %s', (found) =>
    expect(compareSpf(expected, [found], 'example.org').notes).toEqual([]),
  );
});

describe('DKIM', () => {
  const expected = `v=DKIM1; h=sha256; k=rsa; p=${KEY}`;
  const dkim = (...found: string[]) => compareDkim(expected, found);

  it.each([
    ['exact', expected],
    ['equivalent', `v=DKIM1;k=rsa;h=SHA256;p=${KEY};`],
    ['equivalent', `v=DKIM1; h=sha256; p=${KEY.slice(0, 100)} ${KEY.slice(100)}`],
    ['equivalent', `h=sha256; k=rsa; s=*; p=${KEY}`],
    ['extra', `v=DKIM1; k=rsa; p=${KEY}`],
    ['extra', `v=DKIM1; h=sha256; k=rsa; n=key of 2026; s=email; t=s; p=${KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; p=${OTHER_KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; p=${SHORT_KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; p=`],
    ['different', `v=DKIM1; h=sha256; k=rsa`],
    ['different', `v=DKIM1; h=sha1; k=rsa; p=${KEY}`],
    ['different', `v=DKIM1; h=sha256; k=ed25519; p=${KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; t=y; p=${KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; s=calendar; p=${KEY}`],
    ['different', `v=DKIM2; h=sha256; k=rsa; p=${KEY}`],
    ['different', `h=sha256; v=DKIM1; k=rsa; p=${KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; p=${KEY}; p=${KEY}`],
    ['different', `v=DKIM1; h=sha256; k=rsa; p=${KEY_PKCS1}`],
    ['different', 'hello'],
  ])('%s: %s', (level, found) => expect(dkim(found).level).toBe(level));

  it('takes two records at the selector for undefined', () => {
    expect(dkim(expected, expected).level).toBe('multiple');
    expect(dkim().level).toBe('missing');
  });

  it.each([
    [
      `v=DKIM1; h=sha256; k=rsa; p=${KEY.slice(0, 200)}`,
      { id: 'key-cut-off', length: 200, expected: KEY.length },
    ],
    [`v=DKIM1; h=sha256; k=rsa; p=${OTHER_KEY}`, { id: 'key-other' }],
    [`v=DKIM1; h=sha256; k=rsa; p=${SHORT_KEY}`, { id: 'key-of-other-size', bits: 1024, expected: 2048 }],
    [`v=DKIM1; h=sha256; k=rsa; p="${KEY}"`, { id: 'literal-marks', marks: ['quotation-mark'] }],
    ['v=DKIM1; h=sha256; k=rsa; p=', { id: 'key-revoked' }],
    ['v=DKIM1; h=sha256; k=rsa', { id: 'key-absent' }],
    [`v=DKIM1; h=sha256; k=ed25519; p=${KEY}`, { id: 'key-unreadable' }],
    [`v=DKIM1; h=sha256; k=rsa; P=${KEY}`, { id: 'key-absent' }],
    [`v=DKIM1; h=sha256; K=rsa; P=${KEY}`, { id: 'tag-case', tags: ['K', 'P'] }],
    [`v=DKIM1; h=sha256; k=rsa; p=${KEY_PKCS1}`, { id: 'key-pkcs1' }],
    [`h=sha256; v=DKIM1; k=rsa; p=${KEY}`, { id: 'version-ignored' }],
    [`v=DKIM1\\; h=sha256\\; k=rsa\\; p=${KEY}`, { id: 'literal-marks', marks: ['backslash'] }],
  ])('explains %s', (found, note) => expect(dkim(found).notes).toContainEqual(note));
});

describe('DMARC', () => {
  const expected =
    'v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; rua=mailto:contact@deuxfleurs.fr!10m; ' +
    'ruf=mailto:contact@deuxfleurs.fr!10m; rf=afrf; pct=100; ri=86400';
  const dmarc = (...found: string[]) => compareDmarc(expected, found);
  const changed = (from: string, to: string) => expected.replace(from, to);

  it.each([
    ['exact', expected],
    ['equivalent', `${expected.replaceAll('; ', ';')};`],
    ['equivalent', changed('p=reject; sp=reject; adkim=s', 'adkim=S; sp=Reject; p=REJECT')],
    ['equivalent', changed(' sp=reject;', '')],
    ['equivalent', changed('; rf=afrf; pct=100; ri=86400', '')],
    ['equivalent', changed('ri=86400', 'ri=3600')],
    ['equivalent', expected.replaceAll('!10m', '')],
    ['extra', `${expected}; fo=1`],
    ['extra', changed('rua=mailto:', 'rua=mailto:reports@example.org,mailto:')],
    ['different', changed('p=reject; ', 'p=none; ')],
    ['different', changed('p=reject; ', '')],
    ['different', changed('sp=reject', 'sp=none')],
    ['different', changed('adkim=s; ', '')],
    ['different', changed('aspf=s', 'aspf=r')],
    ['different', changed('pct=100', 'pct=50')],
    ['different', `${expected}; t=y`],
    ['different', `${expected}; np=none`],
    ['different', changed('rua=mailto:contact@deuxfleurs.fr', 'rua=mailto:me@example.org')],
    ['different', changed('rua=mailto:contact@deuxfleurs.fr!10m; ', '')],
    ['different', `${expected}; quarantine`],
  ])('%s: %s', (level, found) => expect(dmarc(found).level).toBe(level));

  it('takes two records for none', () => {
    expect(dmarc(expected, 'v=DMARC1; p=none').level).toBe('multiple');
    expect(dmarc().level).toBe('missing');
  });

  it('says which tag differs, and how', () => {
    expect(dmarc(changed('p=reject; ', 'p=none; ')).differences).toContainEqual({
      tag: 'p',
      expected: 'reject',
      found: 'none',
      how: 'changed',
    });
  });

  it('knows a record that receivers do not take for one', () => {
    const { level, notes } = compareDmarc(expected, [], ['v=dmarc1; p=reject']);
    expect(level).toBe('different');
    expect(notes).toEqual([{ id: 'not-dmarc' }]);
  });
});

describe('the authorisation of reports', () => {
  it.each([
    ['exact', ['v=DMARC1']],
    ['exact', ['v=DMARC1', 'v=DMARC1;']],
    ['equivalent', ['v=DMARC1;']],
    ['extra', ['v=DMARC1; rua=mailto:other@deuxfleurs.fr']],
    ['missing', []],
  ] as const)('%s: %j', (level, found) => expect(compareReport('v=DMARC1', found).level).toBe(level));
});
