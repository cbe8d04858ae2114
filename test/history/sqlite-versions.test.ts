/** The history on disk: schemas and runs of older and newer versions. */
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/checks/check.ts';
import { historyFile, readHistory } from '../../src/history/open.ts';
import { packRun } from '../../src/history/packing.ts';
import { migrate, SCHEMA } from '../../src/history/schema.ts';
import { HistoryError } from '../../src/history/sqlite.ts';
import type { RunStore } from '../../src/history/store.ts';
import { aCall, aRun } from '../support/history/runs.ts';
import { directory, open } from '../support/history/sqlite.ts';

const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);

describe('the schema', () => {
  /** A file as the first schema has it. */
  function first(dir: string, runs: readonly Run[]): void {
    const db = new DatabaseSync(historyFile(dir));
    migrate(db, historyFile(dir), 1);
    for (const [index, run] of runs.entries()) {
      const { id, check, kind, outcome, startedAt } = run;
      db.prepare(
        'INSERT INTO runs (seq, id, check_name, kind, outcome, started_at) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(index + 1, id, check, kind, outcome, startedAt);
      db.prepare('INSERT INTO bodies (seq, run) VALUES (?, ?)').run(index + 1, packRun(run));
    }
    db.close();
  }

  it('of the first Vigie is brought up to date, with what it did not yet tell', () => {
    const dir = directory();
    const runs = ['1', '1', '2'].map((version) => aRun({ call: aCall({ version }) }));
    first(dir, runs);
    expect(() => readHistory(historyFile(dir))).toThrow(
      /earlier Vigie's.*"vigie serve" brings it up to date/,
    );
    const { store } = open(dir);
    expect(store.list()).toEqual([...runs].reverse());
    expect(store.list({ version: '1' })).toHaveLength(2);
    const day = runs[0]!.startedAt.slice(0, 10);
    expect(store.tallies({ check: 'meet', kind: 'call', by: 'day', from: day, to: '9999' })).toEqual([
      { start: day, counts: { pass: 3, degraded: 0, fail: 0, error: 0 } },
    ]);
    expect(store.changes({ limit: 5 })).toMatchObject([{ from: '1', to: '2', run: runs[2]!.id }]);
    store.append(aRun({ call: aCall({ version: '3' }) }));
    expect(store.changes({ limit: 1 })).toMatchObject([{ from: '2', to: '3' }]);
  });

  it('is copied before, for the Vigie of before, which names the copy when it meets a newer one', () => {
    const dir = directory();
    const runs = [aRun({ call: aCall() }), aRun({ call: aCall() })];
    first(dir, runs);
    const { store, said } = open(dir);
    const copy = `${historyFile(dir)}.schema-1`;
    expect(said).toEqual([`the history is brought up to date; a copy for the Vigie of before is ${copy}`]);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    store.append(aRun());
    store.close();
    const db = new DatabaseSync(copy, { readOnly: true });
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    expect(db.prepare('SELECT count(*) AS n FROM bodies').get()).toEqual({ n: 2 });
    db.close();
    // Opened once more, it is as it should be: nothing is copied.
    const again = open(dir);
    expect(again.said).toEqual([]);
    again.store.close();
    expect(readdirSync(dir).filter((name) => name.includes('schema'))).toEqual(['runs.sqlite.schema-1']);
    // A month later nobody goes back.
    utimesSync(copy, 0, 0);
    open(dir);
    expect(readdirSync(dir).filter((name) => name.includes('schema'))).toEqual([]);
  });

  it('without room for the copy stays as it is, and nothing of the copy is left', () => {
    const dir = directory();
    first(dir, [aRun()]);
    // What stands in the way of the copy's name.
    mkdirSync(join(dir, 'runs.sqlite.schema-1', 'in-the-way'), { recursive: true });
    const { store } = open(dir);
    expect(store.keeping).toMatchObject({ writable: false });
    const db = new DatabaseSync(historyFile(dir), { readOnly: true });
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    db.close();
    expect(readdirSync(dir).filter((name) => name.includes('part'))).toEqual([]);
  });

  it('is changed wholly or not at all', () => {
    const dir = directory();
    first(dir, [aRun()]);
    const db = new DatabaseSync(historyFile(dir));
    // In the way of the second half of the second step.
    db.exec('CREATE TABLE changes (id INTEGER)');
    expect(() => migrate(db, historyFile(dir))).toThrow();
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'versions'").get()).toEqual({
      n: 0,
    });
    db.close();
  });

  it('is changed where a run cannot be read', () => {
    const dir = directory();
    const runs = [aRun(), aRun({ call: aCall({ version: '2' }) })];
    first(dir, runs);
    const db = new DatabaseSync(historyFile(dir));
    db.exec("UPDATE bodies SET run = x'00' WHERE seq = 1");
    db.close();
    const { store, said } = open(dir);
    expect(store.list()).toEqual(runs.slice(1));
    expect(said.slice(1)).toEqual([
      'a run in the history cannot be read and is skipped; others like it, too',
    ]);
  });

  it('of a newer Vigie is refused with a sentence, and left alone', () => {
    const dir = directory();
    const { store } = open(dir);
    store.append(aRun());
    store.close();
    const db = new DatabaseSync(historyFile(dir));
    db.exec(`PRAGMA user_version = ${SCHEMA + 1}`);
    db.close();
    const sentence = /was written by a newer Vigie \(its schema is \d+, this one knows \d+\)/;
    expect(() => open(dir)).toThrow(HistoryError);
    expect(() => open(dir)).toThrow(sentence);
    expect(() => readHistory(historyFile(dir))).toThrow(sentence);
    expect(readdirSync(dir).filter((name) => name.includes('damaged'))).toEqual([]);
    const copy = `${historyFile(dir)}.schema-${SCHEMA}`;
    writeFileSync(copy, '');
    expect(() => open(dir)).toThrow(`-shm away, and ${copy} to ${historyFile(dir)}, or name another`);
  });
});

