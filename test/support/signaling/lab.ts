/** `vigie signaling` on the lab. */
import { expect, vi } from 'vitest';
import type { Run } from '../../../src/checks/check.ts';
import { type LabOptions, lab, runOnLab } from '../call/lab.ts';

/** One run, and all that it printed. */
export async function signalingOfLab({
  insecure = true,
  ...options
}: LabOptions & { readonly insecure?: boolean } = {}): Promise<{ run: Run; output: string }> {
  const words = ['signaling', lab!.url, '--timeout', '3', ...(insecure ? ['--insecure'] : [])];
  const { run, stdout, stderr } = await runOnLab(words, options);
  return { run, output: stdout + stderr };
}

/** All findings of a run, as `outcome id`. */
export const reported = (run: Run) => run.findings.map(({ id, outcome }) => `${outcome} ${id}`);

/** Until a session on the bridge comes about soon: one that has just started takes its time for the first. */
export const warmBridge = () =>
  vi.waitFor(async () => expect(reported((await signalingOfLab()).run)).toEqual([]), {
    timeout: 60_000,
    interval: 500,
  });
