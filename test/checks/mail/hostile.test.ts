/** Strangers' messages and connections: none takes the time, the memory or the slots that an honest message needs. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { authenticateMessage } from '../../../src/checks/mail/authentication.ts';
import { readBounce } from '../../../src/checks/mail/bounce.ts';
import { excessOf, HEADER_LIMITS, headerOf, MAX_AUTHENTICATED } from '../../../src/checks/mail/header.ts';
import { hopFromHeaders } from '../../../src/checks/mail/hop.ts';
import { IssuedTokens } from '../../../src/checks/mail/issued.ts';
import { closeAllMx } from '../../../src/checks/mail/mx.ts';
import { newToken } from '../../../src/checks/mail/token.ts';
import { Verifier } from '../../../src/checks/mail/verifier.ts';
import { HOSTILE_BODIES, HOSTILE_HEADERS } from '../../hostile/messages.ts';
import { processMs, threadMs } from '../../support/cpu-time.ts';
import { handOver } from '../../support/mail/fake-relay.ts';
import { startNameServer } from '../../support/mail/name-server.ts';
import { withRelay } from '../../support/mail/with-relay.ts';

afterEach(() => closeAllMx());

const MEGABYTE = 1_000_000;
/** Processor time of what takes milliseconds. */
const SOON_MS = 1_500;
const HONEST = 'From: <probe@one.example>\r\nTo: <x@y.example>\r\n\r\nhello\r\n';

const causes = (run: Run) => run.findings.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id);

/** The longest that a timer of 10 ms was late while something ran. */
async function longestBlock(task: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last - 10);
    last = performance.now();
  }, 10);
  await task();
  longest = Math.max(longest, performance.now() - last - 10);
  clearInterval(timer);
  return longest;
}

describe('a header', () => {
  test.each(Object.entries(HOSTILE_HEADERS))('with %s is read in linear time', (_name, header) => {
    const raw = Buffer.from(header(MEGABYTE) + HONEST, 'latin1');
    const begun = threadMs();
    expect(headerOf(raw).length).toBeLessThanOrEqual(HEADER_LIMITS['header-lines']);
    hopFromHeaders(raw, ['mx.example']);
    expect(excessOf(raw)).not.toBeNull();
    expect(threadMs() - begun).toBeLessThan(SOON_MS);
  });

  test('is read as before: folded, without a value, without a name, with bare line feeds', () => {
    const raw = Buffer.from(
      'A: one\r\n\ttwo\r\n three\r\nB:\r\n: none\r\nno colon\r\nC : x:y\n\nbody: no\r\n',
    );
    expect(headerOf(raw)).toEqual([
      { name: 'a', value: 'one two three' },
      { name: 'b', value: '' },
      { name: 'c', value: 'x:y' },
    ]);
  });
});

