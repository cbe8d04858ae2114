/** The history on disk: restarts, limits, crashes, full disks, damaged files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { Logger, Run } from '../../src/checks/check.ts';
import { historyFile, openHistory, readHistory } from '../../src/history/open.ts';
import { HistoryError } from '../../src/history/sqlite.ts';
import { aCall, aRun } from '../support/history/runs.ts';
import { directory, open } from '../support/history/sqlite.ts';

const CHILD = new URL('../support/history/history-child.ts', import.meta.url).pathname;
const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);

/** A run that cannot be deflated to nothing. */
function aLargeRun(bytes = 20_000): Run {
  const noise = Array.from({ length: bytes / 10 }, () => Math.random().toString(36).slice(2, 12)).join('');
  return aRun({ summary: noise });
}

describe('after a restart', () => {
  it('everything is as it was', () => {
    const dir = directory();
    const before = open(dir).store;
    const runs = [
      aRun({ call: aCall({ version: '1' }) }),
      aRun({ outcome: 'fail', call: aCall({ version: '2' }) }),
      aRun({ outcome: 'fail' }),
    ];
    for (const run of runs) before.append(run);
    before.close();
    const { store } = open(dir);
    expect(store.list()).toEqual([...runs].reverse());
    expect(store.get(runs[0]!.id)).toEqual(runs[0]);
    expect(store.lastWorking('meet')).toEqual(runs[0]);
    expect(store.since('meet', 'call')).toEqual({ at: runs[1]!.startedAt, runs: 2, orEarlier: false });
    expect(store.changes({ limit: 5 })).toMatchObject([{ from: '1', to: '2' }]);
    const next = aRun({ call: aCall({ version: '3' }) });
    store.append(next);
    expect(store.latest('meet')).toEqual(next);
    expect(store.changes({ limit: 1 })).toMatchObject([{ from: '2', to: '3', run: next.id }]);
  });

  it('notes are there, and what was forgotten is not; a damaged file loses none of this process', () => {
    const dir = directory();
    const before = open(dir).store;
    before.keepNote('kept', 'one');
    before.keepNote('kept', 'two');
    before.keepNote('gone', 'x');
    before.keepNote('gone', null);
    before.close();
    const { store } = open(dir);
    expect([store.note('kept'), store.note('gone')]).toEqual(['two', null]);
    writeFileSync(historyFile(dir), 'damaged');
    store.append(aRun());
    store.keepNote('more', 'three');
    store.close();
    const again = open(dir).store;
    expect([again.note('kept'), again.note('more')]).toEqual(['two', 'three']);
  });

  it('a second process learns that the first one writes there; a reader is not in its way', () => {
    const dir = directory();
    const { store } = open(dir);
    const run = aRun();
    store.append(run);
    expect(() => open(dir)).toThrow(HistoryError);
    expect(() => open(dir)).toThrow(/Another Vigie keeps its history in .*history\.dir/);
    const reader = readHistory(historyFile(dir));
    expect(reader.list({ check: 'meet' })).toEqual([run]);
    store.append(aRun());
    expect(reader.list({ check: 'meet' })).toHaveLength(2);
    reader.close();
  });
});

