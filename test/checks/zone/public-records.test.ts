/**
 * MX, DKIM and DMARC records from public reports (checkdmarc, OpenDKIM, rspamd, Internet.nl, mailcow, YunoHost and
 * others), each with what is right about it. Every entry is one case; a case that fails is one about which Vigie is wrong.
 */
import { describe, expect, it } from 'vitest';
import { longTxt, mx, txt } from '../../support/dns/server.ts';
import { KEY, KEY_PKCS1, OTHER_KEY } from '../../support/zone/keys.ts';
import { address, alias, DKIM, DMARC, SPF, type Table } from '../../support/zone/public-case.ts';
import { cases, D, look } from '../../support/zone/public-cases.ts';

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
      name: 'own: a zero-width space in the key',
      records: dkim(`v=DKIM1; h=sha256; k=rsa; p=${KEY.slice(0, 40)}\u200B${KEY.slice(40)}`),
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
      name: 'mailcow: a quotation mark at the end, in a tag that means nothing any more',
      records: dmarc(`${DMARC}; ri=86400"`),
      level: 'equivalent',
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
