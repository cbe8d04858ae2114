/**
 * The acceptance test of the security model: a real `vigie serve` watches hostile deployments, relays, mailboxes, name servers and
 * directories and is asked by a hostile viewer, while honest checks beside them must stay right and in time.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { stringify } from 'yaml';
import { z } from 'zod';
import { sandboxChecks } from '../../src/sandbox/checks.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { descendants } from '../support/processes.ts';
import { writeSelfSigned } from '../support/self-signed.ts';
import { fakeDeployment } from '../support/signaling/fake-xmpp.ts';
import type { HostileServers } from './servers-child.ts';

const VIGIE = join(import.meta.dirname, '../../vigie');
const TOKEN = 'open-sesame';
/** Where programs leave things. */
const SHARED = ['/tmp', '/dev/shm', '/run'] as const;
const HONEST_EVERY_S = 10;
const LINGERS_MS = 12_000;

export interface SiegeOptions {
  readonly seconds: number;
  /** Also calls, on a hostile deployment and on an honest one: with browsers, and their CPU time. */
  readonly calls: boolean;
}

export interface Siege {
  /** Hostile servers that were watched, and attacks of the viewer, each once or more. */
  readonly attacks: number;
  /** Runs of honest checks. */
  readonly honest: number;
  /** Those of them that were not right, and those that came late. */
  readonly wrong: readonly string[];
  readonly late: readonly string[];
  /** The longest answer of `/healthz`, and the one that is longer than 99 of a hundred. */
  readonly healthzMs: number;
  readonly healthz99Ms: number;
  /** Of each second, how many milliseconds the service's main thread had work and no processor. */
  readonly waitedMs: number;
  readonly peakMb: number;
  readonly status: number | null;
  /** Descriptors more than at the beginning, processes and zombies before the end, and entries of shared directories after it. */
  readonly left: {
    readonly files: number;
    readonly processes: number;
    readonly zombies: number;
    readonly entries: readonly string[] | null;
  };
  readonly log: string;
}

