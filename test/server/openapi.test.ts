/** The description of the API against what the API really says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Secret } from '../../src/base/units.ts';
import type { Activity } from '../../src/schedule/scheduler.ts';
import { ANSWERS, type activity } from '../../src/server/openapi/answers.ts';
import { OPERATIONS } from '../../src/server/openapi/description.ts';
import { aMail, aMessage, aPart, aRecord, aSignaling, aZone } from '../support/history/results.ts';
import { aCall, aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;
/** Each compiles only as long as the schema and the type say the same. */
const activityIsAnswer = (it: Activity): Frozen<z.output<typeof activity>> => it;
const answerIsActivity = (it: z.output<typeof activity>): Activity => it;

interface Description {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        parameters: { name: string; in: string }[];
        responses: Record<string, { content: { 'application/json': { schema?: { $ref: string } } } }>;
      }
    >
  >;
  components: { schemas: Record<string, object> };
}

let server: TestServer;
beforeEach(() => {
  server = testServer({
    access: () => ({ token: new Secret('open-sesame'), open: false }),
    evidence: () => ({
      list: (id) => Promise.resolve(id === 'none' ? null : [{ name: 'A.png', bytes: 3 }]),
      open: () => Promise.resolve(null),
      writable: true,
    }),
  });
});
afterEach(() => server.close());

const described = async () => (await server.app.inject('/api/openapi.json')).json<Description>();
const TOKEN = { authorization: 'Bearer open-sesame' };

/** What is answered must be what is described for that status, and nothing else. */
async function holds(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  url: string,
  status: number,
  headers: Record<string, string> = {},
): Promise<void> {
  const response = await server.app.inject({ method, url, headers });
  expect(response.statusCode, response.body).toBe(status);
  const name = OPERATIONS[path]?.[method.toLowerCase() as 'get' | 'post' | 'delete']?.answers[status]?.[1];
  expect(name, `${method} ${path} ${status}`).toBeDefined();
  const parsed = ANSWERS[name!].safeParse(response.json());
  expect(parsed.error?.issues ?? [], `${url}: ${name}`).toEqual([]);
}

