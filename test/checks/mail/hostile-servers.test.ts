/** Hostile relays and mailboxes, each beside an honest check that must stay right. Several at a time: most of it is waiting. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { closeAllMx } from '../../../src/checks/mail/mx.ts';
import { HOSTILE_MAILBOXES, HOSTILE_RELAYS, startHostile, TOLERATED_MAILBOXES } from '../../hostile/mail.ts';
import { PASSWORD } from '../../support/mail/fake-relay.ts';
import { type Setting, withRelay } from '../../support/mail/with-relay.ts';

// Each test has a port of its own.
afterAll(() => closeAllMx());

const found = (run: Run) =>
  run.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id, outcome }) => `${outcome} ${id}`);

/** A run whose relay is another. */
function viaRelay({ run, relay }: Setting, port: number): Promise<Run> {
  const submission = { host: 'localhost', port, user: 'u', password: PASSWORD, ca: relay.ca, timeout: '1s' };
  return run({ submission, probes: { stranger: false } });
}

function viaMailbox({ run, relay }: Setting, host: string, port: number, ca = relay.ca): Promise<Run> {
  const imap = { host, port, user: 'u', password: 'p', ca, address: 'u@mailbox.example', timeout: '1s' };
  return run({ receive: { imap: { ...imap, tls: 'implicit' }, within: '1s' }, probes: { stranger: false } });
}

describe.concurrent('a relay that', () => {
  test.each(Object.entries(HOSTILE_RELAYS))('%s is at fault, in time', async (_name, { attack, finding }) => {
    await using hostile = await startHostile(attack);
    await withRelay(
      () => ({}),
      async (setting) => {
        const run = await viaRelay(setting, hostile.port);
        expect(found(run)).toHaveLength(1);
        expect(found(run)[0]).toContain(`fail ${finding}`);
        expect(run.durationMs).toBeLessThan(8_000);
        expect(process.memoryUsage().rss).toBeLessThan(1_500_000_000);
      },
    );
  });
});

test('a TLS handshake that fails is told in a few words on one line', async () => {
  await using plain = await startHostile((socket) => socket.write('220 mx.b.example ESMTP\r\n'));
  await withRelay(
    () => ({}),
    async ({ run, relay: { ca } }) => {
      const submission = {
        host: 'localhost',
        port: plain.port,
        user: 'u',
        password: PASSWORD,
        ca,
        timeout: '1s',
      };
      const { findings } = await run({
        submission: { ...submission, tls: 'implicit' },
        probes: { stranger: false },
      });
      expect(findings.find(({ id }) => id === 'relay-tls')?.text).toMatch(
        /: the TLS handshake failed: wrong version number\.$/,
      );
    },
  );
});

describe.concurrent('a mailbox that', () => {
  test.each(Object.entries(HOSTILE_MAILBOXES))('%s is at fault, not the relay', async (_name, attack) => {
    await withRelay(
      () => ({}),
      async (setting) => {
        const { ca } = setting.relay;
        const tls = { key: readFileSync(ca.replace('cert.pem', 'key.pem')), cert: readFileSync(ca) };
        await using hostile = await startHostile(attack, tls);
        const run = await viaMailbox(setting, 'localhost', hostile.port);
        expect(found(run)).toHaveLength(1);
        expect(found(run)[0]).toMatch(/^error mailbox-(unreachable|lost)/);
        expect(run.durationMs).toBeLessThan(12_000);
      },
    );
  });

  test.each(Object.entries(TOLERATED_MAILBOXES))('%s is read on', async (_name, attack) => {
    await withRelay(
      () => ({}),
      async (setting) => {
        const { ca } = setting.relay;
        const tls = { key: readFileSync(ca.replace('cert.pem', 'key.pem')), cert: readFileSync(ca) };
        await using hostile = await startHostile(attack, tls);
        // The relay of this test delivers nothing.
        expect(found(await viaMailbox(setting, 'localhost', hostile.port))).toEqual(['fail not-delivered']);
      },
    );
  });

  test('has a certificate that is not accepted is unreachable, in the words of certificates', async () => {
    await withRelay(
      () => ({}),
      async (setting) => {
        const { ca } = setting.relay;
        const tls = { key: readFileSync(ca.replace('cert.pem', 'key.pem')), cert: readFileSync(ca) };
        await using hostile = await startHostile(() => {}, tls);
        const other = await viaMailbox(setting, '127.0.0.1', hostile.port);
        expect(other.findings.find(({ id }) => id === 'mailbox-unreachable')).toMatchObject({
          outcome: 'error',
          evidence: { reason: 'certificate-other-name', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' },
          text: expect.stringContaining('its certificate is not accepted: it was issued for another name'),
        });
        await using plain = await startHostile((socket) => socket.write('* OK no TLS here\r\n'));
        const garbage = await viaMailbox(setting, 'localhost', plain.port);
        expect(garbage.findings.find(({ id }) => id === 'mailbox-unreachable')).toMatchObject({
          outcome: 'error',
          evidence: { reason: 'tls' },
        });
      },
    );
  });
});

test('an honest check beside all hostile servers at once is right, and is not late', async () => {
  await withRelay(
    (port) => ({ deliver: { port } }),
    async (setting) => {
      const hostile = await Promise.all(
        Object.values(HOSTILE_RELAYS).map(({ attack }) => startHostile(attack)),
      );
      const others = hostile.map(({ port }) => viaRelay(setting, port));
      const honest = await setting.run();
      expect(honest.mail?.letters[0]?.delivery).not.toBeNull();
      expect(honest.findings.map(({ id }) => id)).not.toContain('not-delivered');
      expect(honest.findings.map(({ id }) => id)).not.toContain('internal');
      await Promise.all(others);
      await Promise.all(hostile.map((server) => server[Symbol.asyncDispose]()));
    },
  );
});
