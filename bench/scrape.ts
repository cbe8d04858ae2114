/**
 * How long a scrape of /metrics takes while a call runs, and how long the service's event loop is held up:
 * `node bench/scrape.ts [SCRAPES]`. Starts the service with its sandbox in a process of its own, and calls
 * one after the other by hand while it scrapes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const SCRAPES = Number(process.argv[2] ?? 200);
const PAUSE_MS = 100;

interface Figures {
  ms: number[];
  bytes: number;
}

/** Scrapes a number of times, each after a pause. Without keep-alive, as a Prometheus that comes once a minute. */
async function scrape(url: string, times: number): Promise<Figures> {
  const figures: Figures = { ms: [], bytes: 0 };
  while (figures.ms.length < times) {
    const start = performance.now();
    const body = await (await fetch(`${url}metrics`, { headers: { connection: 'close' } })).text();
    figures.ms.push(performance.now() - start);
    figures.bytes = body.length;
    await delay(PAUSE_MS);
  }
  return figures;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

function line(name: string, { ms, bytes }: Figures): string {
  const figures = [quantile(ms, 0.5), quantile(ms, 0.99), Math.max(...ms)].map((v) => v.toFixed(2));
  return `${name}: ${ms.length} scrapes of ${bytes} bytes, ms: median ${figures[0]}, 99 % ${figures[1]}, worst ${figures[2]}`;
}

/** Keeps a call running until asked to stop; returns how many ended, by outcome. */
async function callOn(url: string, stop: AbortSignal): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  while (!stop.aborted) {
    const response = await fetch(`${url}api/checks/sandbox/run?wait=1`, { method: 'POST' });
    const outcome = response.ok
      ? ((await response.json()) as { outcome: string }).outcome
      : String(response.status);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (!response.ok) await delay(200);
  }
  return outcomes;
}

async function eventLoop(url: string): Promise<string> {
  const text = await (await fetch(`${url}metrics/process`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]) * 1000;
  const names = ['p50', 'p99', 'max'].map(
    (each) => `${each} ${value(`nodejs_eventloop_lag_${each}_seconds`).toFixed(1)}`,
  );
  return `event-loop delay since the last look, ms (timer resolution 10): ${names.join(', ')}`;
}

const service = spawn(new URL('../vigie', import.meta.url).pathname, ['serve'], {
  stdio: ['ignore', 'inherit', 'pipe'],
  cwd: new URL('.', import.meta.url).pathname,
});
const ended = once(service, 'exit');
try {
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    service.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      const match = /the page is (\S+\/),/.exec(said);
      if (match) resolve(match[1]!);
    });
    service.once('exit', () => reject(new Error(said)));
  });
  // The first run takes place at the start; idle means after it.
  while ((await (await fetch(`${url}api/runs?check=sandbox`)).text()) === '{"runs":[]}') await delay(200);
  await eventLoop(url);
  console.log(line('idle', await scrape(url, SCRAPES)));
  console.log(await eventLoop(url));
  const stop = new AbortController();
  const calls = callOn(url, stop.signal);
  console.log(line('during calls', await scrape(url, SCRAPES)));
  console.log(await eventLoop(url));
  stop.abort();
  console.log(`calls by outcome: ${JSON.stringify(await calls)}`);
} finally {
  service.kill('SIGTERM');
  await ended;
}
