/** Users' addresses of a directory, asked of a mail server of the test: what is refused is counted in the run, and named in a file alone. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sentence } from '../../../src/checks/sentence.ts';
import { forgetInbound } from '../../../src/checks/zone/inbound/index.ts';
import { zoneOptions } from '../../../src/checks/zone/options.ts';
import { readAddress } from '../../../src/checks/zone/users/address.ts';
import { forgetUsers } from '../../../src/checks/zone/users/index.ts';
import { lookAtUsers } from '../../../src/checks/zone/users/look.ts';
import { createResolver } from '../../../src/dns/resolver.ts';
import { mx, TYPE, zone } from '../../support/dns/server.ts';
import { startDirectory } from '../../support/zone/directory.ts';
import { startExchanger } from '../../support/zone/exchanger.ts';
import { closeServers, context, customer, OPERATOR, run, serve, type Table } from '../../support/zone/run.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigie-users-'));
});
afterEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  forgetUsers();
  forgetInbound();
  await closeServers();
});

const HOST = 'localhost';
const TABLE: Table = {
  [`${HOST} A`]: [{ type: TYPE.A, address: '127.0.0.1' }],
  ...OPERATOR,
  ...customer('a.example'),
  'a.example MX': [mx(10, HOST)],
  ...customer('b.example'),
  'b.example MX': [mx(10, 'mx.elsewhere.example')],
};

interface Setting {
  readonly users: readonly (readonly string[])[];
  readonly recipient: (address: string) => string | null;
  readonly options?: Record<string, unknown>;
  readonly international?: boolean;
}

async function servers({ users, recipient, options, international = true }: Setting) {
  const stack = new AsyncDisposableStack();
  const ldap = stack.use(
    await startDirectory({
      'ou=domains': { attribute: 'cn', entries: [['a.example'], ['b.example']] },
      'ou=users': { attribute: 'mail', entries: users },
    }),
  );
  const exchanger = stack.use(await startExchanger({ recipient, international }));
  const file = join(directory, 'refused.txt');
  const written = {
    ldap: { url: ldap.url, base: 'ou=domains', cache: join(directory, 'domains.json') },
    inbound: {
      helo: 'vigie.example.net',
      ca: exchanger.ca,
      timeout: '2s',
      users: { base: 'ou=users', perMinute: 6000, file, ...options },
    },
  };
  return { stack, exchanger, file, written };
}

/** Looks at the addresses so often. */
async function look(setting: Setting, times = 1) {
  const { stack, exchanger, written } = await servers(setting);
  await using _stack = stack;
  const { inbound, ldap } = zoneOptions.parse({ template: 'deuxfleurs', ...written });
  const { address } = await serve(zone(TABLE));
  const resolver = stack.adopt(createResolver({ servers: [address], timeoutMs: 500 }), (one) => one.close());
  const once = () =>
    lookAtUsers(['a.example', 'b.example'], { users: inbound!.users!, ldap: ldap! }, context(), {
      ...{ resolver, hosts: [HOST], port: exchanger.port, helo: inbound!.helo, ca: undefined },
      ...{ about: '', budgetMs: 10_000, timeoutMs: 2_000 },
    });
  let looked = await once();
  for (let again = 1; again < times; again++) looked = await once();
  expect(exchanger.messages).toBe(0);
  return { ...looked, asked: exchanger.asked };
}

const known =
  (...names: string[]) =>
  (address: string) =>
    names.some((name) => address.startsWith(`${name}@`))
      ? null
      : `550 5.1.1 <${address}>: no such user ${address}`;

