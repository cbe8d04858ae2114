/** Messages to customers: the form is that of the registrar, and nothing is asked of them that is the operator's. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/base/language.ts';
import type { Publish, ZoneDomain, ZoneRecord } from '../../../src/checks/zone/result.ts';
import { entryOf, REGISTRARS, registrarOf } from '../../../src/report/customer/forms.ts';
import { customerMessage } from '../../../src/report/customer/message.ts';

const KEY = `v=DKIM1; p=${'A'.repeat(392)}`;
const mx: Publish = {
  zone: 'a.example',
  name: '@',
  type: 'MX',
  value: 'mx.b.example',
  priority: 10,
  bind: 'a.example. IN MX 10 mx.b.example.',
};
const dkim: Publish = { zone: 'a.example', name: 's._domainkey', type: 'TXT', value: KEY, bind: 'line' };
const record = (changes: Partial<ZoneRecord>): ZoneRecord => ({
  record: 'mx',
  name: 'a.example',
  level: 'different',
  expected: ['10 mx.b.example'],
  found: ['10 mx.old.example'],
  text: '',
  differences: [],
  notes: [],
  notesData: [],
  publish: [mx],
  source: 'resolver',
  differs: null,
  views: [],
  ...changes,
});
const domain = (records: readonly ZoneRecord[], nameServers: readonly string[] = []): ZoneDomain => ({
  domain: 'a.example',
  exists: true,
  records,
  nameServers: nameServers.map((name) => ({ name, address: null, state: 'ok' as const })),
});
const at = '2026-11-28T10:00:00.000Z';
const message = (its: ZoneDomain, language: 'en' | 'fr' = 'en') =>
  customerMessage(its, { language, registrar: null, at });

describe('the registrar', () => {
  it.each([
    [['ns-1-a.gandi.net', 'ns-2-b.gandi.net'], 'gandi'],
    [['dns10.ovh.net', 'ns10.ovh.net.'], 'ovh'],
    [['dns200.anycast.me', 'ns200.anycast.me'], 'ovh'],
    [['Tess.ns.cloudflare.com', 'tom.ns.cloudflare.com'], 'cloudflare'],
    [['ns1.example', 'ns10.ovh.net'], 'other'],
    [['ns.gandi.net.example'], 'other'],
    [[], 'other'],
  ] as const)('of %j is %s', (names, registrar) => {
    expect(registrarOf(names)).toBe(registrar);
  });
});

describe('the form', () => {
  it('takes a mail server with a dot, or without', () => {
    const host = (registrar: (typeof REGISTRARS)[number], value = 'mx.b.example') =>
      entryOf({ ...mx, value }, registrar).fields.find(([field]) => field === 'host')?.[1];
    expect(REGISTRARS.map((each) => host(each))).toEqual([
      'mx.b.example.',
      'mx.b.example.',
      'mx.b.example',
      'mx.b.example',
    ]);
    expect(REGISTRARS.map((each) => host(each, 'mx.b.example.'))).toEqual([
      'mx.b.example.',
      'mx.b.example.',
      'mx.b.example',
      'mx.b.example.',
    ]);
  });

  it('takes a long text whole, in strings, or as a line of the zone', () => {
    const text = (registrar: (typeof REGISTRARS)[number]) =>
      entryOf(dkim, registrar).fields.find(([field]) => field === 'text')?.[1];
    expect(text('gandi')).toBe(`"${KEY.slice(0, 255)}" "${KEY.slice(255)}"`);
    expect(text('cloudflare')).toBe(KEY);
    expect(entryOf(dkim, 'ovh')).toEqual({
      fields: [],
      line: `s._domainkey IN TXT ( "${KEY.slice(0, 255)}" "${KEY.slice(255)}" )`,
    });
  });
});

describe.each(LANGUAGES)('in %s', (language) => {
  it('has a subject, and no hole', () => {
    const records = [
      record({}),
      record({ record: 'spf', level: 'missing', found: [], publish: [dkim] }),
      record({ record: 'dkim', level: 'multiple', found: ['a', 'b'], publish: [dkim] }),
      record({ record: 'dmarc', level: 'unknown', publish: [] }),
      record({ record: 'dmarc', level: 'exact', publish: [] }),
    ];
    for (const registrar of [...REGISTRARS, null]) {
      const text = customerMessage(domain(records), { language, registrar, at });
      expect(text).toMatch(/^(Subject:|Objet :) .*a\.example.*\n\n/);
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it('asks for nothing where all is right', () => {
    expect(message(domain([record({ level: 'exact', publish: [] })]), language)).not.toContain('IN MX');
  });
});

it('leaves out what the operator publishes', () => {
  const report = record({ record: 'dmarc-report', level: 'missing', found: [] });
  expect(message(domain([record({ level: 'exact', publish: [] }), report]))).toContain(
    'All of them are correct.',
  );
});

it('asks to renew a domain that does not exist', () => {
  const text = message({ ...domain([record({ level: 'missing', found: [] })]), exists: false });
  expect(text).toContain('renew it');
  expect(text).not.toContain('IN MX');
});

it('shows what strangers published as text, without control characters', () => {
  const text = message(domain([record({ found: ['x\u001b[31my\nz'] })]));
  expect(text).not.toContain('\u001b');
  expect(text).toContain('mx.b.example');
});
