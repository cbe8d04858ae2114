/**
 * A scrape of a large installation: `node bench/metrics.ts [SCRAPES]`. A hundred checks: 70 calls of three, 20 mail
 * checks with 10 senders each, 10 zone checks with 100 domains each; first idle, then while three browsers of this
 * machine meet in a sandbox, started in a process of their own. Says how many series each kind of check has, too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Run } from '../src/checks/check.ts';
import { createMemoryStore } from '../src/history/memory.ts';
import type { Format } from '../src/server/metrics/exposition.ts';
import { createMetrics } from '../src/server/metrics/index.ts';
import { aMail, aMessage, aRecord, aZone } from '../test/support/history/results.ts';
import { aCall, aRun } from '../test/support/history/runs.ts';
import { idleCheck } from './checks.ts';

const SCRAPES = Number(process.argv[2] ?? 200);
const RECORDS = ['mx', 'spf', 'dkim', 'dmarc', 'dmarc-report'] as const;
const CHECKS: Record<'call' | 'mail' | 'zone', number> = { call: 70, mail: 20, zone: 10 };

function runOf(kind: 'call' | 'mail' | 'zone', check: string): Run {
  const domain = (index: number) => `${check}-${index}.example.org`;
  if (kind === 'call') return aRun({ check, kind, call: aCall() });
  if (kind === 'mail') {
    const messages = Array.from({ length: 10 }, (_none, index) => aMessage(domain(index)));
    return aRun({ check, kind, mail: aMail(messages) });
  }
  const records = RECORDS.map((record) => aRecord(record, 'exact'));
  const domains = Array.from({ length: 100 }, (_none, index) => [domain(index), records]);
  return aRun({ check, kind, zone: aZone(Object.fromEntries(domains)) });
}

/** The metrics of a number of checks of each kind, each with a run. */
function installation(counts: Partial<typeof CHECKS>) {
  const store = createMemoryStore();
  const names = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_none, index) => ({
      kind: kind as keyof typeof CHECKS,
      name: `${kind}-${index}`,
    })),
  );
  const checks = names.map(({ kind, name }) => idleCheck(kind, name));
  const lastReload = () => ({ successful: true, at: new Date() });
  const metrics = createMetrics({ version: '0', store, checks: () => checks, lastReload });
  for (const { kind, name } of names) store.append(runOf(kind, name));
  return metrics;
}

const series = (text: string) =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;

async function measure(
  what: string,
  metrics: ReturnType<typeof installation>,
  going: () => boolean,
  format: Format = 'prometheus',
) {
  const ms: number[] = [];
  const cpu: number[] = [];
  let text = '';
  while (ms.length < SCRAPES && going()) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    text = await metrics.scrape(format);
    ms.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  ms.sort((a, b) => a - b);
  cpu.sort((a, b) => a - b);
  const at = (q: number) => ms[Math.min(ms.length - 1, Math.floor(q * ms.length))]!.toFixed(1);
  const size = `${series(text)} series, ${(text.length / 1024).toFixed(0)} KiB`;
  console.log(
    `${what}: ${ms.length} scrapes, ${size}; ms: median ${at(0.5)}, 99 % ${at(0.99)}, worst ${at(1)}; CPU ms: median ${cpu[Math.floor(cpu.length / 2)]!.toFixed(1)}`,
  );
}

const none = series(await installation({}).scrape());
for (const kind of ['call', 'mail', 'zone'] as const) {
  const one = series(await installation({ [kind]: 1 }).scrape());
  console.log(`one ${kind} check: ${one - none} series`);
}
const all = installation(CHECKS);
await measure('idle', all, () => true);
await measure('idle, as OpenMetrics', all, () => true, 'openmetrics');
const vigie = spawn(join(import.meta.dirname, '../vigie'), ['run', 'sandbox', 'sandbox', '--json'], {
  stdio: 'ignore',
});
let running = true;
const ended = once(vigie, 'exit').then(() => (running = false));
await measure('while three browsers meet', all, () => running);
await ended;
