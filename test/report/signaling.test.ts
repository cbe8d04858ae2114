import { expect, test } from 'vitest';
import { reportRun } from '../../src/report/run.ts';
import { aPart, aSignaling } from '../support/history/results.ts';
import { aRun } from '../support/history/runs.ts';

test('a signaling run prints each part of the path, in its order', () => {
  const signaling = aSignaling([
    aPart('page', { target: 'https://meet.example.org/', ms: 41, detail: 'status 200' }),
    aPart('bosh', { target: null, ok: null, ms: null, detail: 'config.js names none' }),
    aPart('turn-udp', { target: 'turn.example.org:3478', ok: false, ms: null, detail: 'nothing listens' }),
  ]);
  const run = aRun({
    check: 'way',
    kind: 'signaling',
    outcome: 'degraded',
    summary: 'x',
    durationMs: 310,
    phases: [{ name: 'front', ms: 90 }],
    findings: [{ id: 'turn-udp-failed', outcome: 'degraded', text: 'No relay.', where: 'unknown' }],
    signaling,
  });
  expect(reportRun(run, false)).toBe(`way  DEGRADED  (0.3 s)
  DEGRADED  No relay.  [turn-udp-failed]

page            ok         41 ms  https://meet.example.org/  status 200
XMPP over BOSH  -                                            config.js names none
TURN over UDP   BROKEN            turn.example.org:3478      nothing listens

certificate of meet.example.org:443: meet.example.org ← R13, 58 days left
front 90 ms
`);
});
