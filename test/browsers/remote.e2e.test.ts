/** A participant at a browser that runs elsewhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callKind } from '../../src/checks/call/index.ts';
import type { Run } from '../../src/checks/check.ts';
import { runCheck } from '../../src/checks/run.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { type Elsewhere, startElsewhere } from '../support/browsers/elsewhere.ts';
import { silent } from '../support/schedule/kinds.ts';

const PORT = 9333;
let sandbox: Sandbox;
let elsewhere: Elsewhere;

beforeAll(async () => {
  sandbox = await startSandbox();
  elsewhere = await startElsewhere(PORT);
});

afterAll(async () => {
  await elsewhere?.close();
  await sandbox?.close();
});

function meet(endpoint: string, onWatch: () => void = () => {}): Promise<Run> {
  const participants = ['chromium', { browser: 'chromium', endpoint }];
  const options = callKind.schema.parse({ url: sandbox.url, participants, watch: '2s' });
  let watched = false;
  return runCheck(callKind, options, {
    name: 'sandbox',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: ({ phase }) => {
      if (phase !== 'watch' || watched) return;
      watched = true;
      onWatch();
    },
  });
}

describe('a browser elsewhere', () => {
  it('takes part, and is left as it was', async () => {
    const before = await elsewhere.pages();
    const run = await meet(elsewhere.endpoint);
    expect(run.findings).toEqual([]);
    expect(run.call!.streams.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
    // Ages of marks make sense only on clocks that agree.
    for (const { latencyMs } of run.call!.streams) expect(latencyMs).toBeLessThan(1000);
    expect(elsewhere.process.exitCode).toBeNull();
    expect(await elsewhere.pages()).toBe(before);
  });

  it('that is not there is a fault of ours, named without its token', async () => {
    const run = await meet('ws://127.0.0.1:9/devtools?token=hush');
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-start' }] });
    expect(run.summary).toMatch(
      /^The chromium at ws:\/\/127\.0\.0\.1:9 \(with its token\) cannot be reached: /,
    );
    expect(JSON.stringify(run)).not.toContain('hush');
  });

  it('that dies during the call is a fault of ours', async () => {
    const run = await meet(elsewhere.endpoint, () => process.kill(-elsewhere.process.pid!, 'SIGKILL'));
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-died' }] });
    expect(run.summary).toContain('broke off during the call');
  });
});
