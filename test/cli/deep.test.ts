/** What only asking shows: against the real resolver of this machine and a port where nothing listens. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkKinds } from '../../src/checks/index.ts';
import { askAround } from '../../src/cli/deep.ts';
import { unwritable } from '../../src/config/directories.ts';
import { formatProblems, loadConfig } from '../../src/config/load.ts';

async function load(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-deep-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'vigie.yaml');
  await writeFile(file, text);
  const loaded = await loadConfig(file, checkKinds, {});
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return { directory, ...loaded };
}

it('names that do not resolve and directories that do not answer are found, with their line', async () => {
  const { config, problem } = await load(`checks:
  - { name: here, kind: signaling, url: "https://localhost/" }
  - { name: there, kind: signaling, url: "https://meet.vigie.invalid/" }
  - name: zones
    kind: zone
    template: deuxfleurs
    ldap: { url: "ldap://127.0.0.1:1", base: "dc=example,dc=org" }
`);
  const found = await askAround(config, AbortSignal.timeout(20_000));
  const lines = found.map(({ path, message }) => formatProblems([problem(path, message)]));
  expect(lines.map((line) => line.replace(/^\S*vigie\.yaml/, '')).sort()).toEqual([
    expect.stringMatching(/^:3:\d+: checks\[1\]\.url: .*meet\.vigie\.invalid/),
    expect.stringMatching(/^:7:\d+: checks\[2\]\.ldap: .*127\.0\.0\.1:1/),
  ]);
});

it('a directory that cannot be written is found, and none is made', async () => {
  const { config, directory } = await load(
    `checks: [{ name: here, kind: signaling, url: "https://localhost/" }]`,
  );
  expect(await unwritable(config)).toEqual([]);
  const below = join(directory, 'vigie.yaml', 'evidence');
  const blocked = { ...config, evidence: { ...config.evidence, dir: below } };
  expect(await unwritable(blocked)).toEqual([
    { path: ['evidence', 'dir'], message: expect.stringContaining('ENOTDIR') },
  ]);
  if (process.getuid?.() === 0) return;
  await chmod(directory, 0o500);
  expect(await unwritable(config)).toHaveLength(2);
  await chmod(directory, 0o700);
});
