/**
 * The run store on disk. A disk that is full or broken does not stop the service: runs wait in memory until it can be
 * written again, are seen meanwhile like all others, and are lost only where the process ends before.
 */

import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Kind, Logger, Run } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';
import { isDamaged, lockHistory, moveAside, openForWriting, sqliteFault } from './database.ts';
import { Notes } from './notes.ts';
import type { Unreadable } from './packing.ts';
import { NewerSchemaError } from './schema.ts';
import { stateSince } from './since.ts';
import * as sql from './statements.ts';
import type {
  Keeping,
  OutcomeMoment,
  Page,
  RunBrief,
  RunFilter,
  RunStore,
  Tally,
  TallyFilter,
} from './store.ts';
import { matches, tallied } from './store.ts';
import { type VersionChange, VersionWatch } from './versions.ts';
import { Waiting, type WaitingRun } from './waiting.ts';

export interface SqliteStoreOptions {
  readonly file: string;
  /** Number of runs of each check that are kept, the newest. */
  readonly keep: number;
  /** Older runs are deleted. The last run of a check that worked is kept all the same. */
  readonly maxAgeMs: number;
  /** What all runs together may take on disk, in bytes; the oldest give way. */
  readonly maxBytes: number;
  readonly log: Logger;
}

/** The history cannot be used as it is; the message is a sentence for a person. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/** After this number of runs what is too old or too much is deleted. */
const SWEEP_EVERY = 20;

/**
 * Opens or begins a history. A damaged file is moved aside, with a word in the log, and a new one is begun; one that
 * cannot be written just now is tried again with each run.
 * @throws {HistoryError} where another process writes to it, or it is a newer Vigie's.
 */
export function createSqliteStore(options: SqliteStoreOptions): RunStore {
  return new SqliteStore(options);
}

class SqliteStore implements RunStore {
  readonly #options: SqliteStoreOptions;
  readonly #listeners = new Set<(run: Run) => void>();
  readonly #waiting = new Waiting();
  readonly #notes = new Notes();
  readonly #unlock: (() => void) | null;
  /** The last run of each check, and the last that worked: asked for at every scrape, and megabytes of some kinds. */
  readonly #latest = new Map<string, Run>();
  readonly #working = new Map<string, Run>();
  #watch = new VersionWatch();
  /** Null while the file cannot be opened. */
  #db: DatabaseSync | null = null;
  #lastSeq = 0;
  #sinceSweep = 0;
  #writable = true;
  #failures = 0;
  #lost = 0;
  #closed = false;
  /** A run that cannot be read has been logged. */
  #complained = false;

  constructor(options: SqliteStoreOptions) {
    this.#options = options;
    this.#unlock = this.#lock();
    try {
      this.#open();
    } catch (error) {
      this.#unlock?.();
      throw error;
    }
    this.#sweep();
  }

