/** Runs for tests: plausible ones, changed where the test needs it. */
import type { CallResult, CallStream } from '../../../src/checks/call/result.ts';
import type { Run } from '../../../src/checks/check.ts';

let counter = 0;

/** Of a run of any kind. */
export type Changes = { readonly [Key in keyof Run]?: unknown };

/** A run of a call check named `meet`; each is a minute later than the one before. */
export function aRun(changes: Changes = {}): Run {
  counter += 1;
  const startedAt = new Date(Date.UTC(2026, 10, 22, 15, counter)).toISOString();
  return {
    schema: 1,
    id: `run-${String(counter).padStart(6, '0')}`,
    check: 'meet',
    kind: 'call',
    outcome: 'pass',
    summary: 'all 12 streams arrive',
    startedAt,
    durationMs: 9120,
    phases: [
      { name: 'launch', ms: 900 },
      { name: 'join', ms: 2300 },
    ],
    findings: [],
    ...changes,
    // Tests change the kind and what it found together.
  } as Run;
}

/** The 12 streams of A, B and C after `join`, all well, each changed by `change`. */
export function streams(change: (stream: CallStream) => Partial<CallStream> = () => ({})): CallStream[] {
  const names = ['A', 'B', 'C'];
  return names.flatMap((receiver) =>
    names
      .filter((sender) => sender !== receiver)
      .flatMap((sender) =>
        (['audio', 'video'] as const).map((kind) => {
          const stream: CallStream = {
            step: 'join',
            receiver,
            sender,
            kind,
            verdict: 'ok',
            muted: false,
            path: 'bridge' as const,
            firstMs: 1830,
            lostAt: null,
            noticedAt: null,
            latencyMs: 63,
            gaps: [],
            ssrc: 2071793289,
            reason: null,
          };
          return { ...stream, ...change(stream) };
        }),
      ),
  );
}

/** A call of A (Chromium), B (Chromium) and C (Firefox). */
export function aCall(changes: Partial<CallResult> = {}): CallResult {
  return {
    url: 'https://meet.example.org/',
    room: 'vigie-4k2j9',
    version: '9.0.4211+c8f1b2d4',
    participants: ['A', 'B', 'C'].map((name) => ({
      name,
      browser: name === 'C' ? 'firefox' : 'chromium',
      version: name === 'C' ? '140.6.0' : '142.0.7444.59',
      endpointId: `84af805${name.toLowerCase()}`,
      transport: { path: 'bridge', candidateType: 'host', protocol: 'udp', localPort: 37516, rttMs: 1 },
    })),
    steps: [{ name: 'join', atMs: 0, ms: 2300, present: ['A', 'B', 'C'] }],
    streams: streams(),
    ...changes,
  };
}

/** The run in which C does not see B. */
export function aFailedCall(changes: Partial<Run> = {}): Run {
  return aRun({
    outcome: 'fail',
    summary: 'C does not see B',
    findings: [
      {
        id: 'stream-lost',
        outcome: 'fail',
        text: 'C does not see B: the picture arrived and stopped at 15:00:07.',
        where: 'downlink',
        evidence: { receiver: 'C', sender: 'B', packetsAfter: 0 },
      },
    ],
    call: aCall({
      streams: streams((s) =>
        s.receiver === 'C' && s.sender === 'B' && s.kind === 'video'
          ? {
              verdict: 'lost',
              lostAt: '2026-11-22T15:00:07.000Z',
              noticedAt: '2026-11-22T15:00:07.800Z',
              reason: 'no packets since',
            }
          : {},
      ),
    }),
    ...changes,
  });
}
