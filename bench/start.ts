/**
 * What `npm start` costs until the first verdict of its call, with everything installed:
 * `node bench/start.ts [--runs 10]`. Time from the start of the process to the line that states the call's
 * outcome; CPU time and memory of the whole tree (npm, Vigie, sandbox, browsers) until then.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median, options } from './call/common.ts';
import { type Cost, follow } from './call/tree.ts';

const { runs } = options({ runs: 10 });
const times: number[] = [];
const costs: Cost[] = [];
const outcomes: Record<string, number> = {};
for (let i = 0; i < runs; i++) {
  const started = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'exit');
  const stop = follow(child.pid!);
  for await (const text of createInterface(child.stderr)) {
    const verdict = /"kind":"call","outcome":"(\w+)"/.exec(text);
    if (!verdict) continue;
    times.push(performance.now() - started);
    outcomes[verdict[1]!] = (outcomes[verdict[1]!] ?? 0) + 1;
    break;
  }
  costs.push(stop());
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
}
const seconds = (ms: number) => (ms / 1000).toFixed(1);
process.stdout.write(
  `npm start to the call's verdict, ${runs} times, ${JSON.stringify(outcomes)}: ${seconds(median(times))} s median, ` +
    `${seconds(Math.max(...times))} s worst; ${median(costs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)} CPU-s, ` +
    `${Math.round(median(costs.map(({ peakPssMb }) => peakPssMb)))} MB peak PSS (medians)\n`,
);
