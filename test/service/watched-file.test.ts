import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchFile } from '../../src/service/watched-file.ts';

/** A directory as Kubernetes mounts a ConfigMap: the file is a link through `..data`, which is replaced as a whole. */
async function configMap() {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  let version = 0;
  const publish = async (text: string) => {
    version += 1;
    await mkdir(join(dir, `..${version}`));
    await writeFile(join(dir, `..${version}`, 'vigie.yaml'), text);
    await symlink(`..${version}`, join(dir, '..next'));
    await rename(join(dir, '..next'), join(dir, '..data'));
  };
  await publish('one');
  const file = join(dir, 'vigie.yaml');
  await symlink('..data/vigie.yaml', file);
  return { file, publish };
}

async function watched(file: string) {
  let changes = 0;
  const end = await watchFile(file, () => changes++, 10);
  onTestFinished(end);
  return () => changes;
}

it('a changed ConfigMap is noticed, once for each change', async () => {
  const { file, publish } = await configMap();
  const changes = await watched(file);
  await publish('two');
  await expect.poll(changes).toBe(1);
  await publish('two');
  await publish('three');
  await expect.poll(changes).toBe(2);
});

it('a file that is replaced or gone for a while is no change unless its content is another one', async () => {
  const { file } = await configMap();
  const changes = await watched(file);
  await rm(file);
  await writeFile(file, 'one');
  await writeFile(`${file}.new`, 'two');
  await rename(`${file}.new`, file);
  await expect.poll(changes).toBe(1);
});
