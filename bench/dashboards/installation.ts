/** The series of a large installation, as Vigie exports them, and how each of them goes on over time. */
import type { Kind, Run } from '../../src/checks/check.ts';
import { PARTS } from '../../src/checks/signaling/result.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { createMetrics } from '../../src/server/metrics/index.ts';
import { processMetrics } from '../../src/server/metrics/process.ts';
import { aMail, aMessage, aPart, aRecord, aSignaling, aZone } from '../../test/support/history/results.ts';
import { aCall, aRun, streams } from '../../test/support/history/runs.ts';
import { idleCheck } from '../checks.ts';

const RECORDS = ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const;
/** A hundred checks and a thousand hosted domains. */
const CHECKS = { call: 60, signaling: 10, mail: 20, zone: 10 } as const;
type Watched = keyof typeof CHECKS;
const DOMAINS_OF_ZONE = 100;
const SENDERS_OF_MAIL = 10;
export const RUN_EVERY_S = 300;
/** Of a hundred runs, how many of a thing go wrong. */
const WRONG_SHARE = 0.01;
/** Alerts that fire at any time. */
const ALERTS = 30;

function runOf(kind: Watched, check: string, lost: number | null): Run {
  const domains = (count: number) =>
    Array.from({ length: count }, (_none, index) => `${check}-${index}.example.org`);
  const outcome = lost === null ? 'pass' : 'fail';
  const startedAt = new Date(Date.now() - (lost === null ? 300_000 : 600_000)).toISOString();
  if (kind === 'call') {
    const all = streams();
    const its = all.map((stream, index) =>
      lost !== null && index === lost % all.length ? { ...stream, verdict: 'lost' as const } : stream,
    );
    return aRun({ check, kind, outcome, startedAt, call: aCall({ streams: its }) });
  }
  if (kind === 'signaling')
    return aRun({ check, kind, outcome, startedAt, signaling: aSignaling(PARTS.map((part) => aPart(part))) });
  if (kind === 'mail')
    return aRun({
      check,
      kind,
      outcome,
      startedAt,
      mail: aMail(domains(SENDERS_OF_MAIL).map((domain) => aMessage(domain))),
    });
  const records = RECORDS.map((record) => aRecord(record, 'exact'));
  return aRun({
    check,
    kind,
    outcome,
    startedAt,
    zone: aZone(Object.fromEntries(domains(DOMAINS_OF_ZONE).map((domain) => [domain, records]))),
  });
}

/** A scrape of Vigie and one of its process; each check has passed, and failed once. */
async function scraped(): Promise<{ vigie: string; process: string }> {
  const store = createMemoryStore();
  const names = Object.entries(CHECKS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_none, index) => ({ kind: kind as Watched, name: `${kind}-${index}` })),
  );
  const checks = names.map(({ kind, name }) => idleCheck(kind as Kind, name));
  const lastReload = () => ({ successful: true, at: new Date() });
  const metrics = createMetrics({ version: '0', store, checks: () => checks, lastReload });
  for (const [index, { kind, name }] of names.entries()) {
    store.append(runOf(kind, name, index));
    store.append(runOf(kind, name, null));
  }
  const vigie = await metrics.scrape();
  metrics.close();
  return { vigie, process: await processMetrics().metrics() };
}

/** One series: its name with labels, and its value at a time. */
export interface Evolving {
  readonly name: string;
  readonly at: (seconds: number) => number;
}

/** A number from 0 to 1 that is always the same of the same two. */
function random(series: number, run: number): number {
  let x = Math.imul(series + 1, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}

/** Which way a metric of this name goes, of the series of this number and with this value in the scrape. */
function evolution(name: string, series: number, value: number): Evolving['at'] {
  const check = series % 97;
  const runAt = (t: number) => Math.floor((t + check * 3) / RUN_EVERY_S);
  const first = value === 0 ? 0.01 : value;
  if (/^vigie_check_last_(run|success)_timestamp_seconds/.test(name))
    return (t) => runAt(t) * RUN_EVERY_S - check * 3 + 9;
  if (name.includes('expiry_timestamp')) return (t) => Math.floor(t / 5_000_000 + 2) * 5_000_000;
  if (name.includes('timestamp')) return (t) => t - (t % 86_400);
  if (/_total(\{|$)|_bucket\{|_count(\{|$)/.test(name)) {
    if (name.includes('result="lost"') || /outcome="(fail|error)"/.test(name))
      return (t) => Math.floor((runAt(t) % 288) / 97);
    if (name.startsWith('process_cpu')) return (t) => (t % 86_400) * 0.05 + random(series, t) * 0.01;
    return name.startsWith('vigie_') && value > 0 ? (t) => runAt(t) % 8640 : () => value;
  }
  if (/_sum(\{|$)/.test(name)) return (t) => (runAt(t) % 8640) * first;
  if (/(_ok|_success|_authenticated|_outcome)\{/.test(name) && value <= 1) {
    const usual = value;
    return (t) => (random(series, runAt(t)) < WRONG_SHARE ? 1 - usual : usual);
  }
  if (/^(process|nodejs)_/.test(name))
    return (t) => Math.round(1e6 * first * (0.8 + 0.4 * random(series, t))) / 1e6;
  if (/_seconds\{/.test(name) && !name.includes('interval'))
    return (t) => Math.round(1000 * first * (0.8 + 0.4 * random(series, runAt(t)))) / 1000;
  return () => value;
}

/** What Prometheus adds to what it scrapes, and alerts that fire. */
function others(instance: string, samples: number): Evolving[] {
  const labels = (job: string) => `job="${job}",instance="${instance}"`;
  const target = (job: string): Evolving[] => [
    { name: `up{${labels(job)}}`, at: () => 1 },
    { name: `scrape_samples_scraped{${labels(job)}}`, at: () => samples },
    {
      name: `scrape_duration_seconds{${labels(job)}}`,
      at: (t) => 0.01 + Math.round(1e6 * random(7, t)) / 1e8,
    },
  ];
  const alerts = Array.from({ length: ALERTS }, (_none, index) => {
    const check = index % 2 === 0 ? `call-${index}` : `zone-${index % 10}`;
    const of =
      index % 2 === 0
        ? 'receiver="A",sender="B",media="video"'
        : `domain="${check}-${index}.example.org",record="mx"`;
    const alert = index % 2 === 0 ? 'VigieStreamMissing' : 'VigieZoneRecordWrong';
    return {
      name: `ALERTS{alertname="${alert}",alertstate="firing",severity="warning",check="${check}",${of},${labels('vigie')}}`,
      at: () => 1,
    };
  });
  return [...target('vigie'), ...target('vigie-process'), ...alerts];
}

/** Every series of the installation. */
export async function installation(instance = 'localhost:9797'): Promise<Evolving[]> {
  const of = (text: string, job: string): Evolving[] =>
    text.split('\n').flatMap((line, series) => {
      if (line === '' || line.startsWith('#')) return [];
      const space = line.lastIndexOf(' ');
      const own = line.slice(0, space);
      const target = `job="${job}",instance="${instance}"`;
      const name = own.endsWith('}') ? `${own.slice(0, -1)},${target}}` : `${own}{${target}}`;
      const value = Number(line.slice(space + 1));
      return Number.isFinite(value) ? [{ name, at: evolution(own, series, value) }] : [];
    });
  const { vigie, process } = await scraped();
  const its = of(vigie, 'vigie');
  return [...its, ...of(process, 'vigie-process'), ...others(instance, its.length)];
}
