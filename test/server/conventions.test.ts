import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { Networks } from '../../src/net/networks.ts';
import type { ServerSource } from '../../src/server/source.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
const serve = (changes: Partial<ServerSource> = {}) => {
  server = testServer(changes);
  return server;
};
afterEach(() => server.close());
const html = { accept: 'text/html' };
const token = () => ({ token: new Secret('open-sesame'), open: false });

describe('a method that a path does not know', () => {
  it.each([
    ['DELETE', '/api/runs', 'GET, HEAD'],
    ['GET', '/api/checks/meet/run', 'POST'],
    ['POST', '/metrics', 'GET, HEAD'],
    ['GET', '/-/reload', 'POST, PUT'],
    ['PUT', '/runs/one/evidence/run.html', 'GET, HEAD'],
  ] as const)('%s %s is answered 405 with those that it knows', async (method, url, allow) => {
    const { statusCode, headers, body } = await serve().app.inject({ method, url });
    expect([statusCode, headers.allow]).toEqual([405, allow]);
    expect(JSON.parse(body)).toMatchObject({ status: 405, error: { code: 'method-not-allowed' } });
  });

  it('is 404 where there is no path', async () => {
    const { statusCode, headers } = await serve().app.inject({ method: 'DELETE', url: '/nothing' });
    expect([statusCode, headers.allow]).toEqual([404, undefined]);
  });
});

it('a refusal is a problem of RFC 9457', async () => {
  const { headers, body } = await serve().app.inject('/api/runs/none');
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const message = 'No run none is known, or it is no longer kept.';
  expect(JSON.parse(body)).toEqual({
    type: 'about:blank',
    title: 'No such run',
    status: 404,
    detail: message,
    error: { code: 'no-such-run', message },
  });
});

describe('the service', () => {
  const ready = async () => {
    const { statusCode, body } = await server.app.inject('/-/ready');
    return [statusCode, JSON.parse(body).reason ?? null];
  };

  it('is ready once a check has run', async () => {
    const { store, scheduler, app } = serve();
    scheduler.update([fakeCheck({ ms: 600_000 })]);
    expect((await app.inject('/-/healthy')).statusCode).toBe(200);
    expect(await ready()).toEqual([503, 'no check has run yet']);
    store.append(aRun());
    expect(await ready()).toEqual([200, null]);
  });

  it('is not ready while nothing can be written', async () => {
    const evidence = { list: async () => null, open: async () => null, writable: false };
    serve({ evidence: () => evidence });
    expect(await ready()).toEqual([503, 'evidence cannot be written']);
    const keeping = { file: '/var/lib/vigie', writable: false, failures: 1, lost: 0, bytes: 1 };
    await server.close();
    serve();
    Object.defineProperty(server.store, 'keeping', { value: keeping });
    expect(await ready()).toEqual([503, 'the history of runs cannot be written']);
  });

  it('reads its configuration again for whoever has the token', async () => {
    const answers = [['vigie.yaml:1: wrong'], []];
    const { app } = serve({ access: token, reload: async () => answers.pop()! });
    const reload = (headers = {}) => app.inject({ method: 'POST', url: '/-/reload', headers });
    expect((await reload()).statusCode).toBe(401);
    expect((await reload({ 'x-vigie-token': 'guess' })).statusCode).toBe(403);
    expect(answers).toHaveLength(2);
    expect((await reload({ 'x-vigie-token': 'open-sesame' })).json()).toEqual({ status: 'reloaded' });
    const refused = await reload({ authorization: 'Bearer open-sesame' });
    expect([refused.statusCode, refused.json().error.problems]).toEqual([422, ['vigie.yaml:1: wrong']]);
  });

  it('says that the sandbox has no configuration', async () => {
    const { app } = serve({ access: () => ({ token: null, open: true }) });
    expect((await app.inject({ method: 'POST', url: '/-/reload' })).statusCode).toBe(409);
  });
});

it('a token may come in a header of its own, beside what a proxy asks for', async () => {
  const { app } = serve({ access: token });
  const headers = { authorization: 'Basic b3BlcmF0b3I6c2VjcmV0', 'x-vigie-token': 'open-sesame' };
  const started = await app.inject({ method: 'POST', url: '/api/checks/none/run', headers });
  expect(started.json().error.code).toBe('no-such-check');
});

describe('below a path', () => {
  const publicUrl = () => 'https://example.org/vigie/';

  it.each(['/vigie/', '/vigie', '/'])('%s is the first page, with its links below the path', async (url) => {
    const { app, store, scheduler } = serve({ publicUrl });
    scheduler.update([fakeCheck({ ms: 600_000 })]);
    store.append(aRun());
    const headers = { ...html, host: 'example.org' };
    const { statusCode, body } = await app.inject({ url, headers });
    expect(statusCode).toBe(200);
    const links = [...body.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !link.startsWith('/vigie/'))).toEqual([]);
    for (const link of links)
      expect((await app.inject({ url: link, headers })).statusCode, link).toBeLessThan(400);
  });

  it('redirects, cookies, the API and the feed stay below it', async () => {
    const { app, store } = serve({ publicUrl });
    const run = aRun();
    store.append(run);
    const { headers } = await app.inject('/vigie/runs/latest?check=meet');
    expect(headers.location).toBe(`/vigie/runs/${run.id}`);
    expect((await app.inject({ url: '/vigie/?lang=fr', headers: html })).headers['set-cookie']).toContain(
      'Path=/vigie/;',
    );
    expect((await app.inject('/vigie/api/openapi.json')).json().servers).toEqual([{ url: '/vigie/' }]);
    expect((await app.inject('/vigie/feed.atom')).body).toContain('href="/vigie/status"');
  });

  it('what a target says is not taken for a link', async () => {
    const { app, store } = serve({ publicUrl });
    const run = aRun({ summary: 'said href="/here" src="/there"' });
    store.append(run);
    expect((await app.inject({ url: `/vigie/runs/${run.id}`, headers: html })).body).not.toContain(
      '/vigie/here',
    );
  });

  it('another name than its own is refused', async () => {
    const { app } = serve({ publicUrl });
    const headers = { ...html, host: 'elsewhere.org' };
    expect((await app.inject({ url: '/vigie/', headers })).statusCode).toBe(421);
  });
});

describe('X-Forwarded-For', () => {
  const wrong = (address: string) =>
    server.app.inject({
      method: 'POST',
      url: '/api/checks/meet/run',
      headers: { 'x-vigie-token': 'guess', 'x-forwarded-for': address },
    });
  const statuses = async (addresses: readonly string[]) => {
    const answers: number[] = [];
    for (const address of addresses) answers.push((await wrong(address)).statusCode);
    return new Set(answers);
  };
  const users = Array.from({ length: 12 }, (_, index) => `192.0.2.${index}`);

  it('is believed of a trusted proxy', async () => {
    serve({ access: token, trustedProxies: () => Networks.of(['127.0.0.0/8']) });
    expect(await statuses(users)).toEqual(new Set([403]));
  });

  it('is believed of nobody else', async () => {
    serve({ access: token, trustedProxies: () => Networks.of(['192.0.2.0/24', '::1']) });
    expect(await statuses(users)).toEqual(new Set([403, 429]));
  });
});
