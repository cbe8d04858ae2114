import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KINDS, OUTCOMES } from '../../src/checks/check.ts';
import { kinds } from '../../src/checks/kinds.ts';
import { renderRun } from '../../src/view/report/page.ts';
import { runbookOf } from '../../src/view/runbooks.ts';
import { aFailedCall } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
});
afterEach(() => server.close());

it('every finding of every kind leads to a runbook that is there, advice to none', () => {
  const there = new Set(readdirSync(new URL('../../dashboards/runbooks', import.meta.url)));
  for (const kind of KINDS) {
    for (const id of ['internal', 'deadline', ...Object.keys(kinds[kind].causes)]) {
      for (const outcome of OUTCOMES) {
        const runbook = runbookOf(kind, { id, outcome });
        if (outcome === 'pass') expect(runbook).toBeNull();
        else expect(there.has(`${runbook}.md`), `${kind} ${id} ${outcome}`).toBe(true);
      }
    }
  }
});

it.each([
  ['call', 'stream-lost', 'fail', 'VigieStreamMissing'],
  ['call', 'ice-failed', 'fail', 'VigieCallCannotStart'],
  ['call', 'browser-crashed', 'error', 'VigieBrowsersFailing'],
  ['signaling', 'websocket-failed', 'fail', 'VigieSignalingBroken'],
  ['signaling', 'certificate-expiring', 'degraded', 'VigieCertificateExpiring'],
  ['mail', 'dkim-unsigned', 'fail', 'VigieMailNotAuthenticated'],
  ['mail', 'not-delivered', 'fail', 'VigieMailNotDelivered'],
  ['zone', 'zone-spf-missing', 'fail', 'VigieZoneRecordWrong'],
  ['zone', 'zone-resolver-failed', 'error', 'VigieCheckErroring'],
] as const)('of %s, %s (%s) is %s', (kind, id, outcome, runbook) => {
  expect(runbookOf(kind, { id, outcome })).toBe(runbook);
});

it('pages and the report link to it, the status page does not', async () => {
  const run = aFailedCall();
  server.store.append(run);
  const get = async (url: string) =>
    (await server.app.inject({ url, headers: { accept: 'text/html' } })).body;
  for (const path of ['/', '/checks/meet', `/runs/${run.id}`]) {
    expect(await get(path)).toContain('href="/runbooks/VigieStreamMissing.md"');
  }
  expect(await get('/status')).not.toContain('runbooks/');
  const source = { run, recording: null, files: [], leftOut: [] };
  expect(renderRun(source, 'https://vigie.example.org/a/')).toContain(
    'href="https://vigie.example.org/a/runbooks/VigieStreamMissing.md"',
  );
  expect(renderRun(source)).not.toContain('runbooks/');
});
