/** Whole runs against a relay on the loopback that does what relays rarely do. */

import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { closeAllMx } from '../../../src/checks/mail/mx.ts';
import { newToken } from '../../../src/checks/mail/token.ts';
import { freePort } from '../../support/free-port.ts';
import { handOver, PASSWORD } from '../../support/mail/fake-relay.ts';
import { withRelay } from '../../support/mail/with-relay.ts';

afterEach(() => closeAllMx());

const ids = (run: Run) => run.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id);

describe('a relay that does not answer after the message', () => {
  test('may have it: uncertain when it does not arrive, never failed', async () => {
    await withRelay(
      () => ({ silentAfterData: true }),
      async ({ run, relay, receive }) => {
        const done = await run({ receive: receive('1s') });
        expect(relay.taken).toHaveLength(1);
        expect(done.outcome).toBe('error');
        expect(ids(done)).toEqual(['submission-uncertain']);
        expect(done.mail?.letters[0]).toMatchObject({ submission: { state: 'uncertain' }, delivery: null });
      },
    );
  });

  test('has it when it arrives', async () => {
    await withRelay(
      (port) => ({ silentAfterData: true, deliver: { port } }),
      async ({ run }) => {
        const done = await run();
        expect(ids(done)).toContain('submission-unanswered');
        expect(ids(done)).not.toContain('not-delivered');
        expect(done.mail?.letters[0]?.delivery).not.toBeNull();
      },
    );
  });
});

test('a relay that accepts messages without a login is open; nothing was sent to find out', async () => {
  await withRelay(
    (port) => ({ open: true, deliver: { port } }),
    async ({ run, relay }) => {
      const done = await run();
      expect(ids(done)).toContain('relay-open');
      expect(relay.taken).toHaveLength(1);
      expect(done.mail?.probes).toEqual([expect.objectContaining({ name: 'stranger', result: 'accepted' })]);
    },
  );
});

test('a certificate that is not trusted stops everything before the password', async () => {
  await withRelay(
    (port) => ({ deliver: { port } }),
    async ({ run, relay, evidence }) => {
      const submission = {
        host: 'localhost',
        port: relay.port,
        user: 'u',
        password: PASSWORD,
        timeout: '1s',
      };
      const done = await run({ submission });
      expect(ids(done)).toEqual(['relay-certificate']);
      expect(done.mail?.letters[0]?.submission.certificate?.problem).toBe('it is self-signed');
      expect([...evidence.files.values()].join('\n')).not.toContain('AUTH PLAIN [secret]');
    },
  );
});

test('what several messages meet in the same way is one finding, with their number', async () => {
  await withRelay(
    () => ({}),
    async ({ run, relay }) => {
      const submission = { host: 'localhost', port: await freePort(), user: 'u', password: PASSWORD };
      const senders = ['a', 'b', 'c'].map((name) => `probe@${name}.example`);
      const done = await run({ submission: { ...submission, ca: relay.ca, timeout: '1s' }, senders });
      expect(ids(done)).toEqual(['relay-unreachable']);
      expect(done.findings[0]).toMatchObject({
        cause: { id: 'relay-unreachable', reason: 'refused', from: senders[0], stage: 'connection' },
        evidence: { letters: 3, response: null },
      });
    },
  );
});

test('a wrong password is reported as that, and appears nowhere', async () => {
  await withRelay(
    () => ({}),
    async ({ run, relay, evidence }) => {
      const wrong = 'not the password';
      const done = await run({
        submission: {
          host: 'localhost',
          port: relay.port,
          user: 'u',
          password: wrong,
          ca: relay.ca,
          timeout: '1s',
        },
      });
      expect(ids(done)).toEqual(['relay-login-refused']);
      const left = [JSON.stringify(done), ...evidence.files.values()].join('\n');
      for (const text of [
        wrong,
        Buffer.from(wrong).toString('base64'),
        Buffer.from(`\0u\0${wrong}`).toString('base64'),
      ]) {
        expect(left).not.toContain(text);
      }
    },
  );
});

