import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/history/memory.ts';
import { aPart, aSignaling } from '../support/history/results.ts';
import { aCall, aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

const MINUTE = 60_000;
const meet = fakeCheck({ name: 'meet', ms: 3_600_000, schedule: { everyMs: 5 * MINUTE } });
const MEET = 'check="meet",kind="call"';
const LOST = 'check="meet",step="join",receiver="C",sender="B",media="video"';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([meet]);
});
afterEach(() => server.close());

const scrape = async (from = server) => (await from.app.inject('/metrics')).body.split('\n');
const of = (lines: string[], name: string) => lines.filter((line) => line.startsWith(name));
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();

it('before the first run: no rows, no shares, nothing intermittent, and no runs in any window', async () => {
  const lines = await scrape();
  for (const name of ['vigie_check_consecutive', 'vigie_check_failure_ratio', 'vigie_check_error_ratio']) {
    expect(of(lines, `${name}{`)).toEqual([]);
  }
  expect(of(lines, 'vigie_check_window_runs{')).toEqual(
    ['1h', '24h', '7d', '30d'].map((window) => `vigie_check_window_runs{${MEET},window="${window}"} 0`),
  );
  expect(lines).toContain(`vigie_check_intermittent{${MEET}} 0`);
});

it('rows, shares over windows and counters of streams', async () => {
  await scrape();
  server.store.append(aRun({ call: aCall(), startedAt: ago(120) }));
  server.store.append(aFailedCall({ startedAt: ago(15) }));
  server.store.append(aRun({ outcome: 'error', startedAt: ago(10) }));
  server.store.append(aFailedCall({ startedAt: ago(5) }));
  const lines = await scrape();
  expect(of(lines, 'vigie_check_consecutive{')).toEqual([
    `vigie_check_consecutive{${MEET},outcome="pass"} 0`,
    `vigie_check_consecutive{${MEET},outcome="degraded"} 0`,
    `vigie_check_consecutive{${MEET},outcome="fail"} 2`,
    `vigie_check_consecutive{${MEET},outcome="error"} 0`,
  ]);
  expect(lines).toContain(`vigie_check_recent_runs{${MEET},outcome="fail"} 2`);
  expect(lines).toContain(`vigie_check_failure_ratio{${MEET},window="1h"} 1`);
  expect(lines).toContain(`vigie_check_failure_ratio{${MEET},window="24h"} ${2 / 3}`);
  expect(lines).toContain(`vigie_check_window_runs{${MEET},window="24h"} 3`);
  expect(lines).toContain(`vigie_check_error_ratio{${MEET},window="24h"} 0.25`);
  expect(lines).toContain(`vigie_check_findings{${MEET},finding="stream-lost",outcome="fail"} 1`);
  expect(lines).toContain(`vigie_call_stream_consecutive_misses{${LOST}} 2`);
  expect(of(lines, `vigie_call_stream_runs_total{${LOST}`)).toEqual([
    `vigie_call_stream_runs_total{${LOST},result="ok"} 1`,
    `vigie_call_stream_runs_total{${LOST},result="late"} 0`,
    `vigie_call_stream_runs_total{${LOST},result="lost"} 2`,
  ]);
  expect(lines).toContain('vigie_call_step_runs_total{check="meet",step="join",result="lost"} 2');
});

it('an intermittent check shows how often, which stream, and what the losses share', async () => {
  const store = createMemoryStore();
  for (let index = 0; index < 90; index++) {
    const startedAt = ago((90 - index) * 5);
    store.append(index % 15 === 14 ? aFailedCall({ startedAt }) : aRun({ call: aCall(), startedAt }));
  }
  const after = testServer({ store, schedule: server.scheduler });
  const lines = await scrape(after);
  await after.close();
  expect(lines).toContain(`vigie_check_intermittent{${MEET}} 1`);
  expect(lines).toContain(`vigie_check_intermittent_failures{${MEET},window="24h"} 6`);
  expect(lines).toContain(`vigie_check_intermittent_runs{${MEET},window="24h"} 90`);
  expect(lines).toContain(
    `vigie_check_intermittent_subject{${MEET},aspect="stream",subject="join: C video from B"} 6`,
  );
  // Rows and shares are there right after a restart; counters begin anew.
  expect(lines).toContain(`vigie_check_consecutive{${MEET},outcome="fail"} 1`);
  expect(of(lines, 'vigie_call_stream_runs_total{')).toEqual([]);
});

it('parts of the signaling: rows and rates', async () => {
  const web = fakeCheck({ name: 'web', ms: 3_600_000, schedule: { everyMs: MINUTE } });
  server.scheduler.update([{ ...web, kind: 'signaling' }]);
  await scrape();
  const parts = (ok: boolean) => aSignaling([aPart('page'), aPart('bosh', { ok })]);
  const run = (ok: boolean, minutes: number) =>
    aRun({
      check: 'web',
      kind: 'signaling',
      outcome: ok ? 'pass' : 'fail',
      signaling: parts(ok),
      startedAt: ago(minutes),
    });
  server.store.append(run(true, 3));
  server.store.append(run(false, 2));
  server.store.append(run(false, 1));
  const lines = await scrape();
  expect(lines).toContain('vigie_signaling_part_consecutive_failures{check="web",part="bosh"} 2');
  expect(lines).toContain('vigie_signaling_part_consecutive_failures{check="web",part="page"} 0');
  expect(lines).toContain('vigie_signaling_part_runs_total{check="web",part="bosh",result="failed"} 2');
});

it('a removed check leaves no series', async () => {
  server.store.append(aFailedCall({ startedAt: ago(1) }));
  expect(of(await scrape(), 'vigie_check_consecutive{')).toHaveLength(4);
  server.scheduler.update([]);
  expect((await scrape()).filter((line) => line.includes('check="meet"'))).toEqual([]);
});
