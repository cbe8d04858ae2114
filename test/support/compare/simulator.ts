/**
 * Made-up recordings with known faults: calls of three whose times and losses are drawn from a seeded generator, after
 * what real calls on a Jitsi in one network namespace showed. Two recordings of one deployment differ by chance alone.
 */
import type { BrowserName } from '../../../src/browsers/browser.ts';
import type { CallResult, CallStream } from '../../../src/checks/call/result.ts';
import type { Finding, RunOf } from '../../../src/checks/check.ts';
import { seeded } from '../../../src/statistics/medians.ts';

export interface Deployment {
  /** Steps of the choreography. */
  readonly steps?: readonly string[];
  readonly participants?: readonly BrowserName[];
  /** The share of calls that lose one sender's picture, whichever, for everybody. */
  readonly loses?: number;
  /** Streams, as `C<-B video`, each with the share of runs in which it is lost. */
  readonly drops?: Readonly<Record<string, number>>;
  /** Milliseconds that every stream is later. */
  readonly delayMs?: number;
  /** Everything until the first mark takes this many times as long. */
  readonly slower?: number;
  /** The share of runs of which we cannot tell. */
  readonly errors?: number;
  readonly version?: string;
  /** The machine has other work to do: as on two shared processors, where calls differ more from each other. */
  readonly busy?: boolean;
  /** The share of time in which tasks waited for a processor. */
  readonly cpuPressure?: number;
}

/** Medians and spread (the standard deviation of the logarithm) of healthy calls. */
const HEALTHY = {
  stepMs: [2300, 0.18],
  firstMs: { audio: [1450, 0.2], video: [1700, 0.2] },
  latencyMs: { audio: [95, 0.06], video: [70, 0.12] },
  loadMs: [480, 0.15],
} as const;

/** On a busy machine: the spread of whole calls, of their pace and of latencies, and how much later sound is. */
const BUSY = { pace: 0.33, lag: 0.28, audio: 2.3 } as const;

const NAMES = ['A', 'B', 'C', 'D', 'E'];
const VERSIONS: Record<BrowserName, string> = { chromium: '142.0.7444.59', firefox: '140.6.0' };

/** `runs` runs of a deployment; the same seed gives the same runs. */
export function simulate(runs: number, seed: number, deployment: Deployment = {}): RunOf<'call'>[] {
  const random = seeded(seed * 7919 + 17);
  return Array.from({ length: runs }, (_, index) => oneRun(index, seed, random, deployment));
}

function oneRun(index: number, seed: number, random: () => number, deployment: Deployment): RunOf<'call'> {
  const startedAt = new Date(Date.UTC(2026, 10, 20, 12) + (seed % 1000) * 86_400_000 + index * 20_000);
  const base = {
    schema: 1 as const,
    id: `${startedAt.toISOString().replace(/[-:.]/g, '')}-${seed}-${index}`,
    check: 'meet',
    kind: 'call' as const,
    startedAt: startedAt.toISOString(),
    durationMs: 9000 + Math.round(400 * random()),
  };
  if (random() < (deployment.errors ?? 0)) {
    const finding: Finding = { id: 'browser-died', outcome: 'error', text: 'A browser of ours crashed.' };
    return { ...base, outcome: 'error', summary: finding.text, findings: [finding], phases: [] };
  }
  const call = aCall(random, deployment);
  const lost = call.streams.filter(({ verdict }) => verdict !== 'ok');
  const findings: Finding[] = lost.map(({ receiver, sender, verdict }) => ({
    id: `stream-${verdict}`,
    outcome: 'fail',
    text: `${receiver} does not see ${sender}.`,
  }));
  return {
    ...base,
    outcome: lost.length > 0 ? 'fail' : 'pass',
    summary: findings[0]?.text ?? 'all is well',
    findings,
    phases: [
      { name: 'launch', ms: 900 },
      { name: 'load', ms: drawn(random, HEALTHY.loadMs) },
      { name: 'join', ms: drawn(random, [900, 0.2]) * (deployment.slower ?? 1) },
      { name: 'watch', ms: 5000 },
    ],
    call,
  };
}

function aCall(random: () => number, deployment: Deployment): CallResult {
  const { participants = ['chromium', 'chromium', 'chromium'], steps = ['join'], slower = 1 } = deployment;
  const names = NAMES.slice(0, participants.length);
  const lostSender = random() < (deployment.loses ?? 0) ? names[Math.floor(random() * names.length)]! : null;
  // What is slow in a call is slow for everybody in it.
  const { busy = false } = deployment;
  const pace = Math.exp((busy ? BUSY.pace : 0.15) * normal(random));
  const lag = busy ? Math.exp(BUSY.lag * normal(random)) : 1;
  const late = (kind: 'audio' | 'video') => lag * (busy && kind === 'audio' ? BUSY.audio : 1);
  const streams = steps.flatMap((step, at) =>
    names.flatMap((receiver) =>
      names
        .filter((sender) => sender !== receiver)
        .flatMap((sender) =>
          (['audio', 'video'] as const).map((kind): CallStream => {
            const gone =
              (at === steps.length - 1 && kind === 'video' && sender === lostSender) ||
              random() < (deployment.drops?.[`${receiver}<-${sender} ${kind}`] ?? 0);
            return {
              step,
              receiver,
              sender,
              kind,
              verdict: gone ? 'lost' : 'ok',
              muted: false,
              path: 'bridge',
              firstMs: Math.round(drawn(random, HEALTHY.firstMs[kind]) * pace * slower),
              lostAt: gone ? '2026-11-20T12:00:05.000Z' : null,
              noticedAt: gone ? '2026-11-20T12:00:05.800Z' : null,
              latencyMs:
                Math.round(drawn(random, HEALTHY.latencyMs[kind]) * late(kind)) + (deployment.delayMs ?? 0),
              gaps: [],
              ssrc: 1,
              reason: gone ? 'no packets since' : null,
            };
          }),
        ),
    ),
  );
  return {
    url: 'https://meet.example.org/',
    room: 'vigie-4k2j9',
    version: deployment.version ?? '9.0.4211',
    participants: participants.map((browser, index) => ({
      name: names[index]!,
      browser,
      version: VERSIONS[browser],
      endpointId: null,
      transport: null,
    })),
    steps: steps.map((name, index) => ({
      name,
      atMs: index * 8000,
      present: names,
      ms: Math.round(drawn(random, HEALTHY.stepMs) * pace * slower),
      ...(deployment.cpuPressure !== undefined && { cpuPressure: deployment.cpuPressure }),
    })),
    streams,
  };
}

/** A value around a median, spread evenly on a logarithmic scale as times are. */
function drawn(random: () => number, [middle, spread]: readonly [number, number]): number {
  return Math.round(middle * Math.exp(spread * normal(random)));
}

/** Box and Muller, Ann. Math. Statist. 29 (1958), 610-611. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
