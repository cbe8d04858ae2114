/** OpenMetrics: who gets it, its form, and exemplars that lead to a run. */
import { afterEach, describe, expect, it } from 'vitest';
import { asOpenMetrics, preferredFormat } from '../../src/server/metrics/exposition.ts';
import { aSignaling } from '../support/history/results.ts';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

/** What Prometheus 3 sends. */
const PROMETHEUS =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

let server: TestServer;
const scrape = async (accept?: string) => {
  const { headers, body } = await server.app.inject({ url: '/metrics', headers: accept ? { accept } : {} });
  return { type: String(headers['content-type']), lines: body.split('\n') };
};
afterEach(() => server?.close());

describe('the format', () => {
  it.each([
    [undefined, 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/html,application/xhtml+xml', 'prometheus'],
    [PROMETHEUS, 'openmetrics'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['text/plain;version=0.0.4;q=0.8,application/openmetrics-text;q=0.3', 'prometheus'],
  ] as const)('for %s is %s', (accept, format) => {
    expect(preferredFormat(accept)).toBe(format);
  });

  it('has no empty line, no _total in heads, quotes escaped there, and an end', () => {
    const text =
      '# HELP a_total Runs "by hand".\n# TYPE a_total counter\na_total{b="c"} 1\n\n# HELP d D.\n# TYPE d gauge\n';
    expect(asOpenMetrics(text)).toBe(
      '# HELP a Runs \\"by hand\\".\n# TYPE a counter\na_total{b="c"} 1\n# HELP d D.\n# TYPE d gauge\n# EOF\n',
    );
  });
});

describe('a scrape', () => {
  it('has exemplars with the last run of each outcome and of each bucket', async () => {
    server = testServer();
    server.scheduler.update([fakeCheck({ name: 'meet', ms: 600_000 })]);
    const startedAt = '2026-11-22T15:00:00.000Z';
    const worked = aRun({ durationMs: 6000, startedAt });
    const failed = aFailedCall({ durationMs: 8000, startedAt });
    for (const run of [worked, failed]) server.store.append(run);
    const { type, lines } = await scrape(PROMETHEUS);
    expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const it = 'check="meet",kind="call"';
    const at = Date.parse(startedAt) / 1000;
    for (const line of [
      `vigie_check_runs_total{${it},outcome="fail"} 1 # {run="${failed.id}"} 1 ${at + 8}`,
      `vigie_check_runs_total{${it},outcome="error"} 0`,
      `vigie_check_duration_seconds_bucket{le="5.0",${it}} 0`,
      `vigie_check_duration_seconds_bucket{le="7.5",${it}} 1 # {run="${worked.id}"} 6 ${at + 6}`,
      `vigie_check_duration_seconds_bucket{le="10.0",${it}} 2 # {run="${failed.id}"} 8 ${at + 8}`,
      `vigie_check_duration_seconds_bucket{le="+Inf",${it}} 2`,
      `vigie_check_duration_seconds_sum{${it}} 14`,
      `vigie_check_duration_seconds_count{${it}} 2`,
      '# TYPE vigie_check_runs counter',
    ])
      expect(lines).toContain(line);
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    expect(lines.slice(0, -1)).not.toContain('');
    expect(new Set(lines.filter((line) => line.startsWith('# TYPE'))).size).toBe(
      lines.filter((line) => line.startsWith('# TYPE')).length,
    );
  });

  it('without it has none, and bounds as they always were', async () => {
    server = testServer();
    server.scheduler.update([fakeCheck({ name: 'meet', ms: 600_000 })]);
    server.store.append(aFailedCall({ durationMs: 8000 }));
    const { type, lines } = await scrape();
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(lines).toContain('vigie_check_duration_seconds_bucket{le="10",check="meet",kind="call"} 1');
    expect(lines.join('\n')).not.toMatch(/# \{|# EOF/);
  });

  it('has buckets that tell a quick signaling check from a slow one', async () => {
    server = testServer();
    server.scheduler.update([{ ...fakeCheck({ name: 'way', ms: 600_000 }), kind: 'signaling' }]);
    for (const durationMs of [45, 60, 900])
      server.store.append(aRun({ check: 'way', kind: 'signaling', signaling: aSignaling([]), durationMs }));
    const { lines } = await scrape();
    const counts = ['0.025', '0.05', '0.1', '0.5', '1'].map(
      (le) =>
        lines
          .find((line) => line.startsWith(`vigie_check_duration_seconds_bucket{le="${le}",`))
          ?.split(' ')[1],
    );
    expect(counts).toEqual(['0', '1', '2', '2', '3']);
  });
});
