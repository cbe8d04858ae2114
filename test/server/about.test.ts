/** What is said of checks: as metrics, in the API, on pages. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/base/units.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(async () => {
  server = testServer({ access: () => ({ token: new Secret('open-sesame'), open: false }) });
  const schedule = { everyMs: 3_600_000 };
  const about = {
    title: 'Video "calls"',
    group: 'Jitsi',
    severity: 'warning',
    labels: { team: 'platform' },
  } as const;
  server.scheduler.update([
    fakeCheck({ ms: 1, schedule, about }),
    fakeCheck({ name: 'off', ms: 1, schedule, about: { enabled: false } }),
  ]);
  await expect.poll(() => server.store.list().length).toBe(1);
});
afterEach(() => server.close());

const lines = async () => (await server.app.inject('/metrics')).body.split('\n');
const ask = (method: 'POST' | 'DELETE', url: string, token = 'open-sesame') =>
  server.app.inject({ method, url, headers: { authorization: `Bearer ${token}` } });

describe('metrics', () => {
  it('say it, with the labels of the configuration', async () => {
    expect(await lines()).toContain(
      'vigie_check_info{check="meet",kind="call",title="Video \\"calls\\"",group="Jitsi",severity="warning",label_team="platform"} 1',
    );
    expect(await lines()).toContain('vigie_check_maintenance{check="meet",kind="call"} 0');
  });

  it('have nothing else of a disabled check, whatever it said before', async () => {
    server.store.append(aRun({ check: 'off', outcome: 'fail' }));
    const its = (await lines()).filter((line) => line.includes('check="off"'));
    expect(its).toEqual([
      'vigie_check_info{check="off",kind="call",title="off",group="",severity="critical"} 1',
      'vigie_check_enabled{check="off",kind="call"} 0',
    ]);
  });
});

describe('maintenance by hand', () => {
  it('is for whoever has the token', async () => {
    const url = '/api/checks/meet/maintenance?for=1h30m';
    expect((await ask('POST', url, 'guess')).statusCode).toBe(403);
    expect((await server.app.inject({ method: 'POST', url })).statusCode).toBe(401);
    const { statusCode, body } = await ask('POST', url);
    expect([statusCode, JSON.parse(body)]).toEqual([
      200,
      { check: 'meet', maintenance: { from: expect.any(String), until: expect.any(String), by: 'hand' } },
    ]);
    const { from, until } = JSON.parse(body).maintenance;
    expect(Date.parse(until) - Date.parse(from)).toBeCloseTo(5_400_000, -3);
    expect(await lines()).toContain('vigie_check_maintenance{check="meet",kind="call"} 1');
    const page = (await server.app.inject('/checks/meet?lang=fr')).body;
    expect(page).toContain('personne n’est averti');

    expect((await ask('DELETE', '/api/checks/meet/maintenance')).statusCode).toBe(200);
    // A run shows the state afterwards.
    server.store.append(aRun({ startedAt: new Date(Date.now() + 10).toISOString() }));
    expect(await lines()).toContain('vigie_check_maintenance{check="meet",kind="call"} 0');
  });

  it.each([
    ['/api/checks/meet/maintenance', 400],
    ['/api/checks/meet/maintenance?for=1', 400],
    ['/api/checks/meet/maintenance?for=31d', 400],
    ['/api/checks/other/maintenance?for=1h', 404],
  ])('%s is refused with %i', async (url, status) => {
    expect((await ask('POST', url)).statusCode).toBe(status);
  });
});

describe('pages', () => {
  it('call a check by its title, below its group; one that is disabled is shown as such and not started', async () => {
    const overview = (await server.app.inject('/')).body;
    expect(overview).toContain('Video &quot;calls&quot;');
    expect(overview).toMatch(/<tr class="group"><th scope="rowgroup" colspan="5">Jitsi<\/th><\/tr>/);
    expect(overview).toContain('disabled');
    expect(overview).toMatch(/<h1 class="good">.*Video &quot;calls&quot; passes/);
    const off = (await server.app.inject('/checks/off')).body;
    expect(off).toContain('(enabled: false)');
    expect(off).not.toContain('<form');
    expect((await server.app.inject('/status')).body).not.toContain('/checks/off');
    expect((await ask('POST', '/api/checks/off/run')).json().error.code).toBe('check-disabled');
  });
});
