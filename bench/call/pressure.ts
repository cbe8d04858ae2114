/**
 * The call check on Vigie's own sandbox while endless loops take the processors: what is said of a healthy call, and of a stream that
 * is truly dropped.
 *
 *   node bench/call/pressure.ts [--loops 30] [--runs 20] [--break 'audio A->B'] [--out FILE]
 *
 * `--out` keeps the runs, as `vigie call --json` would print them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { callKind } from '../../src/checks/call/index.ts';
import type { Run } from '../../src/checks/check.ts';
import { runCheck } from '../../src/checks/run.ts';
import { startSandbox } from '../../src/sandbox/index.ts';

const { values } = parseArgs({
  options: {
    loops: { type: 'string', default: '30' },
    runs: { type: 'string', default: '20' },
    break: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
  },
});
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const loops: ChildProcess[] = Array.from({ length: Number(values.loops) }, () =>
  spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }),
);
const runs: Run[] = [];
const counts = new Map<string, number>();
const sandbox = await startSandbox({ breaks: values.break });
try {
  for (let n = 0; n < Number(values.runs); n += 1) {
    const run = await runCheck(callKind, callKind.schema.parse({ url: sandbox.url, watch: '4s' }), {
      ...{ name: 'sandbox', signal: new AbortController().signal, evidence: null },
      ...{ log: silent, progress: () => {} },
    });
    runs.push(run);
    counts.set(run.outcome, (counts.get(run.outcome) ?? 0) + 1);
    const findings = run.findings.map(({ id, outcome }) => `${id} ${outcome}`).join(', ');
    const reasons = (run.call?.streams ?? []).flatMap(({ kind, sender, receiver, verdict, cause }) =>
      verdict === 'ok' ? [] : [`${kind} ${sender}->${receiver} ${verdict}: ${JSON.stringify(cause)}`],
    );
    process.stdout.write([`${run.outcome} (${findings})`, ...reasons].join('\n    '));
    process.stdout.write('\n');
  }
} finally {
  for (const loop of loops) loop.kill('SIGKILL');
  await sandbox.close();
}
if (values.out) writeFileSync(values.out, `${JSON.stringify(runs)}\n`);
process.stdout.write(`${[...counts].map(([outcome, n]) => `${outcome} ${n}`).join(', ')}\n`);
