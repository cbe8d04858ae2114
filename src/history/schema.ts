/** The tables of the history file, and how a file of an earlier Vigie becomes one of this. */
import type { DatabaseSync } from 'node:sqlite';
import type { Run } from '../checks/check.ts';
import { copyFor } from './copies.ts';
import { unpackRun } from './packing.ts';
import { VersionWatch, versionsOf } from './versions.ts';

/** The file was written by a Vigie that knows more than this one. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';
  constructor(file: string, found: number) {
    const kept = copyFor(file, SCHEMA);
    const back = kept
      ? `, or go back to the history of before the upgrade (${kept.day}): move runs.sqlite with its -wal and -shm away, and ${kept.copy} to ${file}`
      : '';
    super(
      `${file} was written by a newer Vigie (its schema is ${found}, this one knows ${SCHEMA}). ` +
        `Start the newer Vigie again${back}, or name another directory with history.dir.`,
    );
  }
}

/**
 * One step from a schema to the next; the first begins with an empty file. What is here has been released and never
 * changes: a further change is a further step.
 */
const STEPS: readonly ((db: DatabaseSync) => void)[] = [
  // What is searched and what is large are kept apart, so that a search reads little.
  (db) =>
    db.exec(`
      CREATE TABLE runs (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        check_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        outcome TEXT NOT NULL,
        started_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE bodies (seq INTEGER PRIMARY KEY, run BLOB NOT NULL) STRICT;
      CREATE INDEX runs_by_outcome ON runs (check_name, kind, outcome, seq);
      CREATE INDEX runs_by_check ON runs (check_name, seq);
      CREATE INDEX runs_by_time ON runs (started_at);
      CREATE TRIGGER runs_bodies AFTER DELETE ON runs BEGIN DELETE FROM bodies WHERE seq = old.seq; END;
    `),
  // Versions, and their changes, which outlive the runs that saw them.
  (db) => {
    db.exec(`
      ALTER TABLE runs ADD COLUMN version TEXT;
      CREATE INDEX runs_by_version ON runs (check_name, version, seq) WHERE version IS NOT NULL;
      CREATE TABLE versions (
        check_name TEXT NOT NULL, subject TEXT NOT NULL, version TEXT NOT NULL,
        PRIMARY KEY (check_name, subject)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE changes (
        id INTEGER PRIMARY KEY, check_name TEXT NOT NULL, subject TEXT NOT NULL,
        from_version TEXT NOT NULL, to_version TEXT NOT NULL, at TEXT NOT NULL, run TEXT NOT NULL,
        seq INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX changes_by_check ON changes (check_name, seq);
    `);
    const watch = new VersionWatch();
    const update = db.prepare('UPDATE runs SET version = ? WHERE seq = ?');
    const rows = db.prepare('SELECT seq, run FROM bodies ORDER BY seq').all();
    for (const { seq, run: body } of rows) {
      const run = unpackRun(body as Uint8Array, Number(seq), skipped);
      if (!run) continue;
      update.run(run.call?.version ?? null, seq!);
      recordVersions(db, run, Number(seq), watch.next(run));
    }
  },
  // Shares over windows of time read times and outcomes of a check, and nothing else.
  (db) => db.exec('CREATE INDEX runs_by_window ON runs (check_name, kind, started_at, outcome)'),
  // How many runs of each day had each outcome: a few bytes that outlive the runs, for bars of months.
  (db) =>
    db.exec(`
      CREATE TABLE days (
        check_name TEXT NOT NULL, kind TEXT NOT NULL, day TEXT NOT NULL, outcome TEXT NOT NULL, runs INTEGER NOT NULL,
        PRIMARY KEY (check_name, kind, day, outcome)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO days SELECT check_name, kind, substr(started_at, 1, 10), outcome, count(*) FROM runs GROUP BY 1, 2, 3, 4;
      CREATE TRIGGER runs_days AFTER INSERT ON runs BEGIN
        INSERT INTO days VALUES (new.check_name, new.kind, substr(new.started_at, 1, 10), new.outcome, 1)
        ON CONFLICT DO UPDATE SET runs = runs + 1;
      END;
    `),
  // What has to outlast the process and is no run: maintenance, what was notified.
  (db) => db.exec('CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID'),
];

/** A run that cannot be read reports no versions; whoever reads it later reports it. */
function skipped(): void {}

/** The schema that this Vigie writes. */
export const SCHEMA = STEPS.length;

/** The schema that a file has; 0: none, it is empty. */
export function schemaOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()!.user_version);
}

/**
 * Brings a file to a schema, by default the newest, all or nothing.
 * @throws {NewerSchemaError} where it is beyond what this Vigie knows.
 */
export function migrate(db: DatabaseSync, file: string, to: number = SCHEMA): void {
  const found = schemaOf(db);
  if (found > SCHEMA) throw new NewerSchemaError(file, found);
  if (found >= to) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of STEPS.slice(found, to)) step(db);
    db.exec(`PRAGMA user_version = ${to}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Notes the versions that a run saw and what it changed. */
export function recordVersions(
  db: DatabaseSync,
  run: Run,
  seq: number,
  changes: ReturnType<VersionWatch['next']>,
): void {
  const known = db.prepare('INSERT OR REPLACE INTO versions (check_name, subject, version) VALUES (?, ?, ?)');
  for (const [subject, version] of versionsOf(run)) known.run(run.check, subject, version);
  const insert = db.prepare(
    'INSERT INTO changes (check_name, subject, from_version, to_version, at, run, seq) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const { check, subject, from, to, at, run: id } of changes) {
    insert.run(check, subject, from, to, at, id, seq);
  }
}
