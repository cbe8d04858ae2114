import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([fakeCheck({ name: 'meet', ms: 3_600_000 })]);
});
afterEach(() => server.close());

const get = async (query: string, check = 'meet') => {
  const response = await server.app.inject(`/api/checks/${check}/availability${query}`);
  return { status: response.statusCode, body: response.json() };
};
const runs = (day: string, ...outcomes: Outcome[]) => {
  for (const [index, outcome] of outcomes.entries()) {
    server.store.append(aRun({ outcome, startedAt: `${day}T${String(index).padStart(2, '0')}:30:00.000Z` }));
  }
};

it('gives each day between, whole, with the share of runs that worked among those that could tell', async () => {
  runs('2026-11-20', 'pass', 'degraded', 'fail', 'error');
  runs('2026-11-22', 'pass', 'pass');
  const { body } = await get('?from=2026-11-20T12:00:00Z&to=2026-11-22T03:00:00Z');
  expect(body).toEqual({
    ...{ check: 'meet', kind: 'call', by: 'day' },
    ...{ from: '2026-11-20T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' },
    runs: { pass: 3, degraded: 1, fail: 1, error: 1 },
    availability: 0.8,
    buckets: [
      {
        ...{ from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' },
        runs: { pass: 1, degraded: 1, fail: 1, error: 1 },
        availability: 2 / 3,
      },
      {
        ...{ from: '2026-11-21T00:00:00.000Z', to: '2026-11-22T00:00:00.000Z' },
        runs: { pass: 0, degraded: 0, fail: 0, error: 0 },
        availability: null,
      },
      {
        ...{ from: '2026-11-22T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' },
        runs: { pass: 2, degraded: 0, fail: 0, error: 0 },
        availability: 1,
      },
    ],
  });
});

it('counts by hours and by months', async () => {
  runs('2026-10-31', 'fail');
  runs('2026-11-01', 'pass', 'fail');
  const hours = (await get('?from=2026-11-01T00:00:00Z&to=2026-11-01T03:00:00Z&by=hour')).body;
  expect(hours.buckets.map(({ availability }: { availability: number | null }) => availability)).toEqual([
    1,
    0,
    null,
  ]);
  const months = (await get('?from=2026-10-05T00:00:00Z&to=2026-11-05T00:00:00Z&by=month')).body;
  expect(months.buckets).toMatchObject([
    { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', runs: { fail: 1 } },
    { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', availability: 0.5 },
  ]);
});

it('gives ninety days without a question, today among them', async () => {
  server.store.append(aRun({ startedAt: new Date().toISOString() }));
  const { body } = await get('');
  expect(body.buckets).toHaveLength(91);
  expect(body.buckets.at(-1)).toMatchObject({ availability: 1 });
});

it.each([
  ['?by=week', 'by:'],
  ['?from=yesterday', 'from: expected a time such as'],
  ['?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'from is after to'],
  ['?from=2026-01-01T00:00:00Z&to=2026-11-01T00:00:00Z&by=hour', 'more than 1000 of by=hour'],
  ['?from=0001-01-01T00:00:00Z&to=9999-01-01T00:00:00Z', 'more than 1000 of by=day'],
  ['?window=30d', 'Unrecognized key'],
])('refuses %s with a sentence', async (query, sentence) => {
  const { status, body } = await get(query);
  expect(status).toBe(400);
  expect(body.error.message).toContain(sentence);
});

it('knows no check but those that are configured', async () => {
  expect(await get('', 'none')).toMatchObject({ status: 404, body: { error: { code: 'no-such-check' } } });
});