test('messages of several senders are not confused, and one delivered twice counts once', async () => {
  await withRelay(
    (port) => ({ deliver: { port, times: 2 } }),
    async ({ run }) => {
      const senders = ['a', 'b', 'c', 'd', 'e'].map((name) => `probe@${name}.example`);
      const done = await run({ senders, stagger: '0s' });
      const letters = done.mail?.letters ?? [];
      expect(letters.map(({ from }) => from)).toEqual(senders);
      expect(new Set(letters.map(({ token }) => token)).size).toBe(5);
      for (const { delivery, spf, from } of letters) {
        expect(delivery).not.toBeNull();
        expect(spf?.domain).toBe(from.replace('probe@', ''));
      }
      const again = await run({ senders: ['probe@a.example'] });
      expect(again.mail?.late).toEqual([]);
    },
  );
});

test('a message that is delivered twice is reported, by the next run where the copy comes after its own', async () => {
  await withRelay(
    (port) => ({ deliver: { port, times: 2 } }),
    async ({ run }) => {
      const runs = [await run({}), await run({ probes: {} })];
      const [first] = runs[0]!.mail!.letters;
      const repeated = runs.flatMap(({ mail }) => mail?.repeated ?? []);
      expect(repeated).toContainEqual(
        expect.objectContaining({ token: first!.token, copies: 2, identical: true }),
      );
      // Each copy is reported once.
      expect(repeated.filter(({ token }) => token === first!.token)).toHaveLength(1);
      const findings = runs.flatMap((each) => each.findings.filter(({ id }) => id === 'delivered-twice'));
      expect(findings.length).toBeGreaterThan(0);
      for (const { outcome, text } of findings) {
        expect(outcome).toBe('pass');
        expect(text).toMatch(/arrived 2 times within .* The copies are the same to the byte/);
      }
    },
  );
});

test('a message that arrives after its run is counted by the next one', async () => {
  await withRelay(
    (port) => ({ deliver: { port, afterMs: 1500 } }),
    async ({ run, receive }) => {
      const first = await run({ receive: receive('1s') });
      expect(ids(first)).toEqual(['not-delivered']);
      const second = await run({ receive: receive('1s') });
      expect(ids(second)).toEqual(['not-delivered']);
      expect(second.mail?.late).toEqual([expect.objectContaining({ token: first.mail?.letters[0]?.token })]);
      expect(second.findings.find(({ id }) => id === 'late-letters')?.outcome).toBe('pass');
    },
  );
});

test('the embedded server accepts messages for our recipients alone', async () => {
  await withRelay(
    () => ({}),
    async ({ run, mxPort, receive }) => {
      const done = await run({ receive: receive('1s') });
      const issued = done.mail?.letters[0]?.token;
      const message = Buffer.from('From: <x@y.example>\r\n\r\nhello\r\n');
      const give = (from: string, to: string, raw = message) => handOver(mxPort, from, [to], raw);
      expect(await give('x@y.example', 'postmaster@probe.example')).toContain('550');
      expect(await give('x@y.example', `${newToken('another check')}@probe.example`)).toContain('550');
      expect(await give('x@y.example', `${newToken('fake')}@elsewhere.example`)).toContain('550');
      expect(await give('x@y.example', `${newToken('fake')}@probe.example`)).toContain('550');
      expect(await give('x@y.example', `${issued}@probe.example`)).toContain('250');
      const large = Buffer.concat([message, Buffer.alloc(1_100_000, 'a line of text\r\n')]);
      expect(await give('x@y.example', `${issued}@probe.example`, large)).toMatch(/552/);
    },
  );
});

test('a port that is taken is our fault, not the relay’s', async () => {
  await withRelay(
    () => ({}),
    async ({ run, mxPort }) => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(mxPort, '127.0.0.1', () => resolve()));
      try {
        const done = await run();
        expect(done.outcome).toBe('error');
        expect(ids(done)).toEqual(['mx-not-listening']);
        expect(done.mail?.letters[0]?.submission.state).toBe('accepted');
      } finally {
        await new Promise<void>((resolve) => taken.close(() => resolve()));
      }
    },
  );
});
