import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import type { ZoneDomain } from '../../src/checks/zone/result.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { UsageError } from '../../src/cli/io.ts';
import { COMMANDS } from '../../src/cli/table.ts';
import { zoneCommand } from '../../src/cli/zone.ts';
import {
  type Handler,
  longTxt,
  mx,
  reply,
  startServer,
  type TestServer,
  TYPE,
  txt,
  zone,
} from '../support/dns/server.ts';
import { KEY, OTHER_KEY } from '../support/zone/keys.ts';

const directory = mkdtempSync(join(tmpdir(), 'vigie-zone-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const template = join(directory, 'template.yaml');
writeFileSync(
  template,
  [
    'variables:',
    '  mx: mx.host.example',
    '  key: ""',
    'mx: ["10 {mx}"]',
    'dkim:',
    '  selector: s1',
    '  value: v=DKIM1; p={key}',
  ].join('\n'),
);

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function serve(handler: Handler): Promise<string> {
  const server = await startServer(handler);
  servers.push(server);
  return `127.0.0.1:${server.address.port}`;
}

const TABLE = {
  'good.example MX': [mx(10, 'mx.host.example')],
  's1._domainkey.good.example TXT': [longTxt(`v=DKIM1; p=${KEY}`)],
  'bad.example MX': [mx(10, 'elsewhere.example')],
  's1._domainkey.bad.example TXT': [longTxt(`v=DKIM1; p=${OTHER_KEY}`)],
  'bad.example TXT': [txt('hello')],
  'mx.host.example A': [{ type: TYPE.A, address: '192.0.2.1' }],
};

async function vigieZone(...argv: string[]): Promise<{ status: number; stdout: string }> {
  let stdout = '';
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      stdout += chunk.toString();
      done();
    },
  });
  const err = new Writable({ write: (_chunk, _encoding, done) => done() });
  const signal = new AbortController().signal;
  const status = await zoneCommand(parseArguments(COMMANDS.zone, argv), { stdout: out, stderr: err, signal });
  return { status, stdout };
}

const usual = ['--template', template, '--set', `key=${KEY}`, '--no-name-servers'];

