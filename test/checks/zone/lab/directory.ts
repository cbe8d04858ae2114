/** The zone check against bind9 and slapd of the mail lab; with the faults that its records may have: mail-lab.services.test.ts. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { labCa, labPassword, mailLab, withFaults } from '../../../support/mail/lab.ts';
import { needs } from '../../../support/needs.ts';
import { ids, runZone } from '../../../support/zone/lab.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-zone-lab-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LDAP = {
  url: 'ldap://203.0.113.13',
  bindDn: 'cn=vigie,ou=services,dc=deuxfleurs,dc=test',
  password: labPassword,
  base: 'ou=domains,ou=groups,dc=deuxfleurs,dc=test',
  timeout: '3s',
  cache: join(directory, 'domains.json'),
};

describe('zones of the mail lab', needs(mailLab), () => {
  it('are right when nothing is broken', async () => {
    const domains = ['adrien.test', 'beatrice.test', 'carol.test', 'deuxfleurs.test'];
    const run = await runZone({ domains });
    expect(ids(run)).toEqual([]);
    expect(run.outcome).toBe('pass');
    for (const { records, nameServers } of run.zone!.domains) {
      expect(records.map(({ level }) => level)).toEqual(records.map(() => 'exact'));
      expect(nameServers).toEqual([{ name: 'ns.deuxfleurs.test', address: '203.0.113.53', state: 'ok' }]);
    }
  });

  it('publishes what would put the zone right', async () => {
    const run = await withFaults(['dmarc-none'], () => runZone());
    const record = run.zone!.domains[0]!.records.find((one) => one.record === 'dmarc')!;
    const right = await runZone();
    const published = right.zone!.domains[0]!.records.find((one) => one.record === 'dmarc')!.found[0];
    expect(record.publish[0]).toMatchObject({
      zone: 'adrien.test',
      name: '_dmarc',
      type: 'TXT',
      value: published,
    });
  });
});

describe('the directory of the mail lab', needs(mailLab), () => {
  it('lists the domains; when it is down, the last known list is used and said to be', async () => {
    const domains = ['adrien.test', 'beatrice.test', 'carol.test'];
    const first = await runZone({ domains: [], ldap: LDAP });
    expect(first.outcome).toBe('pass');
    expect(first.zone!.domains.map(({ domain }) => domain)).toEqual(domains);
    expect(first.zone!.source).toEqual({ kind: 'ldap', cached: null });
    const { savedAt } = JSON.parse(readFileSync(LDAP.cache, 'utf8')) as { savedAt: string };

    const down = await withFaults(['ldap-down'], () => runZone({ domains: [], ldap: LDAP }));
    expect(ids(down)).toEqual(['zone-directory-down']);
    expect(down.outcome).toBe('error');
    expect(down.zone!.domains.map(({ domain }) => domain)).toEqual(domains);
    expect(down.zone!.source).toEqual({ kind: 'ldap', cached: savedAt });
    expect(down.findings[0]!.cause).toMatchObject({ lastKnown: savedAt, domains: 3 });
    expect(down.findings[0]!.text).toContain('The last known list is used: 3 domains');

    const never = await withFaults(['ldap-down'], () =>
      runZone({ domains: [], ldap: { ...LDAP, cache: join(directory, 'none.json') } }),
    );
    expect(ids(never)).toEqual(['zone-directory-down', 'zone-no-domains']);
    expect(never.outcome).toBe('error');
  });

  it.each([
    [
      'a wrong password',
      { password: 'wrong' },
      { id: 'password-refused', bindDn: LDAP.bindDn },
      'does not accept the password of cn=vigie',
    ],
    [
      'an anonymous search',
      { bindDn: undefined, password: undefined },
      { id: 'no-entry', anonymous: true },
      'set bindDn',
    ],
    [
      'a base that does not exist',
      { base: 'ou=nothing,dc=deuxfleurs,dc=test' },
      { id: 'no-entry', anonymous: false },
      'has no entry ou=nothing',
    ],
    [
      'a filter that finds nothing',
      { filter: '(cn=nobody)' },
      { id: 'empty', filter: '(cn=nobody)' },
      'lists no domain',
    ],
  ])('says what is wrong: %s', async (_, changes, problem, words) => {
    const ldap = { ...LDAP, ...changes, cache: join(directory, 'none.json') };
    const run = await runZone({ domains: ['adrien.test'], ldap });
    expect(ids(run)).toEqual(['zone-directory-down']);
    const { text, cause } = run.findings[0]!;
    expect(cause).toMatchObject({ id: 'zone-directory-down', problem });
    expect(text).toContain(words);
    expect(text).not.toContain('labsecret');
    // The domain of the configuration is checked all the same.
    expect(run.zone!.domains.map(({ domain }) => domain)).toEqual(['adrien.test']);
  });

  it('is asked over StartTLS, and not at all when the certificate is for another name', async () => {
    const child = fileURLToPath(new URL('../../../support/zone/ldap-child.ts', import.meta.url));
    const hosts = join(directory, 'hosts');
    writeFileSync(hosts, '203.0.113.13 ldap.deuxfleurs.test other.deuxfleurs.test\n');
    const read = async (changes: object) => {
      const options = JSON.stringify({ ...LDAP, startTls: true, ca: labCa, ...changes });
      // The certificate is for a name, which has to be known to the process alone.
      const command = 'mount --bind "$0" /etc/hosts && exec "$@"';
      const argv = ['-m', 'sh', '-c', command, hosts, process.execPath, child, options];
      const { stdout } = await promisify(execFile)('unshare', argv, { timeout: 20_000 });
      return JSON.parse(stdout) as object;
    };
    expect(await read({ url: 'ldap://ldap.deuxfleurs.test' })).toMatchObject({
      domains: ['adrien.test', 'beatrice.test', 'carol.test'],
    });
    expect(await read({ url: 'ldap://other.deuxfleurs.test' })).toMatchObject({
      problem: { id: 'other', message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') },
    });
    expect(await read({ url: 'ldap://ldap.deuxfleurs.test', ca: undefined })).toMatchObject({
      problem: { id: 'other', message: expect.stringMatching(/certificate/) },
    });
  });
});
