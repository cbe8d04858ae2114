/** `vigie signaling` on the lab. */
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
