/** The pasts of all checks, each read from the history once and then followed: metrics and pages are views of the same. */
import type { Kind } from '../checks/check.ts';
import type { RunStore } from '../history/store.ts';
import { changesThatMatter } from './changed.ts';
import { type CheckHistory, type IntermittentCause, readHistory } from './intermittence.ts';

/** Changes of versions among which those that explain a fault are looked for. */
const RECENT_CHANGES = 50;

interface Followed {
  readonly kind: Kind;
  readonly history: CheckHistory;
}

export class Histories {
  readonly #store: RunStore;
  readonly #followed = new Map<string, Followed>();
  /** What was found, with what explains it: looked for once, as long as the same is found. */
  readonly #explained = new WeakMap<readonly IntermittentCause[], readonly IntermittentCause[]>();
  readonly #unsubscribe: () => void;

  /** Has to come before others that ask it when a run has ended: those who subscribe first are notified first. */
  constructor(store: RunStore) {
    this.#store = store;
    this.#unsubscribe = store.subscribe((run) => {
      const known = this.#followed.get(run.check);
      // Of a check that was not asked for yet, the history has this run already.
      if (known?.kind === run.kind) known.history.add(run);
    });
  }

  /** The past of a check; read from the history when it is asked for first, and when its kind has changed. */
  of(check: string, kind: Kind): CheckHistory {
    return this.known(check, kind) ?? this.#read(check, kind);
  }

  /** The same where it has been read already; null where that is still to be done. */
  known(check: string, kind: Kind): CheckHistory | null {
    const known = this.#followed.get(check);
    return known?.kind === kind ? known.history : null;
  }

  /** What fails intermittently now, with the versions that changed when it began to; the check as a whole first. */
  intermittent(check: string, kind: Kind, now: number): readonly IntermittentCause[] {
    const history = this.of(check, kind);
    const found = history.intermittent(now);
    if (found.length === 0) return found;
    const known = this.#explained.get(found);
    if (known) return known;
    const changes = this.#store.changes({ check, limit: RECENT_CHANGES });
    const changed = changesThatMatter(history.outcomes, changes, now);
    const explained = found.map((cause) => ({ ...cause, changed }));
    this.#explained.set(found, explained);
    return explained;
  }

  /** Lets go of checks that are not among these. */
  keep(checks: ReadonlySet<string>): void {
    for (const check of this.#followed.keys()) if (!checks.has(check)) this.#followed.delete(check);
  }

  close(): void {
    this.#unsubscribe();
    this.#followed.clear();
  }

  #read(check: string, kind: Kind): CheckHistory {
    const history = readHistory(this.#store, check, kind, Date.now());
    this.#followed.set(check, { kind, history });
    return history;
  }
}
