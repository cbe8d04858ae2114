/** The metrics as the real tools see them: promtool's lint, and a Prometheus that scrapes. */

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { child } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import { aMail, aMessage, aPart, aRecord, aSignaling, aZone } from '../support/history/results.ts';
import { aCall, aFailedCall, aRun } from '../support/history/runs.ts';
import { needs, programs } from '../support/needs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([fakeCheck({ name: 'meet', ms: 3_600_000, schedule: { everyMs: 180_000 } })]);
});
afterEach(() => server.close());

describe('with the real tools', needs(programs('prometheus', 'promtool')), () => {
  it('promtool finds nothing to complain about, before a run, after one, and after an error', async () => {
    const lint = async () => {
      const { body } = await server.app.inject('/metrics');
      return execFileSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8', stdio: 'pipe' });
    };
    expect(await lint()).toBe('');
    server.store.append(aFailedCall());
    expect(await lint()).toBe('');
    server.store.append(aRun({ outcome: 'error' }));
    expect(await lint()).toBe('');
    const never = { ms: 3_600_000 };
    server.scheduler.update([
      { ...fakeCheck({ name: 'post', ...never }), kind: 'mail' },
      { ...fakeCheck({ name: 'domains', ...never }), kind: 'zone' },
      { ...fakeCheck({ name: 'way', ...never }), kind: 'signaling' },
    ]);
    server.store.append(aRun({ check: 'post', kind: 'mail', mail: aMail([aMessage('example.org')]) }));
    const zone = aZone({ 'example.org': [aRecord('mx', 'exact')] });
    server.store.append(aRun({ check: 'domains', kind: 'zone', zone }));
    const signaling = aSignaling([aPart('page'), aPart('turn-udp', { ok: false })]);
    const software = [{ part: 'web', name: 'nginx', version: '1.22.1 "\\' }] as const;
    server.store.append(aRun({ check: 'way', kind: 'signaling', signaling, software }));
    expect((await server.app.inject('/metrics')).body).toContain('vigie_signaling_part_ok{');
    expect((await server.app.inject('/metrics')).body).toContain('vigie_zone_record_ok{');
    expect((await server.app.inject('/metrics')).body).toContain('vigie_target_software_info{');
    expect(await lint()).toBe('');
  });

  it('a Prometheus scrapes every series, and those that vanish are gone', async () => {
    const failed = aFailedCall({ startedAt: new Date().toISOString() });
    server.store.append(failed);
    const target = new URL(await server.app.listen({ host: '127.0.0.1', port: 0 })).host;
    const prometheus = await startPrometheus(target);
    const query = (expression: string) => prometheus.query(expression);
    await expect.poll(() => query('count(vigie_call_stream_ok)'), POLL).toEqual(['12']);
    expect(await query('vigie_call_stream_ok == 0')).toEqual(['0']);
    expect(await query('vigie_call_stream_ok{receiver="C",sender="B",media="video"}')).toEqual(['0']);
    expect(await query('vigie_check_success')).toEqual(['0']);
    expect(await query('histogram_quantile(0.5, vigie_check_duration_seconds_bucket)')).toHaveLength(1);
    expect(await query('vigie_target_info * on(check) vigie_check_interval_seconds')).toEqual(['180']);
    // It asks for OpenMetrics, and keeps what leads to the run.
    await expect.poll(() => prometheus.runs('vigie_check_runs_total'), POLL).toEqual([failed.id]);
    expect(await prometheus.runs('vigie_check_duration_seconds_bucket')).toEqual([failed.id]);
    // The other path is a job of its own, with another moment in each second.
    await expect.poll(() => query('count(nodejs_eventloop_lag_p99_seconds)'), POLL).toEqual(['1']);

    server.store.append(aRun({ outcome: 'error', call: aCall() }));
    await expect.poll(() => query('vigie_call_stream_ok'), POLL).toEqual([]);
    expect(await query('vigie_check_success')).toEqual([]);
    expect(await query('vigie_check_runs_total{outcome="error"}')).toEqual(['1']);
    await prometheus.stop();
  });
});

const POLL = { timeout: 30_000, interval: 200 };

/** A Prometheus that scrapes the target's two paths each second. */
async function startPrometheus(target: string) {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const jobs = ['/metrics', '/metrics/process'].map((path) => ({
    job_name: `vigie${path.replaceAll('/', '-')}`,
    scrape_interval: '1s',
    metrics_path: path,
    static_configs: [{ targets: [target] }],
  }));
  // JSON is YAML.
  await writeFile(join(directory, 'prometheus.yml'), JSON.stringify({ scrape_configs: jobs }));
  const port = await freePort();
  const prometheus = child('prometheus', [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ]);
  await prometheus.says(/Server is ready/);
  return {
    /** The values of the series that a query gives. */
    async query(expression: string): Promise<string[]> {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const { data } = (await (await fetch(url)).json()) as {
        data: { result: { value: [number, string] }[] };
      };
      return data.result.map(({ value }) => value[1]);
    },
    /** The runs to which exemplars of a metric lead. */
    async runs(metric: string): Promise<string[]> {
      const url = `http://127.0.0.1:${port}/api/v1/query_exemplars?query=${metric}&start=0&end=4000000000`;
      const { data } = (await (await fetch(url)).json()) as {
        data: { exemplars: { labels: { run: string } }[] }[];
      };
      return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.run));
    },
    async stop() {
      prometheus.process.kill('SIGTERM');
      expect(await prometheus.ended).toBe(0);
    },
  };
}
