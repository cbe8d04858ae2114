/**
 * A hostile viewer of `vigie serve`: each attack of the catalogue runs against a server whose honest check must stay right
 * beside it, and whose `/healthz` must answer. The attacks come from another loopback address than the honest viewer.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

/** From where the attacks come. */
const ELSEWHERE = '127.0.0.9';
const HEAD = 'Host: localhost\r\n';
const MEGABYTE = 2 ** 20;

let server: TestServer;
let url: URL;
/** What all attacks together brought about. */
const measured = { attacks: 0, healthzMs: 0, peakMb: 0 };

beforeAll(async () => {
  server = testServer({ access: () => ({ token: new Secret('open-sesame'), open: false }) });
  url = new URL(await server.app.listen({ host: '127.0.0.1', port: 0 }));
  for (let i = 0; i < 50; i++) server.store.append(aRun({ check: 'old', summary: 'x'.repeat(100_000) }));
  server.scheduler.update([fakeCheck({ name: 'honest', ms: 5 })]);
});
afterAll(async () => {
  await server.close();
  const { attacks, healthzMs, peakMb } = measured;
  process.stdout.write(
    `hostile viewer: ${attacks} attacks, longest /healthz ${healthzMs.toFixed(0)} ms, peak memory ${peakMb.toFixed(0)} MB\n`,
  );
});

async function open(): Promise<Socket> {
  const socket = connect({ port: Number(url.port), host: url.hostname, localAddress: ELSEWHERE });
  // Whoever attacks takes it that it is cut off.
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
  return socket;
}

/** Sends bytes, and gives what comes back until the other side closes, or for a while. */
async function send(bytes: string | Buffer, ms = 1500): Promise<string> {
  const socket = await open();
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer = (answer + chunk.toString('latin1')).slice(0, MEGABYTE);
  });
  const closed = once(socket, 'close').catch(() => {});
  socket.end(bytes);
  await Promise.race([closed, delay(ms)]);
  socket.destroy();
  return answer;
}

/** Number at a time, held open. */
async function many(n: number, each: (socket: Socket) => void): Promise<() => void> {
  const sockets = await Promise.all(Array.from({ length: n }, open));
  for (const socket of sockets) each(socket);
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

const status = (answer: string) => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
const refused = async (bytes: string | Buffer, ...codes: string[]) => {
  expect([...codes, undefined]).toContain(status(await send(bytes)));
};
type Attack = () => Promise<void | (() => void)>;

const ATTACKS: Readonly<Record<string, Attack>> = {
  'three hundred connections on which nothing is asked': () => many(300, () => {}),
  'three hundred requests that never end': () =>
    many(300, (each) => each.write(`GET / HTTP/1.1\r\n${HEAD}X: `)),
  'a body that never arrives': () =>
    many(100, (each) =>
      each.write(`POST /checks/honest/run HTTP/1.1\r\n${HEAD}Content-Length: 4000\r\n\r\nt`),
    ),
  'readers that take nothing': () =>
    many(100, (each) => each.pause().write(`GET /api/runs?limit=500 HTTP/1.1\r\n${HEAD}\r\n`)),
  'three hundred scrapes at once on one connection': async () => {
    const one = `GET /metrics HTTP/1.1\r\n${HEAD}\r\n`;
    await send(one.repeat(300), 3000);
  },
  'pages pipelined by a reader that takes nothing': () =>
    many(20, (each) => each.pause().write(`GET / HTTP/1.1\r\n${HEAD}\r\n`.repeat(200))),
  'headers of a megabyte': () =>
    refused(`GET / HTTP/1.1\r\n${HEAD}X: ${'x'.repeat(MEGABYTE)}\r\n\r\n`, '431'),
  'ten thousand headers': () => refused(`GET / HTTP/1.1\r\n${HEAD}${'X: y\r\n'.repeat(10_000)}\r\n`, '431'),
  'an address of a megabyte': () =>
    refused(`GET /${'x'.repeat(MEGABYTE)} HTTP/1.1\r\n${HEAD}\r\n`, '431', '414'),
  'another name': () => refused('GET /api/runs HTTP/1.1\r\nHost: rebound.evil.com\r\n\r\n', '421'),
  'no name': () => refused('GET /api/runs HTTP/1.1\r\n\r\n', '400', '421'),
  'two lengths': () =>
    refused(`POST / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, '400'),
  'a length and chunks': () =>
    refused(
      `POST / HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
      '400',
    ),
  'no HTTP at all': () => refused(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37) % 256)), '400'),
  'an upgrade': async () => {
    const answer = await send(`GET / HTTP/1.1\r\n${HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
    expect(status(answer)).not.toBe('101');
  },
  'a body of a megabyte': () =>
    refused(
      `POST /api/checks/honest/run HTTP/1.1\r\n${HEAD}Content-Length: ${MEGABYTE}\r\n\r\n${'x'.repeat(MEGABYTE)}`,
      '413',
      '401',
    ),
  'ways out of the evidence': async () => {
    for (const path of [
      '../../package.json',
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e',
      '....//',
      '%00',
      '%ff',
    ]) {
      for (const under of ['/runs/', '/runs/x/evidence/', '/api/runs/', '/runbooks/', '/assets/']) {
        const answer = await send(`GET ${under}${path} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
        expect(['404', '400']).toContain(status(answer));
        expect(answer).not.toContain('"dependencies"');
      }
    }
  },
  'a hundred tokens': async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        send(
          `POST /api/checks/honest/run HTTP/1.1\r\n${HEAD}Authorization: Bearer guess-${i}\r\nConnection: close\r\n\r\n`,
        ),
      ),
    );
    const codes = answers.map(status);
    expect(codes.filter((code) => code === '403').length).toBeLessThanOrEqual(10);
    expect(codes).not.toContain('202');
  },
  'a run from a page elsewhere': () =>
    refused(
      `POST /api/checks/honest/run HTTP/1.1\r\n${HEAD}Authorization: Bearer open-sesame\r\nOrigin: https://evil.com\r\n\r\n`,
      '403',
    ),
};

/** What an honest viewer has meanwhile: the check's verdict, and how long `/healthz` took. */
async function honest(): Promise<void> {
  const asked = server.scheduler.request('honest');
  const run = asked?.taken ? await asked.done : null;
  if (run) expect(run.outcome).toBe('pass');
  const start = performance.now();
  const answer = await fetch(new URL('/healthz', url), { headers: { connection: 'close' } });
  expect(await answer.json()).toMatchObject({ status: 'ok' });
  measured.healthzMs = Math.max(measured.healthzMs, performance.now() - start);
  measured.peakMb = Math.max(measured.peakMb, process.memoryUsage().rss / MEGABYTE);
}

it.each(Object.entries(ATTACKS))('%s', async (_, attack) => {
  const before = server.store.list({ check: 'honest' }).length;
  const watching = new AbortController();
  const watched = (async () => {
    do {
      await honest();
      await delay(20);
    } while (!watching.signal.aborted);
  })();
  const release = await attack();
  await honest();
  watching.abort();
  await watched;
  if (release) release();
  await honest();
  const runs = server.store.list({ check: 'honest' });
  expect(runs.length).toBeGreaterThan(before);
  expect(runs.every(({ outcome }) => outcome === 'pass')).toBe(true);
  measured.attacks += 1;
});

it('connections on which nothing is asked are closed, and readers that take nothing are cut off', async () => {
  const idle = await open();
  const request = await open();
  request.write(`GET / HTTP/1.1\r\n${HEAD}X: `);
  await Promise.all([once(idle.resume(), 'close'), once(request.resume(), 'close')]);
});
