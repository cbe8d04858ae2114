/**
 * What every check is: one function with one contract, and a run as plain data.
 *
 * A check knows nothing of schedules, metrics, HTTP or files: it gets its options and a context, and
 * returns what it found. Pages, metrics, reports and exit codes are views of the `Run` that comes out.
 */
import type { z } from 'zod';
import type { Severity } from '../base/about.ts';
import type { Immutable } from '../base/immutable.ts';
import type { CallRecording } from './call/keep/recording.ts';
import type { CauseOf, CommonCause } from './causes.ts';
import { kinds } from './kinds.ts';
import type { Software } from './software.ts';

export type Kind = keyof typeof kinds;
export const KINDS = Object.keys(kinds) as [Kind, ...Kind[]];

/** What a run of each kind found, as it is published. */
export type Results = { readonly [K in Kind]: Immutable<z.output<(typeof kinds)[K]['result']>> };

/** The causes that findings of each kind may have. */
export type Causes = { readonly [K in Kind]: CauseOf<(typeof kinds)[K]['causes']> | CommonCause };

/**
 * `fail`: the target is broken. `error`: we could not tell (our browser, our resolver, our network).
 * `degraded`: it works, below its thresholds.
 */
export const OUTCOMES = ['pass', 'degraded', 'fail', 'error'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why a run took place. `confirm`: it followed a failure at once; `maintenance`: the check's maintenance had ended. */
export const TRIGGERS = ['schedule', 'hand', 'confirm', 'maintenance'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Where on its way something broke. */
export const WHERES = ['sender', 'uplink', 'bridge', 'downlink', 'receiver', 'signaling', 'unknown'] as const;
export type Where = (typeof WHERES)[number];

/** JSON-safe evidence of a finding: the figures that led to it. Never holds a secret. */
export type Evidence = Readonly<Record<string, unknown>>;

/** One thing that a check found wrong, as data; whoever publishes the run renders its sentence. */
export interface Found<K extends Kind = Kind> {
  readonly cause: Causes[K];
  /** `pass` marks advice: worth saying, changes no outcome. */
  readonly outcome: Outcome;
  readonly where?: Where;
}

/** A finding as it is published. */
export interface Finding {
  /** Stable, in kebab-case: alerts, documentation and tests refer to it. */
  readonly id: string;
  /** `pass` marks advice: worth saying, changes no outcome. */
  readonly outcome: Outcome;
  /** One sentence for a person who was asleep a minute ago, in English. */
  readonly text: string;
  readonly where?: Where;
  /** The same as data, for sentences in other languages; absent in runs of earlier versions. */
  readonly cause?: { readonly id: string };
  /** Ids of known faults whose signature it has (`known-faults.ts`); absent where it has none. */
  readonly looksLike?: readonly string[];
  /** The figures of the cause, for people; nothing reads them back. */
  readonly evidence?: Evidence;
}

/** A part of a run that was timed. */
export interface Phase {
  /** The step of a run that has several; absent where it is a phase of the whole run. */
  readonly step?: string;
  readonly name: string;
  readonly ms: number;
}

/** What checks of these kinds found, each under the name of its kind; absent where it did not get so far. */
export type Named<K extends Kind> = { readonly [Own in K]?: Results[Own] } & {
  readonly [Other in Exclude<Kind, K>]?: never;
};

interface Reported<K extends Kind> {
  /** One line: the worst thing first. Where it is empty, the runner writes one from the findings. */
  readonly summary: string;
  readonly findings: readonly Found<K>[];
  readonly phases: readonly Phase[];
  /** The servers of the target that reported their version, each part once; absent where none did. */
  readonly software?: readonly Software[];
}

/** What a check returns; the runner makes a `Run` of it. */
export type CheckResult<K extends Kind = Kind> = Reported<K> & Named<K>;

interface AnyRun {
  readonly schema: 1;
  /** Unique, sortable by time. */
  readonly id: string;
  readonly check: string;
  readonly outcome: Outcome;
  readonly summary: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  readonly phases: readonly Phase[];
  /** A digest of the check's options: runs with different ones cannot be compared. Absent in runs of earlier versions. */
  readonly configuration?: string;
  /** Where the Vigie runs that made it (`server.place`); absent where that is not configured. */
  readonly place?: string;
  /** Why the service ran it; absent in runs of earlier versions, and of commands. */
  readonly trigger?: Trigger;
  /** Who started it by hand: a name that a trusted proxy gave, or an address. */
  readonly startedBy?: string;
  /** The servers of the target that reported their version, each part once; absent where none did. */
  readonly software?: readonly Software[];
}

/** A run of one kind: what it found stands under the kind's name, and is absent where it did not get so far. */
export type RunOf<K extends Kind> = AnyRun & { readonly kind: K } & Named<K>;

/** A run as it is printed, kept and served. Plain data, `JSON.stringify` loses nothing. */
export type Run = { [K in Kind]: RunOf<K> }[Kind];

/** Where a run's files go. Files are named by the check; directories are the sink's business. */
export interface EvidenceSink {
  /**
   * Writes a file; one that is long, piece by piece. Never throws: evidence that cannot be written must not change a verdict; it is
   * logged.
   */
  write(name: string, content: string | Uint8Array | (() => Iterable<string>)): Promise<void>;
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

/** A sign of life for whoever looks on: the terminal, a page. */
export interface Progress<K extends Kind = Kind> {
  readonly phase: string;
  /** One line, in English. */
  readonly text: string;
  /** The same as data, for lines in other languages (`progressIn`). */
  readonly doing?: { readonly id: string };
  /** What is known so far. */
  readonly partial?: Named<K>;
}

/** What earlier runs left: a check learns of other checks from their runs, as data, and from nothing else. */
export interface Past {
  /** The latest runs of a kind, the one that ended last first. */
  latest(kind: Kind, limit: number): readonly Run[];
  /** What this check noted in an earlier run; null where it noted nothing. */
  recall(what: string): string | null;
  /** Notes something that has to outlast the process. */
  note(what: string, value: string): void;
}

/** A part of a long result that is final long before the run is: a domain of a zone check. */
export type Part<K extends Kind = Kind> = K extends 'zone' ? Results['zone']['domains'][number] : never;

export interface CheckContext<K extends Kind = Kind> {
  /** The check's name in the configuration; the deployment's host for a run by hand. */
  readonly name: string;
  /** Aborted when the run's deadline passes or the run is cancelled; everything started must then end. */
  readonly signal: AbortSignal;
  readonly evidence: EvidenceSink | null;
  readonly log: Logger;
  readonly progress: (progress: Progress<K>) => void;
  /** Absent where no history is kept, as for most runs by hand. */
  readonly past?: Past;
  /**
   * Takes each part of a long result as soon as it is final, in any order; the check waits for it. What was taken is not held, and the
   * result lists none of it. Absent where the result is to be whole.
   */
  readonly take?: (part: Part<K>) => Promise<void>;
}

/** One kind of check: how it is configured, and run. docs/architecture.md lists what belongs to a new one. */
export interface CheckKind<K extends Kind, Options> {
  readonly kind: K;
  /** The keys of this kind in the configuration, beside those that all checks share. */
  readonly schema: z.ZodType<Options>;
  /** How often a check runs where the configuration does not say, such as `5m`. */
  readonly defaultEvery: string;
  /** Needs browsers: only one such run at a time, on the whole machine. */
  readonly heavy: boolean;
  /** How severe it is at most that such a check fails; `critical` where nothing else is said. */
  readonly severity?: Severity;
  /** The mail relays that such a check watches: notifications must not depend on them. */
  relays?(options: Options): readonly string[];
  /** The longest a run with these options may take, in milliseconds, before it is aborted. */
  deadlineMs(options: Options): number;
  /**
   * Runs the check once. What is wrong with the target is a finding, never an exception; an exception
   * is a fault of ours and becomes an `error`. Must settle soon after `context.signal` aborts, with
   * every process, socket and temporary file it made gone.
   */
  run(options: Options, context: CheckContext<K>): Promise<CheckResult<K>>;
}
