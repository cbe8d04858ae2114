/**
 * What the browsers' own sandbox and the isolated world cost: calls on Vigie's sandbox by several variants in turn, compared in pairs.
 *
 *   node bench/call/sandboxed.ts [--runs 10] [--other CHECKOUT]...
 *
 * Variants are this checkout, this checkout where the kernel seems to allow no sandbox (an `unshare` that fails comes first in PATH, and
 * Vigie asks it), and other checkouts, such as one from before the isolated world. Printed are medians, and the median of each
 * variant's ratio to the first one in the same round.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Run } from '../../src/checks/check.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { median } from './common.ts';
import { type Cost, follow } from './tree.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    other: { type: 'string', multiple: true, default: [] },
  },
});
const own = join(import.meta.dirname, '../..');
const refusing = mkdtempSync('/var/tmp/vigie-no-sandbox-');
writeFileSync(join(refusing, 'unshare'), '#!/bin/sh\nexit 1\n');
chmodSync(refusing, 0o755);
chmodSync(join(refusing, 'unshare'), 0o755);

interface Variant {
  readonly words: string;
  readonly checkout: string;
  readonly path: string;
}
const path = process.env.PATH ?? '';
const variants: readonly Variant[] = [
  { words: 'as it is', checkout: own, path },
  { words: "without the browsers' sandbox", checkout: own, path: `${refusing}:${path}` },
  ...values.other.map((checkout) => ({ words: checkout, checkout, path })),
];

interface Measured extends Cost {
  /** From the start of the run to the moment at which everybody hears and sees everybody; null where that never came. */
  readonly completeMs: number | null;
  readonly outcome: string;
}

async function call({ checkout, path: PATH }: Variant, url: string): Promise<Measured> {
  const child = spawn(join(checkout, 'vigie'), ['call', url, '--watch', '2', '--no-p2p', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PATH },
  });
  const costs = follow(child.pid!);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  await once(child, 'close');
  const cost = costs();
  const [run] = JSON.parse(output) as Run[];
  const [step] = run?.call?.steps ?? [];
  return { ...cost, completeMs: step ? step.atMs + step.ms : null, outcome: run?.outcome ?? 'none' };
}

const sandbox = await startSandbox();
const rounds: Measured[][] = [];
try {
  // The first call of each fills caches.
  for (const variant of variants) await call(variant, sandbox.url);
  for (let n = 0; n < Number(values.runs); n++) {
    const round: Measured[] = [];
    // Each comes first as often as last: what else the machine does favours none.
    for (const at of n % 2 === 0 ? variants.keys() : [...variants.keys()].reverse())
      round[at] = await call(variants[at]!, sandbox.url);
    rounds.push(round);
    process.stderr.write(
      `${round.map(({ cpuSeconds, completeMs, outcome }) => `${cpuSeconds.toFixed(1)} CPU-s ${completeMs} ms ${outcome}`).join('; ')}\n`,
    );
  }
} finally {
  await sandbox.close();
  rmSync(refusing, { recursive: true });
}
for (const [at, { words }] of variants.entries()) {
  const of = (value: (one: Measured) => number) => ({
    median: median(rounds.map((round) => value(round[at]!))),
    ratio: median(rounds.map((round) => value(round[at]!) / value(round[0]!))),
  });
  const cpu = of(({ cpuSeconds }) => cpuSeconds);
  const complete = of(({ completeMs }) => completeMs ?? Number.NaN);
  const memory = of(({ peakPssMb }) => peakPssMb);
  const passed = rounds.filter((round) => round[at]!.outcome === 'pass').length;
  process.stdout.write(
    `${words}: ${cpu.median.toFixed(2)} CPU-s (ratio ${cpu.ratio.toFixed(3)}), complete after ${complete.median.toFixed(0)} ms (${complete.ratio.toFixed(3)}), ` +
      `${memory.median.toFixed(0)} MB (${memory.ratio.toFixed(3)}); ${passed} of ${rounds.length} pass\n`,
  );
}
process.exit(0);
