/** A shared screen on the sandbox: everybody sees it beside the camera, and what breaks of it alone is named. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CallCauseOf } from '../../../src/checks/call/causes.ts';
import type { Run } from '../../../src/checks/check.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { playCall } from '../../support/call/sandbox.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.faults.fix('all'));

afterAll(async () => {
  await sandbox?.close();
});

/** Runs a call; `onWatch` is called for each step that becomes complete. */
const play = (steps: unknown, settings: object = {}, onWatch?: (step: string) => void) =>
  playCall({ url: sandbox.url, steps, watch: '1s', ...settings }, onWatch);

const SHARED = [{ do: 'join all' }, { do: 'share A' }];
const screens = ({ call }: Run) => call!.streams.filter(({ kind }) => kind === 'screen');
/** A busy machine may be reported beside it. */
const found = ({ findings }: Run, id: string) => findings.find((each) => each.id === id)!;
const brokenIn = ({ call }: Run) =>
  call!.streams
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ step, receiver, sender, kind, verdict }) => `${step}: ${receiver} ${sender} ${kind} ${verdict}`);

describe('a screen that A shares', () => {
  it('is seen by all beside the camera, and by nobody once it is shared no longer', async () => {
    const run = await play([...SHARED, { do: 'unshare A' }, { do: 'share B C' }]);
    expect(run.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(run.call!.steps.map(({ sharing }) => sharing)).toEqual([undefined, ['A'], undefined, ['B', 'C']]);
    expect(screens(run).map(({ step, receiver, sender }) => `${step}: ${receiver} ${sender}`)).toEqual([
      ...['share-A: B A', 'share-A: C A'],
      ...['share-B-C: A B', 'share-B-C: A C', 'share-B-C: B C', 'share-B-C: C B'],
    ]);
    expect(new Set(screens(run).map(({ readHeight }) => readHeight))).toEqual(new Set([360]));
    expect(run.call!.streams).toHaveLength(12 + 14 + 12 + 16);
    const sent = run.call!.participants.find(({ name }) => name === 'B')!.sent!;
    expect(sent.map(({ kind, height }) => [kind, height])).toContainEqual(['screen', 360]);
    expect(sent.map(({ kind, height }) => [kind, height])).toContainEqual(['video', 180]);
  });

  it('is shared by the web app, too, and seen by it', async () => {
    const participants = [{ browser: 'chromium', client: 'app' }, 'chromium'];
    const steps = [{ do: 'join all' }, { do: 'share A B' }, { do: 'unshare A' }];
    const run = await play(steps, { participants });
    expect(run.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(screens(run).map(({ step, receiver }) => `${step}: ${receiver}`)).toEqual([
      ...['share-A-B: A', 'share-A-B: B', 'unshare-A: A'],
    ]);
  });

  it('that does not reach C alone is named, and nothing else is', async () => {
    sandbox.faults.break(['screen A->C']);
    const run = await play(SHARED, { completeWithin: '6s' });
    expect(brokenIn(run)).toEqual(['share-A: C A screen missing']);
    const missing = found(run, 'stream-missing');
    expect(missing).toMatchObject({ outcome: 'fail', where: 'downlink' });
    expect(missing.text).toMatch(
      /^In step share-A: C does not see A's shared screen: A sends it .*B receives it, but no packet reaches C/,
    );
  });

  it('that reaches nobody is one finding; the camera arrives', async () => {
    sandbox.faults.break(['screen A']);
    const run = await play(SHARED, { completeWithin: '6s' });
    expect(brokenIn(run)).toHaveLength(2);
    const missing = found(run, 'stream-missing');
    expect(missing).toMatchObject({ where: 'bridge' });
    expect(missing.cause).toMatchObject({ kinds: ['screen'], scope: 'sender', senders: ['A'] });
    expect(missing.text).toMatch(/Nobody can see A's shared screen: A sends it/);
  });

  it('is not mistaken for the camera where the two are mixed up', async () => {
    sandbox.faults.break(['mixed A']);
    const run = await play(SHARED, { completeWithin: '6s' });
    const wrong = run.findings.filter(({ id }) => id === 'stream-wrong');
    expect(wrong).not.toEqual([]);
    const cause = wrong[0]!.cause as CallCauseOf<'stream-wrong'>;
    expect(cause.why).toMatchObject({ id: 'other-picture', sender: 'A' });
    expect(brokenIn(run).toSorted()).toEqual(
      ['B', 'C'].flatMap((to) => [`share-A: ${to} A screen wrong`, `share-A: ${to} A video wrong`]),
    );
  });

  it('that stays after it is shared no longer is found', async () => {
    sandbox.faults.break(['kept A']);
    const run = await play([...SHARED, { do: 'unshare A' }], { participants: ['chromium', 'chromium'] });
    expect(brokenIn(run)).toEqual([]);
    expect(found(run, 'share-not-stopped')).toMatchObject({
      outcome: 'fail',
      cause: { streams: [{ receiver: 'B', sender: 'A' }] },
    });
  });

  it('does not hide that a camera is lost meanwhile', async () => {
    // Long enough for counters to prove it on a busy machine.
    const steps = [{ do: 'join all' }, { do: 'share A', watch: '8s' }];
    const run = await play(steps, {}, (step) => {
      if (step === 'share-A') sandbox.faults.break(['video A']);
    });
    // A busy machine may be reported beside it.
    const lost = run.findings.find(({ id }) => /^stream-(lost|frozen)$/.test(id))!;
    expect(lost.cause).toMatchObject({ kinds: ['video'], senders: ['A'], whileSharing: ['A'] });
    expect(lost.text).toContain('while A shares the screen');
    expect(screens(run).every(({ verdict }) => verdict === 'ok')).toBe(true);
  });
});
