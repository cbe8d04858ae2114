/** The deployment's own web app as a participant, on the sandbox's: clean, and each fault that an app may have. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { causeOf, playCall, wrong } from '../../support/call/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.fix('all'));
afterAll(() => sandbox?.close());

const APP = { browser: 'chromium', client: 'app' };

const play = (participants: unknown[], settings: object = {}) =>
  playCall({ url: sandbox.url, participants, watch: '1s', completeWithin: '15s', ...settings });

describe('the web app', () => {
  it('takes part beside the library, in Chromium and in Firefox, with the same matrix and its own times', async () => {
    const run = await play([APP, 'chromium', { browser: 'firefox', client: 'app' }], {
      completeWithin: '40s',
    });
    expect(wrong(run)).toEqual([]);
    expect(run.call!.participants.map(({ client }) => client)).toEqual(['app', 'library', 'app']);
    expect(run.call!.streams.filter(({ verdict }) => verdict === 'ok')).toHaveLength(12);
    expect(run.phases.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['app-bundle', 'app-conference', 'app-joined']),
    );
  });

  it('reloads, leaves and comes back, and mutes', async () => {
    const steps = [
      { name: 'all', do: 'join all' },
      { name: 'reload', do: 'reload A' },
      { name: 'back', do: ['leave A', 'join A'] },
      { name: 'mute', do: 'mute A' },
      { name: 'unmute', do: 'unmute A' },
    ];
    const run = await play([APP, 'chromium'], { steps });
    expect(wrong(run)).toEqual([]);
  });

  it.each([
    ['app-exception', { message: expect.stringContaining('app-exception') }],
    ['app-csp', { directive: 'script-src-elem', blocked: '/libs/app.bundle.min.js' }],
    ['app-prejoin', {}],
  ] as const)('that does not start, by the fault %s, is named', async (fault, data) => {
    sandbox.faults.break([fault]);
    const run = await play([APP, 'chromium'], { completeWithin: '8s' });
    const id = fault === 'app-prejoin' ? 'app-before-meeting' : fault;
    expect(wrong(run)).toEqual([`fail ${id}`]);
    expect(causeOf(run, id)).toMatchObject({ participants: ['A'], ...data });
  });

  it('that refuses a browser is named, with whether the library works in it', async () => {
    sandbox.faults.break(['app-refuses']);
    const run = await play([APP, 'chromium'], { completeWithin: '6s' });
    expect(wrong(run)).toEqual(['fail app-refuses-browser']);
    expect(causeOf(run, 'app-refuses-browser')).toMatchObject({
      setting: 'UNSUPPORTED_BROWSERS',
      libraryWorks: true,
    });
  });

  it('that shows no tiles, or asks for no camera, is named though media flows', async () => {
    sandbox.faults.break(['app-tiles']);
    const tiles = await play([APP, 'chromium']);
    expect(wrong(tiles)).toEqual(['degraded app-tiles-missing']);
    sandbox.faults.fix('all');
    sandbox.faults.break(['app-deaf']);
    const deaf = await play([APP, 'chromium'], { completeWithin: '6s' });
    expect(wrong(deaf)).toContain('fail app-media-not-asked');
  });
});
