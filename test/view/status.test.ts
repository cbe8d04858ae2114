import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StatusOptions } from '../../src/view/status.ts';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
let options: StatusOptions;
beforeEach(() => {
  options = { messages: [], hide: [] };
  server = testServer({ status: () => options });
  server.scheduler.update([
    fakeCheck({ ms: 3_600_000, schedule: { everyMs: 3_600_000 } }),
    fakeCheck({ name: 'meet-staging', ms: 3_600_000 }),
  ]);
});
afterEach(() => server.close());

const page = async (url = '/status') =>
  (await server.app.inject({ url, headers: { accept: 'text/html', 'accept-language': 'en' } })).body;
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const works = (minutes: number) => server.store.append(aRun({ startedAt: ago(minutes) }));
const fails = (minutes: number) => server.store.append(aFailedCall({ startedAt: ago(minutes) }));

it('a failure turns it red when a second run has confirmed it', async () => {
  options = { messages: [], hide: ['meet-staging'] };
  works(30);
  fails(20);
  const first = await page();
  expect(first).toContain('It is currently unknown whether everything works');
  expect(first).toContain('The latest run failed. The next one shows whether something is broken.');
  expect(first).toContain('None is known.');
  fails(10);
  const second = await page();
  expect(second).toContain('Something does not work');
  expect(second).toContain('has not worked since');
  works(1);
  expect(await page()).toContain('did not work from');
});

it('a single failed run is no incident', async () => {
  options = { messages: [], hide: ['meet-staging'] };
  works(30);
  fails(20);
  works(10);
  const body = await page();
  expect(body).toContain('Everything works');
  expect(body).toContain('None is known.');
});

it('the overview, which is for operators, shows a failure at once', async () => {
  works(30);
  fails(20);
  expect(await page('/')).toContain('1 of 2 checks fails');
});

it('checks that are hidden are neither on it nor in badge and feed', async () => {
  options = { messages: [], hide: ['meet-staging'] };
  works(10);
  for (const minutes of [9, 5]) {
    server.store.append(aFailedCall({ check: 'meet-staging', startedAt: ago(minutes) }));
  }
  const body = await page();
  expect(body).not.toContain('staging');
  expect(body).toContain('Everything works');
  expect((await server.app.inject('/badge.svg')).body).toContain('works');
  expect((await server.app.inject('/feed.atom')).body).not.toContain('staging');
  expect((await server.app.inject('/badge.svg?check=meet-staging')).statusCode).toBe(404);
  expect(await page('/')).toContain('meet-staging');
});

it('has the title, the contact and the current messages of the operator, as text', async () => {
  options = {
    title: 'Services of <Example>',
    contact: 'help@example.org',
    messages: [
      { text: 'Upgrade on <b>Sunday</b>' },
      { text: 'over', until: '2020-01-01' },
      { text: 'to come', from: '2099-01-01T00:00:00Z' },
    ],
    hide: [],
  };
  const body = await page();
  expect(body).toContain('Services of &lt;Example&gt;</p>');
  expect(body).toContain('<p class="message">Upgrade on &lt;b&gt;Sunday&lt;/b&gt;</p>');
  expect(body).not.toMatch(/>over<|>to come</);
  expect(body).toContain('Questions: <a href="mailto:help@example.org"');
});
