/**
 * The history with many runs in it: what it takes on disk, and how long writing, asking and showing takes.
 *
 *   node bench/history.ts [--runs 100000] [--dir DIR]
 *
 * Runs are those of a call of three with twelve streams, of eight checks. Without --dir a temporary directory is used.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PLAIN, shownOf } from '../src/base/about.ts';
import type { Logger, Run } from '../src/checks/check.ts';
import { Histories } from '../src/compare/histories.ts';
import { openForWriting } from '../src/history/database.ts';
import { historyFile, openHistory, readHistory } from '../src/history/open.ts';
import * as sql from '../src/history/statements.ts';
import { createServer } from '../src/server/server.ts';
import { simulate } from '../test/support/compare/simulator.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, dir: { type: 'string' } },
});
const total = Number(values.runs);
const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'vigie-bench-'));
const CHECKS = Array.from({ length: 8 }, (_, i) => `meet-${i}`);
const log: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const options = { dir, keep: 1_000_000, maxAge: 1e13, maxSize: 1e12 };

/** Runs a minute apart; one in twenty fails, and every five thousand the version changes. */
function* runs(): Generator<Run> {
  const samples = [...simulate(200, 1), ...simulate(10, 2, { drops: { 'C<-B video': 1 } })];
  for (let i = 0; i < total; i++) {
    const sample = samples[(i * 37) % samples.length]!;
    const startedAt = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
    const version = `9.0.${4000 + Math.floor(i / 5000)}`;
    const check = CHECKS[i % CHECKS.length]!;
    yield { ...sample, id: `run-${i}`, check, startedAt, call: { ...sample.call!, version } } as Run;
  }
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const ms = (value: number) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;

async function time(name: string, work: () => unknown, times = 20): Promise<void> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  say(`${name}: ${ms(taken[Math.floor(times / 2)]!)} median, ${ms(taken.at(-1)!)} worst of ${times}`);
}

/** Written a thousand at a time: what is measured here is the size; single appends are measured after it. */
function fill(): void {
  const db = openForWriting(historyFile(dir));
  const start = performance.now();
  let bytes = 0;
  let seq = 0;
  db.exec('BEGIN');
  for (const run of runs()) {
    bytes += JSON.stringify(run).length;
    sql.insert(db, { run, seq: ++seq, changes: [] });
    if (seq % 1000 === 0) db.exec('COMMIT; BEGIN');
  }
  db.exec('COMMIT');
  db.close();
  say(
    `${total} runs of ${Math.round(bytes / total)} bytes of JSON written in ${ms(performance.now() - start)}`,
  );
}

fill();
const opening = performance.now();
const store = openHistory(options, log);
say(`opened in ${ms(performance.now() - opening)}`);
const { bytes } = store.keeping;
say(`on disk: ${(bytes! / 1e6).toFixed(1)} MB, ${Math.round(bytes! / total)} bytes a run`);

let appended = 0;
const [sample] = simulate(1, 3);
const one = () =>
  store.append({
    ...sample!,
    id: `more-${++appended}`,
    check: CHECKS[0]!,
    startedAt: new Date().toISOString(),
  });
await time('append one run, on the disk when it returns', one, 200);
await time('the run with an id', () => store.get('run-777'), 200);
await time('latest run of a check', () => store.latest(CHECKS[3]!), 200);
await time('last run that worked', () => store.lastWorking(CHECKS[3]!), 200);
await time('since when', () => store.since(CHECKS[3]!, 'call'));
await time('page of 20, newest', () => store.page({ limit: 20 }));
await time('page of 20, of a check, failures, from the middle', () =>
  store.page({ check: CHECKS[2]!, outcome: 'fail', limit: 20, before: total / 2 }),
);
await time('page of 500, of one hour, oldest', () =>
  store.page({ from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T11:00:00.000Z', limit: 500 }),
);
await time('page of 20, of a version', () => store.page({ version: '9.0.4001', limit: 20 }));

const app = createServer({
  version: '0',
  sandbox: false,
  store,
  histories: new Histories(store),
  schedule: {
    checks: () =>
      CHECKS.map((name) => ({
        name,
        kind: 'call',
        ...shownOf(PLAIN),
        maintenance: null,
        heavy: true,
        target: null,
        intervalMs: 60_000,
        activity: null,
        skipped: { overlap: 0, queue: 0, missed: 0 },
      })),
    nextRun: () => null,
    activity: () => null,
    request: () => null,
    maintain: () => false,
  },
  evidence: () => null,
  internalErrors: () => ({ count: 0, last: null }),
  access: () => ({ token: null, open: false }),
  lastReload: () => ({ successful: true, at: new Date() }),
  log,
});
for (const url of [
  '/',
  '/runs/run-777',
  '/api/runs',
  '/api/runs?limit=500',
  '/api/checks',
  '/api/events',
  '/metrics',
]) {
  await time(`GET ${url}`, () => app.inject(url));
}
const reader = readHistory(historyFile(dir));
await time('vigie compare: 100 runs on each side of an upgrade, read', () => {
  reader.changes(CHECKS[0]!);
  reader.list({ check: CHECKS[0]!, limit: 200 });
});
reader.close();
await app.close();
const closing = performance.now();
store.close();
say(`closed in ${ms(performance.now() - closing)}`);
if (values.dir === undefined) rmSync(dir, { recursive: true });
