/**
 * What a page costs: `node bench/pages.ts [TIMES]`. A hundred checks with fifty runs each in a history file (70 calls,
 * 20 mail checks, 10 zone checks with 100 domains), and the page of a call with its graphs. Processor time: what a page takes away from
 * the calls that are judged meanwhile; on a machine with other work, the time that passes says less.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Kind, Run } from '../src/checks/check.ts';
import { Histories } from '../src/compare/histories.ts';
import { createSqliteStore } from '../src/history/sqlite.ts';
import { createServer } from '../src/server/server.ts';
import { aMail, aMessage, aRecord, aZone } from '../test/support/history/results.ts';
import { aCall, aFailedCall, aRun } from '../test/support/history/runs.ts';
import { silent } from '../test/support/schedule/kinds.ts';
import { startGallery } from '../test/support/server/gallery.ts';
import { idleCheck } from './checks.ts';

const TIMES = Number(process.argv[2] ?? 50);
const RUNS = 50;
const CHECKS = { call: 70, mail: 20, zone: 10 } as const;

function runOf(kind: keyof typeof CHECKS, check: string, index: number): Run {
  if (kind === 'call')
    // One check in ten fails now and then, the others once in a while.
    return index % 10 === 3 && (check.endsWith('3') || index === 13)
      ? aFailedCall({ check })
      : aRun({ check, kind, call: aCall() });
  if (kind === 'mail')
    return aRun({ check, kind, mail: aMail([aMessage('example.org'), aMessage('example.net')]) });
  const records = (['mx', 'spf', 'dkim', 'dmarc'] as const).map((record) => aRecord(record, 'exact'));
  const domains = Array.from({ length: 100 }, (_none, at) => [`customer-${at}.example`, records]);
  return aRun({ check, kind, zone: aZone(Object.fromEntries(domains)) });
}

function installation(directory: string) {
  const store = createSqliteStore({
    file: join(directory, 'runs.sqlite'),
    keep: RUNS,
    maxAgeMs: 1e12,
    maxBytes: 1e9,
    log: silent,
  });
  const checks = Object.entries(CHECKS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_none, index) => idleCheck(kind as Kind, `${kind}-${index}`)),
  );
  for (let index = 0; index < RUNS; index++) {
    for (const { kind, name } of checks) store.append(runOf(kind as keyof typeof CHECKS, name, index));
  }
  const app = createServer({
    version: '0',
    sandbox: false,
    store,
    histories: new Histories(store),
    schedule: {
      checks: () => checks,
      nextRun: () => null,
      activity: () => null,
      request: () => null,
      maintain: () => false,
    },
    access: () => ({ token: null, open: false }),
    evidence: () => null,
    internalErrors: () => ({ count: 0, last: null }),
    lastReload: () => ({ successful: true, at: new Date() }),
    log: silent,
  });
  return { app, store };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function measure(what: string, get: () => Promise<string>): Promise<void> {
  const cpu: number[] = [];
  const ms: number[] = [];
  let text = '';
  for (let index = 0; index < TIMES; index++) {
    const [used, at] = [process.cpuUsage(), performance.now()];
    text = await get();
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
    ms.push(performance.now() - at);
  }
  const size = `${Math.round(text.length / 1000)} kB, ${Math.round(gzipSync(text).length / 1000)} kB packed`;
  process.stdout.write(
    `${what.padEnd(34)} processor ${median(cpu).toFixed(1)} ms (most ${Math.max(...cpu).toFixed(1)}), passed ${median(ms).toFixed(1)} ms; ${size}\n`,
  );
}

const directory = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
const { app, store } = installation(directory);
const gallery = await startGallery();
try {
  for (const url of [
    '/',
    '/status',
    '/checks/call-3',
    '/checks/zone-3',
    '/feed.atom',
    '/badge.svg',
    '/api/checks',
  ]) {
    await measure(
      `${url}, 100 checks`,
      async () => (await app.inject({ url, headers: { accept: 'text/html' } })).body,
    );
  }
  for (const path of ['/', '/checks/meet', `/runs/${gallery.run}`]) {
    await measure(`${path.slice(0, 14)}, 5 checks, by HTTP`, async () =>
      (await fetch(gallery.url + path)).text(),
    );
  }
} finally {
  await app.close();
  await gallery.close();
  store.close();
  await rm(directory, { recursive: true });
}
