/** The latest runs of one check, followed one by one: how often it fails, whether intermittently, and what its failures share. */
import { DAY_MS } from '../base/durations.ts';
import type { CallStream } from '../checks/call/result.ts';
import type { Kind, Run } from '../checks/check.ts';
import type { RunStore } from '../history/store.ts';
import { type Common, type ComparedRun, commonCauses } from '../statistics/common-cause.ts';
import {
  budgetOf,
  countOnsets,
  INTERMITTENT_WINDOWS,
  type IntermittentWindow,
  intermittent,
  LEAST_ONSETS,
  type Onsets,
} from '../statistics/intermittent.ts';
import type { Changed } from './changed.ts';
import { LONGEST_WINDOW_MS, OutcomeLog } from './outcome-log.ts';
import {
  comparedRun,
  type Subject,
  type Subjects,
  streamName,
  subjectKey,
  subjectOf,
  subjectsOf,
} from './traits.ts';

/** Which stream a subject is. */
export type StreamIdentity = Pick<CallStream, 'step' | 'receiver' | 'sender' | 'kind'>;

/** A check, or one thing that it looks at, fails in a share of runs that chance does not explain. */
export interface Intermittent {
  /** Null: the check as a whole. */
  readonly subject: Subject | null;
  /** The stream that the subject is, where it is one. */
  readonly stream: StreamIdentity | null;
  readonly window: IntermittentWindow;
  readonly runs: number;
  readonly failures: number;
  /** Failures that follow a run that worked. */
  readonly onsets: number;
  /** The probability that chance alone gives as many. */
  readonly p: number;
}

/** The finding that a sentence is rendered from: typed, and with everything that the sentence needs. */
export interface IntermittentCause extends Intermittent {
  readonly id: 'intermittent';
  /** The same in the time before the window, as long as a week at most; without runs nothing is known. */
  readonly before: { readonly runs: number; readonly failures: number };
  /** What the failing runs have in common and the others lack, the most significant first; often nothing. */
  readonly common: readonly Common[];
  /** Versions that changed when the check as a whole began to fail more often; often none. */
  readonly changed: readonly Changed[];
}

/** At most this number of runs are compared trait by trait; at one in five minutes, a day and a bit. */
const COMPARED_RUNS = 300;
/** At a start no more are read of a check that works: reading one takes a third of a millisecond. */
const FIRST_RUNS = 5;
const WEEK_MS = 7 * DAY_MS;
/** What a window says is looked at again after so long, though no run has ended. */
const AGAIN_MS = 600_000;
/** Bodies of zone runs are megabytes, and their records do not come and go: they are followed as a whole. */
const WHOLE_ONLY: ReadonlySet<Kind> = new Set(['zone']);

interface Detail {
  readonly at: number;
  readonly subjects: Subjects;
  readonly compared: ComparedRun | null;
}

export class CheckHistory {
  readonly outcomes: OutcomeLog;
  readonly #kind: Kind;
  /** Oldest first. */
  #details: Detail[];
  /** By the key of the subject. */
  readonly #streams = new Map<string, StreamIdentity>();
  /** Reads the runs that are compared; null once they have been read. */
  #unread: (() => readonly Run[]) | null;
  #known: { readonly at: number; readonly found: readonly IntermittentCause[] } | null = null;

  /**
   * @param details runs that are compared, in the order in which they ended
   * @param unread where those are the last few alone: reads all that are compared, when they are needed first
   */
  constructor(
    kind: Kind,
    outcomes: OutcomeLog,
    details: readonly Run[] = [],
    unread: (() => readonly Run[]) | null = null,
  ) {
    this.#kind = kind;
    this.outcomes = outcomes;
    this.#unread = unread;
    this.#details = details.slice(-COMPARED_RUNS).map(detailOf);
    for (const run of details.slice(-1)) this.#note(run);
  }

