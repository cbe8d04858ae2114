/** What the measurements of the call check share: running `vigie call`, telling true losses from false alarms. */
import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { arrives } from '../../src/checks/call/result.ts';
import type { Run } from '../../src/checks/check.ts';

export const VIGIE = join(import.meta.dirname, '../../vigie');
const PROGRAM = join(import.meta.dirname, 'vigie.ts');
/** Where `vigie` keeps compiled code. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/compiled');

/** The deployment that is measured, and its `lab` script where it has one. */
export function target(): { url: string; lab: string | null } {
  const url = process.env.VIGIE_TEST_JITSI_URL;
  if (!url) {
    process.stderr.write(
      'VIGIE_TEST_JITSI_URL must name the deployment to measure on, such as https://meet.example.org/\n',
    );
    process.exit(2);
  }
  return { url, lab: process.env.VIGIE_TEST_JITSI_LAB ?? null };
}

export interface Called {
  readonly run: Run;
  /** When the process was started, milliseconds since the epoch. */
  readonly spawnedAt: number;
  readonly pid: number;
}

/**
 * Runs `vigie call` once. `during` is called with its process id as soon as it runs, `watching` each time that everybody
 * hears and sees everybody, with the number of times before.
 */
export function call(
  args: readonly string[],
  during: (pid: number) => void = () => {},
  watching: (pid: number, before: number) => void = () => {},
): Promise<Called> {
  return new Promise((resolve, reject) => {
    const spawnedAt = performance.timeOrigin + performance.now();
    const child = fork(PROGRAM, ['call', ...args, '--insecure', '--json'], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { NODE_COMPILE_CACHE: COMPILED, ...process.env },
      silent: true,
    });
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    let watched = 0;
    child.stderr!.resume();
    child.on('message', (phase) => {
      if (phase === 'watch') watching(child.pid!, watched++);
    });
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve({ run: (JSON.parse(output) as Run[])[0]!, spawnedAt, pid: child.pid! });
      } catch {
        reject(new Error(`vigie printed no run: ${output.slice(0, 200)}`));
      }
    });
    during(child.pid!);
  });
}

/** What a series has recorded in a file so far, one line of JSON each; nothing where there is no file yet. */
export const recordedIn = <Line>(file: string): Line[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Line)
    : [];

/** From the start of the process to the moment the matrix was complete, in milliseconds; null when it never was. */
export function toComplete({ run, spawnedAt }: Called): number | null {
  const [step] = run.call?.steps ?? [];
  const complete = run.phases.some(({ name }) => name === 'watch');
  return step && complete ? Date.parse(run.startedAt) - spawnedAt + step.atMs + step.ms : null;
}

/**
 * A stream that was truly lost carries its proof: the sender's own statistics say that it sends nothing, its
 * encodings are inactive. Everything else that is not `ok` in a call that nobody broke counts as a false alarm.
 */
export function trulyLost(run: Run): boolean {
  const broken = run.call?.streams.filter((stream) => !arrives(stream)) ?? [];
  return broken.length > 0 && broken.every(({ cause }) => cause?.id === 'encodings-inactive');
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** `--runs N` and the rest, which goes to `vigie call`. */
export function options(defaults: { runs: number }): { runs: number; rest: string[] } {
  const { values, tokens } = parseArgs({
    args: process.argv.slice(2),
    strict: false,
    tokens: true,
    options: { runs: { type: 'string', default: String(defaults.runs) } },
  });
  const at = tokens.find((token) => token.kind === 'option' && token.name === 'runs');
  const argv = process.argv.slice(2);
  if (at) argv.splice(at.index, at.kind === 'option' && at.inlineValue ? 1 : 2);
  return { runs: Number(values.runs), rest: argv };
}
