/**
 * A hostile viewer of `vigie serve`: each attack of the catalogue runs against a server whose honest check must stay right
 * beside it, and whose `/healthz` must answer. The attacks come from another loopback address than the honest viewer.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';
import { HEAD, openTo, viewerAttacks } from './viewer.ts';

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

// The server has an address once it listens: the names are needed before.
it.each(Object.keys(viewerAttacks(new URL('http://127.0.0.1:9'))))('%s', async (name) => {
  const attack = viewerAttacks(url)[name]!;
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
  // As it is set, and then for less time: Node reads it each time that it looks.
  const http = server.app.server;
  expect(http).toMatchObject({ headersTimeout: 10_000, requestTimeout: 10_000 });
  Object.assign(http, { headersTimeout: 1500, requestTimeout: 1500 });
  const idle = await openTo(url);
  const request = await openTo(url);
  request.write(`GET / HTTP/1.1\r\n${HEAD}X: `);
  await Promise.all([once(idle.resume(), 'close'), once(request.resume(), 'close')]);
});
