/** `vigie run` with a signaling check on the lab. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../../src/checks/check.ts';
import { lab, VIGIE } from '../call/lab.ts';

interface How {
  readonly insecure?: boolean;
  readonly env?: Record<string, string>;
  readonly prefix?: readonly string[];
}

/** One run, and all that it printed. */
export function signalingOfLab({
  insecure = true,
  env = {},
  prefix = [],
}: How = {}): Promise<{ run: Run; output: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-signaling-'));
  const file = join(directory, 'vigie.yaml');
  const check = { name: 'way', kind: 'signaling', url: lab!.url, insecure, timeout: '3s' };
  writeFileSync(file, JSON.stringify({ checks: [check] }));
  const [program, ...words] = [...prefix, VIGIE, 'run', '--config', file, '--json'];
  return new Promise((resolve, reject) => {
    const child = spawn(program!, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(directory, { recursive: true });
      try {
        resolve({ run: (JSON.parse(stdout) as Run[])[0]!, output: stdout + stderr });
      } catch {
        reject(new Error(`no run printed (status ${code}): ${stderr}`));
      }
    });
  });
}

/** All findings of a run, as `outcome id`. */
export const told = (run: Run) => run.findings.map(({ id, outcome }) => `${outcome} ${id}`);
