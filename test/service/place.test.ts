import { afterEach, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/history/memory.ts';
import { Scheduler } from '../../src/schedule/scheduler.ts';
import { fakeCheck, silent } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer | null = null;
afterEach(() => server?.close());

it('runs carry the place, and runs of a Vigie without one do not', async () => {
  for (const place of ['lyon', null]) {
    const store = createMemoryStore();
    const scheduler = new Scheduler({ store, log: silent, place: () => place });
    scheduler.update([fakeCheck({ ms: 1, schedule: { everyMs: 3_600_000 } })]);
    await expect.poll(() => store.list().length).toBe(1);
    expect(store.list()[0]!.place).toBe(place ?? undefined);
    await scheduler.stop({ graceMs: 0 });
  }
});

it('metrics and pages name the place, as text', async () => {
  server = testServer({ place: () => 'Lyon <2>' });
  server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
  expect((await server.app.inject('/metrics')).body).toContain('severity="critical",place="Lyon <2>"} 1');
  const { body } = await server.app.inject({ url: '/', headers: { accept: 'text/html' } });
  expect(body).toContain('<span class="dim">Lyon &lt;2&gt;</span>');
});
