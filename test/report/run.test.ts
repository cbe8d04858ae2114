import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { printable } from '../../src/base/escape.ts';
import type { Finding, Run } from '../../src/checks/check.ts';
import { reportRun } from '../../src/report/run.ts';
import { aCall, aFailedCall, aRun, streams } from '../support/history/runs.ts';

const lines = (run: Run, width?: number) => reportRun(run, false, width).split('\n');
const finding = (changes: Partial<Finding>): Finding => ({
  id: 'stream-late',
  outcome: 'degraded',
  text: 'C gets the sound of B late.',
  where: 'unknown',
  ...changes,
});

describe('a report', () => {
  it('of a call that passes: verdict, matrix, connections, times', () => {
    expect(reportRun(aRun({ call: aCall() }), false)).toBe(`meet  PASS  all 12 streams arrive  (9.1 s)

rows: who receives, columns: who sends
              A (chromium)  B (chromium)  C (firefox)
              audio video   audio video   audio video
A (chromium)  -             ok    ok      ok    ok
B (chromium)  ok    ok      -             ok    ok
C (firefox)   ok    ok      ok    ok      -

A  chromium 142.0.7444.59, over the bridge by udp from port 37516, round trip 1 ms
B  chromium 142.0.7444.59, over the bridge by udp from port 37516, round trip 1 ms
C  firefox 140.6.0, over the bridge by udp from port 37516, round trip 1 ms
lib-jitsi-meet 9.0.4211+c8f1b2d4
all streams after 1.8 s; launch 0.9 s, join 2.3 s
`);
  });

  it('prints the versions of servers that reported theirs', () => {
    const software = [
      { part: 'jicofo', name: 'JiCoFo', version: '1.1.SNAPSHOT' },
      { part: 'videobridge', name: 'JVB', version: '2.3.SNAPSHOT' },
    ] as const;
    const reported = lines(aRun({ call: aCall(), software }));
    expect(reported).toContain('jicofo 1.1.SNAPSHOT, videobridge 2.3.SNAPSHOT');
  });

  it('of a call that fails says what is wrong before anything else, once', () => {
    const [head, first, empty, ...rest] = lines(aFailedCall());
    expect(head).toBe('meet  FAIL  (9.1 s)');
    expect(first).toBe(
      '  FAIL  C does not see B: the picture arrived and stopped at 15:00:07.  [stream-lost, downlink]',
    );
    expect(empty).toBe('');
    expect(rest.find((line) => line.startsWith('C (firefox)'))).toMatch(/LOST/);
  });

  it.each<[Run['outcome'], string]>([
    ['pass', 'PASS'],
    ['degraded', 'DEGRADED'],
    ['fail', 'FAIL'],
    ['error', 'COULD NOT TELL'],
  ])('of %s says %s', (outcome, word) => {
    const run = aRun({ outcome, findings: outcome === 'pass' ? [] : [finding({ outcome })] });
    const [head, first] = lines(run);
    expect(head).toMatch(new RegExp(`^meet  ${word}  `));
    if (outcome !== 'pass') expect(first).toBe(`  ${word}  C gets the sound of B late.  [stream-late]`);
  });

  it('calls what changes no outcome advice', () => {
    const run = aRun({
      findings: [finding({ outcome: 'pass', id: 'bridge-unreachable-directly', where: 'bridge' })],
    });
    expect(lines(run)[1]).toBe(
      '  advice  C gets the sound of B late.  [bridge-unreachable-directly, bridge]',
    );
  });

  it('of a call that never began has no empty matrix', () => {
    const run = aRun({
      outcome: 'fail',
      findings: [
        finding({
          id: 'page-error',
          outcome: 'fail',
          where: 'signaling',
          text: 'The web front answers 502.',
        }),
      ],
      call: aCall({ steps: [], streams: [], version: null }),
    });
    expect(reportRun(run, false)).toBe(
      'meet  FAIL  (9.1 s)\n  FAIL  The web front answers 502.  [page-error, signaling]\n',
    );
  });

  it('says what of a connection is known, and that there is none', () => {
    const [a, b, c] = aCall().participants;
    const call = aCall({
      version: null,
      participants: [
        {
          ...a!,
          transport: { path: 'p2p', candidateType: 'host', protocol: 'udp', localPort: null, rttMs: null },
        },
        {
          ...b!,
          transport: { path: 'bridge', candidateType: 'relay', protocol: 'tls', localPort: 5349, rttMs: 31 },
          signalingRoundTripMs: 12,
          room: 2,
          bridge: { server: 'jvb-7', address: '2001:db8::1', port: 10000, region: 'eu-west' },
        },
        { ...c!, version: null, transport: null },
      ],
      streams: streams().slice(1),
    });
    const text = reportRun(aRun({ call }), false);
    expect(text).toContain('\nA  chromium 142.0.7444.59, directly by udp\n');
    expect(text).toContain(
      '\nB (room 2)  chromium 142.0.7444.59, over the bridge jvb-7 ([2001:db8::1]:10000, region eu-west) by tls, relayed from port 5349, round trip 31 ms, XMPP 12 ms\n',
    );
    expect(text).toContain('\nC  firefox (never started), no media connection\n');
    expect(text).toContain('\nlib-jitsi-meet unknown\n');
    expect(text).toMatch(/^A \(chromium\) +- +\? +ok/m);
  });

  it('of several steps names each with its time', () => {
    const call = aCall({
      steps: [
        { name: 'join', atMs: 0, ms: 2300, present: ['A', 'B', 'C'] },
        { name: 'reload', atMs: 9000, ms: 1100, present: ['A', 'B', 'C'] },
      ],
      streams: [
        ...streams(),
        ...streams(() => ({ step: 'reload', firstMs: null, verdict: 'missing' as const })),
      ],
    });
    const text = reportRun(aRun({ call }), false);
    // All is well in the first: one line is enough.
    expect(text).toContain('join (2.3 s): all 12 streams ok\nreload (1.1 s): rows: who receives');
    // Not all came: then there is no time by which all had come.
    expect(text).not.toContain('all streams after');
  });

  it('fits a narrow terminal', () => {
    const matrix = lines(aRun({ call: aCall() }), 40).filter((line) => /^([ABC] \(|audio|video)/.test(line));
    expect(matrix).toHaveLength(8);
    expect(Math.max(...matrix.map(({ length }) => length))).toBeLessThanOrEqual(40);
  });

  it('has colours when it may, and the same words', () => {
    const run = aFailedCall();
    const coloured = reportRun(run, true);
    expect(coloured).toContain('\u001B[31m');
    const bare = stripVTControlCharacters(coloured).replaceAll(/ +$/gm, '');
    expect(bare).toBe(reportRun(run, false).replaceAll(/ +$/gm, ''));
  });
});

describe('what strangers say', () => {
  const hostile = 'x\u001b]0;owned\u0007\u001b[1A\u001b[2K\r\nmeet  PASS  all is well\u202e';

  it('is no line of the report, and nothing that a terminal obeys', () => {
    const call = { ...aCall(), version: hostile };
    const run = aRun({ outcome: 'fail', summary: hostile, findings: [finding({ text: hostile })], call });
    const report = reportRun(run, false);
    expect(report).toBe(printable(report).replaceAll('\r', ''));
    expect(report).not.toMatch(/^meet +PASS/m);
    expect(report).toMatch(/^meet +FAIL/);
  });
});