describe('vigie zone', () => {
  it('says that all is right, with status 0', async () => {
    const resolver = await serve(zone(TABLE));
    const { status, stdout } = await vigieZone('good.example', '--resolver', resolver, ...usual);
    expect(status).toBe(0);
    expect(stdout).toMatch(/good\.example {2}PASS.*\n.*MX +exact\n +DKIM +exact\n/s);
  });

  it('says what is wrong and what to publish, with status 1', async () => {
    const resolver = await serve(zone(TABLE));
    const { status, stdout } = await vigieZone('bad.example', '--resolver', resolver, ...usual);
    expect(status).toBe(1);
    expect(stdout).toContain('bad.example. IN MX 10 mx.host.example.');
    expect(stdout).toContain('zone bad.example  name @  type MX  priority 10');
    expect(stdout).toContain(`value v=DKIM1; p=${KEY}`);
    expect(stdout).toContain('[zone-dkim-different]');
  });

  it('prints an array of runs as JSON', async () => {
    const resolver = await serve(zone(TABLE));
    const { status, stdout } = await vigieZone(
      'good.example',
      'bad.example',
      '--json',
      '--resolver',
      resolver,
      ...usual,
    );
    expect(status).toBe(1);
    const runs = JSON.parse(stdout) as Run[];
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ schema: 1, kind: 'zone', outcome: 'fail' });
    expect(
      runs[0]!.zone!.domains.map(({ domain, records }) => [domain, records.map(({ level }) => level)]),
    ).toEqual([
      ['good.example', ['exact', 'exact']],
      ['bad.example', ['different', 'different']],
    ]);
  });

  it('prints a line for each domain, and the run without them as the last', async () => {
    const resolver = await serve(zone(TABLE));
    const argv = ['good.example', 'bad.example', '--resolver', resolver, ...usual, '--json-lines'];
    const { status, stdout } = await vigieZone(...argv);
    expect(status).toBe(1);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Partial<ZoneDomain & Run>);
    expect(lines).toHaveLength(3);
    expect(new Set(lines.slice(0, 2).map(({ domain }) => domain))).toEqual(
      new Set(['good.example', 'bad.example']),
    );
    expect(lines[2]).toMatchObject({ kind: 'zone', outcome: 'fail', zone: { domains: [] } });
    expect(lines[2]!.findings!.map(({ id }) => id)).toContain('zone-dkim-different');
    for (const other of [['--json'], ['--evidence', directory], ['--for-customer']]) {
      await expect(vigieZone(...argv, ...other)).rejects.toThrow('exclude each other');
    }
  });

  it('prints a message for the customer, in their language and for their form', async () => {
    const resolver = await serve(zone(TABLE));
    const argv = ['bad.example', 'good.example', '--resolver', resolver, ...usual, '--for-customer'];
    const { status, stdout } = await vigieZone(...argv, '--language', 'fr', '--registrar', 'ovh');
    expect(status).toBe(1);
    const [bad, good] = stdout.split(`\n${'-'.repeat(72)}\n\n`);
    expect(bad).toMatch(/^Objet : Courrier du domaine bad\.example : enregistrements DNS\n\nBonjour,\n/);
    expect(bad).toContain('2 enregistrements sont à modifier.');
    expect(bad).toContain(
      [
        '       Type          MX',
        '       Sous-domaine  (laisser vide)',
        '       Priorité      10',
        '       Cible         mx.host.example.',
      ].join('\n'),
    );
    expect(bad).toContain(`s1._domainkey IN TXT ( "v=DKIM1; p=${KEY.slice(0, 244)}" "${KEY.slice(244)}" )`);
    expect(bad).toContain('    bad.example. IN MX 10 mx.host.example.');
    expect(good).toContain('Tous sont corrects. Il n’y a rien à faire.');
    await expect(vigieZone('good.example', ...usual, '--language', 'fr')).rejects.toThrow(UsageError);
    await expect(vigieZone(...argv, '--json')).rejects.toThrow('exclude each other');
  });

  it('ends with 3 when the resolver fails', async () => {
    const resolver = await serve((asked) => [reply(asked, { rcode: 2 })]);
    expect((await vigieZone('good.example', '--resolver', resolver, ...usual)).status).toBe(3);
  });

  it('takes domains from a file, and variables from one', async () => {
    const resolver = await serve(zone(TABLE));
    const file = join(directory, 'domains');
    const key = join(directory, 'key');
    writeFileSync(file, 'good.example # ours\n');
    writeFileSync(key, `${KEY}\n`);
    const argv = ['--file', file, '--template', template, '--set', `key=file:${key}`, '--no-name-servers'];
    expect((await vigieZone(...argv, '--resolver', resolver)).status).toBe(0);
  });

  it.each([
    [[], 'missing argument DOMAIN: a domain, such as example.org'],
    [['exa mple'], 'expected a domain, such as example.org, found "exa mple"'],
    [['a.org'], 'missing option --template: what every domain must publish; name a ready template ('],
    [['a.org', '--template', 'deuxfleur'], 'No ready template has this name'],
    [['a.org', '--template', 'deuxfleurs', '--resolver', '::x'], '--resolver: expected HOST[:PORT]'],
    [['a.org', '--template', 'deuxfleurs', '--timeout', '5'], '--timeout: expected a duration'],
    [['a.org', '--template', 'deuxfleurs', '--egress', '1.2.3'], '--egress: expected an IP address'],
    [['a.org', '--template', 'deuxfleurs', '--set', 'relai=x'], 'did you mean "relay"?'],
    [['a.org', '--set', 'relay'], '--set: expected NAME=VALUE'],
    [['a.org', '--template', '/does/not/exist'], 'The template /does/not/exist cannot be read'],
    [['a.org', '--file', '/does/not/exist'], '--file: /does/not/exist cannot be read'],
    [['a.org', '--resolvr', 'x'], 'did you mean "--resolver"?'],
  ])('refuses %j', async (argv, message) => {
    const cause: unknown = await vigieZone(...argv).catch((reason: unknown) => reason);
    expect(cause).toBeInstanceOf(UsageError);
    expect((cause as UsageError).message).toContain(message);
  });
});
