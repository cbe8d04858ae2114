import { afterEach, beforeEach, expect, it } from 'vitest';
import { aPart, aSignaling } from '../support/history/results.ts';
import { aRun } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let server: TestServer;
beforeEach(() => {
  server = testServer();
  server.scheduler.update([{ ...fakeCheck({ name: 'way', ms: 3_600_000 }), kind: 'signaling' }]);
});
afterEach(() => server.close());

const scrape = async () =>
  (await server.app.inject('/metrics')).body
    .split('\n')
    .filter((line) => /^vigie_signaling_(?:part_ok|part_seconds|certificate)/.test(line));

it('a signaling run reports each part, of several servers the worst and the slowest, and when a certificate expires', async () => {
  server.store.append(
    aRun({
      check: 'way',
      kind: 'signaling',
      outcome: 'degraded',
      signaling: aSignaling([
        aPart('websocket', { ms: 31 }),
        aPart('turn-udp', { ms: 8 }),
        aPart('turn-udp', { ms: 80 }),
        aPart('turn-tls', { ms: 20 }),
        aPart('turn-tls', { ok: false, ms: null }),
      ]),
    }),
  );
  expect(await scrape()).toEqual([
    'vigie_signaling_part_ok{check="way",part="websocket"} 1',
    'vigie_signaling_part_ok{check="way",part="turn-udp"} 1',
    'vigie_signaling_part_ok{check="way",part="turn-tls"} 0',
    'vigie_signaling_part_seconds{check="way",part="websocket"} 0.031',
    'vigie_signaling_part_seconds{check="way",part="turn-udp"} 0.08',
    'vigie_signaling_certificate_expiry_timestamp_seconds{check="way"} 1800403200',
  ]);
});

it('what was not judged is absent, never 0', async () => {
  const parts = [aPart('bosh', { ok: null, ms: null }), aPart('stun'), aPart('stun', { ok: null, ms: null })];
  const signaling = { ...aSignaling(parts), certificates: [] };
  server.store.append(aRun({ check: 'way', kind: 'signaling', outcome: 'error', signaling }));
  expect(await scrape()).toEqual([]);
});