it('those that are refused are counted in the run and named in the file alone', async () => {
  const { stack, exchanger, file, written } = await servers({
    users: [
      ['anna@a.example', 'SMTP:Bert.Secret@A.example'],
      ['carl.secret@a.example'],
      ['dora@b.example'],
      ['no address', '"x y"@a.example', 'evil@a.example>\r\nDATA'],
    ],
    recipient: known('anna', 'postmaster'),
  });
  await using _stack = stack;
  const options = { variables: { mx: HOST }, ...written };
  const result = await run([], { resolver: zone(TABLE), mxPort: exchanger.port, options });
  const findings = result.findings.filter(({ id }) => id.startsWith('zone-users'));
  const asked = exchanger.asked.filter((address) => !/^(?:postmaster|vigie-\w{16})@/.test(address));
  expect(asked.sort()).toEqual(['Bert.Secret@a.example', 'anna@a.example', 'carl.secret@a.example']);
  expect(result.zone!.inbound!.users).toEqual({
    counts: { accepted: 1, refused: 2, unknown: 0, untested: 0 },
    elsewhere: 1,
    unreadable: 3,
    more: false,
    domains: [{ domain: 'a.example', host: HOST, refused: 2, tested: 3, codes: ['550 5.1.1'] }],
  });
  expect(findings).toMatchObject([{ id: 'zone-users-refused', outcome: 'degraded', cause: { file } }]);
  expect(findings[0]!.text).toContain(
    'refuses 2 of 3 addresses that the directory has of users at a.example',
  );
  expect(JSON.stringify(result)).not.toMatch(/secret/i);
  const list = readFileSync(file, 'utf8').split('\n');
  expect(list).toHaveLength(4);
  expect(list[1]).toMatch(/^Bert\.Secret@a\.example\tlocalhost\t\d{4}-.*Z\t550 5\.1\.1 /);
  expect(statSync(file).mode & 0o077).toBe(0);
});

it('each is asked about once in a while; what a run did not reach, the next ones do, and what is unknown is asked again', async () => {
  const users = Array.from({ length: 30 }, (_, n) => [`u${n}@a.example`]);
  const grey = new Set(['u3@a.example']);
  const recipient = (address: string) => (grey.delete(address) ? '450 4.2.0 Greylisted' : null);
  const { asked, result } = await look({ users, recipient }, 2);
  expect(asked).toHaveLength(31);
  expect(result!.counts).toEqual({ accepted: 30, refused: 0, unknown: 0, untested: 0 });
});

it('no more than that number are read; addresses beyond ASCII need SMTPUTF8, which this server lacks', async () => {
  const { result, asked } = await look({
    users: [['zoé@a.example'], ['anna@a.example'], ['bert@a.example']],
    recipient: () => null,
    options: { most: 2 },
    international: false,
  });
  expect(result!.more).toBe(true);
  expect(result!.counts).toMatchObject({ accepted: 1, refused: 1 });
  expect(result!.domains[0]!.codes).toEqual(['550 5.6.7']);
  expect(asked).toEqual(['anna@a.example']);
});

it('a directory that lists no user is an error; without a directory the option is refused', async () => {
  const { findings } = await look({ users: [], recipient: () => null });
  expect(findings).toMatchObject([
    { outcome: 'error', cause: { id: 'zone-users-unread', base: 'ou=users', problem: { id: 'empty' } } },
  ]);
  expect(sentence('zone', findings[0]!.cause, 'en')).toContain('has none below ou=users with (mail=*)');
  const inbound = { helo: 'vigie.example.net', users: { base: 'ou=users' } };
  const parsed = zoneOptions.safeParse({ domains: ['a.example'], template: 'deuxfleurs', inbound });
  expect(parsed.error?.issues).toMatchObject([{ path: ['inbound', 'users'] }]);
});

it.each([
  ['a@b.example', 'a@b.example'],
  ['mailto:A+b@B.Example.', 'A+b@b.example'],
  ['é@école.example', 'é@xn--cole-9oa.example'],
  ['X400:c=fr;o=x', null],
  ['a@b@c.example', null],
  ['a@localhost', null],
  ['@b.example', null],
])('the address in %s', (value, address) => expect(readAddress(value)).toBe(address));
