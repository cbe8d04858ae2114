/**
 * CPU-seconds and peak memory of a default run, for several numbers of participants.
 *
 *   node bench/call/cost.ts [--runs 5] [2 3 5 8]
 */
import { call, median, options, target, toComplete } from './common.ts';
import { type Cost, follow } from './tree.ts';

const { url } = target();
const { runs, rest } = options({ runs: 5 });
const sizes = rest.filter((word) => /^\d+$/.test(word)).map(Number);
for (const size of sizes.length > 0 ? sizes : [2, 3, 5, 8]) {
  const costs: Cost[] = [];
  const times: number[] = [];
  const outcomes: Record<string, number> = {};
  for (let i = 0; i < runs; i++) {
    let stop: (() => Cost) | null = null;
    const participants = Array.from({ length: size }, () => 'chromium').join(',');
    const called = await call([url, '--no-p2p', '--participants', participants], (pid) => {
      stop = follow(pid);
    });
    costs.push(stop!());
    const complete = toComplete(called);
    if (complete !== null) times.push(complete);
    outcomes[called.run.outcome] = (outcomes[called.run.outcome] ?? 0) + 1;
  }
  process.stdout.write(
    `${size} participants: complete after ${(median(times) / 1000).toFixed(1)} s, ${median(costs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)} CPU-s, ` +
      `${Math.round(median(costs.map(({ peakPssMb }) => peakPssMb)))} MB peak PSS, ${Math.max(...costs.map(({ processes }) => processes))} processes (medians of ${runs}; ${JSON.stringify(outcomes)})\n`,
  );
}
