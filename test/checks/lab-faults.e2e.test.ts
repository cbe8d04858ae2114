/** Call and signaling checks against a real Jitsi that is broken in every way that the lab knows. */
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import {
  breakLab,
  callLab,
  jitsiLab,
  lab,
  labRun,
  mendLab,
  VIGIE,
  withoutRelay,
  wrong,
} from '../support/call/lab.ts';
import { needs } from '../support/needs.ts';
import { signalingOfLab, told } from '../support/signaling/lab.ts';

interface Fault {
  readonly faults: readonly string[];
  /** The call's outcome, and findings that it has; those of calls that never come about come sooner with less time. */
  readonly call: {
    readonly outcome: Outcome;
    readonly ids: readonly string[];
    readonly args?: readonly string[];
  };
  /** The signaling check's outcome, and all its findings. */
  readonly signaling: { readonly outcome: Outcome; readonly findings: readonly string[] };
}

const BRIEF = ['--within', '8'];
const BLOCKED = { outcome: 'degraded', ids: ['bridge-unreachable-directly'] } as const;
const FINE = { outcome: 'pass', ids: [] } as const;
const WELL = { outcome: 'pass', findings: [] } as const;
/** A call and a signaling check that fail. */
const call = (id: string, args: readonly string[] = []) => ({ outcome: 'fail', ids: [id], args }) as const;
const way = (...ids: string[]) => ({ outcome: 'fail', findings: ids.map((id) => `fail ${id}`) }) as const;

/** What the tables in the documentation say (docs/faults.md, docs/signaling.md), as a test. */
const FAULTS: readonly Fault[] = [
  { faults: ['udp-blocked'], call: BLOCKED, signaling: WELL },
  { faults: ['udp-inbound-blocked'], call: BLOCKED, signaling: WELL },
  {
    faults: ['udp-blocked', 'turn-down'],
    call: call('ice-failed', BRIEF),
    signaling: { outcome: 'degraded', findings: ['degraded turn-udp-failed', 'degraded turn-tls-failed'] },
  },
  {
    faults: ['turn-down'],
    call: FINE,
    signaling: { outcome: 'degraded', findings: ['degraded turn-udp-failed', 'degraded turn-tls-failed'] },
  },
  { faults: ['bridge-down'], call: call('bridge-unavailable'), signaling: WELL },
  { faults: ['bridge-channel-down'], call: call('bridge-channel-closed', BRIEF), signaling: WELL },
  {
    faults: ['focus-down'],
    call: call('conference-request-failed'),
    signaling: way('conference-request-failed'),
  },
  {
    faults: ['conference-request-down'],
    call: call('conference-request-failed'),
    signaling: way('conference-request-failed'),
  },
  { faults: ['signaling-down'], call: call('signaling-failed', BRIEF), signaling: way('signaling-failed') },
  { faults: ['websocket-down'], call: call('signaling-failed', BRIEF), signaling: way('websocket-failed') },
  {
    faults: ['bosh-down'],
    call: FINE,
    signaling: { outcome: 'degraded', findings: ['degraded bosh-failed'] },
  },
  {
    faults: ['bosh-only'],
    call: FINE,
    signaling: { outcome: 'pass', findings: ['pass websocket-not-offered'] },
  },
  {
    faults: ['bosh-only', 'bosh-down'],
    call: call('signaling-failed', BRIEF),
    signaling: { outcome: 'fail', findings: ['fail signaling-failed', 'pass websocket-not-offered'] },
  },
  { faults: ['web-down'], call: call('page-unreachable'), signaling: way('page-unreachable') },
  { faults: ['web-error'], call: call('page-error'), signaling: way('page-error') },
  { faults: ['library-missing'], call: call('library-missing'), signaling: way('library-missing') },
  { faults: ['start-muted'], call: { outcome: 'degraded', ids: ['start-muted'] }, signaling: WELL },
  { faults: ['release old'], call: FINE, signaling: WELL },
  { faults: ['no-p2p'], call: FINE, signaling: WELL },
  // Last: undoing it starts the whole lab again, and the first call after that is slower than a call that must pass.
  { faults: ['auth-required'], call: call('password-required'), signaling: way('password-required') },
];

