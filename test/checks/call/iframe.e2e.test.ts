/** A room in a frame of another site's page, on the sandbox: clean, and each fault that embedding may have. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { causeOf, playCall, wrong } from '../../support/call/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.fix('all'));
afterAll(() => sandbox?.close());

const IFRAME = { browser: 'chromium', client: 'iframe' };

const play = (participants: unknown[], settings: object = {}) =>
  playCall({ url: sandbox.url, participants, watch: '1s', completeWithin: '20s', ...settings });

describe('an embedded room', () => {
  it('takes part beside the app and the library, with the same matrix and its own times', async () => {
    const run = await play([IFRAME, { browser: 'chromium', client: 'app' }, 'chromium']);
    expect(wrong(run)).toEqual([]);
    expect(run.call!.participants.map(({ client }) => client)).toEqual(['iframe', 'app', 'library']);
    expect(run.call!.streams.filter(({ verdict }) => verdict === 'ok')).toHaveLength(12);
    expect(run.phases.map(({ name }) => name)).toContain('app-joined');
  });

  it('reloads, leaves and comes back, mutes, and shares a screen', async () => {
    const steps = [
      { name: 'all', do: 'join all' },
      { name: 'reload', do: 'reload A' },
      { name: 'back', do: ['leave A', 'join A'] },
      { name: 'mute', do: 'mute A' },
      { name: 'unmute', do: 'unmute A' },
      { name: 'share', do: 'share A' },
      { name: 'unshare', do: 'unshare A' },
    ];
    expect(wrong(await play([IFRAME, 'chromium'], { steps }))).toEqual([]);
  });

  it.each([
    ['embed-missing', 'embed-script', { how: 'missing', message: null }],
    ['embed-broken', 'embed-script', { how: 'broken', message: expect.stringContaining('embed-broken') }],
    [
      'embed-refused',
      'embed-refused',
      { header: 'content-security-policy', value: "frame-ancestors 'self'" },
    ],
  ] as const)('that does not come up, by the fault %s, is named', async (fault, id, data) => {
    sandbox.faults.break([fault]);
    const run = await play([IFRAME, 'chromium', 'chromium'], { completeWithin: '60s' });
    expect(wrong(run)).toEqual([`fail ${id}`]);
    expect(causeOf(run, id)).toMatchObject({ participants: ['A'], ...data });
    // The others have each other, and nobody waits for what cannot come.
    expect(run.call!.streams.filter(({ verdict }) => verdict === 'ok')).toHaveLength(4);
    expect(run.call!.steps[0]!.ms).toBeLessThan(60_000);
  });

  it('that gets neither camera nor microphone is named', async () => {
    sandbox.faults.break(['embed-undelegated']);
    const run = await play([IFRAME, 'chromium'], { completeWithin: '6s' });
    expect(wrong(run)).toContain('fail embed-denied');
    expect(causeOf(run, 'embed-denied')).toMatchObject({ features: ['camera', 'microphone'], allow: '' });
  });

  it('without storage, or of which its site hears nothing, is degraded', async () => {
    sandbox.faults.break(['embed-sandboxed']);
    expect(wrong(await play([IFRAME, 'chromium']))).toContain('degraded embed-storage');
    sandbox.faults.fix('all');
    sandbox.faults.break(['embed-silent']);
    expect(wrong(await play([IFRAME, 'chromium']))).toEqual(['degraded embed-silent']);
  });
});
