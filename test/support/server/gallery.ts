/** A service as an operator has it on a bad morning: for pages to be looked at. Its call really ran, on the sandbox. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PLAIN, shownOf } from '../../../src/base/about.ts';
import { Secret } from '../../../src/base/units.ts';
import type { CallRecording } from '../../../src/checks/call/keep/recording.ts';
import type { CallResult } from '../../../src/checks/call/result.ts';
import { callWords } from '../../../src/checks/call/words/index.ts';
import type { Kind, Run } from '../../../src/checks/check.ts';
import { newRunId, published } from '../../../src/checks/run.ts';
import { Histories } from '../../../src/compare/histories.ts';
import { createEvidenceStore } from '../../../src/history/evidence-store.ts';
import { createMemoryStore } from '../../../src/history/memory.ts';
import type { Activity, CheckStatus } from '../../../src/schedule/scheduler.ts';
import { createServer } from '../../../src/server/server.ts';
import { renderReport } from '../../../src/view/report/render.ts';
import { aMail, aMessage, aPart, aRecord, aSignaling, aZone } from '../history/results.ts';
import type { Changes } from '../history/runs.ts';
import { aDomain, aReports } from '../reports/results.ts';
import { silent } from '../schedule/kinds.ts';

const RECORDED = JSON.parse(
  gunzipSync(
    readFileSync(new URL('../../view/report/fixtures/audio-a-b.json.gz', import.meta.url)),
  ).toString(),
) as { run: Run; recording: CallRecording };

const MINUTE_MS = 60_000;
const EVERY_MS: Readonly<Record<Kind, number>> = {
  call: 5 * MINUTE_MS,
  signaling: MINUTE_MS,
  mail: 15 * MINUTE_MS,
  reports: 360 * MINUTE_MS,
  zone: 60 * MINUTE_MS,
};

export interface Gallery {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** The failed call, which has evidence. */
  readonly run: string;
  /** A call that is on. */
  readonly on: string;
  close(): Promise<void>;
}

/** Moves everything that is a time: ISO 8601, milliseconds since 1970, and clocks in sentences. */
function moved<T>(value: T, byMs: number): T {
  const text = JSON.stringify(value)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (iso) =>
      new Date(Date.parse(iso) + byMs).toISOString(),
    )
    .replaceAll(/\b17\d{11}(?:\.\d+)?\b/g, (at) => String(Number(at) + byMs))
    .replaceAll(/(?<!T)\b(\d\d:\d\d:\d\d)(?= UTC)/g, (clock) =>
      new Date(Date.parse(`2026-01-01T${clock}Z`) + byMs).toISOString().slice(11, 19),
    )
    .replaceAll('http://127.0.0.1:43585/', 'https://meet.example.org/')
    .replaceAll('vigie-sandbox 0.1.0', '2.1.0');
  return JSON.parse(text) as T;
}

function aRun(kind: Kind, check: string, at: number, changes: Changes): Run {
  const startedAt = new Date(at);
  return {
    schema: 1,
    id: newRunId(startedAt),
    check,
    kind,
    outcome: 'pass',
    summary: 'all is well',
    startedAt: startedAt.toISOString(),
    durationMs: 900,
    phases: [],
    findings: [],
    ...changes,
  } as Run;
}

/** Twenty calls: well until an upgrade, then now and then not, and the last of them with all that it left. */
function calls(now: number): { runs: Run[]; last: Run; recording: CallRecording } {
  const byMs = now - 2 * MINUTE_MS - Date.parse(RECORDED.run.startedAt);
  const last = { ...moved(RECORDED.run, byMs), id: newRunId(new Date(now - 2 * MINUTE_MS)) };
  const call = last.call!;
  const version = (index: number) => (index > 8 ? '2.0.9' : '2.1.0');
  const well: CallResult = {
    ...call,
    streams: call.streams.map((stream) => ({
      ...stream,
      verdict: 'ok',
      lostAt: null,
      noticedAt: null,
      reason: null,
    })),
  };
  const runs = Array.from({ length: 20 }, (_, index) => {
    const at = now - (2 + index * 5) * MINUTE_MS;
    if (index === 0) return last;
    if (index < 3 || index === 7) {
      return { ...moved(last, -index * 5 * MINUTE_MS), id: newRunId(new Date(at)) };
    }
    if (index === 12) {
      const summary = 'B’s browser crashed: nothing can be said of what it received';
      return aRun('call', 'meet', at, {
        outcome: 'error',
        summary,
        call: { ...well, version: version(index), streams: [] },
      });
    }
    const durationMs = 8900 + ((index * 377) % 900);
    return aRun('call', 'meet', at, {
      summary: 'all 12 streams arrive',
      durationMs,
      call: { ...well, version: version(index) },
    });
  });
  return { runs, last, recording: moved(RECORDED.recording, byMs) };
}

