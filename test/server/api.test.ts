import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import type { Access } from '../../src/server/access.ts';
import { aCall, aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
let access: Access;
beforeEach(() => {
  access = { token: new Secret('open-sesame'), open: false };
  server = testServer({ access: () => access });
});
afterEach(() => server.close());

const get = async (url: string) => {
  const response = await server.app.inject(url);
  return { status: response.statusCode, body: response.json(), headers: response.headers };
};
const post = async (
  url: string,
  headers: Record<string, string> = { authorization: 'Bearer open-sesame' },
) => {
  const response = await server.app.inject({ method: 'POST', url, headers });
  return { status: response.statusCode, body: response.json(), headers: response.headers };
};

describe('/api/runs', () => {
  it('gives the newest first, filtered', async () => {
    const runs = [aRun(), aFailedCall(), aRun({ check: 'post', kind: 'mail' })];
    for (const run of runs) server.store.append(run);
    expect((await get('/api/runs')).body).toEqual({ runs: [...runs].reverse(), next: null });
    expect((await get('/api/runs?outcome=fail')).body.runs).toEqual([runs[1]]);
    expect((await get('/api/runs?check=post&limit=1')).body.runs).toEqual([runs[2]]);
    expect((await get('/api/runs?kind=zone')).body).toEqual({ runs: [], next: null });
  });

  it('of a check that nobody knows are an error, not an empty list', async () => {
    server.scheduler.update([fakeCheck({ ms: 600_000 })]);
    server.store.append(aRun({ check: 'gone' }));
    expect((await get('/api/runs?check=meet')).body).toEqual({ runs: [], next: null });
    expect((await get('/api/runs?check=gone')).body.runs).toHaveLength(1);
    const unknown = await get('/api/runs?check=meat');
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'no-such-check']);
  });

  it('filters by version and time, as people and as Grafana write it', async () => {
    const old = aRun({ startedAt: '2026-11-22T15:00:00.000Z', call: aCall({ version: '1' }) });
    const late = aRun({ startedAt: '2026-11-22T16:00:00.000Z', call: aCall({ version: '2' }) });
    for (const run of [old, late]) server.store.append(run);
    expect((await get('/api/runs?version=1')).body.runs).toEqual([old]);
    expect((await get(`/api/runs?from=${late.startedAt}`)).body.runs).toEqual([late]);
    expect((await get(`/api/runs?to=${Date.parse(late.startedAt)}`)).body.runs).toEqual([old]);
    expect((await get('/api/runs?from=2026-11-22&to=2026-11-23')).body.runs).toEqual([late, old]);
    expect((await get('/api/runs?from=2026-11-23')).body.runs).toEqual([]);
  });

  it('goes through all runs page by page, whatever ends meanwhile', async () => {
    const runs = Array.from({ length: 7 }, () => aRun());
    for (const run of runs) server.store.append(run);
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const { body } = await get(`/api/runs?limit=3${next && `&cursor=${next}`}`);
      seen.push(...body.runs.map(({ id }: { id: string }) => id));
      next = body.next;
      server.store.append(aRun());
    }
    expect(seen).toEqual(runs.map(({ id }) => id).reverse());
  });

  it.each(['limit=0', 'limit=many', 'outcome=green', 'chekc=meet', 'limit=501', 'cursor=abc', 'from=soon'])(
    'refuses ?%s',
    async (query) => {
      const { status, body } = await get(`/api/runs?${query}`);
      expect(status).toBe(400);
      expect(body.error.code).toBe('bad-request');
      expect(body.error.message).toContain(/chekc/.test(query) ? 'chekc' : query.split('=')[0]);
    },
  );

  it('gives one run by its id, and says when there is none', async () => {
    const run = aFailedCall();
    server.store.append(run);
    expect((await get(`/api/runs/${run.id}`)).body).toEqual(run);
    const { status, body } = await get('/api/runs/nothing');
    expect(status).toBe(404);
    expect(body.error.code).toBe('no-such-run');
  });

  it('gives a run that is still on with 202 and what is known of it', async () => {
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    await Promise.resolve();
    const { id } = server.scheduler.checks()[0]!.activity!;
    const { status, body } = await get(`/api/runs/${id}`);
    expect(status).toBe(202);
    expect(body).toMatchObject({ id, state: 'running', trigger: 'schedule', progress: { phase: 'sleep' } });
  });
});

it('/api/events reports when a version changed', async () => {
  for (const version of ['1', null, '1', '2']) server.store.append(aRun({ call: aCall({ version }) }));
  const latest = server.store.latest('meet')!;
  const { body } = await get('/api/events?check=meet');
  expect(body.events).toEqual([
    {
      type: 'version-changed',
      check: 'meet',
      subject: 'lib-jitsi-meet',
      from: '1',
      to: '2',
      at: latest.startedAt,
      run: latest.id,
    },
  ]);
  expect((await get('/api/events?check=other')).body.events).toEqual([]);
  expect((await get('/api/events?chekc=meet')).status).toBe(400);
});

it('/api/checks reports of each check what is known', async () => {
  server.scheduler.update([fakeCheck({ ms: 3_600_000 }), fakeCheck({ name: 'next', ms: 1 })]);
  const run = aFailedCall();
  server.store.append(run);
  const { body } = await get('/api/checks');
  expect(body.checks).toMatchObject([
    {
      name: 'meet',
      kind: 'call',
      intervalMs: 60_000,
      nextRun: expect.stringMatching(/^20.*Z$/),
      activity: { state: 'running' },
      latest: { id: run.id, outcome: 'fail', summary: 'C does not see B' },
      since: { at: run.startedAt, runs: 1 },
    },
    { name: 'next', activity: { state: 'waiting' }, latest: null, since: null },
  ]);
});

