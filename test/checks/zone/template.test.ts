import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publishMx, publishTxt } from '../../../src/checks/zone/publish.ts';
import {
  expand,
  loadTemplate,
  operatorKeyName,
  parseTemplate,
  TemplateError,
} from '../../../src/checks/zone/template.ts';
import { KEY, KEY_PEM } from '../../support/zone/keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-template-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fault(work: () => unknown): string {
  try {
    work();
  } catch (cause) {
    if (cause instanceof TemplateError) return cause.message;
    throw cause;
  }
  throw new Error('expected a TemplateError');
}

describe('the ready template of Deuxfleurs', () => {
  it("is the operator's, word for word", () => {
    const expected = expand(loadTemplate('deuxfleurs', { key: KEY }), 'example.org', null);
    expect(expected).toEqual({
      domain: 'example.org',
      mx: [{ priority: 10, exchange: 'email-in.deuxfleurs.fr' }],
      spf: 'v=spf1 mx:out.deuxfleurs.fr -all',
      dkim: { name: 'smtp._domainkey.example.org', value: `v=DKIM1; h=sha256; k=rsa; p=${KEY}` },
      dmarc:
        'v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s; rua=mailto:contact@deuxfleurs.fr!10m; ' +
        'ruf=mailto:contact@deuxfleurs.fr!10m; rf=afrf; pct=100; ri=86400',
      report: 'v=DMARC1',
    });
  });

  it('looks for the key where the operator publishes it, when none is given', () => {
    expect(operatorKeyName(loadTemplate('deuxfleurs'))).toBe('smtp._domainkey.deuxfleurs.fr');
    expect(operatorKeyName(loadTemplate('deuxfleurs', { key: KEY }))).toBeNull();
    expect(expand(loadTemplate('deuxfleurs'), 'example.org', null).dkim?.value).toBeNull();
    expect(expand(loadTemplate('deuxfleurs'), 'example.org', KEY).dkim?.value).toContain(KEY);
  });

  it.each([
    ['base64', KEY],
    ['base64 in lines', KEY.replace(/.{64}/g, '$&\n')],
    ['a PEM file', KEY_PEM],
    ['a DKIM record', `v=DKIM1; k=rsa; p=${KEY}`],
    ['a line of opendkim-genkey', `( "v=DKIM1; k=rsa; " "p=${KEY.slice(0, 200)}" "${KEY.slice(200)}" )`],
  ])('takes the key as %s', (_, key) => {
    const template = loadTemplate('deuxfleurs', { key });
    expect(expand(template, 'example.org', null).dkim?.value).toBe(`v=DKIM1; h=sha256; k=rsa; p=${KEY}`);
  });
});

describe('mistakes in a template', () => {
  const file = 'mine.yaml';
  it.each([
    [
      'spf: v=spf1 mx:{rely} -all\nvariables:\n  relay: a.b\n',
      'mine.yaml:1: spf: Unknown variable "rely"; did you mean "relay"?',
    ],
    ['mx:\n  - 10 a.b\nspff: x\n', 'mine.yaml:3: template: Unknown key "spff"; did you mean "spf"?'],
    [
      'mx:\n  - a.b\n',
      'mine.yaml:2: mx: expected a priority and a host, such as "10 mail.example.org", found "a.b".',
    ],
    ['\nspf: mx -all\n', 'mine.yaml:2: spf: expected a record that begins with "v=spf1 ".'],
    ['dmarc: p=none\n', 'mine.yaml:1: dmarc: expected a record that begins with "v=DMARC1".'],
    ['- a\n', 'mine.yaml: expected keys such as mx, spf, dkim and dmarc.'],
    ['variables:\n  key: nonsense!\n', 'mine.yaml:2: variables.key: expected a public key'],
  ])('%j', (source, message) => expect(fault(() => parseTemplate(source, file))).toContain(message));

  it('says where YAML itself is broken', () => {
    expect(fault(() => parseTemplate('mx: [\n', file))).toMatch(/^mine\.yaml: .*line/s);
  });

  it('knows its variables', () => {
    expect(fault(() => loadTemplate('deuxfleurs', { relai: 'x' }))).toContain('did you mean "relay"?');
  });

  it('says that a file is not there', () => {
    expect(fault(() => loadTemplate('deuxfleur'))).toMatch(
      /^The template deuxfleur cannot be read: ENOENT\. No ready template has this name: name a ready template \(.*deuxfleurs/,
    );
    const missing = join(directory, 'none.yaml');
    expect(fault(() => loadTemplate(missing))).toBe(`The template ${missing} cannot be read: ENOENT.`);
    const mine = join(directory, 'mine.yaml');
    writeFileSync(mine, 'spf: v=spf1 -all\n');
    expect(expand(loadTemplate(mine), 'example.org', null)).toMatchObject({
      spf: 'v=spf1 -all',
      mx: null,
      dkim: null,
    });
  });
});

describe('what is to be published', () => {
  it('splits a long text into strings of 255', () => {
    const value = `v=DKIM1; p=${'A'.repeat(400)}`;
    const { bind, ...form } = publishTxt('smtp._domainkey.example.org', 'example.org', value);
    expect(form).toEqual({ zone: 'example.org', name: 'smtp._domainkey', type: 'TXT', value });
    const strings = [...bind.matchAll(/"([^"]*)"/g)].map(([, text]) => text!);
    expect(strings.map((text) => text.length)).toEqual([255, value.length - 255]);
    expect(strings.join('')).toBe(value);
    expect(bind).toMatch(/^smtp\._domainkey\.example\.org\. IN TXT \( "/);
  });

  it('escapes what zone files read otherwise', () => {
    expect(publishTxt('a.org', 'a.org', 'x"y\\z')).toMatchObject({
      name: '@',
      bind: 'a.org. IN TXT "x\\"y\\\\z"',
    });
  });

  it('writes an MX with an absolute host, and its priority apart', () => {
    expect(publishMx('a.org', 'a.org', [{ priority: 10, exchange: 'mx.b.org' }])).toEqual([
      {
        zone: 'a.org',
        name: '@',
        type: 'MX',
        value: 'mx.b.org',
        priority: 10,
        bind: 'a.org. IN MX 10 mx.b.org.',
      },
    ]);
  });
});
