/** The run store in memory: the last runs of each check, failures longer than passes. */
import { jsonLength } from '../base/escape.ts';
import type { Kind, Run } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';
import { stateSince } from './since.ts';
import { matches, type OutcomeMoment, type RunFilter, type RunStore, tallied } from './store.ts';
import { type VersionChange, VersionWatch } from './versions.ts';

export interface MemoryStoreOptions {
  /** Number of runs of each check that are kept, whatever their outcome. */
  readonly keep?: number;
  /** Of those that fall out of it, number of runs that did not pass and are kept: what a person comes back to look for. */
  readonly keepFailures?: number;
  /** What the runs of one check may take, in bytes of JSON; the oldest give way, the latest stays. */
  readonly keepBytes?: number;
}

/** A call's run has about 10 kB, that of a zone check with a thousand domains megabytes. */
const KEEP_BYTES = 16_000_000;
/** Upgrades are rare; at most this number of changes of versions are remembered. */
const KEEP_CHANGES = 200;
/** How many runs a check's shares can be of: a month of one in a minute. */
const KEEP_MOMENTS = 50_000;

interface Kept {
  /** Oldest first. */
  recent: Run[];
  /** Runs that did not pass and fell out of `recent`; oldest first. */
  failures: Run[];
  lastWorking: Run | null;
  /** Of `recent` and `failures` together. */
  bytes: number;
  /** Of all runs: shares over time need those that were let go, too. Oldest first. */
  readonly moments: (OutcomeMoment & Pick<Run, 'id' | 'kind' | 'startedAt'>)[];
}

/** Every run of a check that is still kept, each once. */
function all({ recent, failures, lastWorking }: Kept): Run[] {
  return [...new Set([...(lastWorking ? [lastWorking] : []), ...failures, ...recent])];
}

/** A `RunStore` that lasts as long as the process and never grows beyond `keep + keepFailures + 1` runs a check. */
export function createMemoryStore({
  keep = 100,
  keepFailures = 100,
  keepBytes = KEEP_BYTES,
}: MemoryStoreOptions = {}): RunStore {
  const checks = new Map<string, Kept>();
  const byId = new Map<string, Run>();
  /** The order in which runs ended: the wall clock may have been set back meanwhile. */
  const sequence = new WeakMap<Run, number>();
  let appended = 0;
  const listeners = new Set<(run: Run) => void>();
  const notes = new Map<string, string>();
  const watch = new VersionWatch();
  /** Oldest first. */
  const changes: VersionChange[] = [];

  const sizes = new WeakMap<Run, number>();
  const drop = (kept: Kept, run: Run) => {
    kept.bytes -= sizes.get(run)!;
    if (run !== kept.lastWorking) byId.delete(run.id);
  };
  const evict = (kept: Kept) => {
    while (kept.recent.length > keep) {
      const oldest = kept.recent.shift()!;
      if (oldest.outcome === 'pass') drop(kept, oldest);
      else kept.failures.push(oldest);
    }
    while (kept.failures.length > keepFailures) drop(kept, kept.failures.shift()!);
    while (kept.bytes > keepBytes && kept.failures.length + kept.recent.length > 1) {
      drop(kept, (kept.failures.length > 0 ? kept.failures : kept.recent).shift()!);
    }
  };

  const select = (filter: RunFilter): Run[] => {
    const { check, before = Number.POSITIVE_INFINITY, since = 0 } = filter;
    const kept = check === undefined ? null : checks.get(check);
    const pool = check === undefined ? [...byId.values()] : kept ? all(kept) : [];
    return pool
      .filter((run) => {
        const place = sequence.get(run)!;
        return place < before && place >= since && matches(filter, run);
      })
      .sort((a, b) => sequence.get(b)! - sequence.get(a)!);
  };

  const momentsOf = (check: string, kind: Kind) =>
    (checks.get(check)?.moments ?? []).filter((moment) => moment.kind === kind);

  return {
    append(run) {
      if (byId.has(run.id)) throw new Error(`run ${run.id} is already kept`);
      let kept = checks.get(run.check);
      if (!kept) {
        kept = { recent: [], failures: [], lastWorking: null, bytes: 0, moments: [] };
        checks.set(run.check, kept);
      }
      byId.set(run.id, run);
      sequence.set(run, ++appended);
      const bytes = jsonLength(run);
      sizes.set(run, bytes);
      kept.bytes += bytes;
      kept.recent.push(run);
      if (works(run.outcome)) {
        const before = kept.lastWorking;
        kept.lastWorking = run;
        if (before && !kept.recent.includes(before) && !kept.failures.includes(before))
          byId.delete(before.id);
      }
      evict(kept);
      const { id, kind, startedAt, outcome } = run;
      kept.moments.push({ at: Date.parse(startedAt), outcome, id, kind, startedAt });
      if (kept.moments.length > KEEP_MOMENTS) kept.moments.splice(0, KEEP_MOMENTS / 10);
      changes.push(...watch.next(run));
      changes.splice(0, changes.length - KEEP_CHANGES);
      for (const listener of listeners) listener(run);
    },
    latest: (check) => checks.get(check)?.recent.at(-1) ?? null,
    lastWorking: (check) => checks.get(check)?.lastWorking ?? null,
    list: (filter = {}) => select(filter).slice(0, filter.limit),
    page(filter) {
      const found = select(filter);
      const runs = found.slice(0, filter.limit);
      return { runs, next: found.length > runs.length ? sequence.get(runs.at(-1)!)! : null };
    },
    briefs: ({ check, kind, limit }) =>
      // Of all runs: of those before the newest ones failures alone are kept, which would look like one long outage.
      momentsOf(check, kind)
        .slice(-limit)
        .reverse()
        .map(({ id, outcome, startedAt }) => ({ id, outcome, startedAt })),
    outcomes: ({ check, kind, from }) =>
      momentsOf(check, kind)
        .filter((moment) => moment.startedAt >= from)
        .map(({ at, outcome }) => ({ at, outcome })),
    tallies: (filter) => tallied([], momentsOf(filter.check, filter.kind), filter),
    since: (check, kind) => stateSince(momentsOf(check, kind).toReversed()),
    version: (check, kind) => select({ check, kind }).find((run) => run.call?.version)?.call?.version ?? null,
    versions: (check) => watch.known(check),
    changes: ({ check, limit }) =>
      changes
        .filter((change) => check === undefined || change.check === check)
        .toReversed()
        .slice(0, limit),
    get: (id) => byId.get(id) ?? null,
    note: (key) => notes.get(key) ?? null,
    keepNote(key, value) {
      if (value === null) notes.delete(key);
      else notes.set(key, value);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keeping: { file: null, writable: true, failures: 0, lost: 0, bytes: null },
    close: () => listeners.clear(),
  };
}