describe('answers are as described', () => {
  it('of runs of every kind', async () => {
    const good = aMessage('example.org');
    const bounced = aMessage('example.net', {
      delivery: null,
      bounce: {
        action: 'failed',
        status: '5.7.1',
        diagnostic: null,
        remoteMta: null,
        reportingMta: null,
        receivedAt: good.submission.startedAt,
      },
    });
    const late = [
      { token: 'x', sentAt: '2026-11-22T15:00:00.000Z', receivedAt: '2026-11-22T15:01:00.000Z', lateMs: 1 },
    ];
    const runs = [
      aRun({ call: aCall() }),
      aFailedCall(),
      aRun({ check: 'post', kind: 'mail', mail: aMail([good, bounced], { late }) }),
      aRun({ check: 'zone', kind: 'zone', zone: aZone({ 'a.example': [aRecord('mx', 'missing')] }) }),
      aRun({
        check: 'way',
        kind: 'signaling',
        signaling: aSignaling([aPart('page')]),
        software: [{ part: 'prosody', name: 'Prosody', version: '0.12.3' }],
      }),
      aRun({
        check: 'way',
        kind: 'signaling',
        software: [{ part: 'prosody', name: 'Prosody', version: '0.12.5' }],
      }),
      aRun({ call: aCall({ version: '9.1' }) }),
      aRun({ call: aCall({ version: null, participants: [], steps: [], streams: [] }) }),
    ];
    for (const run of runs) server.store.append(run);
    await holds('GET', '/api/runs', '/api/runs?limit=500', 200);
    await holds('GET', '/api/runs', '/api/runs?limit=none', 400);
    await holds('GET', '/api/runs', '/api/runs?limit=1', 200);
    await holds('GET', '/api/events', '/api/events', 200);
    const share = '/api/checks/{name}/availability';
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    await holds('GET', share, '/api/checks/meet/availability', 200);
    await holds('GET', share, '/api/checks/meet/availability?by=year', 400);
    await holds('GET', share, '/api/checks/none/availability', 404);
    for (const { id } of runs) await holds('GET', '/api/runs/{id}', `/api/runs/${id}`, 200);
    await holds('GET', '/api/runs/{id}', '/api/runs/none', 404);
    await holds('GET', '/api/runs/{id}/evidence', `/api/runs/${runs[0]!.id}/evidence`, 200);
    await holds('GET', '/api/runs/{id}/evidence', '/api/runs/none/evidence', 404);
  });

  it('of checks, and of a run that is started and is on', async () => {
    const result = { call: aCall() };
    const checks = [
      fakeCheck({ ms: 3_600_000, result }),
      fakeCheck({ name: 'next', ms: 3_600_000 }),
      fakeCheck({ name: 'quick', ms: 1, heavy: false, schedule: { everyMs: 3_600_000 } }),
    ];
    server.scheduler.update(checks);
    await expect.poll(() => server.store.latest('quick')).not.toBeNull();
    const { id } = server.scheduler.checks()[0]!.activity!;
    answerIsActivity(activityIsAnswer(server.scheduler.activity(id)!) as z.output<typeof activity>);
    await holds('GET', '/api/checks', '/api/checks', 200);
    await holds('GET', '/api/runs/{id}', `/api/runs/${id}`, 202);
    const path = '/api/checks/{name}/run';
    await holds('POST', path, '/api/checks/meet/run', 409, TOKEN);
    await holds('POST', path, '/api/checks/quick/run?wait=1', 200, TOKEN);
    await holds('POST', path, '/api/checks/quick/run', 202, TOKEN);
    await holds('POST', path, '/api/checks/quick/run?wait=2', 400, TOKEN);
    await holds('POST', path, '/api/checks/none/run', 404, TOKEN);
    const maintenance = '/api/checks/{name}/maintenance';
    await holds('POST', maintenance, '/api/checks/quick/maintenance?for=1h', 200, TOKEN);
    await holds('POST', maintenance, '/api/checks/quick/maintenance', 400, TOKEN);
    await holds('DELETE', maintenance, '/api/checks/quick/maintenance', 200, TOKEN);
    await holds('DELETE', maintenance, '/api/checks/none/maintenance', 404, TOKEN);
    await holds('POST', path, '/api/checks/quick/run', 401);
    await holds('POST', path, '/api/checks/quick/run', 403, { authorization: 'Bearer guess' });
  });
});

describe('the description', () => {
  it('has every route of the API, and no other', () => {
    const path: string[] = [];
    const routes = server.app
      .printRoutes({ commonPrefix: false })
      .split('\n')
      .flatMap((line) => {
        const [, indent, segment, methods] = /^([│ ]*)[├└]── (\S+) \((.*)\)$/.exec(line) ?? [];
        if (indent === undefined) return [];
        path.splice(indent.length / 4, Number.POSITIVE_INFINITY, segment!);
        const url = path.join('').replaceAll(/:(\w+)/g, '{$1}');
        const its = methods!
          .toLowerCase()
          .split(', ')
          .filter((method) => method !== 'head');
        return url.startsWith('/api/') ? its.map((method) => `${method} ${url}`) : [];
      });
    const described = Object.entries(OPERATIONS).flatMap(([url, methods]) =>
      Object.keys(methods).map((method) => `${method} ${url}`),
    );
    expect(new Set(described)).toEqual(new Set(routes));
  });

  it('is complete in itself', async () => {
    const document = await described();
    expect(JSON.stringify(document)).not.toContain('open-sesame');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z]+$/);
    const names = document.paths['/api/runs']!.get!.parameters.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['check', 'kind', 'outcome', 'limit']));
  });
});
