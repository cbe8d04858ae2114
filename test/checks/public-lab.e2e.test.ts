/** Cases of public reports on a real Jitsi that is configured, or run, as they have it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callLab, jitsiLab, labRun, mendLab, wrong } from '../support/call/lab.ts';
import { needs } from '../support/needs.ts';
import { reported, signalingOfLab, warmBridge } from '../support/signaling/lab.ts';

const STATE = process.env.JITSI_LAB_STATE ?? '/tmp/jitsi-lab';
const bridge = (path: string, body = '{}') =>
  labRun(
    ...['exec', 'curl', '-sf', '-X', 'POST', '-H', 'content-type: application/json'],
    ...['-d', body, `http://127.0.0.1:8080/colibri/${path}`],
  );

/** A bridge that may be asked to shut down. */
async function withShutdown(): Promise<void> {
  labRun('exec', 'sed', '-i', 's/^videobridge {/&\\n  rest.shutdown.enabled = true/', `${STATE}/jvb.conf`);
  labRun('fault', 'bridge-restart');
  await warmBridge();
}

/** Waits until jicofo knows that there is none. */
const withoutBridge = () =>
  expect
    .poll(async () => reported((await signalingOfLab()).run), { timeout: 60_000, interval: 1000 })
    .toEqual(['fail bridge-unavailable']);

const TWO = ['--no-p2p', '--watch', '1', '--participants', 'chromium,chromium'];
const PATIENT = [...TWO, '--within', '45'];

describe('case 45: a deployment that prefers', needs(jitsiLab), () => {
  beforeAll(warmBridge);
  afterEach(() => mendLab());

  it.each(['AV1', 'VP9', 'H264'])('%s: pictures arrive in it, and nothing is wrong', async (codec) => {
    const preferred = `, videoQuality: { codecPreferenceOrder: ['${codec}', 'VP8'] } };`;
    labRun('exec', 'sed', '-i', `s#^};#${preferred}#`, `${STATE}/web/config.js`);
    const { run } = await callLab(PATIENT);
    expect(wrong(run)).toEqual([]);
    const pictures = run.call!.streams.filter(({ kind }) => kind === 'video');
    expect(pictures.map(({ received }) => received?.codec)).toContain(codec);
  });
});

describe('case 53: the one bridge', needs(jitsiLab), () => {
  // Whatever was started, another bridge is.
  afterAll(async () => {
    await mendLab(['signaling-down']);
    await warmBridge();
  });

  it('is drained: calls and signaling are as before', async () => {
    bridge('drain/enable');
    expect(wrong((await callLab(PATIENT)).run)).toEqual([]);
    expect(reported((await signalingOfLab()).run)).toEqual([]);
    bridge('drain/disable');
  });

  it('shuts down when it has nothing to do any more: whoever is in a call notices nothing', async () => {
    await withShutdown();
    const { run } = await callLab([...PATIENT, '--watch', '6'], {
      watching: () => bridge('shutdown', '{"graceful-shutdown":"true"}'),
    });
    expect(wrong(run)).toEqual([]);
    await withoutBridge();
  });

  it('shuts down: jicofo has none, and its log says why', async () => {
    await withShutdown();
    bridge('shutdown', '{"graceful-shutdown":"true"}');
    await withoutBridge();
    const log = labRun('exec', 'tail', '-c', '100000', `${STATE}/log/jicofo.log`);
    expect(log).toContain('All operational bridges are SHUTTING_DOWN');
    const { run } = await callLab([...TWO, '--within', '8']);
    expect(run.outcome).toBe('fail');
    expect(run.findings[0]).toMatchObject({ id: 'bridge-unavailable', where: 'bridge' });
    expect(run.findings[0]!.text).toContain('All operational bridges are SHUTTING_DOWN');
  });
});

describe('a front that limits how often it is asked', needs(jitsiLab), () => {
  afterEach(() => mendLab());

  it.each([
    ['/conference-request/v1', 'conference-request-failed'],
    ['= /xmpp-websocket', 'signaling-failed'],
    ['/libs/', 'library-missing'],
  ])('with 429 for %s: %s, and the status is stated', async (location, id) => {
    labRun('exec', 'sed', '-i', `s#location ${location} {#& return 429;#`, `${STATE}/nginx.conf`);
    labRun('exec', 'nginx', '-c', `${STATE}/nginx.conf`, '-s', 'reload');
    const { run } = await callLab([...TWO, '--within', '8']);
    expect(run.findings[0]).toMatchObject({ id, outcome: 'fail', where: 'signaling' });
    expect(run.findings[0]!.text).toContain('429');
  });
});