describe('what is kept', () => {
  it('of days is how their runs ended, when the runs themselves are no longer kept', () => {
    const dir = directory();
    const { store } = open(dir, { keep: 10 });
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
    store.append(aRun({ outcome: 'fail', startedAt: day(500) }));
    for (let i = 0; i < 40; i++)
      store.append(aRun({ outcome: i % 4 ? 'pass' : 'fail', startedAt: day(100) }));
    for (let i = 0; i < 20; i++) store.append(aRun());
    expect(store.list({ check: 'meet' }).length).toBeLessThan(31);
    const of = { check: 'meet', kind: 'call', by: 'day' } as const;
    const hundred = { start: day(100).slice(0, 10), counts: { pass: 30, degraded: 0, fail: 10, error: 0 } };
    expect(store.tallies({ ...of, from: '2020-01-01', to: day(99).slice(0, 10) })).toEqual([hundred]);
    store.close();
    const again = open(dir).store.tallies({ ...of, from: '2020-01-01', to: day(99).slice(0, 10) });
    expect(again).toEqual([hundred]);
  });

  it('is for this account alone to read, also what an earlier version began', () => {
    const dir = join(directory(), 'history');
    const limits = { dir, keep: 10, maxAge: 1e12, maxSize: 1e9 };
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const modes = () =>
      [dir, ...readdirSync(dir).map((name) => join(dir, name))]
        .filter((path) => !path.endsWith('lock'))
        .map((path) => (statSync(path).mode & 0o077).toString(8));
    for (const looser of [false, true]) {
      if (looser) chmodSync(historyFile(dir), 0o644);
      const store = openHistory(limits, log);
      store.append(aRun());
      expect(modes().every((mode) => mode === '0')).toBe(true);
      store.close();
    }
  });

  it('is the configured number of runs of each check, and the last that worked', () => {
    const { store } = open(directory(), { keep: 5 });
    const other = aRun({ check: 'other' });
    const worked = aRun();
    for (const run of [other, worked]) store.append(run);
    const failures = Array.from({ length: 60 }, () => aRun({ outcome: 'fail' }));
    for (const run of failures) store.append(run);
    const left = store.list({ check: 'meet' });
    expect(left.length).toBeLessThan(30);
    expect(ids(left.slice(0, 5))).toEqual(ids(failures.slice(-5).reverse()));
    expect(left.at(-1)).toEqual(worked);
    expect(store.list({ check: 'other' })).toEqual([other]);
  });

  it('is no older than it may be', () => {
    const dir = directory();
    const { store } = open(dir);
    const old = [aRun(), aRun({ outcome: 'fail' }), aRun()].map((run) => ({
      ...run,
      startedAt: new Date(Date.now() - 40 * 86_400_000).toISOString(),
    }));
    const young = aRun({ startedAt: new Date().toISOString(), outcome: 'fail' });
    for (const run of [...old, young]) store.append(run);
    store.close();
    expect(ids(open(dir, { maxAgeMs: 30 * 86_400_000 }).store.list())).toEqual(ids([young, old[2]!]));
  });

  it('takes no more than it may', () => {
    const { store } = open(directory(), { maxBytes: 1_000_000 });
    const runs = Array.from({ length: 120 }, () => aLargeRun());
    for (const run of runs) store.append(run);
    const left = store.list();
    expect(left.length).toBeGreaterThan(20);
    expect(left.length).toBeLessThan(80);
    expect(left[0]).toEqual(runs.at(-1));
  });
});

