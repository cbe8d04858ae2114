/** How answers travel: compressed, or not at all. */
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { aCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
const serve = () => {
  server = testServer();
  server.scheduler.update([fakeCheck({ name: 'meet', ms: 600_000 })]);
  server.store.append(aRun({ call: aCall() }));
  return server.app;
};
afterEach(() => server.close());
const gzip = { 'accept-encoding': 'gzip, deflate, br' };

it.each(['/', '/metrics', '/metrics/process', '/api/runs', '/api/openapi.json', '/runbooks/README.md'])(
  '%s is compressed for those who take it, and the same text',
  async (url) => {
    const app = serve();
    const plain = await app.inject(url);
    const packed = await app.inject({ url, headers: gzip });
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([
      undefined,
      'gzip',
    ]);
    for (const { headers } of [plain, packed]) expect(headers.vary).toContain('accept-encoding');
    expect(Number(packed.headers['content-length'])).toBe(packed.rawPayload.length);
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    const text = gunzipSync(packed.rawPayload).toString();
    expect(text.split('\n')[0]).toBe(plain.body.split('\n')[0]);
  },
);

it.each([
  ['gzip;q=0', 'refused'],
  ['br', 'not named'],
  ['identity', 'not named'],
])('with "%s" it is not compressed: %s', async (accepted) => {
  const { headers } = await serve().inject({ url: '/', headers: { 'accept-encoding': accepted } });
  expect(headers['content-encoding']).toBeUndefined();
});

it.each(['cross-site', 'same-site'])(
  'what a page of a %s asked for is not compressed (BREACH)',
  async (site) => {
    const { headers } = await serve().inject({ url: '/', headers: { ...gzip, 'sec-fetch-site': site } });
    expect(headers['content-encoding']).toBeUndefined();
  },
);

it('what is small is not compressed', async () => {
  const { headers } = await serve().inject({ url: '/healthz', headers: gzip });
  expect(headers['content-encoding']).toBeUndefined();
});

it('what whoever asks has already is not sent again', async () => {
  const app = serve();
  const url = '/api/runs';
  const { headers, body } = await app.inject(url);
  const tag = String(headers.etag);
  expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
  for (const known of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
    const again = await app.inject({ url, headers: { 'if-none-match': known, ...gzip } });
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', tag]);
  }
  server.store.append(aRun({ call: aCall() }));
  const changed = await app.inject({ url, headers: { 'if-none-match': tag } });
  expect(changed.statusCode).toBe(200);
  expect(changed.body).not.toBe(body);
});

it('what is refused, started or another text each time has no tag', async () => {
  const app = serve();
  const answers = [
    await app.inject('/nothing'),
    await app.inject('/api/runs/none'),
    await app.inject('/metrics'),
    await app.inject('/'),
    await app.inject({ method: 'POST', url: '/api/checks/meet/run' }),
  ];
  for (const { headers } of answers)
    expect([headers.etag, headers['cache-control']]).toEqual([undefined, 'no-store']);
});
