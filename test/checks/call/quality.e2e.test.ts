/** Pictures of high definition on the sandbox: the watermark at full size, facts of what is sent and received, and what is expected. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { causeOf, playCall, wrong } from '../../support/call/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.faults.fix('all'));
afterAll(() => sandbox?.close());

// Likeness is a fact of a call that has found its pace, which takes the first two seconds.
const play = (settings: object) => playCall({ url: sandbox.url, watch: '5s', ...settings });

const HD = { browser: 'chromium', send: '720p' };
const ofA = (run: Run, kind: string) =>
  run.call!.streams.find((stream) => stream.sender === 'A' && stream.kind === kind)!;

describe('what arrives', () => {
  it('is like what was sent, as a fact of each stream', async () => {
    const run = await play({ participants: ['chromium', 'chromium'] });
    expect(wrong(run)).toEqual([]);
    for (const stream of run.call!.streams) {
      if (stream.kind === 'video') expect(stream.similarity).toBeGreaterThan(0.9);
      else expect(stream.signalToNoiseDb).toBeGreaterThan(10);
    }
  });

  it('is degraded where it is less like it than is allowed', async () => {
    sandbox.faults.break(['small A']);
    const run = await play({
      participants: ['chromium', 'chromium'],
      minSimilarity: 0.9,
      minSignalToNoise: 40,
    });
    // A machine that is short of CPU disturbs both as well: then they are advice.
    const outcome = run.findings.some(({ id }) => id === 'machine-busy') ? 'pass' : 'degraded';
    const distorted = run.findings.filter(({ id }) => id.endsWith('-distorted'));
    expect(distorted.map((each) => `${each.outcome} ${each.id}`)).toEqual([
      `${outcome} picture-distorted`,
      `${outcome} sound-distorted`,
    ]);
    expect(causeOf(run, 'picture-distorted')).toMatchObject({ streams: [{ receiver: 'B', sender: 'A' }] });
    expect(causeOf(run, 'sound-distorted')).toMatchObject({ streams: [{}, {}] });
  });
});

describe('a picture of 720 lines', () => {
  it('carries its watermark at full size, and codecs, sizes, rates and layers are facts', async () => {
    const run = await play({
      participants: [HD, 'chromium'],
      expect: { height: 720, codec: 'VP8', within: '40s' },
      completeWithin: '40s',
    });
    expect(wrong(run)).toEqual([]);
    const picture = ofA(run, 'video');
    expect(picture).toMatchObject({
      readHeight: 720,
      received: { codec: 'VP8', width: 1280, height: 720 },
    });
    expect(picture.received!.framesPerSecond).toBeGreaterThan(5);
    expect(ofA(run, 'audio').received).toMatchObject({ codec: 'opus', channels: 2 });
    expect(ofA(run, 'audio').received!.parameters).toContain('useinbandfec=1');
    const [a, b] = run.call!.participants;
    expect(a!.sent).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'video', codec: 'VP8', height: 720, active: true }),
        expect.objectContaining({ kind: 'audio', codec: 'opus' }),
      ]),
    );
    expect(b!.sent!.find(({ kind }) => kind === 'video')!.height).toBe(180);
  });

  it('that arrives smaller than expected, or in another codec, is degraded', async () => {
    sandbox.faults.break(['small A']);
    const run = await play({
      participants: [{ browser: 'chromium', send: '360p' }, 'chromium'],
      expect: { height: 360, codec: ['VP9', 'AV1'], within: '3s' },
    });
    expect(wrong(run)).toEqual(['degraded picture-below', 'degraded codec-unexpected']);
    expect(run.findings.find(({ id }) => id === 'picture-below')!.where).toBe('sender');
    expect(causeOf(run, 'picture-below')).toMatchObject({
      height: 360,
      streams: [{ receiver: 'B', sender: 'A', height: 90, sentHeight: 90 }],
    });
    expect(causeOf(run, 'codec-unexpected')).toMatchObject({
      expected: ['VP9', 'AV1'],
      streams: expect.arrayContaining([{ receiver: 'A', sender: 'B', codec: 'VP8' }]),
    });
  });
});
