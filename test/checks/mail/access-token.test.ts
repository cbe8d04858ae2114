/** Mailboxes that are logged in to with an access token (OAuth 2.0), which another program keeps in a file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imapClient } from '../../../src/checks/hosts/imap-client.ts';
import { completed, imap } from '../../../src/checks/hosts/options.ts';
import { inboxError } from '../../../src/checks/mail/imap-faults.ts';
import { closeAll, ask as resolverOf, serve } from '../../support/dns/resolving.ts';
import { TYPE, zone } from '../../support/dns/server.ts';
import { writeSelfSigned } from '../../support/self-signed.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'vigie-token-'));
  writeSelfSigned(join(dir, 'key.pem'), join(dir, 'cert.pem'));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await closeAll();
});

const schema = completed(imap);
const LIMITS = {
  socketTimeout: 5_000,
  maxLineLength: 10_000,
  maxLiteralSize: 10_000,
  maxResponseSize: 10_000,
};
const TOKEN = 'ya29.a0Af-token_1';

/** Logs in at a server that accepts this token alone: what it was sent, and why that failed. */
async function login(options: object): Promise<{ sent: string[]; failure: unknown }> {
  const sent: string[] = [];
  const pems = { key: readFileSync(join(dir, 'key.pem')), cert: readFileSync(join(dir, 'cert.pem')) };
  const server = createServer(pems, (socket) => {
    socket.on('error', () => {});
    socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR] ready\r\n');
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        const [tag = '', command = '', , initial = ''] = line.split(' ');
        sent.push(command === 'AUTHENTICATE' ? Buffer.from(initial, 'base64').toString() : command);
        const refused = command === 'AUTHENTICATE' && !sent.at(-1)!.includes(`Bearer ${TOKEN}\x01`);
        socket.write(`${tag} ${refused ? 'NO [AUTHENTICATIONFAILED] Invalid credentials' : 'OK done'}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const mailbox = schema.parse({
    host: 'localhost',
    port,
    tls: 'implicit',
    user: 'u@b.example',
    timeout: '2s',
    ...options,
  });
  const table = zone({ 'localhost A': [{ type: TYPE.A, address: '127.0.0.1' }] });
  const context = {
    resolver: resolverOf([await serve(table)]),
    ca: pems.cert.toString(),
    signal: AbortSignal.timeout(10_000),
  };
  try {
    const client = await imapClient(mailbox, context, LIMITS);
    client.on('error', () => {});
    await client.connect().finally(() => client.close());
    return { sent, failure: null };
  } catch (cause) {
    const name = { host: 'localhost', port, user: 'u@b.example', reads: 'messages' } as const;
    return { sent, failure: inboxError(name, cause as Error).failure };
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

it('the token is read anew for each login, and sent as XOAUTH2', async () => {
  const accessTokenFile = join(dir, 'token');
  writeFileSync(accessTokenFile, 'expired\n');
  const before = await login({ accessTokenFile });
  expect(before.failure).toMatchObject({ id: 'mailbox-login-refused', response: 'Invalid credentials' });
  writeFileSync(accessTokenFile, `${TOKEN}\n`);
  const { sent, failure } = await login({ accessTokenFile });
  expect(failure).toBeNull();
  expect(sent).toContain(`user=u@b.example\x01auth=Bearer ${TOKEN}\x01\x01`);
  expect(sent).not.toContain('LOGIN');
});

it('a file that is missing, or holds something else, is named, and nothing of it is shown', async () => {
  const missing = await login({ accessTokenFile: join(dir, 'none') });
  expect(missing.failure).toMatchObject({
    id: 'mailbox-unreachable',
    detail: expect.stringContaining('ENOENT'),
  });
  const accessTokenFile = join(dir, 'token');
  writeFileSync(accessTokenFile, '{"access_token": "hunter2"}');
  const other = await login({ accessTokenFile });
  expect(other.failure).toMatchObject({
    detail: `${accessTokenFile} does not contain an access token alone`,
  });
  expect(other.sent).toEqual([]);
});

it('a mailbox has a password or such a file, not both', () => {
  const of = (options: object) => schema.safeParse({ host: 'localhost', user: 'u', ...options }).success;
  expect(of({ password: 'p' })).toBe(true);
  expect(of({ accessTokenFile: '/token' })).toBe(true);
  expect(of({})).toBe(false);
  expect(of({ password: 'p', accessTokenFile: '/token' })).toBe(false);
});
