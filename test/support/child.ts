/** Starts a program for a test, waits for what it says, and sees that it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';

export interface Child {
  readonly process: ChildProcess;
  /** Everything that it has said so far. */
  output(): string;
  /** The first match in what it says; fails the test where it ends without, or after 20 s. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A child that is gone when the test is over. */
export function child(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const started = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk));
  const ended = once(started, 'exit').then(
    ([code, signal]: unknown[]) => (code ?? signal) as number | NodeJS.Signals,
  );
  onTestFinished(async () => {
    if (started.exitCode === null && started.signalCode === null) started.kill('SIGKILL');
    await ended;
  });
  return {
    process: started,
    output: () => output,
    ended,
    async says(pattern) {
      await expect
        .poll(() => pattern.test(output) || started.exitCode !== null, { timeout: 20_000, interval: 20 })
        .toBe(true);
      const match = pattern.exec(output);
      if (!match) throw new Error(`it ended without saying ${pattern}:\n${output}`);
      return match;
    },
  };
}