/** Runs the child that appends runs until it is killed; gives the ids that it said were kept. */
async function child(dir: string, args: readonly string[], until: (lines: readonly string[]) => boolean) {
  const [command, ...rest] = args;
  const started = spawn(command!, [...rest, process.execPath, CHILD, dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let said = '';
  started.stderr.on('data', (chunk: Buffer) => (said += chunk));
  const ended = once(started, 'exit');
  for await (const line of createInterface(started.stdout)) {
    lines.push(line);
    if (until(lines)) started.kill('SIGKILL');
  }
  await ended;
  return { kept: lines.filter((line) => !line.startsWith('#')), lines, said };
}

describe('a crash', () => {
  it('loses at most the run in hand', async () => {
    for (const after of [1, 7, 40]) {
      const dir = directory();
      const { kept } = await child(dir, ['env'], (lines) => lines.length >= after);
      const { store, said } = open(dir);
      const found = ids(store.list()).reverse();
      expect(found.slice(0, kept.length)).toEqual(kept);
      expect(found.length - kept.length).toBeLessThanOrEqual(1);
      expect(said).toEqual([]);
      store.append(aRun());
      expect(store.keeping.writable).toBe(true);
    }
  });
});

describe('a disk that is full', () => {
  it('stops nothing: runs wait, are seen, and are written when there is room', async () => {
    const dir = directory();
    // No file may become larger than 2000 blocks of 1024 bytes (bash): SQLite sees its write fail.
    const limited = ['bash', '-c', 'ulimit -f 2000; exec "$@"', 'limited'];
    const { kept, lines, said } = await child(dir, limited, (all) => all.at(-1) === '# waiting 30');
    expect(said).toMatch(
      /history cannot be written to .*runs\.sqlite: .*Runs are kept in memory until it can/,
    );
    expect(said.match(/cannot be written/g)).toHaveLength(1);
    expect(lines).toContain('# latest is seen');
    const { store } = open(dir);
    const found = ids(store.list()).reverse();
    expect(found.length).toBeGreaterThan(10);
    expect(found).toEqual(kept.slice(0, found.length));
    store.append(aRun());
    expect(store.keeping).toMatchObject({ writable: true, failures: 0 });
  });

  it('is reported once, counted, and reported again when it is over', () => {
    const dir = directory();
    const { store, said } = blocked(dir);
    const runs = [
      aRun({ call: aCall({ version: '1' }) }),
      aRun({ outcome: 'fail', call: aCall({ version: '2' }) }),
    ];
    for (const run of runs) store.append(run);
    expect(store.keeping).toMatchObject({ writable: false, lost: 0 });
    expect(store.keeping.failures).toBeGreaterThanOrEqual(2);
    expect(said).toEqual([expect.stringContaining('history cannot be written')]);
    expect(store.list()).toEqual([...runs].reverse());
    expect(store.get(runs[0]!.id)).toEqual(runs[0]);
    expect(store.lastWorking('meet')).toEqual(runs[0]);
    expect(store.since('meet', 'call')).toMatchObject({ runs: 1 });
    expect(store.version('meet', 'call')).toBe('2');
    expect(store.changes({ limit: 5 })).toMatchObject([{ from: '1', to: '2' }]);
    rmSync(historyFile(dir), { recursive: true });
    const last = aRun();
    store.append(last);
    expect(said.at(-1)).toContain('history is written again');
    expect(store.keeping.writable).toBe(true);
    store.close();
    const { store: again } = open(dir);
    expect(again.list()).toEqual([last, ...[...runs].reverse()]);
    expect(again.changes({ limit: 5 })).toMatchObject([{ from: '1', to: '2' }]);
  });

  it('gives up the oldest where memory has no room either', () => {
    const dir = directory();
    const { store } = blocked(dir);
    const summary = 'x'.repeat(9_000_000);
    const runs = Array.from({ length: 5 }, () => aRun({ summary }));
    for (const run of runs) store.append(run);
    expect(store.keeping.lost).toBe(2);
    expect(ids(store.list())).toEqual(ids(runs.slice(2).reverse()));
  });
});

/** A store whose file cannot be opened, because a directory is in its place. */
function blocked(dir: string) {
  mkdirSync(historyFile(dir));
  return open(dir);
}

describe('a damaged file', () => {
  const filled = () => {
    const dir = directory();
    const { store } = open(dir);
    for (let i = 0; i < 30; i++) store.append(aLargeRun());
    store.close();
    return dir;
  };
  const asides = (dir: string) => readdirSync(dir).filter((name) => name.includes('damaged'));

  it('is moved aside, said, and replaced', () => {
    const dir = directory();
    writeFileSync(historyFile(dir), 'this was never a database, whatever its name says '.repeat(200));
    const { store, said } = open(dir);
    expect(said).toEqual([
      expect.stringMatching(/^the history is damaged: it was moved to .*, and a new one was started$/),
    ]);
    expect(asides(dir)).toHaveLength(1);
    const run = aRun();
    store.append(run);
    expect(store.list()).toEqual([run]);
  });

  it('is noticed when it is read, too, and the runs go on', () => {
    const dir = filled();
    // The pages behind the first few are overwritten: tables and schema look well at the start.
    const file = historyFile(dir);
    const { size } = statSync(file);
    const fd = openSync(file, 'r+');
    for (let at = 40_960; at < size; at += 4096) writeSync(fd, Buffer.alloc(4096, 0x5a), 0, 4096, at);
    closeSync(fd);
    const { store, said } = open(dir);
    expect(store.list()).toEqual([]);
    expect(said.join()).toContain('the history is damaged');
    expect(asides(dir).length).toBe(1);
    const run = aRun();
    store.append(run);
    expect(store.latest('meet')).toEqual(run);
    expect(store.keeping.writable).toBe(true);
  });
});

it('a history in memory needs no directory; one on disk makes it', () => {
  const dir = directory();
  const options = { keep: 100, maxAge: 1e12, maxSize: 1e9 };
  const log: Logger = { debug() {}, info() {}, warn() {}, error() {} };
  const memory = openHistory({ dir: ':memory:', ...options }, log);
  expect(memory.keeping.file).toBeNull();
  const disk = openHistory({ dir: join(dir, 'new'), ...options }, log);
  disk.append(aRun());
  expect(disk.keeping.bytes).toBeGreaterThan(1000);
  disk.close();
  expect(readdirSync(join(dir, 'new'))).toContain('runs.sqlite');
});
