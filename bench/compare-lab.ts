/**
 * The comparison measured on a real deployment: long series of runs under a fault or a release of the lab, and what
 * `vigie compare` says of pieces of them. A series can be cut short and gone on with at any time.
 *
 *   node bench/compare-lab.ts record SERIES --runs N [--fault 'delay 150']... [--drop 0.3] [--for SECONDS]
 *                                           [--dir DIR] [-- OPTIONS of vigie call]
 *   node bench/compare-lab.ts table --before SERIES --after SERIES [--runs 10,20,40] [--dir DIR]
 *
 * `record` brings DIR/SERIES.json to N runs; with --drop, in that share of them one live video stream is dropped on the
 * network once the call is complete (use --watch 5 then, so that there is time for it). `table` cuts both series into
 * pieces of a number of runs and compares each piece of the one with each of the other; of one series, every two pieces, the
 * earlier as before. Comparisons that share a piece are not independent of each other.
 *
 * VIGIE_TEST_JITSI_URL names the deployment, VIGIE_TEST_JITSI_LAB the script that breaks it. The
 * figures of docs/upgrade.md come from these:
 *
 *   record clean --runs 200 -- --no-p2p --watch 5             table --before clean --after clean --runs 10,20,40
 *   record drop30 --runs 40 --drop 0.3 -- --no-p2p --watch 5  table --before clean --after drop30 … drop10, drop100
 *   record delay --runs 80 --fault 'delay 150'                … loss --fault 'loss 10', rate --fault 'rate 300',
 *                                                             where the kernel has netem
 *   record old --runs 160 --fault 'release old' -- --steps handover
 *   record new --runs 160 -- --steps handover                  table --before old --after new --runs 20,40,80,160
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/base/median.ts';
import type { Run } from '../src/checks/check.ts';
import { readBaseline } from '../src/compare/baseline.ts';
import { compareRuns, type Verdict } from '../src/compare/compare.ts';
import { seeded } from '../src/statistics/medians.ts';
import { target, VIGIE } from './call/common.ts';

const argv = process.argv.slice(2);
const at = argv.indexOf('--');
const [own, callOptions] = at < 0 ? [argv, []] : [argv.slice(0, at), argv.slice(at + 1)];
const { values, positionals } = parseArgs({
  args: own,
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    fault: { type: 'string', multiple: true, default: [] },
    drop: { type: 'string' },
    for: { type: 'string' },
    dir: { type: 'string', default: 'recordings' },
    before: { type: 'string' },
    after: { type: 'string' },
  },
});
const file = (series: string) => join(values.dir, `${series}.json`);
const recorded = async (series: string): Promise<readonly Run[]> =>
  existsSync(file(series)) ? (await readBaseline(file(series))).runs : [];

/** Number of runs that are recorded by one process, where nothing has to be done between them. */
const BLOCK = 20;

/** A program that is left alone until it ends. */
function ended(command: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', resolve);
  });
}

async function record(series: string): Promise<void> {
  const { url, lab } = target();
  const wanted = Number(values.runs);
  const share = Number(values.drop ?? 0);
  if ((values.fault.length > 0 || share > 0) && !lab) throw new Error('VIGIE_TEST_JITSI_LAB names no lab');
  mkdirSync(values.dir, { recursive: true });
  const until = performance.now() + Number(values.for ?? Number.POSITIVE_INFINITY) * 1000;
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (interrupted = true));
  try {
    if (lab) execFileSync(lab, ['clear'], { stdio: 'inherit' });
    for (const fault of values.fault)
      execFileSync(lab!, ['fault', ...fault.split(' ')], { stdio: 'inherit' });
    for (;;) {
      const done = (await recorded(series)).length;
      if (done >= wanted || interrupted || performance.now() > until) break;
      // Which runs are broken depends on their number alone, so that a series gone on with is the same.
      const broken = seeded(done + 1)() < share;
      const dropping = broken
        ? ended(lab!, ['drop', 'video', '--after', '1', '--timeout', '25'])
        : Promise.resolve(0);
      const append = done > 0 ? ['--append'] : [];
      const status = await ended(VIGIE, [
        'record',
        url,
        '--insecure',
        '--runs',
        String(share > 0 ? 1 : Math.min(BLOCK, wanted - done)),
        '--out',
        file(series),
        ...append,
        ...callOptions,
      ]);
      await dropping;
      // What was dropped is fixed without touching the other faults.
      if (broken) {
        try {
          execFileSync(lab!, ['exec', 'nft', 'delete', 'table', 'inet', 'lab'], { stdio: 'ignore' });
        } catch {
          // Nothing had been dropped.
        }
      }
      if (status === 2) break;
    }
  } finally {
    if (lab) execFileSync(lab, ['clear'], { stdio: 'inherit' });
  }
  process.stdout.write(`${series}: ${(await recorded(series)).length} of ${wanted} runs\n`);
}

/** Pieces of `size` runs; what is left over is not used. */
function pieces(runs: readonly Run[], size: number): (readonly Run[])[] {
  return Array.from({ length: Math.floor(runs.length / size) }, (_, i) =>
    runs.slice(i * size, (i + 1) * size),
  );
}

async function table(before: string, after: string): Promise<void> {
  const [first, second] = [await recorded(before), await recorded(after)];
  for (const size of (values.runs ?? '10,20,40').split(',').map(Number)) {
    const [left, right] = [pieces(first, size), pieces(second, size)];
    const pairs = left.flatMap((piece, i) =>
      right.flatMap((other, j) => (before !== after || i < j ? [[piece, other] as const] : [])),
    );
    const counts = new Map<Verdict, number>();
    const named: number[] = [];
    for (const [a, b] of pairs) {
      const { verdict, complete } = compareRuns(a, b);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      if (verdict === 'too few runs' && complete?.more?.each) named.push(complete.more.each);
    }
    const verdicts = [...counts].map(([verdict, n]) => `${n} ${verdict}`).join(', ') || 'too short a series';
    const more = named.length > 0 ? `; ${median(named)} more runs of each named (median)` : '';
    process.stdout.write(
      `${before} against ${after}, ${size} runs each, ${pairs.length} comparisons: ${verdicts}${more}\n`,
    );
  }
}

const [what, series] = positionals;
if (what === 'record' && series && values.runs) await record(series);
else if (what === 'table' && values.before && values.after) await table(values.before, values.after);
else {
  process.stderr.write('usage: see the head of bench/compare-lab.ts\n');
  process.exitCode = 2;
}