export async function siege({ seconds, calls }: SiegeOptions): Promise<Siege> {
  const directory = mkdtempSync('/var/tmp/vigie-siege-');
  process.env.TMPDIR = directory;
  const sandbox = await startSandbox();
  const honest = await fakeDeployment();
  const children: ChildProcess[] = [];
  try {
    const room = process.getuid?.() === 0 ? await privateRoom(children) : null;
    const hostile = await startHostileServers(directory, children);
    const port = await freePort();
    const checks = configured({ hostile, honest: honest.url, sandbox, calls });
    const file = join(directory, 'vigie.yaml');
    writeFileSync(
      file,
      stringify(
        {
          server: { listen: `127.0.0.1:${port}`, token: TOKEN },
          history: { dir: join(directory, 'history') },
          evidence: { dir: join(directory, 'evidence') },
          log: { level: 'error', format: 'json' },
          checks,
        },
        { aliasDuplicateObjects: false },
      ),
    );
    const served = serve(room, file, directory);
    children.push(served.process);
    const url = new URL(`http://127.0.0.1:${port}/`);
    await vigieAnswers(url);
    const pid = served.pid();
    const openBefore = openFiles(pid);
    const healthz = watchHealthz(url);
    const waitedBefore = waitedForCpu(pid);
    const viewer = besiege(url, sandbox.mail.ports.mx, seconds, children);
    await delay(seconds * 1000);
    const attacks = await viewer;
    const names = checks.map(({ name }) => name).filter((name) => name.startsWith('honest'));
    const runs = (await Promise.all(names.map((name) => honestRuns(url, name)))).flat();
    const took = await healthz();
    const waitedMs = (waitedForCpu(pid) - waitedBefore) / seconds;
    // A call may be in progress, with its browsers.
    if (calls) await delay(5000);
    else await calm(pid, openBefore);
    const below = descendants(pid);
    const zombies = below.filter((each) => /\) Z /.test(procFile(each, 'stat')));
    const files = openFiles(pid) - openBefore;
    const peakMb = Number(/VmHWM:\s+(\d+)/.exec(procFile(pid, 'status'))?.[1] ?? 0) / 1000;
    process.kill(pid, 'SIGTERM');
    const [status] = (await once(served.process, 'exit')) as [number | null];
    const entries =
      room === null
        ? null
        : SHARED.flatMap((path) => listing(`/proc/${room}/root${path}`).map((name) => `${path}/${name}`));
    return {
      attacks: attacks + checks.filter(({ name }) => name.startsWith('hostile')).length,
      honest: runs.length,
      wrong: runs.flatMap((run) =>
        run.outcome === 'pass' ? [] : [`${run.check}: ${run.outcome} ${run.summary}`],
      ),
      late: lateOnes(runs),
      healthzMs: took.at(-1) ?? Number.POSITIVE_INFINITY,
      healthz99Ms: took[Math.floor(took.length * 0.99)] ?? Number.POSITIVE_INFINITY,
      waitedMs,
      peakMb,
      status,
      left: { files, processes: below.length - zombies.length, zombies: zombies.length, entries },
      log: served.log(),
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([honest.close(), sandbox.close()]);
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Waits until a process has no more descriptors open than before, and no descendants; at most until what lingers on purpose
 * is closed: idle connections after 5 to 10 s, sockets of the resolver after 2 s.
 */
async function calm(pid: number, openBefore: number): Promise<void> {
  const end = performance.now() + LINGERS_MS;
  while (performance.now() < end) {
    if (openFiles(pid) <= openBefore && descendants(pid).length === 0) return;
    await delay(100);
  }
}

/** A mount namespace with shared directories of its own, so that all that is left there is of one process; its pid. */
async function privateRoom(children: ChildProcess[]): Promise<number> {
  const mounts = SHARED.map((path) => `mount -t tmpfs tmpfs ${path}`).join(' && ');
  const holder = spawn('unshare', ['--mount', 'sh', '-c', `${mounts} && echo ready && exec sleep infinity`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(holder);
  await once(holder.stdout!, 'data');
  return holder.pid!;
}

function serve(room: number | null, file: string, directory: string) {
  const command = [VIGIE, 'serve', '--config', file];
  const [program, ...args] =
    room === null ? command : ['nsenter', `--mount=/proc/${room}/ns/mnt`, ...command];
  const env = {
    ...process.env,
    TMPDIR: room === null ? directory : '/tmp',
    XDG_CACHE_HOME: join(directory, 'cache'),
  };
  const child = spawn(program!, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  return { process: child, log: () => log, pid: () => child.pid! };
}

async function startHostileServers(directory: string, children: ChildProcess[]): Promise<HostileServers> {
  const [key, cert] = [join(directory, 'hostile-key.pem'), join(directory, 'hostile-cert.pem')];
  writeSelfSigned(key, cert);
  return JSON.parse(await attackerSays('servers-child.ts', [key, cert], children)) as HostileServers;
}

/** A viewer and senders of mail for this number of seconds; how many attacks there were. @throws where one got through */
async function besiege(url: URL, mx: number, seconds: number, children: ChildProcess[]): Promise<number> {
  const line = await attackerSays('viewer-child.ts', [url.href, String(mx), String(seconds)], children);
  const done = Number(line);
  if (!Number.isSafeInteger(done)) throw new Error(line);
  return done;
}

/** Starts attackers; their first line. They have machines of their own: what they do must not cost the service its processor. */
async function attackerSays(
  script: string,
  args: readonly string[],
  children: ChildProcess[],
): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  setPriority(child.pid!, constants.priority.PRIORITY_LOW);
  children.push(child);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with ${code}`);
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
  ended.catch(() => {});
  return line;
}

interface Scene {
  readonly hostile: HostileServers;
  readonly honest: string;
  readonly sandbox: Awaited<ReturnType<typeof startSandbox>>;
  readonly calls: boolean;
}

function configured({
  hostile,
  honest,
  sandbox,
  calls,
}: Scene): ({ readonly name: string } & Readonly<Record<string, unknown>>)[] {
  const own = new Map(
    sandboxChecks(sandbox).map(({ kind, options }) => [kind, options as Record<string, never>]),
  );
  const mail = own.get('mail') as unknown as {
    submission: { ca: string };
    receive: { mx: object };
    expect: object;
  };
  const every = `${HONEST_EVERY_S}s`;
  const often = { every: '5s' };
  const cert = join(process.env.TMPDIR!, 'hostile-cert.pem');
  const imap = (port: number) => ({
    ...{ host: 'localhost', port, user: 'u', password: 'p', ca: cert, address: 'u@mailbox.example' },
    ...{ timeout: '2s', tls: 'implicit' },
  });
  return [
    { name: 'honest', kind: 'signaling', every, url: honest },
    { name: 'honest-zone', kind: 'zone', every, ...own.get('zone') },
    {
      ...{ name: 'honest-mail', kind: 'mail', every, ...mail },
      // The relay shares a machine with all that attacks: how fast it is says nothing of Vigie.
      expect: { ...mail.expect, deliveredIn: '1m' },
      receive: { ...mail.receive, within: '30s', mx: { ...mail.receive.mx, linger: '10m' } },
    },
    ...hostile.deployments.map((url, n) => ({
      ...{ name: `hostile-deployment-${n}`, kind: 'signaling', ...often, url, timeout: '3s' },
    })),
    ...hostile.mailboxes.map((port, n) => ({
      ...{ name: `hostile-mail-${n}`, kind: 'mail', ...often, ...mail },
      submission: { ...mail.submission, ...relayAt(hostile.relays[n]), timeout: '2s' },
      receive: { imap: imap(port), within: '2s' },
      probes: { stranger: false },
    })),
    ...hostile.directories.map((port, n) => ({
      ...{
        name: `hostile-directory-${n}`,
        kind: 'zone',
        ...often,
        ...own.get('zone'),
        domains: [],
        deadline: '10s',
      },
      ldap: { url: `ldap://127.0.0.1:${port}`, base: 'dc=x', timeout: '3s' },
    })),
    ...hostile.nameServers.map((port, n) => ({
      ...{ name: `hostile-names-${n}`, kind: 'zone', ...often, ...own.get('zone'), deadline: '10s' },
      resolver: { servers: [`127.0.0.1:${port}`], timeout: '2s' },
    })),
    ...(calls
      ? [
          {
            name: 'honest-call',
            kind: 'call',
            every: '45s',
            url: sandbox.url,
            participants: ['chromium', 'chromium'],
          },
          ...hostile.deployments.map((url, n) => ({
            ...{
              name: `hostile-call-${n}`,
              kind: 'call',
              every: '2m',
              url,
              participants: ['chromium', 'chromium'],
            },
          })),
        ]
      : []),
  ];
}

