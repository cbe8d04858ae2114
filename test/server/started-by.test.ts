/** Who started a run by hand: in the run, on pages. */
import { afterEach, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import type { Run } from '../../src/checks/check.ts';
import { run as runSchema } from '../../src/checks/run-schema.ts';
import { Networks } from '../../src/net/networks.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
afterEach(() => server.close());

/** A run that a request started, and waited for. */
async function startedBy(headers: Record<string, string>, remoteAddress = '192.0.2.1'): Promise<Run> {
  server = testServer({
    access: () => ({ token: new Secret('open-sesame'), open: false }),
    trustedProxies: () => Networks.of(['192.0.2.1']),
  });
  server.scheduler.update([fakeCheck({ ms: 1, schedule: { everyMs: 3_600_000 } })]);
  await expect.poll(() => server.scheduler.checks()[0]!.activity).toBeNull();
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/checks/meet/run?wait=1',
    headers: { authorization: 'Bearer open-sesame', ...headers },
    remoteAddress,
  });
  return answer.json();
}

const from = { 'x-forwarded-for': '198.51.100.7' };

it.each([
  [
    'the user whom a trusted proxy let in',
    { ...from, 'x-forwarded-user': 'ann@example.org' },
    'ann@example.org',
  ],
  ['the same of oauth2-proxy', { ...from, 'x-auth-request-user': 'Ann B' }, 'Ann B'],
  ['the address behind a proxy without users', from, '198.51.100.7'],
  ['the address where the name is none', { ...from, 'x-forwarded-user': '<b>ann</b>' }, '198.51.100.7'],
  ['the address where the name is endless', { ...from, 'remote-user': 'a'.repeat(65) }, '198.51.100.7'],
])('is %s', async (_what, headers, expected) => {
  const run = await startedBy(headers);
  expect(run).toMatchObject({ trigger: 'hand', startedBy: expected });
  expect(runSchema.safeParse(run).error).toBeUndefined();
});

it('is the address of whoever is no trusted proxy, whatever it says', async () => {
  const run = await startedBy({ ...from, 'x-forwarded-user': 'ann' }, '203.0.113.9');
  expect(run.startedBy).toBe('203.0.113.9');
});

it('is kept, and on the pages of the run and its check; a scheduled run has nobody', async () => {
  const run = await startedBy({ 'x-forwarded-user': 'ann' });
  const [last, first] = server.store.list();
  expect(last).toMatchObject({ id: run.id, trigger: 'hand', startedBy: 'ann' });
  expect(first).toMatchObject({ trigger: 'schedule' });
  expect(first).not.toHaveProperty('startedBy');
  const page = async (url: string) =>
    (await server.app.inject({ url, headers: { accept: 'text/html' } })).body;
  expect(await page(`/runs/${run.id}`)).toContain('Started by hand, by ann.');
  expect(await page(`/runs/${run.id}?lang=fr`)).toContain('Lancée à la main, par ann.');
  expect(await page(`/runs/${first!.id}`)).not.toContain('by hand');
  expect((await page('/checks/meet')).match(/started by hand \(ann\)/g)).toHaveLength(1);
});