describe('a run by hand', () => {
  const idle = async () => {
    server.scheduler.update([fakeCheck({ ms: 5, schedule: { everyMs: 3_600_000 } })]);
    await expect.poll(() => server.scheduler.checks()[0]!.activity).toBeNull();
  };

  it('is taken with 202 and its id, under which it is found', async () => {
    await idle();
    const { status, body, headers } = await post('/api/checks/meet/run');
    expect(status).toBe(202);
    expect(headers.location).toBe(`/api/runs/${body.id}`);
    await expect.poll(async () => (await get(`/api/runs/${body.id}`)).status).toBe(200);
    expect(server.store.get(body.id)).toMatchObject({ outcome: 'pass', check: 'meet' });
  });

  it('gives the finished run with ?wait=1', async () => {
    await idle();
    const { status, body } = await post('/api/checks/meet/run?wait=1');
    expect(status).toBe(200);
    expect(body).toEqual(server.store.latest('meet'));
  });

  it('is refused with 409 and the run that is on', async () => {
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    const { status, body } = await post('/api/checks/meet/run');
    expect(status).toBe(409);
    expect(body.error).toMatchObject({ code: 'check-busy', run: { state: 'running', check: 'meet' } });
    expect(body.error.message).toContain(body.error.run.id);
  });

  it('says so when its turn never comes', async () => {
    await idle();
    const hog = fakeCheck({ name: 'hog', ms: 3_600_000 });
    server.scheduler.update([fakeCheck({ ms: 5, schedule: { everyMs: 3_600_000 } }), hog]);
    const answer = post('/api/checks/meet/run?wait=1');
    await expect.poll(() => server.scheduler.checks()[0]!.activity?.state).toBe('waiting');
    server.scheduler.update([hog]);
    const { status, body } = await answer;
    expect(status).toBe(503);
    expect(body.error.code).toBe('dropped');
  });

  it('needs the token', async () => {
    await idle();
    const missing = await post('/api/checks/meet/run', {});
    expect([missing.status, missing.body.error.code]).toEqual([401, 'token-missing']);
    const wrong = await post('/api/checks/meet/run', { authorization: 'Bearer open-sesamE' });
    expect([wrong.status, wrong.body.error.code]).toEqual([403, 'token-wrong']);
    expect(JSON.stringify([missing.body, wrong.body])).not.toContain('open-sesame');
    const longer = await post('/api/checks/meet/run', { authorization: 'Bearer open-sesame2' });
    expect(longer.status).toBe(403);
  });

  it('is closed where no token is configured', async () => {
    access = { token: null, open: false };
    await idle();
    const { status, body } = await post('/api/checks/meet/run', {});
    expect([status, body.error.code]).toEqual([403, 'runs-by-hand-closed']);
    expect(body.error.message).toContain('server.token');
  });

  it('is open on the sandbox, but not to a page of another site', async () => {
    access = { token: null, open: true };
    await idle();
    const foreign = await post('/api/checks/meet/run', {
      origin: 'https://example.org',
      host: '127.0.0.1:9797',
    });
    expect([foreign.status, foreign.body.error.code]).toEqual([403, 'foreign-origin']);
    const own = await post('/api/checks/meet/run?wait=1', {
      origin: 'http://127.0.0.1:9797',
      host: '127.0.0.1:9797',
    });
    expect(own.status).toBe(200);
  });

  it('refuses an unknown check and an unknown option', async () => {
    await idle();
    expect((await post('/api/checks/nobody/run')).body.error.code).toBe('no-such-check');
    expect((await post('/api/checks/meet/run?wiat=1')).body.error.code).toBe('bad-request');
  });

  it('ignores a small body and refuses a large one', async () => {
    await idle();
    const send = (payload: string) =>
      server.app.inject({
        method: 'POST',
        url: '/api/checks/meet/run?wait=1',
        headers: { authorization: 'Bearer open-sesame', 'content-type': 'application/x-www-form-urlencoded' },
        payload,
      });
    expect((await send('a=b')).statusCode).toBe(200);
    const large = await send('x'.repeat(5000));
    expect([large.statusCode, large.json().error.code]).toEqual([413, 'body-too-large']);
  });
});

describe('every answer', () => {
  it.each(['/', '/metrics', '/healthz', '/api/runs', '/nowhere', '/api/nowhere'])(
    '%s is guarded',
    async (url) => {
      const { headers } = await server.app.inject(url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      const asked = headers.etag ? 'private, no-cache' : 'no-store';
      expect(headers['cache-control']).toBe(asked);
    },
  );

  it('a fault of ours says nothing of its inside', async () => {
    const broken = testServer({
      lastReload: () => {
        throw new Error('a secret in /etc/vigie');
      },
    });
    const response = await broken.app.inject('/metrics');
    expect(response.statusCode).toBe(500);
    expect(response.json().error.code).toBe('internal');
    expect(response.body).not.toContain('secret');
    await broken.close();
  });

  it('an address that is not there is JSON for a program and a page for a person', async () => {
    const program = await server.app.inject('/nowhere');
    expect([program.statusCode, program.json().error.code]).toEqual([404, 'not-found']);
    const person = await server.app.inject({ url: '/nowhere', headers: { accept: 'text/html' } });
    expect(person.statusCode).toBe(404);
    expect(person.body).toContain('<h1>Not found</h1>');
  });
});

it('/healthz answers', async () => {
  expect((await get('/healthz')).body).toEqual({ status: 'ok', version: '0.1.0', sandbox: false });
});
