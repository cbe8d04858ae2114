/** Opening the history file: one writer at a time, and what to do with a file that cannot be used. */
import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { copyBefore, removeOldCopies } from './copies.ts';
import { PRIVATE_FILE } from './evidence.ts';
import { migrate, SCHEMA, schemaOf } from './schema.ts';

/** Readers and the writer wait for each other this long at most. */
const BUSY_MS = 5000;

/** SQLite's result codes; source: sqlite.org/rescode.html. */
const CODES = { busy: 5, readonly: 8, corrupt: 11, full: 13, cantOpen: 14, notADatabase: 26 } as const;

/** SQLite's primary result code; null where the error is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : null;
}

/** What is wrong with the file or its disk, in words. */
export function sqliteFault(error: unknown): string {
  const code = sqliteCode(error);
  if (code === CODES.full) return 'the disk is full';
  if (code === CODES.readonly) return 'it may not be written';
  if (code === CODES.cantOpen) return 'it cannot be opened';
  if (code === CODES.busy) return 'another process holds it';
  return error instanceof Error ? error.message : String(error);
}

/** Whether the file itself is damaged, as opposed to what surrounds it. */
export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CODES.corrupt || code === CODES.notADatabase;
}

/**
 * Opens the file for writing, makes it where it is missing and brings it up to date. After a crash or a power cut it
 * is looked through first.
 * @param copied called with the copy of what an earlier Vigie wrote, before it is brought up to date
 * @throws an error for which `isDamaged` holds, `NewerSchemaError`, or SQLite's own.
 */
export function openForWriting(file: string, copied: (copy: string) => void = () => {}): DatabaseSync {
  makePrivate(file);
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // A write-ahead log that is left shows that the last writer did not close the file.
    const crashed = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    if (crashed) lookThrough(db);
    const found = schemaOf(db);
    if (found > 0 && found < SCHEMA) copied(copyBefore(db, file, found, makePrivate));
    migrate(db, file);
    removeOldCopies(file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What belongs to a file of SQLite's has its mode. Where the file cannot be made, SQLite says why. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', PRIVATE_FILE));
    // Earlier versions left it to everybody to read.
    chmodSync(file, PRIVATE_FILE);
  } catch {}
}

/** Opens the file for reading, also while a service writes to it. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
}

function lookThrough(db: DatabaseSync): void {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found === 'ok') return;
  throw Object.assign(new Error(`a page of it is damaged (${String(found)})`), { errcode: CODES.corrupt });
}

/** Moves a damaged file and what belongs to it out of the way; gives its new name. */
export function moveAside(file: string, now: Date = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  let aside = `${file}.damaged-${stamp}`;
  for (let n = 2; existsSync(aside); n++) aside = `${file}.damaged-${stamp}-${n}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(file + part)) renameSync(file + part, aside + part);
  }
  return aside;
}

/**
 * Sees that no other process writes to this history. The lock is held by the operating system, so that it cannot
 * outlive the process; readers do not need it. Gives the function that lets go; null where somebody else has it.
 */
export function lockHistory(file: string): (() => void) | null {
  const lock = new DatabaseSync(join(dirname(file), 'lock'), { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (sqliteCode(error) === CODES.busy) return null;
    throw error;
  }
}
