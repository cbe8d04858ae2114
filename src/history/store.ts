/** Where runs are kept: one small interface, so that what is behind it can change without anybody noticing. */
import type { Kind, Outcome, Run } from '../checks/check.ts';
import type { Since } from './since.ts';
import type { VersionChange } from './versions.ts';

export interface RunFilter {
  readonly check?: string;
  readonly kind?: Kind;
  readonly outcome?: Outcome;
  /** Runs that saw this version of what they watch (lib-jitsi-meet's). */
  readonly version?: string;
  /** ISO 8601, UTC, as `Run.startedAt` is: runs that started then or later. */
  readonly from?: string;
  /** ISO 8601, UTC: runs that started before. */
  readonly to?: string;
  /** At most this number of runs; without it, all that are kept. */
  readonly limit?: number;
  /** Only runs that ended before the one at this place: `Page.next` of the page before. */
  readonly before?: number;
  /** Only runs at this place or after it. */
  readonly since?: number;
}

/** As much of a run as is kept apart, so that many can be read at once. */
export type RunBrief = Pick<Run, 'id' | 'outcome' | 'startedAt'>;

/** When a run started, in milliseconds since 1970, and how it ended. */
export interface OutcomeMoment {
  readonly at: number;
  readonly outcome: Outcome;
}

/** How many runs of an hour or a day had each outcome. */
export interface Tally {
  /** ISO 8601, UTC, of the start: `2026-11-22`, or `2026-11-22T15`. */
  readonly start: string;
  readonly counts: Readonly<Record<Outcome, number>>;
}

export interface TallyFilter {
  readonly check: string;
  readonly kind: Kind;
  /** Days are known for longer than runs are kept. */
  readonly by: 'hour' | 'day';
  /** As `Tally.start`: of the first, and of the one after the last. */
  readonly from: string;
  readonly to: string;
}

/** Number of days for which the outcomes of each are known, though their runs are not kept. */
export const DAYS_KEPT = 400;

/** Some of the runs that a filter lets through, and where those that follow begin. */
export interface Page {
  /** The run that ended last comes first. */
  readonly runs: Run[];
  /** The place after which it goes on; null when nothing is left. It stays right while runs come and go. */
  readonly next: number | null;
}

/** How well runs are being kept; for metrics. */
export interface Keeping {
  /** Null where runs are kept in memory only. */
  readonly file: string | null;
  /** Whether the last attempt to write was successful. */
  readonly writable: boolean;
  /** Attempts to write that failed. */
  readonly failures: number;
  /** Runs that were given up: there was neither room on the disk nor in memory for them. */
  readonly lost: number;
  /** Bytes on disk; null where there is no file. */
  readonly bytes: number | null;
}

/**
 * The one registry of runs: the terminal, the metrics, the API and the pages are views of it.
 * A run is immutable once appended.
 */
export interface RunStore {
  /** Keeps a finished run and notifies the subscribers. A run with an id that is already kept is a fault: throws. */
  append(run: Run): void;
  /** The run that ended last, of any outcome; null before the first. */
  latest(check: string): Run | null;
  /** The last run that found the target working (`pass` or `degraded`), however long ago; null if never. */
  lastWorking(check: string): Run | null;
  /** The run that ended last comes first. */
  list(filter?: RunFilter): Run[];
  /** The same, one page at a time. */
  page(filter: RunFilter & { readonly limit: number }): Page;
  /** The last runs of a check without what they found, the latest first: a row of signs needs no more. */
  briefs(filter: { readonly check: string; readonly kind: Kind; readonly limit: number }): RunBrief[];
  /** How the runs of a check ended that started since then (ISO 8601), in the order in which they ended; without their bodies. */
  outcomes(filter: { readonly check: string; readonly kind: Kind; readonly from: string }): OutcomeMoment[];
  /** Runs counted by hours or days; those without any run are left out. The earliest comes first. */
  tallies(filter: TallyFilter): Tally[];
  /** Since when a check of this kind works, is broken or cannot tell, whichever its last run says; null without runs. */
  since(check: string, kind: Kind): Since | null;
  /** The version of what a check watches, as the last run that knows one saw it; null when none does. */
  version(check: string, kind: Kind): string | null;
  /** The versions that a check last saw, by subject; what an older run saw and no later one stays. */
  versions(check: string): ReadonlyMap<string, string>;
  /** Changes of versions, the latest first. */
  changes(filter: { readonly check?: string; readonly limit: number }): VersionChange[];
  get(id: string): Run | null;
  /** What was noted under a key, by `keepNote`; null where nothing was. */
  note(key: string): string | null;
  /** Notes something beside the runs that has to outlast the process; null forgets it. */
  keepNote(key: string, value: string | null): void;
  /** Calls the listener after each append; returns the function that ends it. */
  subscribe(listener: (run: Run) => void): () => void;
  readonly keeping: Keeping;
  /** Writes what is not yet written, and lets go of files. Nothing may be appended afterwards. */
  close(): void;
}

/** The hour or the day of a run, as `Tally.start` names it. */
export function tallyStart(startedAt: string, by: TallyFilter['by']): string {
  return startedAt.slice(0, by === 'day' ? 10 : 13);
}

/** Adds single runs to what has been counted. */
export function tallied(
  counted: readonly Tally[],
  runs: Iterable<Pick<Run, 'outcome' | 'startedAt'>>,
  { by, from, to }: TallyFilter,
): Tally[] {
  const found = new Map(counted.map(({ start, counts }) => [start, { ...counts }]));
  for (const { outcome, startedAt } of runs) {
    const start = tallyStart(startedAt, by);
    if (start < from || start >= to) continue;
    const counts = found.get(start) ?? { pass: 0, degraded: 0, fail: 0, error: 0 };
    counts[outcome] += 1;
    found.set(start, counts);
  }
  return [...found]
    .map(([start, counts]) => ({ start, counts }))
    .sort((a, b) => a.start.localeCompare(b.start));
}

/** Whether a filter lets a run through, its place and the limit aside. */
export function matches(filter: RunFilter, run: Run): boolean {
  const { check, kind, outcome, version, from, to } = filter;
  return (
    (check === undefined || run.check === check) &&
    (kind === undefined || run.kind === kind) &&
    (outcome === undefined || run.outcome === outcome) &&
    (version === undefined || run.call?.version === version) &&
    (from === undefined || run.startedAt >= from) &&
    (to === undefined || run.startedAt < to)
  );
}
