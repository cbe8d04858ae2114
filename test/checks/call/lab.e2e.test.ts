/** The call check against a real Jitsi that is well: plain calls, choreographies, networks, participants elsewhere. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { homeNetwork, startElsewhere } from '../../support/browsers/elsewhere.ts';
import { breakLab, callLab, jitsiLab, mendLab, notOk, withoutRelay, wrong } from '../../support/call/lab.ts';
import { needs } from '../../support/needs.ts';

/** Passwords of ICE and TURN, and what the lab makes the latter from. */
const SECRETS = /labsecret|a=ice-pwd:(?!\[redacted\])|credential\\?":\s*\\?"(?!\[redacted\])/;

function unpacked(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

describe('a call on a real Jitsi', needs(jitsiLab), () => {
  beforeAll(withoutRelay);
  afterAll(() => mendLab());

  it('is complete, and says who heard and saw whom, how, and how late', async () => {
    const evidence = mkdtempSync(join(tmpdir(), 'evidence-'));
    const { code, run } = await callLab(['--no-p2p', '--watch', '2', '--evidence', evidence]);
    expect(wrong(run)).toEqual([]);
    expect(code).toBe(0);
    expect(run).toMatchObject({ schema: 1, kind: 'call', outcome: 'pass' });
    expect(run.software).toEqual([
      { part: 'jicofo', name: 'JiCoFo', version: expect.stringMatching(/^\d+\.\d+/) },
    ]);
    const { streams, participants, steps, version } = run.call!;
    expect(streams).toHaveLength(12);
    for (const stream of streams) {
      expect(stream).toMatchObject({ step: 'join', verdict: 'ok', lostAt: null, reason: null });
      expect(stream.firstMs).toBeGreaterThan(0);
      expect(stream.ssrc).toBeGreaterThan(0);
    }
    expect(participants.map(({ name }) => name)).toEqual(['A', 'B', 'C']);
    for (const { endpointId, transport } of participants) {
      expect(endpointId).toMatch(/^[0-9a-f]{8}$/);
      expect(transport).toMatchObject({ path: 'bridge', protocol: 'udp' });
    }
    expect(steps).toHaveLength(1);
    expect(version).toBeTruthy();
    for (const name of ['A', 'B', 'C']) {
      const files = readdirSync(evidence).filter((file) => file.startsWith(name));
      expect(files.sort()).toEqual([
        `${name}-console.txt`,
        `${name}-events.json`,
        `${name}-getstats.jsonl.gz`,
        `${name}-stats.json`,
        `${name}-webrtc-internals.json.gz`,
        `${name}.png`,
      ]);
    }
    const leaked = readdirSync(evidence).filter((file) => SECRETS.test(unpacked(join(evidence, file))));
    expect(leaked).toEqual([]);
    expect(unpacked(join(evidence, 'A-webrtc-internals.json.gz'))).toContain('credential\\":\\"[redacted]');
    expect(['run.json', 'run.html'].every((file) => existsSync(join(evidence, file)))).toBe(true);
    rmSync(evidence, { recursive: true });
  });

  it('works with Firefox and Chromium mixed, sound by content too', async () => {
    const mixed = ['--no-p2p', '--watch', '1', '--participants', 'firefox,chromium,firefox'];
    let { run } = await callLab(mixed);
    // Just after a deployment's start a stream was once missing, for a reason not yet known: it is said, and asked again.
    for (let again = 0; again < 2 && run.outcome === 'fail'; again++) {
      process.stderr.write(`incomplete, asking again: ${run.summary}\n`);
      ({ run } = await callLab(mixed));
    }
    expect(wrong(run)).toEqual([]);
    expect(run.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
  });

  it('works with two who talk directly', async () => {
    const { run } = await callLab(['--watch', '1', '--participants', 'chromium,chromium']);
    expect(run.outcome).toBe('pass');
    expect(run.call!.participants.map(({ transport }) => transport?.path)).toEqual(['p2p', 'p2p']);
  });
});

describe('choreographies on a real Jitsi', needs(jitsiLab), () => {
  beforeEach(withoutRelay);
  afterAll(() => mendLab());

  it('handover: two talk directly, all over the bridge, the two directly again', async () => {
    // The release of a year ago loses nothing at the change; the current one does so now and then, which is its fault.
    await breakLab(['release old']);
    try {
      const { run } = await callLab(['--steps', 'handover', '--watch', '1']);
      expect(wrong(run)).toEqual([]);
      expect(run.call!.steps.map(({ name, present }) => `${name} ${present.join('')}`)).toEqual([
        'duo AB',
        'third-joins ABC',
        'third-leaves AB',
      ]);
      const ways = new Map(run.call!.streams.map(({ step, path }) => [step, path]));
      expect([...ways.values()]).toEqual(['p2p', 'bridge', 'p2p']);
    } finally {
      await mendLab();
    }
  });

  it('reload: everybody comes back under a new endpoint', async () => {
    const { run } = await callLab(['--no-p2p', '--steps', 'reload', '--watch', '1']);
    expect(notOk(run)).toEqual([]);
    expect(run.call!.streams).toHaveLength(48);
  });

  it('reload: a Firefox comes back, too, over the interface that its document came over', async () => {
    const { run } = await callLab([
      ...['--no-p2p', '--steps', 'reload', '--watch', '1', '--participants', 'chromium,firefox'],
    ]);
    expect(notOk(run)).toEqual([]);
    expect(run.call!.steps.map(({ name }) => name)).toEqual(['join', 'reload-A', 'reload-B']);
  });

  it('mute: who is muted is muted for everybody, and comes back', async () => {
    const { run } = await callLab(['--no-p2p', '--steps', 'mute', '--watch', '1']);
    expect(notOk(run)).toEqual([]);
    const muted = run.call!.streams.filter((stream) => stream.muted);
    expect(muted.map(({ step, sender }) => `${step} ${sender}`)).toEqual(
      ['A', 'B', 'C'].flatMap((name) => Array.from({ length: 4 }, () => `mute-${name} ${name}`)),
    );
  });

  it('share: a screen is seen beside the camera, also that of a Firefox, and no longer than it is shared', async () => {
    const two = ['--participants', 'chromium,firefox'];
    const { run } = await callLab(['--no-p2p', '--steps', 'share', '--watch', '1', ...two]);
    expect(notOk(run)).toEqual([]);
    expect(run.findings.filter(({ id }) => id.startsWith('share-'))).toEqual([]);
    const screens = run.call!.streams.filter(({ kind }) => kind === 'screen');
    expect(screens.map(({ step, receiver }) => `${step} ${receiver}`)).toEqual(['share-A B', 'share-B A']);
  });
});

describe('networks of participants on a real Jitsi', needs(jitsiLab), () => {
  it('without UDP a participant is relayed over TLS', async () => {
    const { run } = await callLab([
      '--no-p2p',
      '--watch',
      '1',
      '--participants',
      'chromium,chromium+udp-blocked',
    ]);
    expect(wrong(run)).toEqual([]);
    expect(run.call!.participants.map(({ transport }) => transport)).toMatchObject([
      { protocol: 'udp' },
      { candidateType: 'relay', protocol: 'tls' },
    ]);
  });

  it('without UDP and without TURN there is no way, and it is known for whom', async () => {
    await breakLab(['turn-down']);
    try {
      const { run } = await callLab([
        ...['--no-p2p', '--within', '8', '--participants', 'chromium,chromium,chromium+udp-blocked'],
      ]);
      const [finding] = wrong(run);
      expect(finding).toMatchObject({ id: 'ice-failed', outcome: 'fail', evidence: { participants: ['C'] } });
      // The other two have each other.
      expect(notOk(run).every((words) => words.includes('C'))).toBe(true);
    } finally {
      await mendLab();
    }
  });
});

describe('participants elsewhere on a real Jitsi', needs(jitsiLab), () => {
  it('one behind a router of its own hears and sees the others', async ({ skip }) => {
    const network = homeNetwork('vigiehome');
    if (!network) return skip('this user may not make network namespaces');
    const elsewhere = await startElsewhere(9334, network);
    try {
      const participants = `chromium,chromium,chromium@${elsewhere.endpoint}`;
      const { run } = await callLab(['--no-p2p', '--watch', '2', '--participants', participants]);
      expect(wrong(run)).toEqual([]);
      expect(run.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
    } finally {
      await elsewhere.close();
      network.close();
    }
  });
});
