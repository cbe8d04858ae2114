/** What the history file is asked, in SQL; tables and their meaning: `schema.ts`. */

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { DAY_MS } from '../base/durations.ts';
import type { Kind, Outcome, Run } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';
import { packRun, type Unreadable, unpackRun } from './packing.ts';
import { recordVersions } from './schema.ts';
import type { Since } from './since.ts';
import {
  DAYS_KEPT,
  type OutcomeMoment,
  type RunBrief,
  type RunFilter,
  type Tally,
  type TallyFilter,
} from './store.ts';
import type { PlacedChange } from './versions.ts';
import type { WaitingRun } from './waiting.ts';

/** A run with its place in the history. */
export interface PlacedRun {
  readonly seq: number;
  readonly run: Run;
}

export function insert(db: DatabaseSync, { run, seq, changes }: WaitingRun): void {
  const { id, check, kind, outcome, startedAt } = run;
  // A commit that was reported as failed may have taken place all the same.
  if (seqOf(db, id) !== null) return;
  db.prepare(
    'INSERT INTO runs (seq, id, check_name, kind, outcome, started_at, version) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(seq, id, check, kind, outcome, startedAt, run.call?.version ?? null);
  db.prepare('INSERT INTO bodies (seq, run) VALUES (?, ?)').run(seq, packRun(run));
  recordVersions(db, run, seq, [...changes]);
}

/** The place of the last run; 0 without any. */
export function lastSeq(db: DatabaseSync): number {
  return Number(db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM runs').get()!.seq);
}

export function seqOf(db: DatabaseSync, id: string): number | null {
  const row = db.prepare('SELECT seq FROM runs WHERE id = ?').get(id);
  return row ? Number(row.seq) : null;
}

/** A run by its place; null where it is not there, or cannot be read. */
export function body(db: DatabaseSync, seq: number, unreadable: Unreadable): Run | null {
  const row = db.prepare('SELECT run FROM bodies WHERE seq = ?').get(seq);
  return row ? unpackRun(row.run as Uint8Array, seq, unreadable) : null;
}

/** Runs with their places, the one that ended last first; those that cannot be read are skipped. */
export function select(db: DatabaseSync, filter: RunFilter, unreadable: Unreadable): PlacedRun[] {
  const { limit } = filter;
  const found: PlacedRun[] = [];
  let { before } = filter;
  for (;;) {
    const missing = limit === undefined ? undefined : limit - found.length;
    const rows = bodies(db, {
      ...filter,
      ...(before !== undefined && { before }),
      ...(missing !== undefined && { limit: missing }),
    });
    for (const { seq, body } of rows) {
      const run = unpackRun(body, seq, unreadable);
      if (run) found.push({ seq, run });
    }
    // In place of those that were skipped, others.
    if (missing === undefined || rows.length < missing || found.length === limit) return found;
    before = rows.at(-1)!.seq;
  }
}

function bodies(db: DatabaseSync, filter: RunFilter): { seq: number; body: Uint8Array }[] {
  const { clause, values } = where(filter);
  // The places first, from an index where there is one, then what is large.
  const rows = db
    .prepare(
      `SELECT seq, run FROM bodies WHERE seq IN (SELECT seq FROM runs ${clause} ORDER BY seq DESC LIMIT ?) ORDER BY seq DESC`,
    )
    .all(...values, filter.limit ?? -1);
  return rows.map(({ seq, run }) => ({ seq: Number(seq), body: run as Uint8Array }));
}

function where({ check, kind, outcome, version, from, to, before, since }: RunFilter): {
  clause: string;
  values: SQLInputValue[];
} {
  const conditions: [string, SQLInputValue | undefined][] = [
    ['check_name = ?', check],
    ['kind = ?', kind],
    ['outcome = ?', outcome],
    ['version = ?', version],
    ['started_at >= ?', from],
    ['started_at < ?', to],
    ['seq < ?', before],
    ['seq >= ?', since],
  ];
  const set = conditions.filter((each): each is [string, SQLInputValue] => each[1] !== undefined);
  return {
    clause: set.length > 0 ? `WHERE ${set.map(([condition]) => condition).join(' AND ')}` : '',
    values: set.map(([, value]) => value),
  };
}

/** The last runs of a check as rows: what is large is not read. */
export function briefs(db: DatabaseSync, check: string, kind: Kind, limit: number): RunBrief[] {
  return db
    .prepare(
      'SELECT id, outcome, started_at FROM runs WHERE check_name = ? AND kind = ? ORDER BY seq DESC LIMIT ?',
    )
    .all(check, kind, limit)
    .map((row) => ({
      id: String(row.id),
      outcome: row.outcome as Outcome,
      startedAt: String(row.started_at),
    }));
}

/** Times and outcomes since then, from an index alone. */
export function outcomes(db: DatabaseSync, check: string, kind: Kind, from: string): OutcomeMoment[] {
  // One text of many: a month of runs each minute as rows would cost several times as much.
  const row = db
    .prepare(
      `SELECT json_group_array(started_at || ' ' || outcome) AS all_of_it FROM
       (SELECT started_at, outcome FROM runs WHERE check_name = ? AND kind = ? AND started_at >= ? ORDER BY seq)`,
    )
    .get(check, kind, from);
  return (JSON.parse(String(row?.all_of_it ?? '[]')) as string[]).map((each) => {
    const [at = '', outcome] = each.split(' ');
    return { at: Date.parse(at), outcome: outcome as Outcome };
  });
}

/** Outcomes by hours, from an index alone, or by days, which outlive the runs. */
export function tallies(db: DatabaseSync, { check, kind, by, from, to }: TallyFilter): Tally[] {
  const source =
    by === 'day'
      ? 'SELECT day AS start, outcome, runs FROM days WHERE check_name = ? AND kind = ? AND day >= ? AND day < ?'
      : `SELECT substr(started_at, 1, 13) AS start, outcome, count(*) AS runs FROM runs
         WHERE check_name = ? AND kind = ? AND started_at >= ? AND started_at < ? GROUP BY 1, 2`;
  const rows = db.prepare(`${source} ORDER BY 1`).all(check, kind, from, to);
  return [...Map.groupBy(rows, ({ start }) => String(start))].map(([start, its]) => {
    const counts = { pass: 0, degraded: 0, fail: 0, error: 0 };
    for (const { outcome, runs } of its) counts[outcome as Outcome] = Number(runs);
    return { start, counts };
  });
}

const MAX = 'SELECT max(seq) AS seq FROM runs WHERE';

/** The place of the last run of a check that worked; null if none did. */
export function lastWorking(db: DatabaseSync, check: string): number | null {
  const row = db.prepare(`${MAX} check_name = ? AND outcome IN ('pass', 'degraded')`).get(check);
  return row?.seq == null ? null : Number(row.seq);
}

/** The same as `stateSince` over all runs, without reading them. */
export function since(db: DatabaseSync, check: string, kind: Kind): Since | null {
  const newest = db
    .prepare('SELECT outcome FROM runs WHERE check_name = ? AND kind = ? ORDER BY seq DESC LIMIT 1')
    .get(check, kind);
  if (!newest) return null;
  const outcome = newest.outcome as Outcome;
  const [same, other] =
    outcome === 'error'
      ? [['error'], ['pass', 'degraded', 'fail']]
      : works(outcome)
        ? [['pass', 'degraded'], ['fail']]
        : [['fail'], ['pass', 'degraded']];
  const marks = (of: readonly string[]) => of.map(() => '?').join(', ');
  const broken = db
    .prepare(`${MAX} check_name = ? AND kind = ? AND outcome IN (${marks(other)})`)
    .get(check, kind, ...other)?.seq;
  const row = db
    .prepare(
      `SELECT count(*) AS runs, min(seq) AS first FROM runs
       WHERE check_name = ? AND kind = ? AND outcome IN (${marks(same)}) AND seq > ?`,
    )
    .get(check, kind, ...same, broken ?? 0)!;
  const first = db.prepare('SELECT started_at FROM runs WHERE seq = ?').get(row.first!)!;
  return { at: String(first.started_at), runs: Number(row.runs), orEarlier: broken == null };
}

export function version(db: DatabaseSync, check: string, kind: Kind): string | null {
  const row = db
    .prepare(
      'SELECT version FROM runs WHERE check_name = ? AND kind = ? AND version IS NOT NULL ORDER BY seq DESC LIMIT 1',
    )
    .get(check, kind);
  return row ? String(row.version) : null;
}

/** The last known versions, as check, subject, version. */
export function versions(db: DatabaseSync): [string, string, string][] {
  return db
    .prepare('SELECT check_name, subject, version FROM versions')
    .all()
    .map((row) => [String(row.check_name), String(row.subject), String(row.version)]);
}

/** The latest first, with the place of the run that showed each. */
export function changes(db: DatabaseSync, check: string | undefined, limit: number): PlacedChange[] {
  const clause = check === undefined ? '' : 'WHERE check_name = ?';
  return db
    .prepare(`SELECT * FROM changes ${clause} ORDER BY seq DESC, id DESC LIMIT ?`)
    .all(...(check === undefined ? [] : [check]), limit)
    .map((row) => ({
      check: String(row.check_name),
      subject: String(row.subject),
      from: String(row.from_version),
      to: String(row.to_version),
      at: String(row.at),
      run: String(row.run),
      seq: Number(row.seq),
    }));
}

/** This share of the runs gives way at once where the file is too large. */
const MUCH = 0.02;

/** Deletes what is too old or too much; the last run of a check that worked stays. */
export function sweep(
  db: DatabaseSync,
  { keep, cutoff, maxBytes }: { keep: number; cutoff: string; maxBytes: number },
): void {
  const checks = db.prepare('SELECT DISTINCT check_name FROM runs').all();
  const spared = checks
    .map(({ check_name }) => lastWorking(db, String(check_name)))
    .filter((seq) => seq !== null);
  const spare = `seq NOT IN (${spared.join(', ') || '0'})`;
  db.prepare(`DELETE FROM runs WHERE started_at < ? AND ${spare}`).run(cutoff);
  const oldest = new Date(Date.now() - DAYS_KEPT * DAY_MS).toISOString().slice(0, 10);
  db.prepare('DELETE FROM days WHERE day < ?').run(oldest);
  for (const { check_name } of checks) {
    db.prepare(
      `DELETE FROM runs WHERE check_name = ?1 AND ${spare} AND seq <=
       (SELECT seq FROM runs WHERE check_name = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
    ).run(check_name!, keep);
  }
  while (usedBytes(db) > maxBytes) {
    const { runs } = db.prepare('SELECT count(*) AS runs FROM runs').get()!;
    const { changes: gone } = db
      .prepare(`DELETE FROM runs WHERE seq IN (SELECT seq FROM runs WHERE ${spare} ORDER BY seq LIMIT ?)`)
      .run(Math.ceil(Number(runs) * MUCH));
    if (Number(gone) === 0) return;
  }
}

function usedBytes(db: DatabaseSync): number {
  const value = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0]);
  return (value('page_count') - value('freelist_count')) * value('page_size');
}

/** All notes, by their keys. */
export function notes(db: DatabaseSync): Map<string, string> {
  const rows = db.prepare('SELECT key, value FROM notes').all();
  return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
}

/** Writes a note, or removes it. */
export function writeNote(db: DatabaseSync, key: string, value: string | null): void {
  if (value === null) db.prepare('DELETE FROM notes WHERE key = ?').run(key);
  else db.prepare('INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)').run(key, value);
}
