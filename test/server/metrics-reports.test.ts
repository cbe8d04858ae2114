import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReportedDomain } from '../../src/checks/reports/result.ts';
import { aRun } from '../support/history/runs.ts';
import { aDomain, aReports } from '../support/reports/results.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([{ ...fakeCheck({ name: 'rua', ms: 3_600_000 }), kind: 'reports' }]);
});
afterEach(() => server.close());

async function scrape(...domains: readonly ReportedDomain[]): Promise<string[]> {
  server.store.append(aRun({ check: 'rua', kind: 'reports', reports: aReports(...domains) }));
  const { body } = await server.app.inject('/metrics');
  return body.split('\n').filter((line) => line.startsWith('vigie_reports'));
}

it('are per domain, by whose the source is and what passed', async () => {
  expect(await scrape(aDomain('a.org'))).toEqual([
    'vigie_reports_messages{check="rua",domain="a.org",source="own",result="pass"} 95',
    'vigie_reports_messages{check="rua",domain="a.org",source="own",result="fail"} 5',
    'vigie_reports_messages{check="rua",domain="a.org",source="stranger",result="pass"} 0',
    'vigie_reports_messages{check="rua",domain="a.org",source="stranger",result="fail"} 20',
    'vigie_reports_mechanism_messages{check="rua",domain="a.org",mechanism="dkim"} 90',
    'vigie_reports_mechanism_messages{check="rua",domain="a.org",mechanism="spf"} 95',
    'vigie_reports_latest_timestamp_seconds{check="rua",domain="a.org"} 1795305600',
    'vigie_reports{check="rua"} 7',
  ]);
});

it('are bounded: anybody can send reports about any domain', async () => {
  const lines = await scrape(...Array.from({ length: 300 }, (_, index) => aDomain(`d${index}.org`)));
  expect(lines).toHaveLength(200 * 7 + 1);
});
