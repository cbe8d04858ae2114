/** What sandboxes leave behind, and who takes it away. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeDirectory } from '../../src/sandbox/directory.ts';

it('the directory of a sandbox is for one user alone, and gone when it is removed', async () => {
  const { path, remove } = await makeDirectory('evidence');
  expect(statSync(path).mode & 0o777).toBe(0o700);
  await remove();
  expect(existsSync(path)).toBe(false);
});

it('a sandbox removes what one that was killed has left, and nothing of one that runs', async () => {
  const { pid: gone } = spawnSync('true');
  const [left, used] = [gone, process.ppid].map((pid) =>
    mkdtempSync(join(tmpdir(), `vigie-sandbox-${pid}-evidence-`)),
  );
  onTestFinished(() => rmSync(used!, { recursive: true }));
  const { remove } = await makeDirectory('evidence');
  await remove();
  expect(existsSync(left!)).toBe(false);
  expect(existsSync(used!)).toBe(true);
});
