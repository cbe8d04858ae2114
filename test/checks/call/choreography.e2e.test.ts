/** Choreographies on the sandbox: clean, and each step with the fault that belongs to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callKind } from '../../../src/checks/call/index.ts';
import type { Run } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { silent } from '../../support/schedule/kinds.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.close();
});

/** Runs a call; `onStep` is called for each step that becomes complete. */
function play(
  steps: unknown,
  settings: object = {},
  onStep: (name: string) => void = () => {},
): Promise<Run> {
  const options = callKind.schema.parse({ url: sandbox.url, steps, watch: '1s', ...settings });
  const reported = new Set<string>();
  return runCheck(callKind, options, {
    name: 'sandbox',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: ({ phase, partial }) => {
      const step = partial?.call?.steps.at(-1)?.name;
      if (phase !== 'watch' || !step || reported.has(step)) return;
      reported.add(step);
      onStep(step);
    },
  });
}

const notOk = (run: Run) =>
  run
    .call!.streams.filter(({ verdict }) => verdict !== 'ok')
    .map(({ step, kind, sender, receiver, verdict }) => `${step}: ${kind} ${sender}->${receiver} ${verdict}`);

describe('choreographies', () => {
  it.each([
    ['trickle', 16],
    ['reload', 48],
    ['rejoin', 48],
    ['mute', 84],
  ])('%s: all is well in every step', async (name, streams) => {
    const run = await play(name);
    expect(run.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(notOk(run)).toEqual([]);
    expect(run.call!.streams).toHaveLength(streams);
  });

  it('handover where nobody may talk directly says that no change of path was tested', async () => {
    const run = await play('handover');
    expect(run.findings.map(({ id }) => id)).toEqual(['direct-off']);
    expect(run.outcome).toBe('pass');
  });

  it('a stream that breaks in one step is of that step, and said once where it stays so', async () => {
    const steps = [
      { name: 'all', do: 'join all' },
      { name: 'on', do: 'wait 100ms', completeWithin: '3s' },
    ];
    const run = await play(steps, { watch: '3s' }, (step) => {
      if (step === 'all') sandbox.faults.break(['video A->B']);
    });
    sandbox.faults.fix('all');
    expect(notOk(run)).toEqual(['all: video A->B lost', 'on: video A->B missing']);
    const [finding, ...more] = run.findings.filter(({ outcome }) => outcome !== 'pass');
    expect(finding).toMatchObject({
      id: 'stream-lost',
      evidence: { step: 'all', againIn: ['on'], streams: [{ receiver: 'B', sender: 'A', kind: 'video' }] },
    });
    expect(finding!.text).toMatch(/^In step all: B no longer sees A since .*; still so in on\.$/);
    expect(more).toEqual([]);
  });

  it('whoever is expected to have no media is in nobody’s matrix', async () => {
    const participants = [
      'chromium',
      'chromium',
      { browser: 'chromium', network: 'relay-only', expect: 'none' },
    ];
    // The sandbox has no TURN server: behind a network that needs one there is no way.
    const run = await play('join', { participants });
    expect(run.findings).toEqual([]);
    expect(run.call!.streams.some(({ receiver, sender }) => receiver === 'C' || sender === 'C')).toBe(false);
    expect(run.call!.streams).toHaveLength(4);
  });

  it('whoever is expected to be relayed and is not is said', async () => {
    const run = await play('join', { participants: ['chromium', { browser: 'chromium', expect: 'relay' }] });
    expect(run.findings).toMatchObject([{ id: 'relay-expected', outcome: 'degraded' }]);
  });
});
