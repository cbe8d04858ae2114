/** Commands of Vigie in an empty directory: within this process, or `./vigie` as a person starts it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { main } from '../../../src/cli/main.ts';

const ROOT = join(import.meta.dirname, '../../..');
const VIGIE = join(ROOT, 'vigie');

export interface Ended {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory that is gone when the test is over. */
export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

interface Where {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command in this process, in which all code is loaded already: a process of its own takes half a second to start.
 * Its working directory and environment are this process's while it runs, so that one can run at a time.
 */
export async function vigie(args: readonly string[], { cwd, env = {} }: Where = {}): Promise<Ended> {
  const before = process.env;
  const output = { stdout: '', stderr: '' };
  const into = (name: keyof typeof output) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        output[name] += chunk.toString();
        done();
      },
    });
  const where = cwd ?? (await emptyDirectory());
  // Also where the test gave up waiting: its directory goes, and nothing else could run in it.
  onTestFinished(() => process.chdir(ROOT));
  process.chdir(where);
  process.env = { ...before, ...env };
  try {
    const io = { stdout: into('stdout'), stderr: into('stderr'), signal: new AbortController().signal };
    const status = await main(args, io);
    return withoutStackTrace(args, { status, ...output });
  } finally {
    process.chdir(ROOT);
    process.env = before;
  }
}

/** Runs `./vigie` with a command that ends on its own. */
export async function vigieProcess(args: readonly string[], { cwd, env = {} }: Where = {}): Promise<Ended> {
  const where = cwd ?? (await emptyDirectory());
  const ended = await new Promise<Ended>((resolve) => {
    execFile(
      VIGIE,
      args,
      { cwd: where, env: { ...process.env, ...env }, timeout: 15_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) =>
        resolve({ status: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
  });
  return withoutStackTrace(args, ended);
}

/** @throws where a person would be shown a stack trace. */
function withoutStackTrace(args: readonly string[], ended: Ended): Ended {
  if (/^ +at .+:\d+:\d+\)?$/m.test(ended.stdout + ended.stderr)) {
    throw new Error(`vigie ${args.join(' ')} shows a stack trace:\n${ended.stderr}`);
  }
  return ended;
}
