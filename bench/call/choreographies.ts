/**
 * Each choreography several times on a deployment that nobody breaks: what is found, what of it is true, how long steps take.
 *
 *   node bench/call/choreographies.ts --out FILE [--runs 30] [--only handover,reload] [--participants chromium,firefox,...] [--watch 2]
 *
 * One line of JSON a run is appended to FILE, so that it can be interrupted and goes on where it was; evidence of what did
 * not pass is kept beside it. `--sum` only adds up.
 */
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHOREOGRAPHIES } from '../../src/checks/call/scene/scenes.ts';
import type { Run } from '../../src/checks/check.ts';
import { call, median, recordedIn, target, trulyLost } from './common.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    runs: { type: 'string', default: '30' },
    only: { type: 'string', default: CHOREOGRAPHIES.filter((name) => name !== 'long').join(',') },
    participants: { type: 'string', default: 'chromium,chromium,chromium' },
    watch: { type: 'string', default: '2' },
    sum: { type: 'boolean', default: false },
  },
});
if (!values.out) throw new Error('--out FILE is missing');
const out = values.out;

interface Line {
  readonly steps: string;
  readonly participants: string;
  readonly run: Run;
}

const lines = () => recordedIn<Line>(out);

async function record(): Promise<void> {
  const { url } = target();
  const runs = Number(values.runs);
  const names = values.only.split(',');
  for (let round = 1; round <= runs; round++) {
    for (const steps of names) {
      const done = lines().filter(
        (line) => line.steps === steps && line.participants === values.participants,
      ).length;
      if (done >= round) continue;
      const evidence = join(dirname(out), 'evidence', `${steps}-${values.participants}-${round}`);
      const { run } = await call([
        url,
        ...['--steps', steps, '--participants', values.participants],
        ...['--watch', values.watch, '--evidence', evidence],
      ]);
      appendFileSync(out, `${JSON.stringify({ steps, participants: values.participants, run })}\n`);
    }
  }
}

function summary(): void {
  const groups = Map.groupBy(lines(), ({ steps, participants }) => `${participants} ${steps}`);
  for (const [name, members] of groups) {
    const failed = members.filter(({ run }) => run.outcome === 'fail');
    const lost = failed.filter(({ run }) => trulyLost(run));
    const outcomes = members.map(({ run }) => run.outcome);
    const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
    process.stdout.write(
      `${name}: ${members.length} runs, pass ${count('pass')}, degraded ${count('degraded')}, fail ${count('fail')} (truly lost, sender's encodings off: ${lost.length}), error ${count('error')}\n`,
    );
    const steps = Map.groupBy(
      members.flatMap(({ run }) => run.call?.steps ?? []),
      (step) => step.name,
    );
    for (const [step, each] of steps) {
      const times = each.map(({ ms }) => ms);
      process.stdout.write(
        `   ${step}: ${Math.round(median(times))} ms median, ${Math.round(Math.max(...times))} worst\n`,
      );
    }
    for (const { run } of members) {
      if (run.outcome === 'pass' || trulyLost(run)) continue;
      process.stdout.write(`   ${run.startedAt} ${run.outcome}: ${run.summary}\n`);
    }
  }
}

if (!values.sum) await record();
summary();
