import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { aCall, aRun, streams } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

const EVERY_MS = 300_000;
const meet = fakeCheck({ name: 'meet', ms: 3_600_000, schedule: { everyMs: EVERY_MS } });

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([meet]);
});
afterEach(() => server.close());

const page = async (path: string, language = 'en') =>
  (await server.app.inject({ url: path, headers: { accept: 'text/html', 'accept-language': language } }))
    .body;

/** A call each five minutes, the last one just now; of those that fail, B does not see A. */
function calls(pattern: string) {
  for (const [index, letter] of pattern.split('').entries()) {
    const lost = letter === 'F';
    const call = aCall({
      streams: streams(({ receiver, sender, kind }) =>
        lost && receiver === 'B' && sender === 'A' && kind === 'video' ? { verdict: 'lost' as const } : {},
      ),
    });
    const outcome: Outcome = lost ? 'fail' : 'pass';
    const startedAt = new Date(Date.now() - (pattern.length - index) * EVERY_MS).toISOString();
    server.store.append(
      aRun({ outcome, call, startedAt, summary: lost ? 'B does not see A' : 'all 12 streams arrive' }),
    );
  }
}

const NOW_AND_THEN = `${'PPPPPPPPPF'.repeat(8)}PP`;

it('a check that works at present and fails now and then says so, in both languages', async () => {
  calls(NOW_AND_THEN);
  const check = await page('/checks/meet');
  expect(check).toContain('Fails now and then, more often than chance explains.');
  expect(check).toContain('8 of 82 calls of the last 24 hours failed.');
  expect(check).toContain('<a href="/runbooks/VigieCheckIntermittent.md">What to do</a>');
  const overview = await page('/');
  expect(overview).toContain('meet fails now and then</h1>');
  expect(overview).toContain('8 of 82 calls of the last 24 hours failed.');
  expect(await page('/checks/meet', 'fr')).toContain('8 appels sur 82 des dernières 24 heures ont échoué.');
  expect(await page('/', 'fr')).toContain('meet échoue de temps en temps</h1>');
});

it('the status page says it in one plain sentence, without the runbook', async () => {
  calls(NOW_AND_THEN);
  const status = await page('/status');
  expect(status).toContain('Now and then it fails.');
  expect(status).toContain('Everything works, but some of it is degraded');
  expect(status).not.toContain('/runbooks/');
});

it('nothing is said where nothing stands out', async () => {
  calls(`${'P'.repeat(80)}FP`);
  for (const path of ['/', '/checks/meet', '/status']) {
    expect(await page(path)).not.toMatch(/now and then/i);
  }
});