const named = (ids: readonly string[]) => (ids.length > 0 ? ids.join(', ') : 'nothing');

describe('a fault of the deployment', needs(jitsiLab), () => {
  let broken: readonly string[] = [];
  afterEach(async () => {
    await mendLab(broken);
    broken = [];
  });

  for (const { faults, call, signaling } of FAULTS) {
    const title = `${faults.join(' and ')}: ${named(call.ids)} in a call, ${named(signaling.findings)} in the signaling`;
    it(title, async () => {
      broken = faults;
      await breakLab(faults);
      const two = ['--no-p2p', '--watch', '1', '--participants', 'chromium,chromium'];
      const calling = () => callLab([...two, ...(call.args ?? [])]);
      const inTurn = async () => {
        const way = await signalingOfLab();
        withoutRelay();
        return [way, await calling()] as const;
      };
      // The signaling check is over before the browsers of a call have started. Only a call that shall pass comes after
      // it: the relay is taken away from that one.
      const [way, { run }] =
        call.outcome === 'pass' ? await inTurn() : await Promise.all([signalingOfLab(), calling()]);
      expect(told(way.run).toSorted()).toEqual(signaling.findings.toSorted());
      expect(way.run.outcome).toBe(signaling.outcome);
      expect(run.findings.map(({ id }) => id)).toEqual(expect.arrayContaining([...call.ids]));
      if (call.ids.length === 0) expect(wrong(run)).toEqual([]);
      expect(run.outcome).toBe(call.outcome);
      expect(run.findings.some((finding) => finding.outcome === 'error')).toBe(false);
    });
  }

  it('one in eight packets towards participants lost: degraded, network-loss', async () => {
    // From the start, it would break the joining.
    const { run } = await callLab(['--no-p2p', '--watch', '6'], {
      watching: () => void labRun('fault', 'loss', '12'),
    });
    expect(run.findings.map(({ id }) => id)).toContain('network-loss');
    expect(run.outcome).not.toBe('error');
  });

  it('cert-expired: fail, certificate-invalid, without --insecure', async () => {
    await breakLab(['cert-expired']);
    const way = await signalingOfLab({ insecure: false });
    expect(told(way.run)).toEqual(['fail certificate-invalid']);
    expect(way.run.outcome).toBe('fail');
    const { stdout } = await new Promise<{ stdout: string }>((resolve) => {
      const child = spawn(VIGIE, ['call', lab!.url, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      child.on('close', () => resolve({ stdout }));
    });
    const [run] = JSON.parse(stdout);
    expect(run).toMatchObject({ outcome: 'fail', findings: [{ id: 'certificate-invalid' }] });
    expect(run.findings[0].text).toMatch(/expired/);
  });

  it('bridge-restart during the watch: fail, and everybody is out', async () => {
    const { run } = await callLab(['--no-p2p', '--watch', '9'], {
      watching: () => void labRun('fault', 'bridge-restart'),
    });
    expect(run.outcome).toBe('fail');
    expect(run.findings[0]!.id).toMatch(
      /^(media-connection-lost|stream-lost|ice-failed|bridge-unavailable|stream-gap)$/,
    );
  });

  for (const kind of ['audio', 'video'] as const) {
    it(`one ${kind} stream that is dropped on the network is named, and only that one`, async () => {
      withoutRelay();
      const dropping = new Promise<string>((resolve) => {
        const child = spawn(lab!.script, ['drop', kind, '--after', '1', '--timeout', '30']);
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        child.on('close', () => resolve(output));
      });
      const { run } = await callLab(['--no-p2p', '--watch', '7']);
      const { dropped } = JSON.parse(await dropping);
      const receiver = run.call!.participants.find(
        ({ transport }) => transport!.localPort === dropped.receiverPort,
      )!;
      const broken = run.call!.streams.filter(({ verdict }) => verdict !== 'ok');
      expect(broken).toHaveLength(1);
      expect(broken[0]).toMatchObject({ receiver: receiver.name, kind, ssrc: dropped.ssrc, verdict: 'lost' });
      expect(run.findings[0]).toMatchObject({ id: 'stream-lost', where: 'downlink' });
      expect(broken[0]!.lostAt).not.toBeNull();
    });
  }
});
