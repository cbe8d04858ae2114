import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { zoneOptions } from '../../../src/checks/zone/options.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-zone-options-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ldap = { url: 'ldap://ldap.example.org', base: 'ou=domains,dc=example,dc=org' };
const faults = (keys: object) =>
  zoneOptions
    .safeParse({ template: 'deuxfleurs', ...keys })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the directory of a zone check', () => {
  it('takes a password only with who logs in', () => {
    expect(faults({ ldap: { ...ldap, password: 'secret' } })).toEqual([
      expect.stringMatching(/^ldap\.bindDn: expected who logs in/),
    ]);
    expect(faults({ ldap: { ...ldap, bindDn: 'cn=v', password: 'secret' } })).toEqual([]);
  });

  it.each(['(objectClass=domain', 'objectClass=domain)', '(&(a=b)', '()'])(
    'refuses the filter %s',
    (filter) => {
      expect(faults({ ldap: { ...ldap, filter } })).toEqual([
        expect.stringMatching(/^ldap\.filter: expected a filter/),
      ]);
    },
  );

  it.each(['(objectClass=domain)', '(&(objectClass=domain)(!(status=gone)))'])(
    'takes the filter %s',
    (filter) => {
      expect(faults({ ldap: { ...ldap, filter } })).toEqual([]);
    },
  );
});

describe('a file of domains', () => {
  it('is refused with the lines that are none', () => {
    const file = join(directory, 'domains.txt');
    writeFileSync(file, 'example.org # ours\n\n<html>\nhttps://example.com/\n');
    expect(faults({ domainsFile: file })).toEqual([
      'domainsFile: expected one domain per line; not a domain: "<html>" on line 3, "https://example.com/" on line 4',
    ]);
    writeFileSync(file, 'example.org\n');
    expect(faults({ domainsFile: file })).toEqual([]);
  });
});
