/** Choreographies on the sandbox: clean, and each step with the fault that belongs to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { playCall } from '../../support/call/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  await sandbox?.close();
});

/** Runs a call; `onWatch` is called for each step that becomes complete. */
const play = (steps: unknown, settings: object = {}, onWatch?: (step: string) => void) =>
  playCall({ url: sandbox.url, steps, watch: '1s', ...settings }, onWatch);

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
    ['crash', 48],
    ['outage', 48],
  ])('%s: all is well in every step', async (name, streams) => {
    const run = await play(name);
    expect(run.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(notOk(run)).toEqual([]);
    expect(run.call!.streams).toHaveLength(streams);
    // Whoever crashed, or lost their network, is back within a time that is published.
    for (const { name: step, recoveredMs, ms } of run.call!.steps) {
      if (!/^(?:crash|outage)-/.test(step)) expect(recoveredMs).toBeUndefined();
      else expect(0 < recoveredMs! && recoveredMs! <= ms, `${recoveredMs} of ${ms} ms`).toBe(true);
    }
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

  it('whoever changes the network, or wakes behind a lid, is back, and how long each stream took is published', async () => {
    const run = await play([
      { do: 'join all' },
      { name: 'moved', do: 'network to slow A' },
      { name: 'woke', do: ['sleep B', 'wait 4s', 'wake B'] },
    ]);
    expect(run.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(notOk(run)).toEqual([]);
    const { steps, streams } = run.call!;
    expect(steps.map(({ name, recoveredMs }) => [name, typeof recoveredMs])).toEqual([
      ['join-A-B-C', 'undefined'],
      ['moved', 'number'],
      ['woke', 'number'],
    ]);
    // A browser gives a connection up after many seconds: a move that is over at once was none.
    expect(steps[1]!.recoveredMs).toBeGreaterThan(8000);
    const back = (step: string, name: string) =>
      streams.filter(
        (stream) => stream.step === step && (stream.receiver === name || stream.sender === name),
      );
    for (const stream of [...back('moved', 'A'), ...back('woke', 'B')])
      expect(stream.recoveredMs).toBeGreaterThan(0);
    expect(streams.filter(({ recoveredMs }) => recoveredMs !== undefined)).toHaveLength(16);
  });

  it('whose media session is not renewed after a change of network is out of the call', async () => {
    const steps = [
      { name: 'all', do: 'join all' },
      { name: 'moved', do: 'network to another A', completeWithin: '25s' },
    ];
    const run = await play(steps, {}, (step) => {
      if (step === 'all') sandbox.faults.break(['no-restart']);
    });
    sandbox.faults.fix('all');
    expect(run.findings).toContainEqual(
      expect.objectContaining({ id: 'media-connection-lost', outcome: 'fail' }),
    );
    expect(notOk(run).filter((one) => one.startsWith('moved'))).toHaveLength(8);
    expect(run.call!.steps[1]!.recoveredMs).toBeNull();
  });

  it('media that does not come back after a cut is lost, and a cut on purpose is not', async () => {
    const steps = [
      { name: 'all', do: 'join all' },
      { name: 'cut', do: ['network off A', 'wait 3s', 'network on A'], completeWithin: '5s' },
    ];
    const run = await play(steps, {}, (step) => {
      if (step === 'all') sandbox.faults.break(['uplink A']);
    });
    sandbox.faults.fix('all');
    expect(
      notOk(run)
        .filter((one) => one.startsWith('cut'))
        .sort(),
    ).toEqual([
      'cut: audio A->B missing',
      'cut: audio A->C missing',
      'cut: video A->B missing',
      'cut: video A->C missing',
    ]);
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