describe('a verifier', () => {
  test('is given no message that is far larger than ours', () => {
    const raw = Buffer.from(HONEST + 'x'.repeat(MAX_AUTHENTICATED), 'latin1');
    expect(excessOf(raw)).toEqual({ what: 'message-bytes', found: raw.length, limit: MAX_AUTHENTICATED });
    expect(excessOf(raw.subarray(0, MAX_AUTHENTICATED))).toBeNull();
  });

  test('that is given twenty signatures of different lengths is done soon', async () => {
    await using names = await startNameServer({});
    const signature = (n: number) =>
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=one.example; s=s; h=from; l=${n + 1}; bh=AAAA; b=BBBB\r\n`;
    const header = Array.from({ length: HEADER_LIMITS.signatures }, (_, n) => signature(n)).join('') + HONEST;
    const raw = Buffer.from(header + ' \t'.repeat((MAX_AUTHENTICATED - header.length) / 2), 'latin1');
    expect(excessOf(raw)).toBeNull();
    const begun = processMs();
    await authenticateMessage(raw, null, { resolver: names.resolver });
    expect(processMs() - begun).toBeLessThan(2 * SOON_MS);
  });

  test.each(Object.entries(HOSTILE_HEADERS))(
    'that is given %s within the limits is done soon',
    async (_name, header) => {
      await using names = await startNameServer({});
      const limit = HEADER_LIMITS['header-bytes'] - HONEST.length;
      let raw = Buffer.from(header(limit - 200) + HONEST, 'latin1');
      // The largest of its kind that is let through.
      for (let bytes = limit; excessOf(raw) !== null && bytes > 100; bytes = Math.floor(bytes * 0.8)) {
        raw = Buffer.from(header(bytes) + HONEST, 'latin1');
      }
      expect(excessOf(raw)).toBeNull();
      const begun = processMs();
      await authenticateMessage(raw, null, { resolver: names.resolver });
      expect(processMs() - begun).toBeLessThan(SOON_MS);
    },
  );

  test.each(Object.entries(HOSTILE_BODIES))('and a reader of bounces of %s', async (_name, body) => {
    await using names = await startNameServer({});
    const token = newToken('fake');
    const raw = Buffer.from(`X-Token: ${token}\r\n${body(MEGABYTE - 100)}`, 'latin1');
    const begun = processMs();
    readBounce(raw, new Date());
    expect(processMs() - begun).toBeLessThan(SOON_MS);
    await authenticateMessage(raw, null, { resolver: names.resolver });
    expect(processMs() - begun).toBeLessThan(2 * SOON_MS);
  });
});

test('a message that grew in transit is a finding, and is not authenticated', async () => {
  const alter = (raw: Buffer) => Buffer.concat([Buffer.from(`X-A: x\r\n${' y\r\n'.repeat(100_000)}`), raw]);
  await withRelay(
    (port) => ({ deliver: { port, alter } }),
    async ({ run }) => {
      let done: Run | undefined;
      const blocked = await longestBlock(async () => {
        done = await run();
      });
      expect(done?.findings.find(({ id }) => id === 'message-too-large')).toMatchObject({
        outcome: 'fail',
        evidence: { what: 'header-bytes', limit: 65_536 },
      });
      expect(causes(done!)).toEqual(['message-too-large']);
      expect(blocked).toBeLessThan(SOON_MS);
    },
  );
});

test('a stranger’s message is refused before it is read, whatever its recipient looks like', async () => {
  await withRelay(
    (port) => ({ deliver: { port } }),
    async ({ run, mxPort }) => {
      await run();
      const raw = Buffer.from(`X-A: x\r\n${' y\r\n'.repeat(200_000)}${HONEST}`);
      const blocked = await longestBlock(async () => {
        for (const from of ['x@y.example', '']) {
          expect(await handOver(mxPort, from, [`${newToken('fake')}@probe.example`], raw)).toContain('550');
        }
        // Anybody may send a bounce to the address that our messages come from.
        expect(await handOver(mxPort, '', ['probe@one.example'], raw)).toMatch(/^(250|Can't)/);
      });
      expect(blocked).toBeLessThan(SOON_MS);
    },
  );
});

test('issued tokens are kept for ten days, and not without end', () => {
  const issued = new IssuedTokens();
  const day = 86_400_000;
  issued.add('old', 0);
  issued.add('young', 9 * day);
  issued.add('new', 11 * day);
  expect(['old', 'young', 'new', 'never'].map((token) => issued.has(token))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  for (let n = 0; n < 100_001; n++) issued.add(`t${n}`, 11 * day);
  expect(issued.has('young')).toBe(false);
  expect(issued.has('t100000')).toBe(true);
});

async function idleConnections(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () =>
    connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume(),
  );
  await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
  return sockets;
}

describe('the slots of the embedded server', () => {
  test.each([50, 300])('%i idle connections do not keep the honest relay out', async (count) => {
    let idle: Socket[] = [];
    await withRelay(
      (port) => ({ deliver: { port, afterMs: 100 } }),
      async ({ run, mxPort, receive }) => {
        await run({ receive: receive('8s') });
        idle = await idleConnections(mxPort, count);
        try {
          const done = await run({ receive: receive('8s') });
          expect(causes(done)).not.toContain('not-delivered');
          expect(done.mail?.letters[0]?.delivery, causes(done).join()).not.toBeNull();
          await expect.poll(() => idle.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(20);
        } finally {
          for (const socket of idle) socket.destroy();
        }
      },
    );
  });

  test('a message that is missing while others crowded the server is an error, not a failure', async () => {
    await withRelay(
      () => ({}),
      async ({ run, relay, mxPort, receive }) => {
        await run({ receive: receive('1s') });
        const { length: before } = relay.taken;
        const running = run();
        // The message is on its way, and its run waits for it.
        await expect.poll(() => relay.taken.length).toBeGreaterThan(before);
        const idle = await idleConnections(mxPort, 60);
        const done = await running;
        for (const socket of idle) socket.destroy();
        expect(causes(done)).toEqual(['mx-at-capacity']);
        expect(done.outcome).toBe('error');
      },
    );
  });

  test('a session that sends without end is ended', async () => {
    await withRelay(
      () => ({}),
      async ({ run, mxPort, receive }) => {
        await run({ receive: receive('1s') });
        const [socket] = await idleConnections(mxPort, 1);
        socket!.resume();
        socket!.write(`EHLO x\r\n${'NOOP\r\n'.repeat(20_000)}`);
        await once(socket!, 'close');
      },
    );
  });
});

describe('the thread of the verifier', () => {
  test('does what takes long, and nobody else waits', async () => {
    await using names = await startNameServer({});
    const signature = (n: number) =>
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=d${n}.example; s=s; h=from; bh=AAAA; b=BBBB\r\n`;
    const header = Array.from({ length: HEADER_LIMITS.signatures }, (_, n) => signature(n)).join('') + HONEST;
    // Each line feed without a carriage return is changed, for each signature: half a second.
    const raw = Buffer.from(header + '\n'.repeat(MAX_AUTHENTICATED - header.length), 'latin1');
    expect(excessOf(raw)).toBeNull();
    await authenticateMessage(Buffer.from(HONEST), null, { resolver: names.resolver });
    const before = performance.eventLoopUtilization();
    const begun = performance.now();
    await authenticateMessage(raw, null, { resolver: names.resolver });
    const took = performance.now() - begun;
    // What this thread did meanwhile: lookups.
    const { active } = performance.eventLoopUtilization(before);
    expect(active).toBeLessThan(took / 2);
  });

  test('is replaced where it does not answer, and what it had in hand is done again', async () => {
    const fails = `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ type, task, raw }) => {
        if (type === 'alive') parentPort.postMessage({ type });
        if (type !== 'verify') return;
        if (raw.length === 1) for (;;);
        setTimeout(() => parentPort.postMessage({ type: 'verified', task, result: raw.length }), 100);
      });`)}`;
    const verifier = new Verifier(new URL(fails), 400);
    const verify = (bytes: number) => verifier.verify(Buffer.alloc(bytes), {}, () => Promise.resolve([]));
    const [honest, endless] = await Promise.allSettled([verify(2), verify(1)]);
    expect(honest).toEqual({ status: 'fulfilled', value: 2 });
    expect(endless).toMatchObject({ status: 'rejected', reason: { message: 'no answer within 400 ms' } });
    expect(await verify(3)).toBe(3);
  });
});
