/** A deployment cannot have a call pass by what its scripts say: only watermarks that its pages cannot make count. */
import { expect, it, onTestFinished } from 'vitest';
import type { CallResult } from '../../src/checks/call/result.ts';
import { fakeDeployment } from '../support/signaling/fake-xmpp.ts';
import { callOn } from './calling.ts';
import { FORGERS } from './forger.ts';

const [speaks, mirrors] = Object.entries(FORGERS).map(([name, behaviour]) => ({ name, behaviour }));

it.each([
  { browser: 'chromium', ...speaks! },
  { browser: 'firefox', ...speaks! },
  { browser: 'chromium', ...mirrors! },
])('$name passes for nobody in $browser', { timeout: 120_000 }, async ({ browser, behaviour }) => {
  const hostile = await fakeDeployment(behaviour);
  onTestFinished(() => hostile.close());
  const run = await callOn(hostile.url, {
    participants: [browser, browser],
    watch: '1s',
    completeWithin: '6s',
  });
  expect(run.outcome).toBe('fail');
  const { streams } = (run as unknown as { call: CallResult }).call;
  expect(streams.map(({ verdict }) => verdict)).not.toContain('ok');
  expect(streams).toHaveLength(4);
});
