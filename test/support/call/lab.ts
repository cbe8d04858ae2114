/** A real Jitsi to test against, named by the environment, and its `lab` script that breaks it. */
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, vi } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import type { Obstacle } from '../needs.ts';

/** `VIGIE_TEST_JITSI_URL` and `VIGIE_TEST_JITSI_LAB`; null where either is not set. */
export const lab =
  process.env.VIGIE_TEST_JITSI_URL && process.env.VIGIE_TEST_JITSI_LAB
    ? { url: process.env.VIGIE_TEST_JITSI_URL, script: process.env.VIGIE_TEST_JITSI_LAB }
    : null;

export const jitsiLab: Obstacle = lab
  ? null
  : 'no Jitsi to test against (VIGIE_TEST_JITSI_URL and VIGIE_TEST_JITSI_LAB are not set)';

const LAB_MS = 90_000;

/** What helps against the known fault `key-frame-limit`, for a bridge that a test starts anew; `.ci/run` has it too. */
const WELL = { JAVA_TOOL_OPTIONS: '-Djmt.keyframe.max-requests=20' };

export function labRun(...words: string[]): string {
  return execFileSync(lab!.script, words, {
    timeout: LAB_MS,
    encoding: 'utf8',
    env: { ...process.env, ...WELL },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Whether jicofo gives out a room: after prosody was restarted it is not back yet when the lab's script ends. */
export async function settled(): Promise<void> {
  await vi.waitFor(async () => expect(await askJicofo()).toContain('"ready":true'), {
    timeout: LAB_MS,
    interval: 200,
  });
}

function askJicofo(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request(new URL('conference-request/v1', lab!.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    rejectUnauthorized: false,
    timeout: 5000,
  });
  asked.on('response', (response) => void text(response).then(resolve, reject));
  asked.on('timeout', () => asked.destroy(new Error('jicofo does not answer')));
  asked.on('error', reject);
  const room = `settled-${randomUUID()}`;
  asked.end(JSON.stringify({ properties: {}, machineUid: room, room: `${room}@muc.meet.lab` }));
  return promise;
}

/** Breaks the deployment; it is back in a steady state, but for the faults. */
export async function breakLab(faults: readonly string[]): Promise<void> {
  for (const fault of faults) labRun('fault', ...fault.split(' '));
  if (faults.includes('auth-required')) await settled();
}

/**
 * Takes the relay away from a call that shall pass, and that does not need it. Now and then, mostly in the first call
 * after its start, the bridge settles on the way through the relay before it has tried the direct one, and it never
 * changes its mind; the browser lets that relay go some seconds later, and nothing comes through any more.
 */
export function withoutRelay(): void {
  labRun('fault', 'turn-down');
}

/** Fixes all faults, and waits until the deployment is as it was. */
export async function mendLab(faults: readonly string[] = []): Promise<void> {
  // Jicofo and the bridge take up to a minute to come back to another prosody; new ones are quicker.
  const anew = faults.some((fault) => fault === 'auth-required' || fault === 'signaling-down');
  labRun(anew ? 'up' : 'clear');
  await settled();
}

/** Findings that are more than advice. */
export const wrong = (run: Run) => run.findings.filter((finding) => finding.outcome !== 'pass');

/** Verdicts of a step as `audio A->B verdict`, those that are not ok. */
export const notOk = (run: Run, step?: string) =>
  run
    .call!.streams.filter((stream) => stream.verdict !== 'ok' && (step === undefined || stream.step === step))
    .map(({ kind, sender, receiver, verdict }) => `${kind} ${sender}->${receiver} ${verdict}`);

export const VIGIE = join(import.meta.dirname, '../../../vigie');

export interface Ended {
  readonly code: number | null;
  readonly run: Run;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabOptions {
  readonly env?: Record<string, string>;
  /** Gets the process once it runs. */
  readonly during?: (pid: number) => void;
  /** Gets the process once everybody hears and sees everybody. */
  readonly watching?: (pid: number) => void;
  /** A program, with its words, that is to start Vigie. */
  readonly prefix?: readonly string[];
}

/** `vigie call` on the lab. */
export function callLab(args: readonly string[] = [], options: LabOptions = {}): Promise<Ended> {
  return runOnLab(['call', lab!.url, '--insecure', ...args], options);
}

/** Any command of Vigie that prints one run as JSON. */
export function runOnLab(command: readonly string[], options: LabOptions = {}): Promise<Ended> {
  const [program, ...words] = [...(options.prefix ?? []), VIGIE, ...command, '--json'];
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
        resolve({ code, run: (JSON.parse(stdout) as Run[])[0]!, stdout, stderr });
      } catch {
        reject(new Error(`no run printed (status ${code}): ${stderr}`));
      }
    });
    options.during?.(child.pid!);
  });
}
