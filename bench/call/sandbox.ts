/**
 * The call check on Vigie's own sandbox, run after run in one process, as the service does.
 *
 *   node bench/call/sandbox.ts clean [--runs 200]      false alarms, and what the runs leave behind
 *   node bench/call/sandbox.ts switches [--runs 5]     each switch: are exactly its cells named, with its verdict?
 */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { callKind } from '../../src/checks/call/index.ts';
import type { StreamVerdict } from '../../src/checks/call/result.ts';
import type { Run } from '../../src/checks/check.ts';
import { runCheck } from '../../src/checks/run.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { median, options } from './common.ts';

const NAMES = ['A', 'B', 'C'];
const PAIRS = NAMES.flatMap((from) => NAMES.filter((to) => to !== from).map((to) => [from, to] as const));
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function call(sandbox: Sandbox, settings: object): Promise<Run> {
  return runCheck(callKind, callKind.schema.parse({ url: sandbox.url, ...settings }), {
    name: 'sandbox',
    signal: new AbortController().signal,
    evidence: null,
    log: silent,
    progress: () => {},
  });
}

/** Cells that are not `ok`, as `video A->B lost`. */
const broken = (run: Run): string[] =>
  (run.call?.streams ?? [])
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ kind, sender, receiver, verdict }) => `${kind} ${sender}->${receiver} ${verdict}`)
    .sort();

interface Expectation {
  readonly words: string;
  /** Cells with their verdict; empty where the call does not come about. */
  readonly cells: readonly string[];
  /** A finding that must be among them. */
  readonly id: string;
}

const cells = (
  kinds: readonly string[],
  pairs: readonly (readonly [string, string])[],
  verdict: StreamVerdict,
): string[] => kinds.flatMap((kind) => pairs.map(([from, to]) => `${kind} ${from}->${to} ${verdict}`)).sort();

const BOTH = ['audio', 'video'];
const SWITCHES: readonly Expectation[] = [
  ...BOTH.flatMap((kind) =>
    PAIRS.map(([from, to]) => ({
      words: `${kind} ${from}->${to}`,
      cells: cells([kind], [[from, to]], 'missing'),
      id: 'stream-missing',
    })),
  ),
  ...NAMES.map((name) => ({
    words: `uplink ${name}`,
    cells: cells(
      BOTH,
      PAIRS.filter(([from]) => from === name),
      'missing',
    ),
    id: 'stream-missing',
  })),
  { words: 'bridge-channel', cells: cells(BOTH, PAIRS, 'missing'), id: 'bridge-channel-closed' },
  { words: 'library-missing', cells: [], id: 'library-missing' },
  { words: 'slow 1200ms', cells: cells(BOTH, PAIRS, 'late'), id: 'stream-late' },
  {
    words: 'swapped A B',
    cells: cells(
      BOTH,
      [
        ['A', 'B'],
        ['B', 'A'],
        ['A', 'C'],
        ['B', 'C'],
      ],
      'wrong',
    ),
    id: 'stream-wrong',
  },
  {
    words: 'frozen B',
    cells: cells(
      ['video'],
      PAIRS.filter(([from]) => from === 'B'),
      'frozen',
    ),
    id: 'stream-frozen',
  },
  {
    words: 'silent C',
    cells: cells(
      ['audio'],
      PAIRS.filter(([from]) => from === 'C'),
      'silent',
    ),
    id: 'stream-silent',
  },
];

async function switches(runs: number): Promise<void> {
  let [right, all] = [0, 0];
  for (const { words, cells: expected, id } of SWITCHES) {
    const found: string[] = [];
    for (let i = 0; i < runs; i++) {
      const sandbox = await startSandbox({ breaks: [words] });
      const run = await call(sandbox, { watch: '4s', completeWithin: '8s' });
      await sandbox.close();
      const good =
        broken(run).join() === expected.join() && run.findings.some((finding) => finding.id === id);
      all++;
      if (good) right++;
      else
        found.push(
          `${run.outcome}: ${run.findings.map((finding) => finding.id).join(' ')} ${broken(run).join(', ')}`,
        );
    }
    process.stdout.write(
      `${words}: ${runs - found.length} of ${runs}\n${found.map((line) => `   ${line}\n`).join('')}`,
    );
  }
  process.stdout.write(`${right} of ${all} right\n`);
}

/** Memory in MB, open descriptors, threads and children of this process; profiles left in the temporary directory. */
function footprint() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const figure = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid);
    } catch {
      return false;
    }
  });
  return {
    rssMb: Math.round(figure('VmRSS') / 1000),
    heapMb: Math.round(process.memoryUsage().heapUsed / 1e6),
    descriptors: readdirSync('/proc/self/fd').length,
    threads: figure('Threads'),
    children: children.length,
    profiles: readdirSync(tmpdir()).filter((name) => name.startsWith(`vigie-${process.pid}-`)).length,
  };
}

async function clean(runs: number): Promise<void> {
  const sandbox = await startSandbox();
  const outcomes: Record<string, number> = {};
  const times: number[] = [];
  let before = footprint();
  for (let i = 1; i <= runs; i++) {
    const run = await call(sandbox, { watch: '1s' });
    outcomes[run.outcome] = (outcomes[run.outcome] ?? 0) + 1;
    const [step] = run.call?.steps ?? [];
    if (step) times.push(step.atMs + step.ms);
    if (run.outcome !== 'pass')
      process.stdout.write(`${i}: ${run.outcome}: ${run.findings.map(({ text }) => text).join(' ')}\n`);
    // The first runs load code and fill caches.
    if (i === 10) {
      globalThis.gc?.();
      before = footprint();
    } else if (i % 25 === 0) {
      globalThis.gc?.();
      process.stdout.write(`after ${i} runs: ${JSON.stringify(footprint())}\n`);
    }
  }
  globalThis.gc?.();
  process.stdout.write(
    `${runs} runs: ${JSON.stringify(outcomes)}; complete after ${Math.round(median(times))} ms (median, from the start of the run)\n` +
      `after 10 runs:  ${JSON.stringify(before)}\nafter ${runs} runs: ${JSON.stringify(footprint())}\n`,
  );
  await sandbox.close();
}

const { runs, rest } = options({ runs: process.argv[2] === 'switches' ? 5 : 200 });
if (rest[0] === 'switches') await switches(runs);
else if (rest[0] === 'clean') await clean(runs);
else {
  process.stderr.write('usage: node bench/call/sandbox.ts clean|switches [--runs N]\n');
  process.exitCode = 2;
}