  append(run: Run): void {
    if (this.#closed) throw new Error('the history is closed');
    if (this.get(run.id)) throw new Error(`run ${run.id} is already kept`);
    this.#lost += this.#waiting.add({ run, seq: ++this.#lastSeq, changes: this.#watch.next(run) });
    this.#remember(run);
    this.#flush();
    if (++this.#sinceSweep >= SWEEP_EVERY) this.#sweep();
    for (const listener of this.#listeners) listener(run);
  }

  latest(check: string): Run | null {
    return remembered(this.#latest, check, () => this.list({ check, limit: 1 })[0] ?? null);
  }

  lastWorking(check: string): Run | null {
    return remembered(this.#working, check, () =>
      this.#read(null, (db) => {
        const seq = sql.lastWorking(db, check);
        return seq === null ? null : sql.body(db, seq, this.#unreadable);
      }),
    );
  }

  list(filter: RunFilter = {}): Run[] {
    return this.#select(filter).map(({ run }) => run);
  }

  page(filter: RunFilter & { readonly limit: number }): Page {
    const found = this.#select({ ...filter, limit: filter.limit + 1 });
    const shown = found.slice(0, filter.limit);
    return {
      runs: shown.map(({ run }) => run),
      next: found.length > shown.length ? shown.at(-1)!.seq : null,
    };
  }

  briefs({ check, kind, limit }: { check: string; kind: Kind; limit: number }): RunBrief[] {
    const waiting = this.#waiting
      .newestFirst()
      .filter(({ run }) => run.check === check && run.kind === kind)
      .map(({ run: { id, outcome, startedAt } }) => ({ id, outcome, startedAt }));
    return [...waiting, ...this.#read([], (db) => sql.briefs(db, check, kind, limit))].slice(0, limit);
  }

  outcomes({ check, kind, from }: { check: string; kind: Kind; from: string }): OutcomeMoment[] {
    const waiting = this.#waiting
      .all()
      .filter(({ run }) => matches({ check, kind, from }, run))
      .map(({ run: { startedAt, outcome } }) => ({ at: Date.parse(startedAt), outcome }));
    return [...this.#read([], (db) => sql.outcomes(db, check, kind, from)), ...waiting];
  }

  tallies(filter: TallyFilter): Tally[] {
    const { check, kind } = filter;
    const waiting = this.#waiting.all().flatMap(({ run }) => (matches({ check, kind }, run) ? [run] : []));
    const written = this.#read<Tally[]>([], (db) => sql.tallies(db, filter));
    return waiting.length === 0 ? written : tallied(written, waiting, filter);
  }

  since(check: string, kind: Kind) {
    if (this.#waiting.some(({ run }) => run.check === check)) return stateSince(this.list({ check, kind }));
    return this.#read(null, (db) => sql.since(db, check, kind));
  }

  version(check: string, kind: Kind): string | null {
    const known = (run: Run) => run.check === check && run.kind === kind && run.call?.version;
    const waiting = this.#waiting.newestFirst().find(({ run }) => known(run));
    return waiting?.run.call?.version ?? this.#read(null, (db) => sql.version(db, check, kind));
  }

  versions(check: string): ReadonlyMap<string, string> {
    return this.#watch.known(check);
  }

  changes({ check, limit }: { check?: string; limit: number }): VersionChange[] {
    const waiting = this.#waiting.newestFirst().flatMap(({ changes }) => changes.toReversed());
    const written = this.#read<VersionChange[]>([], (db) => sql.changes(db, check, limit));
    return [...waiting.filter((change) => check === undefined || change.check === check), ...written].slice(
      0,
      limit,
    );
  }

  get(id: string): Run | null {
    const waiting = this.#waiting.newestFirst().find(({ run }) => run.id === id);
    if (waiting) return waiting.run;
    return this.#read(null, (db) => {
      const seq = sql.seqOf(db, id);
      return seq === null ? null : sql.body(db, seq, this.#unreadable);
    });
  }

  note(key: string): string | null {
    return this.#notes.get(key);
  }

  keepNote(key: string, value: string | null): void {
    if (this.#closed) return;
    this.#notes.set(key, value);
    this.#flush();
  }

  subscribe(listener: (run: Run) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get keeping(): Keeping {
    const { file } = this.#options;
    const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return {
      file,
      writable: this.#writable,
      failures: this.#failures,
      lost: this.#lost,
      bytes: size(file) + size(`${file}-wal`),
    };
  }

  close(): void {
    if (this.#closed) return;
    if (this.#waiting.size > 0 || !this.#notes.areWritten) this.#flush();
    this.#closed = true;
    this.#listeners.clear();
    this.#db?.close();
    this.#db = null;
    this.#unlock?.();
  }

  #remember(run: Run): void {
    this.#latest.set(run.check, run);
    if (works(run.outcome)) this.#working.set(run.check, run);
  }

  #lock(): (() => void) | null {
    const { file, log } = this.#options;
    let unlock: (() => void) | null;
    try {
      unlock = lockHistory(file);
    } catch (error) {
      log.warn({ file, error: sqliteFault(error) }, 'the history cannot be locked');
      return null;
    }
    if (!unlock) {
      throw new HistoryError(
        `Another Vigie keeps its history in ${file}. Stop that, or name another directory with history.dir.`,
      );
    }
    return unlock;
  }

  /** Opens the file, if that is possible now. */
  #open(): void {
    const { file, log } = this.#options;
    try {
      this.#db = openForWriting(file, (copy) =>
        log.info(
          { file, copy },
          `the history is brought up to date; a copy for the Vigie of before is ${copy}`,
        ),
      );
    } catch (error) {
      if (error instanceof NewerSchemaError) throw new HistoryError(error.message);
      if (isDamaged(error)) this.#beginAnew(error);
      else this.#failed(error);
      return;
    }
    try {
      this.#watch = new VersionWatch();
      for (const [check, subject, version] of sql.versions(this.#db)) {
        this.#watch.remember(check, subject, version);
      }
      this.#lastSeq = this.#waiting.putAfter(sql.lastSeq(this.#db), this.#watch);
      this.#notes.read(this.#db);
      log.debug({ file }, 'history opened');
    } catch (error) {
      if (isDamaged(error)) {
        this.#beginAnew(error);
        return;
      }
      this.#db.close();
      this.#db = null;
      this.#failed(error);
    }
  }

  /** The file is damaged: it is kept for whoever wants to look at it, and a new one is begun. */
  #beginAnew(error: unknown): void {
    const { file, log } = this.#options;
    this.#db?.close();
    this.#db = null;
    this.#latest.clear();
    this.#working.clear();
    for (const { run } of this.#waiting.all()) this.#remember(run);
    this.#notes.startOver();
    try {
      const aside = moveAside(file);
      log.error(
        { file, aside, error: sqliteFault(error) },
        `the history is damaged: it was moved to ${aside}, and a new one was started`,
      );
      this.#db = openForWriting(file);
      this.#lastSeq = this.#waiting.putAfter(0, this.#watch);
    } catch (again) {
      this.#failed(again);
    }
  }

  /** Writes what waits, oldest first, all or nothing. */
  #flush(): void {
    if (!this.#db) this.#open();
    const runs = this.#waiting.all();
    if (!this.#written(runs)) return;
    this.#waiting.clear();
    this.#notes.written();
    if (this.#writable) return;
    this.#writable = true;
    this.#options.log.info(
      { file: this.#options.file, runs: runs.length },
      'history is written again; the runs that had to wait are in it',
    );
  }

  /** Whether these runs could be written; where the file turns out to be damaged, to a new one. */
  #written(runs: readonly WaitingRun[]): boolean {
    for (const damaged of [false, true]) {
      if (!this.#db) return false;
      try {
        this.#write(this.#db, runs);
        return true;
      } catch (error) {
        if (damaged || !isDamaged(error)) {
          this.#failed(error);
          return false;
        }
        this.#beginAnew(error);
      }
    }
    return false;
  }

  #write(db: DatabaseSync, runs: readonly WaitingRun[]): void {
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const each of runs) sql.insert(db, each);
      this.#notes.write(db);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    // Once is enough, until it is fixed.
    if (this.#writable) {
      const { file, log } = this.#options;
      log.error(
        { file, error: sqliteFault(error) },
        `history cannot be written to ${file}: ${sqliteFault(error)}. Runs are kept in memory until it can`,
      );
    }
    this.#writable = false;
  }

  /** Reads from the file. A file that turns out to be damaged is replaced; then there is nothing to read. */
  #read<Value>(nothing: Value, read: (db: DatabaseSync) => Value): Value {
    if (!this.#db) return nothing;
    try {
      return read(this.#db);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this.#beginAnew(error);
      return nothing;
    }
  }

  /** Of runs that cannot be read the first is logged: where there are many, they are of one kind or one version. */
  readonly #unreadable: Unreadable = (seq, problem) => {
    const { file, log } = this.#options;
    if (!this.#complained)
      log.warn(
        { file, seq, problem },
        'a run in the history cannot be read and is skipped; others like it, too',
      );
    this.#complained = true;
  };

  #select(filter: RunFilter): sql.PlacedRun[] {
    const { before = Number.POSITIVE_INFINITY, since = 0, limit } = filter;
    const waiting = this.#waiting
      .newestFirst()
      .filter(({ seq, run }) => seq < before && seq >= since && matches(filter, run))
      .slice(0, limit);
    const rest = limit === undefined ? {} : { limit: limit - waiting.length };
    if (rest.limit === 0) return waiting;
    return [...waiting, ...this.#read([], (db) => sql.select(db, { ...filter, ...rest }, this.#unreadable))];
  }

  /** Deletes what is too old or too much. That it could not is no loss: the next time will do. */
  #sweep(): void {
    this.#sinceSweep = 0;
    const { keep, maxAgeMs, maxBytes } = this.#options;
    try {
      const cutoff = new Date(Date.now() - maxAgeMs).toISOString();
      if (this.#db) sql.sweep(this.#db, { keep, cutoff, maxBytes });
    } catch (error) {
      if (isDamaged(error)) this.#beginAnew(error);
      else this.#failed(error);
    }
  }
}

/** What is remembered of a check; where nothing is, what is found, which is remembered from then on. */
function remembered(memory: Map<string, Run>, check: string, find: () => Run | null): Run | null {
  const known = memory.get(check);
  if (known) return known;
  const found = find();
  if (found) memory.set(check, found);
  return found;
}
