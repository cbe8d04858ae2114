/** Child processes that die with Vigie and take their temporary directory with them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, handOver } from './account.ts';
import { environmentFor } from './environment.ts';

const GUARD = join(import.meta.dirname, 'guard.sh');
const PREFIX = 'vigie-';
/** What is kept of a program's output. */
const OUTPUT_CHARS = 8000;

/** Output may be read for this long after the program's end. */
const DRAIN_MS = 300;

/** How a guarded program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Guarded {
  readonly process: ChildProcess;
  /** The last of what the program printed on either stream. */
  output(): string;
  /** Resolves when the program is gone; never rejects. */
  readonly ended: Promise<Ending>;
  /** Resolves with the first line that matches; rejects when the program ends first or `signal` aborts. */
  line(pattern: RegExp, signal: AbortSignal): Promise<RegExpMatchArray>;
  /** Kills the program's whole group and waits until it and its directory are gone. */
  kill(): Promise<void>;
}

/** A private directory for one program; its name shows whose it is, so that leftovers can be swept. */
export async function makeDirectory(purpose: string, account: Account | null = null): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-${purpose}-`));
  await handOver(directory, account);
  return directory;
}

/**
 * Removes directories of Vigie processes that are gone; a machine that lost power leaves some. Gives the names of
 * those removed. Younger ones stay: containers that share a temporary directory do not see each other's processes.
 */
export async function sweepDirectories(olderThanMs: number): Promise<string[]> {
  const names = await readdir(tmpdir()).catch(() => []);
  const stale: string[] = [];
  for (const name of names) {
    const owner = /^vigie-(\d+)-/.exec(name)?.[1];
    if (!owner || (await isAlive(Number(owner)))) continue;
    const age = Date.now() - ((await stat(join(tmpdir(), name)).catch(() => null))?.mtimeMs ?? Date.now());
    if (age < olderThanMs) continue;
    const removed = await rm(join(tmpdir(), name), { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (removed) stale.push(name);
  }
  return stale;
}

async function isAlive(pid: number): Promise<boolean> {
  if (pid === process.pid) return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command !== '';
}

export interface SpawnOptions {
  /** Beside what every child is given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whose program it is; null, the default: Vigie's own account. */
  readonly account?: Account | null;
  /** Whether the program has a pipe to read from (its descriptor 3) and one to write to (4). */
  readonly pipes?: boolean;
}

/** Starts a program in a process group of its own, guarded; `directory` is its home and is removed when it ends. */
export function spawnGuarded(
  directory: string,
  program: string,
  args: readonly string[],
  { env, account = null, pipes = false }: SpawnOptions = {},
): Guarded {
  const pipe = pipes ? 'pipe' : 'ignore';
  // Another account may not enter the directory in which the guard lies: it is handed the open file.
  const guard = account ? openSync(GUARD, 'r') : null;
  const child = spawn(
    guard === null ? GUARD : 'sh',
    [...(guard === null ? [] : ['/proc/self/fd/5']), directory, program, ...args],
    {
      stdio: ['pipe', 'pipe', 'pipe', pipe, pipe, ...(guard === null ? [] : [guard])],
      detached: true,
      cwd: directory,
      env: environmentFor(directory, env),
      ...account,
    },
  );
  if (guard !== null) closeSync(guard);
  let output = '';
  let rest = '';
  const watchers = new Set<(line: string) => void>();
  const read = (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    output = (output + text).slice(-OUTPUT_CHARS);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) for (const watcher of watchers) watcher(line);
  };
  child.stdout!.on('data', read);
  child.stderr!.on('data', read);
  // The pipe breaks when the program dies first; `ended` reports its end.
  child.stdin!.on('error', () => {});
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => {
      child.stdin!.destroy();
      // The guard passes a signal on as the shell does, as 128 + its number.
      const ending =
        code !== null && code > 128 ? { code: null, signal: signalOf(code - 128) } : { code, signal };
      // What it said last may still be in the pipes, which somebody else may hold open.
      const timer = setTimeout(() => resolve(ending), DRAIN_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(ending);
      });
    });
    child.once('error', () => resolve({ code: 127, signal: null }));
  });

  return {
    process: child,
    output: () => output,
    ended,
    line: (pattern, signal) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          watchers.delete(watcher);
          signal.removeEventListener('abort', onAbort);
          settle();
        };
        const watcher = (line: string) => {
          const match = pattern.exec(line);
          if (match) finish(() => resolve(match));
        };
        const onAbort = () => finish(() => reject(new Error('no answer in time')));
        if (signal.aborted) return onAbort();
        watchers.add(watcher);
        signal.addEventListener('abort', onAbort, { once: true });
        void ended.then(({ code, signal: by }) =>
          finish(() => reject(new Error(`ended with ${by ?? `status ${code}`}`))),
        );
        // Its last line may not be complete yet.
        for (const line of output.split('\n').slice(0, -1)) watcher(line);
      }),
    kill: async () => {
      child.stdin!.end();
      await ended;
      await rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    },
  };
}

const SIGNALS: Record<number, NodeJS.Signals> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};
const signalOf = (number: number): NodeJS.Signals => SIGNALS[number] ?? 'SIGKILL';
