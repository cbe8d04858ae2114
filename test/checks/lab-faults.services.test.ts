/**
 * Call and signaling checks against a real Jitsi that is broken in every way that the lab knows before anybody joins. Nothing is
 * measured, and few of the calls get far: other tests may run beside this one. What breaks during a call: `call/breaks.e2e.test.ts`.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import {
  breakLab,
  callLab,
  jitsiLab,
  lab,
  mendLab,
  VIGIE,
  withoutRelay,
  wrong,
} from '../support/call/lab.ts';
import { needs } from '../support/needs.ts';
import { reported, signalingOfLab, warmBridge } from '../support/signaling/lab.ts';

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
const UNREACHABLE = { outcome: 'degraded', findings: ['degraded bridge-unreachable'] } as const;
const WELL = { outcome: 'pass', findings: [] } as const;
/** A call and a signaling check that fail. */
const call = (id: string, args: readonly string[] = []) => ({ outcome: 'fail', ids: [id], args }) as const;
const way = (...ids: string[]) => ({ outcome: 'fail', findings: ids.map((id) => `fail ${id}`) }) as const;

/**
 * What the tables in the documentation say (docs/faults.md, docs/signaling.md), as a test. Faults of which each is seen whatever the
 * others do are set together. In a sequence each fault hides those before it, so that they stay: the programs in Java take
 * long to start, and are started once.
 */
const SEQUENCES: readonly (readonly Fault[])[] = [
  [{ faults: ['udp-blocked'], call: BLOCKED, signaling: UNREACHABLE }],
  [{ faults: ['udp-inbound-blocked'], call: BLOCKED, signaling: UNREACHABLE }],
  [
    {
      faults: ['udp-blocked', 'turn-down'],
      call: call('ice-failed', BRIEF),
      signaling: {
        outcome: 'fail',
        findings: ['fail bridge-unreachable', 'degraded turn-udp-failed', 'degraded turn-tls-failed'],
      },
    },
  ],
  [
    {
      faults: ['turn-down', 'bosh-down', 'release old', 'no-p2p'],
      call: FINE,
      signaling: {
        outcome: 'degraded',
        findings: ['degraded turn-udp-failed', 'degraded turn-tls-failed', 'degraded bosh-failed'],
      },
    },
  ],
  [{ faults: ['bridge-channel-down'], call: call('bridge-channel-closed', BRIEF), signaling: WELL }],
  [
    {
      faults: ['conference-request-down'],
      call: call('conference-request-failed'),
      signaling: way('conference-request-failed'),
    },
  ],
  [
    {
      faults: ['websocket-down'],
      call: call('signaling-failed', BRIEF),
      signaling: way('websocket-failed'),
    },
  ],
  [
    {
      faults: ['bosh-only', 'start-muted'],
      call: { outcome: 'degraded', ids: ['start-muted'] },
      signaling: { outcome: 'pass', findings: ['pass websocket-not-offered'] },
    },
    {
      faults: ['bosh-down'],
      call: call('signaling-failed', BRIEF),
      signaling: { outcome: 'fail', findings: ['fail signaling-failed', 'pass websocket-not-offered'] },
    },
  ],
  [{ faults: ['web-down'], call: call('page-unreachable'), signaling: way('page-unreachable') }],
  [{ faults: ['web-error'], call: call('page-error'), signaling: way('page-error') }],
  [{ faults: ['library-missing'], call: call('library-missing'), signaling: way('library-missing') }],
  [
    { faults: ['bridge-down'], call: call('bridge-unavailable'), signaling: way('bridge-unavailable') },
    {
      faults: ['focus-down'],
      call: call('conference-request-failed'),
      signaling: way('conference-request-failed'),
    },
  ],
  // Last: undoing these starts the whole lab again, and the first call after that is slower than a call that must pass.
  [
    { faults: ['auth-required'], call: call('password-required'), signaling: way('password-required') },
    {
      faults: ['signaling-down'],
      call: call('signaling-failed', BRIEF),
      signaling: way('signaling-failed'),
    },
  ],
];

const named = (ids: readonly string[]) => (ids.length > 0 ? ids.join(', ') : 'nothing');

describe('a fault of the deployment', needs(jitsiLab), () => {
  beforeAll(warmBridge);
  const inOrder = (sequence: readonly Fault[]) =>
    sequence.map(({ faults }) => faults.join(' and ')).join(', then ');
  describe.each(SEQUENCES.map((sequence) => ({ sequence, name: inOrder(sequence) })))(
    '$name',
    ({ sequence }) => {
      afterAll(() => mendLab(sequence.flatMap(({ faults }) => faults)));

      for (const [index, { faults, call, signaling }] of sequence.entries()) {
        const before = sequence.slice(0, index).flatMap((one) => one.faults);
        const after = before.length > 0 ? `, after ${before.join(' and ')}` : '';
        const title = `${faults.join(' and ')}${after}: ${named(call.ids)} in a call, ${named(signaling.findings)} in the signaling`;
        it(title, async () => {
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
          expect(reported(way.run).toSorted()).toEqual(signaling.findings.toSorted());
          expect(way.run.outcome).toBe(signaling.outcome);
          expect(run.findings.map(({ id }) => id)).toEqual(expect.arrayContaining([...call.ids]));
          if (call.ids.length === 0) expect(wrong(run)).toEqual([]);
          expect(run.outcome).toBe(call.outcome);
          // These tests run beside others: that the machine is busy may be reported as well, and is so rightly.
          const own = run.findings.filter(({ id, outcome }) => outcome === 'error' && id !== 'machine-busy');
          expect(own.map(({ id }) => id)).toEqual([]);
        });
      }
    },
  );

  it('cert-expired: fail, certificate-invalid, without --insecure', async () => {
    onTestFinished(() => mendLab());
    await breakLab(['cert-expired']);
    const way = await signalingOfLab({ insecure: false });
    expect(reported(way.run)).toEqual(['fail certificate-invalid']);
    expect(way.run.outcome).toBe('fail');
    const child = spawn(VIGIE, ['call', lab!.url, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [run] = JSON.parse(await text(child.stdout));
    expect(run).toMatchObject({ outcome: 'fail', findings: [{ id: 'certificate-invalid' }] });
    expect(run.findings[0].text).toMatch(/expired/);
  });
});
