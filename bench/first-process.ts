/**
 * What calls leave behind where `vigie serve` is the first process of its container: it is the first process of a process namespace,
 * with /tmp, /dev/shm and /run to itself, and is asked for one call on a sandbox after the other.
 *
 *   node bench/first-process.ts [--calls 500] [--participants chromium,chromium] [--pause-while LOCKFILE]
 *
 * Prints processes, zombies, memory, descriptors and entries of the three directories before, after each 50 calls and at the end. No
 * call begins while somebody holds the lock (flock) of `--pause-while`. Needs root. SIGTERM ends it after the call in hand, with the figures so far.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startSandbox } from '../src/sandbox/index.ts';
import { freePort } from '../test/support/free-port.ts';
import { descendants } from '../test/support/processes.ts';

const VIGIE = join(import.meta.dirname, '../vigie');
const TOKEN = 'of-this-bench-alone';
const SHARED = ['/tmp', '/dev/shm', '/run'] as const;
const EVERY = 50;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '500' },
    participants: { type: 'string', default: 'chromium,chromium' },
    'pause-while': { type: 'string' },
  },
});
const calls = Number(values.calls);
let enough = false;
process.once('SIGTERM', () => {
  enough = true;
});

const directory = mkdtempSync('/var/tmp/vigie-first-process-');
const sandbox = await startSandbox();
const port = await freePort();
const config = join(directory, 'vigie.yaml');
writeFileSync(
  config,
  stringify({
    server: { listen: `127.0.0.1:${port}`, token: TOKEN },
    history: { dir: join(directory, 'history') },
    evidence: { dir: join(directory, 'evidence') },
    log: { level: 'error' },
    checks: [
      {
        ...{ name: 'call', kind: 'call', url: sandbox.url, every: '24h', watch: '1s' },
        participants: values.participants.split(','),
      },
    ],
  }),
);
const outside = spawn(
  'unshare',
  [
    ...['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'sh', '-c'],
    `${SHARED.map((path) => `mount -t tmpfs tmpfs ${path}`).join(' && ')} && exec "$0" "$@"`,
    ...[VIGIE, 'serve', '--config', config],
  ],
  // What is kept of compiled code is of the file tree, not of a call.
  { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TMPDIR: '/tmp' } },
);
const outcomes: Record<string, number> = {};
let done = 0;
try {
  const url = new URL(`http://127.0.0.1:${port}/`);
  await answers(url);
  const [pid] = descendants(outside.pid!) as [number];
  if (!/^NSpid:\s+\d+\s+1$/m.test(proc(pid, 'status'))) throw new Error('it is not the first process');
  report(pid);
  // The first run comes soon after the start, of its own accord.
  let last = (await finished(url, null)).id;
  for (done = 1; done < calls && !enough; ) {
    while (held(values['pause-while']) && !enough) await delay(2000);
    if (enough) break;
    await start(url);
    const run = await finished(url, last);
    last = run.id;
    outcomes[run.outcome] = (outcomes[run.outcome] ?? 0) + 1;
    done += 1;
    if (run.outcome !== 'pass') process.stdout.write(`${done}: ${run.outcome} ${run.summary}\n`);
    if (done === 10 || done % EVERY === 0) report(pid);
  }
  await delay(12_000);
  report(pid);
  process.kill(pid, 'SIGTERM');
  const [status] = (await once(outside, 'exit')) as [number | null];
  process.stdout.write(`${done} calls: ${JSON.stringify(outcomes)}; exit status ${status}\n`);
} finally {
  outside.kill('SIGKILL');
  await sandbox.close();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(0);

/** One line of what there is below the first process, which is a shell that starts the service, and of the service. */
function report(first: number): void {
  const below = descendants(first);
  const pid = below.find((each) => proc(each, 'cmdline').includes('program.ts'))!;
  const zombies = below.filter((each) => /\) Z /.test(proc(each, 'stat')));
  const status = proc(pid, 'status');
  const figure = (key: string) =>
    Math.round(Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1000);
  const entries = SHARED.map((path) => `${path} ${readdirSync(`/proc/${first}/root${path}`).length}`);
  process.stdout.write(
    `after ${done} calls: ${below.length - zombies.length} processes below the first, ${zombies.length} zombies, ${readdirSync(`/proc/${pid}/fd`).length} descriptors of the service, ` +
      `${figure('VmRSS')} MB resident (${figure('VmHWM')} at most), ${/^Threads:\s+(\d+)/m.exec(status)?.[1]} threads, entries ${entries.join(', ')}\n`,
  );
}

async function start(url: URL): Promise<void> {
  const answer = await fetch(new URL('/api/checks/call/run', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  if (!answer.ok) throw new Error(`no run: ${answer.status} ${await answer.text()}`);
}

/** The newest run, once it is not this one any more. */
async function finished(url: URL, last: string | null) {
  const answer = z.object({
    runs: z.array(z.object({ id: z.string(), outcome: z.string(), summary: z.string() })),
  });
  for (let waited = 0; waited < 240; waited++) {
    const response = await fetch(new URL('/api/runs?check=call&limit=1', url));
    const [run] = answer.parse(await response.json()).runs;
    if (run && run.id !== last) return run;
    await delay(500);
  }
  throw new Error('a run has not ended within two minutes');
}

async function answers(url: URL): Promise<void> {
  for (let tried = 0; tried < 300; tried++) {
    if ((await fetch(new URL('/healthz', url)).catch(() => null))?.ok) return;
    await delay(200);
  }
  throw new Error('vigie serve did not start');
}

/** Whether somebody has this lock. */
function held(lock: string | undefined): boolean {
  return lock !== undefined && spawnSync('flock', ['-n', lock, 'true']).status !== 0;
}

function proc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