/** The hostile relay; the sandbox's own where there is none left. */
const relayAt = (port: number | undefined) => (port === undefined ? {} : { host: 'localhost', port });

/** How long `/healthz` takes, each time, until the function that is given is called. */
function watchHealthz(url: URL): () => Promise<readonly number[]> {
  const thread = new Worker(new URL('./health-thread.ts', import.meta.url), { workerData: Number(url.port) });
  thread.unref();
  return async () => {
    thread.postMessage('enough');
    const [took] = (await once(thread, 'message')) as [readonly number[]];
    return took.toSorted((a, b) => a - b);
  };
}

/** How long the main thread of a process has waited for a processor so far, in milliseconds. Source: Documentation/scheduler/sched-stats.rst. */
function waitedForCpu(pid: number): number {
  return Number(procFile(pid, 'schedstat').split(' ')[1] ?? 0) / 1e6;
}

const answered = z.object({
  runs: z.array(
    z.object({ check: z.string(), outcome: z.string(), summary: z.string(), startedAt: z.string() }),
  ),
});
type HonestRun = z.output<typeof answered>['runs'][number];

async function honestRuns(url: URL, check: string): Promise<HonestRun[]> {
  const response = await fetch(new URL(`/api/runs?check=${check}&limit=500`, url));
  return answered.parse(await response.json()).runs;
}

/** Runs that began more than an interval after they should have. */
function lateOnes(runs: readonly HonestRun[]): string[] {
  return [...Map.groupBy(runs, ({ check }) => check)].flatMap(([check, own]) => {
    if (check === 'honest-call') return [];
    const starts = own.map(({ startedAt }) => Date.parse(startedAt)).sort((a, b) => a - b);
    return starts.flatMap((start, n) => {
      const after = n === 0 ? 0 : start - starts[n - 1]!;
      return after > 2 * HONEST_EVERY_S * 1000 ? [`${check}: ${after} ms after the one before`] : [];
    });
  });
}

async function vigieAnswers(url: URL): Promise<void> {
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    const answer = await fetch(new URL('/healthz', url)).catch(() => null);
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error('vigie serve did not start');
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
const listing = (path: string): string[] => readdirSync(path);
