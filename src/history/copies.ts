/** The copy of a history from before a migration: with it, the Vigie of before can be started again. */

import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DAY_MS } from '../base/durations.ts';

/** Nobody goes back to a version after so long. */
const KEPT_MS = 30 * DAY_MS;

/** Where the copy with this schema is. */
export function copyOf(file: string, schema: number): string {
  return `${file}.schema-${schema}`;
}

/**
 * Writes all of the file to a copy named after its schema; an earlier one of that name is replaced once the new one is whole.
 * @param make makes an empty file that nobody else may read
 * @throws SQLite's own error, where there is no room for it, say: nothing of it is left then
 */
export function copyBefore(
  db: DatabaseSync,
  file: string,
  schema: number,
  make: (file: string) => void,
): string {
  const copy = copyOf(file, schema);
  const growing = `${copy}.part`;
  try {
    rmSync(growing, { force: true });
    make(growing);
    db.prepare('VACUUM INTO ?').run(growing);
    renameSync(growing, copy);
  } catch (error) {
    rmSync(growing, { force: true });
    throw error;
  }
  return copy;
}

/** Removes copies that are older than a month; what cannot be removed stays. */
export function removeOldCopies(file: string, now = Date.now()): void {
  const start = `${basename(file)}.schema-`;
  try {
    for (const name of readdirSync(dirname(file))) {
      if (!name.startsWith(start) || !/^\d+$/.test(name.slice(start.length))) continue;
      const copy = join(dirname(file), name);
      if (now - statSync(copy).mtimeMs > KEPT_MS) rmSync(copy, { force: true });
    }
  } catch {}
}

/** The copy that this schema can read, with its day; null where there is none. */
export function copyFor(
  file: string,
  schema: number,
): { readonly copy: string; readonly day: string } | null {
  const copy = copyOf(file, schema);
  if (!existsSync(copy)) return null;
  return { copy, day: statSync(copy).mtime.toISOString().slice(0, 10) };
}
