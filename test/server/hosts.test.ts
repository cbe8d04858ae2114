import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { isOurHost } from '../../src/server/hosts.ts';
import { TokenTries } from '../../src/server/tries.ts';
import { fakeCheck, silent } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

it.each([
  ['127.0.0.1:9797', true],
  ['[::1]:9797', true],
  ['192.0.2.7', true],
  ['localhost:9797', true],
  ['vigie', true],
  ['vigie.monitoring.svc:9797', true],
  ['Watch.Example.org.:443', true],
  ['evil.example.com', false],
  ['127.0.0.1.evil.com', false],
  ['localhost.evil.com:9797', false],
  ['watch.example.org.evil.com', false],
  ['watch.example.org@evil.com', false],
  ['', false],
  [undefined, false],
])('the host %j is ours: %s', (host, ours) => {
  expect(isOurHost(host, ['watch.example.org'])).toBe(ours);
});

it('a name that is too long for one is not ours', () => {
  expect(isOurHost('a'.repeat(100_000), [])).toBe(false);
});

it('every host is ours where the configuration says so', () => {
  expect(isOurHost('evil.com', ['*'])).toBe(true);
});

describe('a server', () => {
  let server: TestServer;
  beforeEach(() => {
    server = testServer({ access: () => ({ token: new Secret('open-sesame'), open: false }) });
    server.scheduler.update([fakeCheck({ ms: 1 })]);
  });
  afterEach(() => server.close());

  it('answers by its own names alone, but scrapers and probes by any', async () => {
    const get = (url: string, host: string) => server.app.inject({ url, headers: { host } });
    for (const url of ['/', '/api/runs', '/runs/x/evidence', '/nowhere']) {
      const refused = await get(url, 'rebound.evil.com');
      expect([url, refused.statusCode]).toEqual([url, 421]);
      expect(refused.json()).toMatchObject({ error: { code: 'wrong-host' } });
    }
    for (const url of ['/healthz', '/metrics']) {
      expect((await get(url, 'vigie.example.com')).statusCode).toBe(200);
    }
  });

  it('looks at no token of an address that was wrong too often, and at those of others', async () => {
    const start = (token: string, remoteAddress: string) =>
      server.app.inject({
        method: 'POST',
        url: '/api/checks/meet/run',
        headers: { authorization: `Bearer ${token}` },
        remoteAddress,
      });
    for (let i = 0; i < 10; i++) expect((await start(`guess-${i}`, '192.0.2.1')).statusCode).toBe(403);
    for (const token of ['guess', 'open-sesame']) {
      expect((await start(token, '192.0.2.1')).json()).toMatchObject({ error: { code: 'too-many-tries' } });
    }
    expect([202, 409]).toContain((await start('open-sesame', '192.0.2.2')).statusCode);
    const metrics = await server.app.inject('/metrics');
    expect(metrics.body).toContain('vigie_tokens_refused_total 12');
  });
});

it('tries are forgotten after their window, and remembered of a bounded number of addresses', () => {
  const tries = new TokenTries(silent);
  for (let i = 0; i < 10; i++) tries.wrong('2001:db8::1', 0);
  expect(() => tries.check('2001:db8::1', 59_000)).toThrow('Too many');
  tries.check('2001:db8::1', 61_000);
  for (let i = 0; i < 5000; i++) tries.wrong(`192.0.${i >> 8}.${i & 255}`, 100_000);
  expect(() => tries.check('203.0.113.7', 100_000)).toThrow('Too many');
});
