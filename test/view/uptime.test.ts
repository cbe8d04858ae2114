import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { percentage } from '../../src/view/uptime.ts';
import { en, LANGUAGES } from '../../src/view/words/index.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

const DAY_MS = 86_400_000;
let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([fakeCheck({ name: 'meet', ms: 3_600_000 })]);
});
afterEach(() => server.close());

const page = async (url: string) =>
  (await server.app.inject({ url, headers: { accept: 'text/html', 'accept-language': 'en' } })).body;
const ran = (daysAgo: number, outcome: Outcome = 'pass') =>
  server.store.append(
    aRun({ outcome, startedAt: new Date(Date.now() - daysAgo * DAY_MS - 60_000).toISOString() }),
  );
const rects = (body: string) =>
  [...body.matchAll(/<rect class="(\w+)" x="(\d+)" width="(\d+)"/g)].map(([, tone, x, width]) => [
    tone,
    Number(x),
    Number(width),
  ]);

it('ninety days, days of one look in a row as one piece, today last', async () => {
  for (const day of [40, 39, 38]) ran(day);
  ran(38, 'fail');
  for (const day of [2, 1]) ran(day);
  ran(1, 'error');
  ran(0);
  for (const path of ['/', '/status', '/checks/meet']) {
    const body = await page(path);
    const [first, ...others] = rects(body);
    expect(first).toEqual(['quiet', 0, 49]);
    expect(others).toEqual([
      ['good', 49, 2],
      ['bad', 51, 1],
      ['quiet', 52, 35],
      ['good', 87, 3],
    ]);
    expect(body).toContain('85.7 % of 7 runs worked in the last 90 days.');
    expect(body).toContain('<div title="3 runs"><dt>30 days</dt><dd>100 %</dd></div>');
  }
});

it('a day with errors alone is not known, one with a few failures is not a broken one', async () => {
  ran(3, 'error');
  for (let i = 0; i < 40; i++) ran(2);
  ran(2, 'fail');
  expect(rects(await page('/checks/meet')).slice(1, 3)).toEqual([
    ['unsure', 86, 1],
    ['warn', 87, 1],
  ]);
});

it('only what never failed has 100 %', () => {
  expect(percentage(1, en)).toBe('100 %');
  expect(percentage(0.99999, en)).toBe('99.9 %');
  expect(percentage(0.5, LANGUAGES.fr)).toBe('50,0 %');
});
