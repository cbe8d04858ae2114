/** The XMPP server's round trips, measured in a call of the sandbox. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { playCall } from '../../support/call/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.fix('all'));
afterAll(() => sandbox?.close());

const play = (participants: readonly unknown[]) =>
  playCall({ url: sandbox.url, watch: '5s', completeWithin: '30s', participants });

it('every participant has one, with the library and with the web app', async () => {
  const run = await play(['chromium', { browser: 'chromium', client: 'app' }]);
  expect(run.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
  for (const { name, signalingRoundTripMs } of run.call!.participants)
    expect(signalingRoundTripMs, name).toBeLessThan(1000);
});

it('a server that takes 1.5 s for each is degraded, and nothing else is', async () => {
  sandbox.faults.break(['slow-signaling 1500ms']);
  const run = await play(['chromium', 'chromium']);
  const [slow, ...more] = run.findings.filter(({ id }) => id !== 'machine-busy' && id !== 'direct-off');
  expect(more).toEqual([]);
  expect(slow).toMatchObject({ id: 'signaling-slow', where: 'signaling' });
  expect(run.outcome).toBe(run.findings.some(({ id }) => id === 'machine-busy') ? 'pass' : 'degraded');
  const { roundTripMs } = slow!.cause as { roundTripMs?: Record<string, number> };
  expect(Object.keys(roundTripMs!)).toEqual(['A', 'B']);
  for (const ms of Object.values(roundTripMs!)) expect(ms).toBeGreaterThanOrEqual(1500);
});
