import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { createEvidenceStore } from '../../src/history/evidence-store.ts';
import { aRun } from './runs.ts';

async function setUp(keep = { keepFailures: 2, keepPasses: 1 }) {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const warnings: object[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) };
  const store = createEvidenceStore({ directory, ...keep, maxAgeMs: 3_600_000, log });
  const after = async (outcome: Outcome) => {
    const run = aRun({ outcome });
    await store.sink('meet', run.id).write('console.txt', 'hello');
    await store.settle(run);
    return run.id;
  };
  return {
    directory,
    store,
    warnings,
    after,
    kept: async () => (await readdir(join(directory, 'meet'))).sort(),
  };
}

it('keeps failures longer than passes, and the run beside its files', async () => {
  const { directory, after, kept } = await setUp();
  const failed = [await after('fail'), await after('error'), await after('degraded')];
  const passed = [await after('pass'), await after('pass')];
  expect(await kept()).toEqual([failed[1], failed[2], passed[1]]);
  const files = join(directory, 'meet', passed[1]!);
  expect((await readdir(files)).sort()).toEqual(['console.txt', 'run.json']);
  expect(JSON.parse(await readFile(join(files, 'run.json'), 'utf8'))).toMatchObject({ id: passed[1] });
});

it('keeps nothing where nothing is to be kept', async () => {
  const { after, kept } = await setUp({ keepFailures: 1, keepPasses: 0 });
  const failed = await after('fail');
  await after('pass');
  expect(await kept()).toEqual([failed]);
});

it('deletes what is too old, and leaves alone what is no evidence', async () => {
  const { directory, after, kept } = await setUp();
  const old = await after('fail');
  await utimes(join(directory, 'meet', old), 0, 0);
  await writeFile(join(directory, 'meet', 'NOTES.txt'), 'mine');
  const recent = await after('fail');
  expect(await kept()).toEqual(['NOTES.txt', recent]);
});

it('has no way out of its directory', async () => {
  const { directory, store } = await setUp();
  await store.sink('../up', '../../up').write('../../../up.txt', 'x');
  expect(await readdir(directory, { recursive: true })).toHaveLength(3);
  expect(await readdir(join(directory, '..')).then((names) => names.includes('up.txt'))).toBe(false);
});

it('says that it cannot write, once a run, and never throws', async () => {
  const { directory, store, warnings } = await setUp();
  await writeFile(join(directory, 'meet'), 'a file in the way');
  const sink = store.sink('meet', 'run');
  await sink.write('a', '');
  await sink.write('b', '');
  expect(warnings).toEqual([expect.objectContaining({ error: 'ENOTDIR' })]);
});
