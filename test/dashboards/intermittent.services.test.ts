/**
 * A fault that comes and goes, from the runs to the person: what Vigie counts, served by its own server, with the rules and
 * configurations that are shipped, in a real Prometheus and a real Alertmanager. Only the clock of the runs is ours.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { vigie } from '../support/cli/vigie.ts';
import { MARKER, startAlertmanager, startPrometheus, startReceiver } from '../support/dashboards/stack.ts';
import { aRun } from '../support/history/runs.ts';
import { needs, programs } from '../support/needs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { testServer } from '../support/server/source.ts';

const EVERY_MS = 300_000;
/** Prometheus wants some history; this one is nobody's. */
const NOTHING = '# TYPE nothing gauge\nnothing 1 1700000000\n# EOF\n';

afterEach(() => void vi.useRealTimers());

it('three of twelve runs fail: one notification, and one more when it is over', {
  timeout: 180_000,
  ...needs(programs('prometheus', 'promtool', 'prometheus-alertmanager')),
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = testServer();
  onTestFinished(() => server.close());
  const every = { everyMs: EVERY_MS };
  server.scheduler.update([fakeCheck({ ms: 86_400_000, schedule: every })]);
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const target = `127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  /** Runs, the last of which has ended just now. */
  const run = (pattern: string) => {
    const from = Date.now() - pattern.length * EVERY_MS;
    for (const [i, letter] of pattern.split('').entries()) {
      const startedAt = new Date(from + (i + 1) * EVERY_MS - 10_000).toISOString();
      server.store.append(aRun({ outcome: letter === 'F' ? 'fail' : 'pass', startedAt, durationMs: 9000 }));
    }
  };
  run('P'.repeat(24));

  expect(await vigie(['dashboards', '--out', join(directory, 'generated')])).toMatchObject({ status: 0 });
  const { url, received } = await startReceiver();
  const alertmanager = await startAlertmanager(directory, url);
  const rules = join(directory, 'generated/prometheus');
  const prometheus = await startPrometheus(directory, {
    target,
    alertmanager: alertmanager.address,
    rules,
    history: NOTHING,
  });
  const reported = () =>
    received
      .filter(({ receiver, groupLabels }) => receiver !== 'watchdog' && groupLabels.check !== MARKER)
      .map(({ receiver, status, alerts }) => {
        const named = alerts.map(({ labels }) => `${labels.alertname} ${labels.check}`);
        return `${receiver} ${status} ${named.join(', ')}`;
      });
  /** Until Prometheus has evaluated its rules on the latest runs, and Alertmanager has sent what there was to send. */
  const settled = async () => {
    const seen = `vigie_check_last_run_timestamp_seconds{check="meet"} > ${Date.now() / 1000 - 60}`;
    await expect.poll(async () => (await prometheus.query(seen)).length, { timeout: 30_000 }).toBe(1);
    await prometheus.evaluated();
    await alertmanager.flushed(received);
  };
  const success = async () => (await prometheus.query('vigie_check_success{check="meet"}')).length;
  await expect.poll(success, { timeout: 30_000 }).toBe(1);
  expect(reported()).toEqual([]);

  const start = Date.now();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(start + 36 * EVERY_MS);
  run('PPPF'.repeat(9));
  const FIRING = 'tickets firing VigieCheckIntermittent meet';
  await expect.poll(reported, { timeout: 60_000 }).toEqual([FIRING]);
  // It goes on, and people are notified once.
  vi.setSystemTime(start + 48 * EVERY_MS);
  run('PFPPPFPPPFPP');
  await settled();
  expect(reported()).toEqual([FIRING]);

  vi.setSystemTime(start + (48 + 9 * 288) * EVERY_MS);
  run('P'.repeat(9 * 288));
  const RESOLVED = 'tickets resolved VigieCheckIntermittent meet';
  await expect.poll(reported, { timeout: 60_000 }).toEqual([FIRING, RESOLVED]);
  await settled();
  expect(reported()).toEqual([FIRING, RESOLVED]);
});
