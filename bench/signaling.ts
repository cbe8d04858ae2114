/**
 * Runs the signaling check again and again in one process, as the service does: how long it takes, what it costs,
 * and whether it ever says something of a deployment that nobody broke.
 *
 *   node bench/signaling.ts [--runs 100] [--secure] [--no-bridge]
 */
import { parseArgs } from 'node:util';
import type { CheckContext } from '../src/checks/check.ts';
import { runCheck } from '../src/checks/run.ts';
import { signalingKind } from '../src/checks/signaling/index.ts';
import { median, target } from './call/common.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    secure: { type: 'boolean', default: false },
    'no-bridge': { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const options = signalingKind.schema.parse({
  url: target().url,
  insecure: !values.secure,
  bridge: !values['no-bridge'],
});
const nothing = () => {};
const context: CheckContext = {
  name: 'signaling',
  signal: new AbortController().signal,
  evidence: null,
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  progress: nothing,
};

const times: number[] = [];
const costs: number[] = [];
const outcomes: Record<string, number> = {};
const parts = new Map<string, number[]>();
for (let i = 0; i < runs; i++) {
  const before = process.cpuUsage();
  const start = performance.now();
  const run = await runCheck(signalingKind, options, context);
  times.push(performance.now() - start);
  const { user, system } = process.cpuUsage(before);
  costs.push((user + system) / 1e6);
  outcomes[run.outcome] = (outcomes[run.outcome] ?? 0) + 1;
  for (const { outcome, id, text } of run.findings)
    process.stdout.write(`run ${i + 1}: ${outcome} ${id}: ${text}\n`);
  for (const { name, ms } of run.signaling?.parts ?? []) {
    if (ms !== null) parts.set(name, [...(parts.get(name) ?? []), ms]);
  }
}
const ms = (value: number) => `${Math.round(value)} ms`;
process.stdout.write(
  `${runs} runs ${JSON.stringify(outcomes)}: median ${ms(median(times))}, worst ${ms(Math.max(...times))}, first ${ms(times[0]!)}; ` +
    `CPU-seconds each: median ${median(costs).toFixed(3)}, first ${costs[0]!.toFixed(3)}, in all ${costs.reduce((a, b) => a + b, 0).toFixed(1)}\n`,
);
for (const [name, all] of parts) {
  process.stdout.write(`  ${name.padEnd(20)} median ${ms(median(all))}, worst ${ms(Math.max(...all))}\n`);
}
