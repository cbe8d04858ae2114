/** A real Jitsi to test against, named by the environment, and its `lab` script that breaks it. */
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Run } from '../../../src/checks/check.ts';

/** `VIGIE_TEST_JITSI_URL` and `VIGIE_TEST_JITSI_LAB`; null where either is not set. */
export const lab =
  process.env.VIGIE_TEST_JITSI_URL && process.env.VIGIE_TEST_JITSI_LAB
    ? { url: process.env.VIGIE_TEST_JITSI_URL, script: process.env.VIGIE_TEST_JITSI_LAB }
    : null;

/** Says why tests are skipped where there is no lab. */
export function explainSkip(): void {
  if (!lab) {
    process.stderr.write(
      'skipped: no Jitsi to test against (VIGIE_TEST_JITSI_URL and VIGIE_TEST_JITSI_LAB are not set)\n',
    );
  }
}

const LAB_MS = 60_000;

export function labRun(...words: string[]): string {
  return execFileSync(lab!.script, words, {
    timeout: LAB_MS,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

export const VIGIE = join(import.meta.dirname, '../../../vigie');

export interface Ended {
  readonly code: number | null;
  readonly run: Run;
  readonly stderr: string;
}

/** `vigie call` on the lab, bridge only unless told otherwise; `during` gets the process once it runs,
 * `watching` once everybody hears and sees everybody. */
export function callLab(
  args: readonly string[] = [],
  options: {
    env?: Record<string, string>;
    during?: (pid: number) => void;
    watching?: (pid: number) => void;
    prefix?: readonly string[];
  } = {},
): Promise<Ended> {
  const [program, ...words] = [
    ...(options.prefix ?? []),
    VIGIE,
    'call',
    lab!.url,
    '--insecure',
    '--json',
    ...args,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(program!, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      timeout: 90_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      const before = stderr;
      stderr += chunk.toString();
      const complete = /watching/;
      if (complete.test(stderr) && !complete.test(before)) options.watching?.(child.pid!);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      try {
        resolve({ code, run: (JSON.parse(stdout) as Run[])[0]!, stderr });
      } catch {
        reject(new Error(`no run printed (status ${code}): ${stderr}`));
      }
    });
    options.during?.(child.pid!);
  });
}