function others(now: number): Run[] {
  const parts = (['page', 'certificate', 'config', 'library', 'websocket', 'bosh', 'login'] as const).map(
    (name, index) => aPart(name, { ms: 12 + index * 7 }),
  );
  const records = (['mx', 'spf', 'dkim', 'dmarc'] as const).map((record) => aRecord(record, 'exact'));
  const domains = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`customer-${i + 1}.example`, records]),
  );
  const missing = aRecord('spf', 'missing');
  const { record, level, name, expected, found, publish } = missing;
  const spf = published('zone', {
    cause: {
      id: 'zone-spf-missing',
      domain: 'forgotten.example',
      ...{ record, level, name, expected, found, publish },
      zone: 'forgotten.example',
      differences: [],
      notesData: [],
      keeps: [],
    },
    outcome: 'fail',
  });
  return [
    ...Array.from({ length: 8 }, (_, i) =>
      aRun('signaling', 'way-in', now - i * MINUTE_MS, {
        summary: 'all parts answer',
        signaling: aSignaling(parts),
      }),
    ),
    ...Array.from({ length: 6 }, (_, i) =>
      aRun('mail', 'post', now - (4 + i * 15) * MINUTE_MS, {
        summary: '2 test messages arrived, authenticated',
        durationMs: 2300,
        mail: aMail([aMessage('example.org'), aMessage('example.net')]),
      }),
    ),
    aRun('reports', 'rua', now - 30 * MINUTE_MS, {
      summary: '3 domains were reported on',
      reports: aReports(
        aDomain('example.org'),
        aDomain('a-name-that-is-rather-long.customer.example'),
        aDomain('example.net'),
      ),
    }),
    aRun('zone', 'domains', now - 20 * MINUTE_MS, {
      outcome: spf.outcome,
      summary: spf.text,
      findings: [spf],
      zone: aZone({ ...domains, 'forgotten.example': [...records.slice(0, 1), missing] }),
    }),
  ];
}

/** Four months of the checks that have been there for long: mostly well, an outage, an hour in which nothing could be told. */
function past(now: number): Run[] {
  const kinds: Readonly<Record<string, Kind>> = { meet: 'call', 'way-in': 'signaling', post: 'mail' };
  return Object.entries(kinds).flatMap(([check, kind], which) =>
    Array.from({ length: (85 - 20 * which) * 8 }, (_, index) => {
      const at = now - (index + 2) * 3 * 60 * MINUTE_MS;
      const outage = index > 300 && index < 309 + 4 * which;
      const outcome = outage || index % 97 === 60 ? 'fail' : index % 160 === 5 ? 'error' : 'pass';
      return aRun(kind, check, at, { outcome, summary: `a run of long ago: ${outcome}` });
    }),
  );
}

/** Starts it on any free port of the loopback address. */
export async function startGallery(): Promise<Gallery> {
  const now = Date.now();
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  const limits = { keepFailures: 5, keepPasses: 1, maxAgeMs: 1e9, maxRunSize: 1e7, maxSize: 1e8 };
  const evidence = createEvidenceStore({ directory, ...limits, log: silent, render: renderReport });
  const { runs, last, recording } = calls(now);
  const sink = evidence.sink('meet', last.id);
  for (const { name, screenshot } of recording.participants) {
    if (screenshot !== null) await sink.write(`${name}.png`, Buffer.from(screenshot, 'base64'));
  }
  sink.record(recording);
  await evidence.settle(last);
  const store = createMemoryStore();
  for (const run of [...past(now), ...runs, ...others(now)].sort((a, b) =>
    a.startedAt.localeCompare(b.startedAt),
  )) {
    store.append(run);
  }
  const activity = activityOf(last.call!, now);
  const status = (name: string, kind: Kind, target: string | null): CheckStatus => ({
    name,
    kind,
    ...shownOf(PLAIN),
    maintenance: name === 'post' ? maintenanceAt(now) : null,
    heavy: kind === 'call',
    target,
    intervalMs: EVERY_MS[kind],
    activity: name === 'fallback' ? activity : null,
    skipped: { overlap: 0, queue: 0, missed: 0 },
  });
  const checks = [
    status('meet', 'call', 'https://meet.example.org/'),
    status('fallback', 'call', 'https://visio.example.net/'),
    status('way-in', 'signaling', 'https://meet.example.org/'),
    status('post', 'mail', null),
    status('domains', 'zone', null),
    status('rua', 'reports', null),
  ];
  const app = createServer({
    version: '0.1.0',
    sandbox: false,
    store,
    histories: new Histories(store),
    schedule: {
      checks: () => checks,
      nextRun: () => new Date(now + 3 * MINUTE_MS).toISOString(),
      activity: (id) => (id === activity.id ? activity : null),
      request: () => null,
      maintain: () => false,
    },
    access: () => ({ token: new Secret('open-sesame'), open: false }),
    lastReload: () => ({ successful: true, at: new Date(now) }),
    evidence: () => evidence,
    internalErrors: () => ({ count: 0, last: null }),
    log: silent,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    run: last.id,
    on: activity.id,
    async close() {
      await app.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Begun by hand a quarter of an hour ago, for an hour. */
function maintenanceAt(now: number): CheckStatus['maintenance'] {
  const iso = (minutes: number) => new Date(now + minutes * MINUTE_MS).toISOString();
  return { from: iso(-15), until: iso(45), by: 'hand' };
}

function activityOf(call: CallResult, now: number): Activity {
  const at = new Date(now - 4000).toISOString();
  const streams = call.streams.slice(0, 7);
  return {
    id: newRunId(new Date(at)),
    check: 'fallback',
    kind: 'call',
    state: 'running',
    trigger: 'hand',
    startedBy: 'Ann',
    queuedAt: at,
    startedAt: at,
    progress: {
      phase: 'join',
      text: callWords.en.progress({ id: 'join' }),
      doing: { id: 'join' },
      partial: { call: { ...call, streams } },
    },
  };
}
