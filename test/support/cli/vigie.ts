/** `./vigie` as a person starts it, in an empty directory. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const VIGIE = join(import.meta.dirname, '../../../vigie');

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

/** Runs a command that ends by itself; fails the test where it shows a stack trace. */
export async function vigie(
  args: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
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
  if (/^ +at .+:\d+:\d+\)?$/m.test(ended.stdout + ended.stderr)) {
    throw new Error(`vigie ${args.join(' ')} shows a stack trace:\n${ended.stderr}`);
  }
  return ended;
}
