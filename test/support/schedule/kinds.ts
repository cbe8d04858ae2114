/** A kind of check for tests: does what its options say, in this process. */
import { z } from 'zod';
import { type About, PLAIN } from '../../../src/base/about.ts';
import type { Schedule } from '../../../src/base/schedule.ts';
import type {
  CheckContext,
  CheckKind,
  CheckResult,
  Found,
  Kind,
  Outcome,
} from '../../../src/checks/check.ts';
import { type ScheduledCheck, scheduleCheck } from '../../../src/schedule/check.ts';

export interface FakeOptions {
  ms: number;
  outcome: Outcome;
  /** What it was when it was started and ended. */
  trace: (event: string) => void;
  result: Partial<CheckResult>;
  deadlineMs: number;
}

export interface FakeCheck extends Partial<FakeOptions> {
  name?: string;
  heavy?: boolean;
  schedule?: Schedule;
  about?: Partial<About>;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}

async function run(options: FakeOptions, context: CheckContext): Promise<CheckResult> {
  options.trace(`${context.name} starts`);
  context.progress({ phase: 'sleep', text: 'sleeping', partial: options.result });
  try {
    await sleep(options.ms, context.signal);
  } finally {
    options.trace(`${context.name} ends`);
  }
  const finding: Found = {
    cause: { id: 'internal', message: 'the fake check was asked for this' },
    outcome: options.outcome,
  };
  const findings = options.outcome === 'pass' ? [] : [finding];
  return { summary: '', findings, phases: [{ name: 'sleep', ms: options.ms }], ...options.result };
}

/** Passes after a second, every minute, unless set otherwise. */
export function fakeCheck({
  name = 'meet',
  heavy = true,
  schedule,
  about = {},
  ...options
}: FakeCheck = {}): ScheduledCheck {
  const kind: CheckKind<Kind, FakeOptions> = {
    kind: heavy ? 'call' : 'signaling',
    defaultEvery: '5m',
    schema: z.custom<FakeOptions>(),
    heavy,
    deadlineMs: ({ deadlineMs }) => deadlineMs,
    run,
  };
  const filled = {
    ms: 1000,
    outcome: 'pass',
    trace: () => {},
    result: {},
    deadlineMs: 600_000,
    ...options,
  } as const;
  return scheduleCheck(kind, filled, {
    name,
    schedule: schedule ?? { everyMs: 60_000 },
    about: { ...PLAIN, ...about },
    target: null,
  });
}

export const silent = { debug() {}, info() {}, warn() {}, error() {} };
