import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/checks/check.ts';
import { createEvidenceStore, type EvidenceOptions } from '../../src/history/evidence-store.ts';
import { renderReport } from '../../src/view/report/render.ts';
import { aRun } from '../support/history/runs.ts';

async function setUp(changes: Partial<EvidenceOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const warnings: object[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) };
  const store = createEvidenceStore({
    directory,
    keepFailures: 2,
    keepPasses: 1,
    maxAgeMs: 3_600_000,
    maxRunSize: 1_000_000,
    maxSize: 10_000_000,
    log,
    render: renderReport,
    ...changes,
  });
  const after = async (outcome: Outcome, content = 'hello') => {
    const run = aRun({ outcome });
    await store.sink('meet', run.id).write('console.txt', content);
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

it('the store keeps failures longer than passes, and the run beside its files', async () => {
  const { directory, after, kept } = await setUp();
  const failed = [await after('fail'), await after('error'), await after('degraded')];
  const passed = [await after('pass'), await after('pass')];
  expect(await kept()).toEqual([failed[1], failed[2], passed[1]]);
  const files = join(directory, 'meet', passed[1]!);
  expect((await readdir(files)).sort()).toEqual(['console.txt', 'run.html', 'run.json']);
  expect(await readFile(join(files, 'run.html'), 'utf8')).toContain('href="console.txt"');
  expect(JSON.parse(await readFile(join(files, 'run.json'), 'utf8'))).toMatchObject({ id: passed[1] });
});

it('the store gives what a run leaves whole, also to somebody who asks while it is being written', async () => {
  const { store } = await setUp();
  const run = aRun();
  const settled = store.settle(run);
  expect((await store.list(run.id))?.map(({ name }) => name)).toEqual(['run.html', 'run.json']);
  await settled;
});

it('the store keeps nothing where nothing is to be kept', async () => {
  const { store, after, kept } = await setUp({ keepFailures: 1, keepPasses: 0 });
  const failed = await after('fail');
  await after('pass');
  expect(await kept()).toEqual([failed]);
  expect(store.sink('meet', 'next').wanted('pass')).toBe('nothing');
});

it('the store tells a check how much to leave: of a pass, a report without files', async () => {
  const sink = (await setUp()).store.sink('meet', 'run');
  expect([sink.wanted('pass'), sink.wanted('fail'), sink.wanted('error')]).toEqual([
    'report',
    'everything',
    'everything',
  ]);
});

it('the store leaves out the files of a run that has too much, says which, and keeps the run', async () => {
  const { directory, store, warnings } = await setUp({ maxRunSize: 1000 });
  const run = aRun({ outcome: 'fail' });
  const sink = store.sink('meet', run.id);
  await Promise.all([sink.write('a.txt', 'x'.repeat(600)), sink.write('b.txt', 'x'.repeat(600))]);
  await sink.write('c.txt', 'x'.repeat(300));
  await store.settle(run);
  const files = join(directory, 'meet', run.id);
  expect((await readdir(files)).sort()).toEqual(['a.txt', 'c.txt', 'run.html', 'run.json']);
  expect(await readFile(join(files, 'run.html'), 'utf8')).toContain('the run had too much: b.txt');
  expect(warnings).toEqual([expect.objectContaining({ file: 'b.txt', bytes: 600, maxBytes: 1000 })]);
});

it('the store lets the oldest give way where a check has too much, never the last', async () => {
  const { after, kept } = await setUp({ keepFailures: 10, maxSize: 1_000_000, maxRunSize: 10_000_000 });
  await after('fail', 'x'.repeat(600_000));
  const second = await after('fail', 'x'.repeat(300_000));
  const third = await after('fail', 'x'.repeat(400_000));
  expect(await kept()).toEqual([second, third]);
  const large = await after('fail', 'x'.repeat(3_000_000));
  expect(await kept()).toEqual([large]);
});

it('the store leaves a run alone that is still on', async () => {
  const { store, after, kept } = await setUp({ keepPasses: 0 });
  await store.sink('meet', 'still-on').write('console.txt', 'hello');
  const failed = await after('fail');
  expect(await kept()).toEqual([failed, 'still-on']);
});

it('the store leaves no half file behind, and lets the run be, where the disk is full', async () => {
  const { directory, store, warnings } = await setUp();
  const run = aRun({ outcome: 'fail' });
  await mkdir(join(directory, 'meet', run.id), { recursive: true });
  await symlink('/dev/full', join(directory, 'meet', run.id, 'console.txt'));
  await store.sink('meet', run.id).write('console.txt', 'hello');
  await store.settle(run);
  expect(warnings).toEqual([expect.objectContaining({ error: 'ENOSPC' })]);
  expect((await readdir(join(directory, 'meet', run.id))).sort()).toEqual(['run.html', 'run.json']);
});

it('the store gives what is kept of a run, by its id and the names of its files alone', async () => {
  const { directory, store, after } = await setUp();
  const id = await after('fail');
  await writeFile(join(directory, 'outside.txt'), 'mine');
  await symlink(join(directory, 'outside.txt'), join(directory, 'meet', id, 'link.txt'));
  await mkdir(join(directory, 'meet', id, 'folder'));
  expect((await store.list(id))?.map(({ name }) => name)).toEqual(['console.txt', 'run.html', 'run.json']);
  const file = await store.open(id, 'console.txt');
  expect([file?.bytes, await file?.handle.readFile('utf8')]).toEqual([5, 'hello']);
  await file?.handle.close();
  for (const name of ['link.txt', 'folder', '../../outside.txt', '', '.', 'none.txt']) {
    expect(await store.open(id, name), name).toBeNull();
  }
  for (const run of ['..', '.', '', '../meet', 'meet', `${id}/../${id}`, 'none']) {
    expect(await store.list(run), run).toBeNull();
    expect(await store.open(run, 'outside.txt'), run).toBeNull();
  }
});

it('the store deletes what is too old, and leaves alone what is no evidence', async () => {
  const { directory, after, kept } = await setUp();
  const old = await after('fail');
  await utimes(join(directory, 'meet', old), 0, 0);
  await writeFile(join(directory, 'meet', 'NOTES.txt'), 'mine');
  const recent = await after('fail');
  expect(await kept()).toEqual(['NOTES.txt', recent]);
});

it('the store has no way out of its directory', async () => {
  const { directory, store } = await setUp();
  await store.sink('../up', '../../up').write('../../../up.txt', 'x');
  expect(await readdir(directory, { recursive: true })).toHaveLength(3);
  expect(await readdir(join(directory, '..')).then((names) => names.includes('up.txt'))).toBe(false);
});

it('the store says that it cannot write, once a run, and never throws', async () => {
  const { directory, store, warnings } = await setUp();
  await writeFile(join(directory, 'meet'), 'a file in the way');
  const sink = store.sink('meet', 'run');
  await sink.write('a', '');
  await sink.write('b', '');
  expect(warnings).toEqual([expect.objectContaining({ error: 'ENOTDIR' })]);
});

it('the store leaves nothing for other accounts of the machine to read', async () => {
  const { directory, after } = await setUp();
  const id = await after('fail');
  const modeOf = async (path: string) => (await stat(join(directory, path))).mode & 0o777;
  expect(await modeOf('meet')).toBe(0o700);
  expect(await modeOf(`meet/${id}`)).toBe(0o700);
  for (const file of await readdir(join(directory, 'meet', id))) {
    expect([file, await modeOf(`meet/${id}/${file}`)]).toEqual([file, 0o600]);
  }
});

it('a recording beyond the size of a run is left out, and so is what the report would draw from it', async () => {
  const { directory, store } = await setUp({ maxRunSize: 2000 });
  const run = aRun({ outcome: 'fail' });
  const sink = store.sink('meet', run.id);
  const console = Array.from({ length: 2000 }, () => Math.random().toString(36));
  sink.record({
    startedAt: 0,
    endedAt: 1,
    played: {
      url: 'https://meet.example.org/',
      participants: null,
      scene: null,
      watch: null,
      completeWithin: null,
      p2p: true,
      insecure: false,
    },
    participants: [
      {
        name: 'A',
        browser: 'chromium',
        version: null,
        timeline: [],
        console,
        samples: [],
        heard: [],
        stalls: [],
        screenshot: null,
      },
    ],
  });
  await store.settle(run);
  const files = join(directory, 'meet', run.id);
  expect((await readdir(files)).sort()).toEqual(['run.html', 'run.json']);
  const page = await readFile(join(files, 'run.html'), 'utf8');
  expect(page).toContain('recording.json.gz');
  expect(page).not.toContain(console[7]);
});