describe('a run of another version', () => {
  /** The store after these contents were put in place of runs that it had; undefined leaves one as it is. */
  function kept(contents: readonly unknown[]): { store: RunStore; said: string[]; runs: Run[] } {
    const dir = directory();
    const { store } = open(dir);
    const runs = contents.map(() => aRun({ call: aCall() }));
    for (const run of runs) store.append(run);
    store.close();
    const db = new DatabaseSync(historyFile(dir));
    for (const [index, content] of contents.entries()) {
      if (content === undefined) continue;
      const run = typeof content === 'function' ? content(runs[index]) : content;
      db.prepare('UPDATE bodies SET run = ? WHERE seq = ?').run(packRun(run), index + 1);
    }
    db.close();
    return { ...open(dir), runs };
  }

  it('keeps what this one does not know, and lacks as null what may be null', () => {
    const { store, runs, said } = kept([
      (run: Run) => ({
        ...run,
        mood: 'new',
        call: {
          ...run.call!,
          streams: run.call!.streams.map((stream) => ({ ...stream, noticedAt: undefined, jitterMs: 3 })),
        },
      }),
    ]);
    const [run] = store.list();
    expect(run).toMatchObject({ ...runs[0], mood: 'new' });
    expect(run!.call!.streams[0]).toMatchObject({ jitterMs: 3, noticedAt: null });
    expect(said).toEqual([]);
  });

  it('is skipped where it cannot be read: another takes its place, and the log has it once', () => {
    const { store, runs, said } = kept([
      undefined,
      undefined,
      (run: Run) => ({ ...run, kind: 'toy' }),
      undefined,
      (run: Run) => ({ ...run, call: { ...run.call!, streams: 'none' } }),
      (run: Run) => ({ ...run, outcome: 'fine' }),
    ]);
    const read = [runs[3], runs[1], runs[0]].map((run) => run!.id);
    expect(ids(store.list())).toEqual(read);
    expect(ids(store.list({ limit: 2 }))).toEqual(read.slice(0, 2));
    expect(store.latest('meet')?.id).toBe(read[0]);
    const page = store.page({ limit: 2 });
    expect(ids(page.runs)).toEqual(read.slice(0, 2));
    expect(ids(store.page({ limit: 2, before: page.next! }).runs)).toEqual(read.slice(2));
    expect(store.get(runs[4]!.id)).toBeNull();
    expect(said).toEqual(['a run in the history cannot be read and is skipped; others like it, too']);
  });
});