  add(run: Run): void {
    this.outcomes.add({ at: Date.parse(run.startedAt), outcome: run.outcome });
    if (!WHOLE_ONLY.has(this.#kind)) {
      this.#details.push(detailOf(run));
      this.#note(run);
      if (this.#details.length > COMPARED_RUNS) this.#details = this.#details.slice(-COMPARED_RUNS);
    }
    this.#known = null;
  }

  /** How many of the latest runs in a row lost a subject; runs that could not judge it do not count. */
  rowsOfLosses(): ReadonlyMap<string, number> {
    const rows = new Map<string, number>();
    const over = new Set<string>();
    // Only what the last run that could tell had counts: a step that is not configured any more loses nothing.
    const latest = this.#details.findLast(({ subjects }) => subjects.size > 0);
    for (const key of latest?.subjects.keys() ?? []) rows.set(key, 0);
    if (!latest || this.#neverOk(rows.keys())) this.#readAll();
    for (let i = this.#details.length - 1; i >= 0 && over.size < rows.size; i--) {
      for (const [key, ok] of this.#details[i]!.subjects) {
        if (!rows.has(key) || over.has(key)) continue;
        if (ok) over.add(key);
        else rows.set(key, rows.get(key)! + 1);
      }
    }
    return rows;
  }

  /** What fails intermittently now: the check as a whole first, then what it looks at, most failures first. */
  intermittent(now: number): readonly IntermittentCause[] {
    if (this.#known && Math.abs(now - this.#known.at) < AGAIN_MS) return this.#known.found;
    const whole = this.#whole(now);
    const found = [...(whole ? [whole] : []), ...this.#subjects(now)];
    this.#known = { at: now, found };
    return found;
  }

  /** Whether a subject did not work in any of the runs that have been read. */
  #neverOk(keys: Iterable<string>): boolean {
    return [...keys].some((key) => !this.#details.some(({ subjects }) => subjects.get(key)));
  }

  #readAll(): void {
    if (!this.#unread) return;
    const all = this.#unread().slice(-COMPARED_RUNS);
    this.#unread = null;
    // What was followed since the start may be more than what the store still has.
    if (all.length > this.#details.length) this.#details = all.map(detailOf);
  }

  /** Streams of the latest run alone are followed. */
  #note({ call }: Run): void {
    if (call) this.#streams.clear();
    for (const { step, receiver, sender, kind } of call?.streams ?? []) {
      const stream = { step, receiver, sender, kind };
      this.#streams.set(subjectKey({ aspect: 'stream', name: streamName(stream) }), stream);
    }
  }

  #whole(now: number): IntermittentCause | null {
    const last = this.outcomes.lastFailure();
    if (last === null) return null;
    for (const { name: window, ms } of INTERMITTENT_WINDOWS) {
      const atLast = this.outcomes.onsets(last - ms, last + 1);
      const counted = this.outcomes.onsets(now - ms, Number.POSITIVE_INFINITY);
      // Half of the budget is for the check as a whole, half for everything that it looks at.
      const found = intermittent(atLast, counted, ms, budgetOf(2));
      if (!found) continue;
      const { runs, failures } = this.outcomes.onsets(now - ms - WEEK_MS, now - ms);
      this.#readAll();
      const compared = this.#details
        .filter(({ at }) => at >= now - ms)
        .flatMap((detail) => detail.compared ?? []);
      return {
        ...cause(null, null, window, counted, found.p),
        before: { runs, failures },
        common: commonCauses(compared),
        changed: [],
      };
    }
    return null;
  }

  #subjects(now: number): IntermittentCause[] {
    // What is lost makes its run fail or degraded: of fewer such runs nothing can be intermittent.
    const { fail, degraded } = this.outcomes.counts(now).get('24h')!;
    if (fail + degraded < LEAST_ONSETS) return [];
    this.#readAll();
    const keys = this.#details.at(-1)?.subjects.keys() ?? [];
    const followed = [...new Set(keys)];
    const { ms, name } = INTERMITTENT_WINDOWS[0];
    const recent = this.#details.filter(({ at }) => at >= now - ms);
    return followed
      .flatMap((key) => {
        const last = recent.findLast(({ subjects }) => subjects.get(key) === false)?.at;
        if (last === undefined) return [];
        const before = this.#details.filter(({ at }) => at >= last - ms && at <= last);
        const counted = countOnsets(lossesOf(recent, key));
        const atLast = countOnsets(lossesOf(before, key));
        const found = intermittent(atLast, counted, ms, budgetOf(2 * followed.length));
        if (!found) return [];
        const compared = recent.flatMap(({ compared, subjects }) =>
          compared && subjects.has(key) ? { ...compared, failed: !subjects.get(key) } : [],
        );
        const of = cause(subjectOf(key), this.#streams.get(key) ?? null, name, counted, found.p);
        // Of a subject it is known what was lost; only the circumstances can be news.
        const circumstances = compared.map((run) => ({ ...run, losses: new Map() }));
        return {
          ...of,
          before: { runs: 0, failures: 0 },
          common: commonCauses(circumstances),
          changed: [],
        };
      })
      .sort((a, b) => b.failures - a.failures);
  }
}

function detailOf(run: Run): Detail {
  return { at: Date.parse(run.startedAt), subjects: subjectsOf(run), compared: comparedRun(run) };
}

function cause(
  subject: Subject | null,
  stream: StreamIdentity | null,
  window: IntermittentWindow,
  { runs, failures, onsets }: Onsets,
  p: number,
): Omit<IntermittentCause, 'before' | 'common' | 'changed'> {
  return { id: 'intermittent', subject, stream, window, runs, failures, onsets, p };
}

function* lossesOf(details: readonly Detail[], key: string): Generator<boolean> {
  for (const { subjects } of details) {
    const ok = subjects.get(key);
    if (ok !== undefined) yield !ok;
  }
}

/** What is known of a check's past: a month of outcomes, and the runs of the last day with what they found. */
export function readHistory(store: RunStore, check: string, kind: Kind, now: number): CheckHistory {
  const from = new Date(now - LONGEST_WINDOW_MS).toISOString();
  const outcomes = new OutcomeLog(store.outcomes({ check, kind, from }));
  const day = new Date(now - INTERMITTENT_WINDOWS[0].ms).toISOString();
  if (WHOLE_ONLY.has(kind)) return new CheckHistory(kind, outcomes);
  const read = (limit: number) => store.list({ check, kind, from: day, limit }).toReversed();
  return new CheckHistory(kind, outcomes, read(FIRST_RUNS), () => read(COMPARED_RUNS));
}
