/**
 * What every check is: one function with one contract, and a run as plain data.
 *
 * A check knows nothing of schedules, metrics, HTTP or files: it gets its options and a context, and
 * returns what it found. Pages, metrics, reports and exit codes are views of the `Run` that comes out.
 */
import type { z } from 'zod';
import type { CallRecording } from './call/keep/recording.ts';
import type { CallResult } from './call/result.ts';
import type { MailResult } from './mail/result.ts';
import type { SignalingResult } from './signaling/result.ts';
import type { Software } from './software.ts';
import type { ZoneResult } from './zone/result.ts';

export const KINDS = ['call', 'signaling', 'mail', 'zone'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * `fail`: the target is broken. `error`: we could not tell (our browser, our resolver, our network).
 * `degraded`: it works, below its thresholds.
 */
export const OUTCOMES = ['pass', 'degraded', 'fail', 'error'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Where on its way something broke. */
export const PLACES = ['sender', 'uplink', 'bridge', 'downlink', 'receiver', 'signaling', 'unknown'] as const;
export type Place = (typeof PLACES)[number];

/** JSON-safe evidence of a finding: the figures that led to it. Never holds a secret. */
export type Evidence = Record<string, unknown>;

export interface Finding {
  /** Stable, in kebab-case: alerts, documentation and tests refer to it. */
  readonly id: string;
  /** `pass` marks advice: worth saying, changes no outcome. */
  readonly outcome: Outcome;
  /** One sentence for a person who was asleep a minute ago. */
  readonly text: string;
  readonly where?: Place;
  readonly evidence?: Evidence;
}

export interface Phase {
  readonly name: string;
  readonly ms: number;
}

/** What a check returns; the runner makes a `Run` of it. */
export interface CheckResult {
  /** One line: the worst thing first. Where it is empty, the runner writes one from the findings. */
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly phases: readonly Phase[];
  readonly call?: CallResult;
  readonly signaling?: SignalingResult;
  readonly mail?: MailResult;
  readonly zone?: ZoneResult;
  /** The servers of the target that told their version, each part once; absent where none did. */
  readonly software?: readonly Software[];
}

/** A run as it is printed, kept and served. Plain data, `JSON.stringify` loses nothing. */
export interface Run extends CheckResult {
  readonly schema: 1;
  /** Unique, sortable by time. */
  readonly id: string;
  readonly check: string;
  readonly kind: Kind;
  readonly outcome: Outcome;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** A digest of the check's options: runs with different ones cannot be compared. Absent in runs of earlier versions. */
  readonly configuration?: string;
}

/** Where a run's files go. Files are named by the check; directories are the sink's business. */
export interface EvidenceSink {
  /** Never throws: evidence that cannot be written must not change a verdict; it is logged. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** What a run with this outcome leaves: everything, what its report is drawn from and no files, or nothing. */
  wanted(outcome: Outcome): 'everything' | 'report' | 'nothing';
  /** Takes what the run's report is drawn from, once the run is whole. */
  record(recording: CallRecording): void;
}

/** A log that takes structured fields first, as pino does. Fields and messages hold no secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A sign of life for whoever looks on: the terminal, a page. `partial` is what is known so far. */
export interface Progress {
  readonly phase: string;
  readonly text: string;
  readonly partial?: Pick<CheckResult, 'call' | 'signaling' | 'mail' | 'zone'>;
}

export interface CheckContext {
  /** The check's name in the configuration; the deployment's host for a run by hand. */
  readonly name: string;
  /** Aborted when the run's deadline passes or the run is cancelled; everything started must then end. */
  readonly signal: AbortSignal;
  readonly evidence: EvidenceSink | null;
  readonly log: Logger;
  readonly progress: (progress: Progress) => void;
}

/** One kind of check. A new kind is one folder and one line in `checks/index.ts`. */
export interface CheckKind<Options> {
  readonly kind: Kind;
  /** The keys of this kind in the configuration, beside those that all checks share. */
  readonly schema: z.ZodType<Options>;
  /** Needs browsers: only one such run at a time, on the whole machine. */
  readonly heavy: boolean;
  /** The longest a run with these options may take, in milliseconds, before it is aborted. */
  deadlineMs(options: Options): number;
  /**
   * Runs the check once. What is wrong with the target is a finding, never an exception; an exception
   * is a fault of ours and becomes an `error`. Must settle soon after `context.signal` aborts, with
   * every process, socket and temporary file it made gone.
   */
  run(options: Options, context: CheckContext): Promise<CheckResult>;
}
