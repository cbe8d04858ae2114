/** Where the history of a service is, and how others read it. */

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { IN_MEMORY } from '../base/in-memory.ts';
import type { Logger, Run } from '../checks/check.ts';
import { openForReading, sqliteFault } from './database.ts';
import { PRIVATE_DIRECTORY } from './evidence.ts';
import { createMemoryStore } from './memory.ts';
import type { Unreadable } from './packing.ts';
import { NewerSchemaError, SCHEMA, schemaOf } from './schema.ts';
import { createSqliteStore, HistoryError } from './sqlite.ts';
import * as sql from './statements.ts';
import type { RunFilter, RunStore } from './store.ts';
import type { PlacedChange } from './versions.ts';

export interface HistoryOptions {
  /** A directory, or `:memory:`. */
  readonly dir: string;
  readonly keep: number;
  readonly maxAge: number;
  readonly maxSize: number;
}

/** The file in the history's directory. */
export function historyFile(dir: string): string {
  return join(dir, 'runs.sqlite');
}

/**
 * The store that a service writes to; null keeps runs in memory.
 * @throws {HistoryError}
 */
export function openHistory(options: HistoryOptions | null, log: Logger): RunStore {
  if (options === null || options.dir === IN_MEMORY) return createMemoryStore();
  const { dir, keep, maxAge: maxAgeMs, maxSize: maxBytes } = options;
  try {
    if (!existsSync(dir)) mkdirSync(dir, { mode: PRIVATE_DIRECTORY });
  } catch {
    // What is in the way has been looked for before the start; the store reports what came up since.
  }
  return createSqliteStore({ file: historyFile(dir), keep, maxAgeMs, maxBytes, log });
}

/** A history to read from, also while a service writes to it. */
export interface HistoryReader {
  /** The names of checks of which there are runs, with their kinds. */
  checks(): { readonly name: string; readonly kind: string }[];
  /** The run that ended last comes first. */
  list(filter: RunFilter): Run[];
  /** The latest first, with the place of the first run that saw the new version. */
  changes(check: string): PlacedChange[];
  close(): void;
}

/**
 * @param unreadable takes runs that cannot be read; they are skipped.
 * @throws {HistoryError} with a sentence where it is not there or cannot be read.
 */
export function readHistory(file: string, unreadable: Unreadable = () => {}): HistoryReader {
  if (!existsSync(file))
    throw new HistoryError(`There is no history at ${file}: no service has kept one there.`);
  let db: DatabaseSync;
  try {
    db = openForReading(file);
    const found = schemaOf(db);
    if (found > SCHEMA) throw new NewerSchemaError(file, found);
    if (found < SCHEMA)
      throw new HistoryError(
        `${file} is an earlier Vigie's (its schema is ${found}, this one's ${SCHEMA}). "vigie serve" brings it up to date when it starts.`,
      );
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    if (error instanceof NewerSchemaError) throw new HistoryError(error.message);
    throw new HistoryError(`The history ${file} cannot be read: ${sqliteFault(error)}.`);
  }
  return {
    checks: () =>
      db
        .prepare('SELECT DISTINCT check_name, kind FROM runs ORDER BY check_name')
        .all()
        .map((row) => ({ name: String(row.check_name), kind: String(row.kind) })),
    list: (filter) => sql.select(db, filter, unreadable).map(({ run }) => run),
    changes: (check) => sql.changes(db, check, Number.MAX_SAFE_INTEGER),
    close: () => db.close(),
  };
}
