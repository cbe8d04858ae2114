/** The check against a deployment in this process that works, or that it does not get through with. */
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configWith, usualConfig } from '../../support/signaling/fake-xmpp.ts';
import {
  check,
  deployment,
  hang,
  NO_TURN,
  part,
  path,
  reported,
  service,
  turn,
} from '../../support/signaling/harness.ts';

describe('a deployment that works', () => {
  it('passes, part by part, each with its time', async () => {
    const [udp, tcp] = await Promise.all([turn('udp'), turn('tcp')]);
    const made = await deployment({ services: service('udp', udp.port) + service('tcp', tcp.port) });
    const run = await check(made.url);
    expect(reported(run)).toEqual([]);
    expect(run).toMatchObject({
      kind: 'signaling',
      outcome: 'pass',
      summary: '11 of 11 parts work',
    });
    const parts = run.signaling!.parts.filter(({ ok }) => ok !== null);
    expect(parts.map(({ name }) => name)).toEqual([
      'page',
      'config',
      'library',
      'websocket',
      'bosh',
      'login',
      'round-trip',
      'conference-request',
      'turn-credentials',
      'turn-udp',
      'turn-tcp',
    ]);
    for (const { ok, ms } of parts) {
      expect(ok).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(0);
    }
    expect(part(run, 'certificate')).toMatchObject({ ok: null, detail: 'the address is not https://' });
    expect(run.signaling!.config).toMatchObject({ domain: 'meet.test', muc: 'muc.meet.test' });
    expect([udp.allocations(), tcp.allocations()]).toEqual([0, 0]);
  });

  it('is asked for one room, with its name in every address, and told nobody’s', async () => {
    const made = await deployment();
    await check(made.url);
    const [conference] = made.conferences as { room: string }[];
    expect(conference!.room).toMatch(/^vigie-[0-9a-f]{12}@muc\.meet\.test$/);
    const room = conference!.room.replace(/@.*/, '');
    for (const asked of ['POST /conference-request/v1', 'UPGRADE /xmpp-websocket', 'POST /http-bind']) {
      expect(made.asked).toContain(`${asked}?room=${room}`);
    }
  });

  it('leaves no secret behind: neither TURN credentials nor our own address', async () => {
    const udp = await turn('udp', { password: 'another' });
    const made = await deployment({ services: service('udp', udp.port) });
    const run = await check(made.url);
    expect(reported(run)).toEqual(['degraded turn-udp-failed']);
    expect(JSON.stringify(run)).not.toMatch(/hunter2|1795370000|s3cr3t/);
  });

  it('over XMPP, where it names no address for conference requests', async () => {
    const made = await deployment({
      config: (host) => configWith({ websocket: `ws://${host}/xmpp-websocket`, bosh: '/http-bind' }),
    });
    const run = await check(made.url);
    expect(reported(run)).toEqual([NO_TURN]);
    expect(part(run, 'conference-request')).toMatchObject({
      ok: true,
      target: 'focus.meet.test',
      detail: 'ready, over XMPP',
    });
  });

  it('over BOSH alone: login, conference request and servers go that way', async () => {
    const udp = await turn('udp');
    const made = await deployment({
      config: () => configWith({ bosh: '/http-bind' }),
      services: service('udp', udp.port),
    });
    const run = await check(made.url);
    expect(reported(run)).toEqual(['pass websocket-not-offered']);
    expect(part(run, 'login')).toMatchObject({ ok: true, detail: 'anonymous, over BOSH' });
    expect(part(run, 'turn-udp')).toMatchObject({ ok: true });
    expect(reported(await check(made.url, { expect: { websocket: 'required' } }))).toEqual([
      'fail websocket-not-offered',
    ]);
  });
});

describe('a run', () => {
  it('that is cancelled says no more than it knows', async () => {
    const cancelled = new AbortController();
    const made = await deployment(path('/', hang));
    const running = check(made.url, {}, cancelled.signal);
    await expect.poll(() => made.asked.some((asked) => asked.startsWith('GET /vigie-'))).toBe(true);
    cancelled.abort();
    expect(reported(await running)).toEqual(['error cancelled']);
  });

  it('that is cancelled while much is under way ends at once, with nothing unhandled', async () => {
    const cancelled = new AbortController();
    const quiet = await turn('udp', { silent: true });
    const made = await deployment({
      socket: hang,
      paths: { '/http-bind': hang, '/conference-request/v1': hang },
      config: (host) =>
        `${usualConfig(host)} config.p2p = { stunServers: [{ urls: 'stun:127.0.0.1:${quiet.port}' }] };`,
    });
    const unhandled: unknown[] = [];
    const note = (cause: unknown) => unhandled.push(cause);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const running = check(made.url, { timeout: '1m' }, cancelled.signal);
    await expect
      .poll(() => made.asked.map((asked) => asked.replace(/\?.*/, '')), { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining(['UPGRADE /xmpp-websocket', 'POST /http-bind', 'POST /conference-request/v1']),
      );
    cancelled.abort(new Error('stop'));
    expect(reported(await running)).toEqual(['error cancelled']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it('leaves nothing open, whatever it met', async () => {
    const open: number[] = [];
    const server = createServer((socket) => {
      open.push(1);
      socket.on('error', () => {});
      socket.on('close', () => open.pop());
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const made = await deployment({
      config: () => configWith({ websocket: `ws://127.0.0.1:${port}/`, bosh: `http://127.0.0.1:${port}/` }),
      services: service('tcp', port),
    });
    const run = await check(made.url);
    expect(run.outcome).toBe('fail');
    expect(reported(run)[0]).toBe('fail signaling-failed');
    await expect.poll(() => open.length).toBe(0);
  });
});
