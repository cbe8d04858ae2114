/**
 * What reading the history costs at a start: `node bench/startup.ts [CHECKS] [DAYS]`. Checks of calls each five minutes, of
 * which one in ten fails now and then, in a history file; then the first scrape and the first overview of a new process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Histories } from '../src/compare/histories.ts';
import { createSqliteStore } from '../src/history/sqlite.ts';
import { createMetrics } from '../src/server/metrics/index.ts';
import { PastOfChecks } from '../src/view/state.ts';
import { aCall, aFailedCall, aRun } from '../test/support/history/runs.ts';
import { silent } from '../test/support/schedule/kinds.ts';
import { idleCheck } from './checks.ts';

const CHECKS = Number(process.argv[2] ?? 100);
const DAYS = Number(process.argv[3] ?? 7);
const EVERY_MS = 300_000;

const directory = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
const open = () =>
  createSqliteStore({
    file: join(directory, 'runs.sqlite'),
    keep: 1e6,
    maxAgeMs: 1e12,
    maxBytes: 1e11,
    log: silent,
  });

function fill(): void {
  const store = open();
  const runs = (DAYS * 86_400_000) / EVERY_MS;
  for (let index = 0; index < runs; index++) {
    const startedAt = new Date(Date.now() - (runs - index) * EVERY_MS).toISOString();
    for (let check = 0; check < CHECKS; check++) {
      const failed = check % 10 === 0 && index % 20 === 7;
      const changes = { check: `call-${check}`, startedAt };
      store.append(failed ? aFailedCall(changes) : aRun({ ...changes, call: aCall() }));
    }
  }
  store.close();
}

async function measure(what: string, work: () => unknown): Promise<void> {
  const [used, at] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(used);
  const [cpu, passed] = [(user + system) / 1000, performance.now() - at].map((ms) => ms.toFixed(0));
  process.stdout.write(`${what}: ${cpu} ms of CPU time, ${passed} ms passed\n`);
}

try {
  await measure(`${CHECKS} checks, ${DAYS} days: writing`, fill);
  const store = open();
  const checks = Array.from({ length: CHECKS }, (_none, index) => idleCheck('call', `call-${index}`));
  const histories = new Histories(store);
  const metrics = createMetrics({
    ...{ version: '0', store, histories },
    checks: () => checks,
    lastReload: () => ({ successful: true, at: new Date() }),
  });
  await measure('the first scrape, which reads the history', () => metrics.scrape());
  await measure('the second scrape', () => metrics.scrape());
  const past = new PastOfChecks(store, histories);
  await measure('what the first overview asks', () =>
    checks.map((check) => [past.of(check), past.uptime(check)]),
  );
  metrics.close();
  store.close();
} finally {
  await rm(directory, { recursive: true });
}
