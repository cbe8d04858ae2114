/** The run store in memory: the last runs of each check, failures longer than passes. */
import type { Run } from '../checks/check.ts';
import { type RunFilter, type RunStore, works } from './store.ts';

export interface MemoryStoreOptions {
  /** The last so many runs of each check are kept, whatever their outcome. */
  readonly keep?: number;
  /** Of those that fall out of it, so many that did not pass are kept on: what a person comes back to look for. */
  readonly keepFailures?: number;
}

interface Kept {
  /** Oldest first. */
  recent: Run[];
  /** Runs that did not pass and fell out of `recent`; oldest first. */
  failures: Run[];
  lastWorking: Run | null;
}

/** Every run of a check that is still kept, each once. */
function all({ recent, failures, lastWorking }: Kept): Run[] {
  return [...new Set([...(lastWorking ? [lastWorking] : []), ...failures, ...recent])];
}

/** A `RunStore` that lasts as long as the process and never grows beyond `keep + keepFailures + 1` runs a check. */
export function createMemoryStore({ keep = 100, keepFailures = 100 }: MemoryStoreOptions = {}): RunStore {
  const checks = new Map<string, Kept>();
  const byId = new Map<string, Run>();
  /** The order in which runs ended: the wall clock may have been set back meanwhile. */
  const sequence = new WeakMap<Run, number>();
  let appended = 0;
  const listeners = new Set<(run: Run) => void>();

  const evict = (kept: Kept) => {
    while (kept.recent.length > keep) {
      const oldest = kept.recent.shift()!;
      if (oldest.outcome !== 'pass') kept.failures.push(oldest);
      else if (oldest !== kept.lastWorking) byId.delete(oldest.id);
    }
    while (kept.failures.length > keepFailures) {
      const oldest = kept.failures.shift()!;
      if (oldest !== kept.lastWorking) byId.delete(oldest.id);
    }
  };

  return {
    append(run) {
      if (byId.has(run.id)) throw new Error(`run ${run.id} is already kept`);
      let kept = checks.get(run.check);
      if (!kept) {
        kept = { recent: [], failures: [], lastWorking: null };
        checks.set(run.check, kept);
      }
      byId.set(run.id, run);
      sequence.set(run, ++appended);
      kept.recent.push(run);
      if (works(run.outcome)) {
        const before = kept.lastWorking;
        kept.lastWorking = run;
        if (before && !kept.recent.includes(before) && !kept.failures.includes(before))
          byId.delete(before.id);
      }
      evict(kept);
      for (const listener of listeners) listener(run);
    },
    latest: (check) => checks.get(check)?.recent.at(-1) ?? null,
    lastWorking: (check) => checks.get(check)?.lastWorking ?? null,
    list({ check, kind, outcome, limit }: RunFilter = {}) {
      const kept = check === undefined ? byId.values() : checks.get(check);
      const pool = !kept ? [] : 'recent' in kept ? all(kept) : [...kept];
      return pool
        .filter((run) => (!kind || run.kind === kind) && (!outcome || run.outcome === outcome))
        .sort((a, b) => sequence.get(b)! - sequence.get(a)!)
        .slice(0, limit);
    },
    get: (id) => byId.get(id) ?? null,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
