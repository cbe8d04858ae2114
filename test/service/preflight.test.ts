import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Machine } from '../../src/service/machine.ts';
import { preflight } from '../../src/service/preflight.ts';

const roomy: Machine = {
  free: async () => 1e10,
  openFiles: async () => 100_000,
  processes: async () => 4096,
};
const anyPort = { host: '127.0.0.1', port: 0 };

async function directory() {
  const path = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

it('the preflight finds nothing on a machine that has what is needed, and leaves nothing behind', async () => {
  const evidence = join(await directory(), 'new', 'evidence');
  expect(await preflight({ listen: anyPort, evidence, browsers: true }, roomy)).toEqual([]);
  expect(await readdir(evidence)).toEqual([]);
});

it('the preflight says that a port is in use, and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const [obstacle] = await preflight({
    listen: { host: '127.0.0.1', port },
    evidence: null,
    browsers: false,
  });
  expect(obstacle?.fatal).toBe(true);
  expect(obstacle?.text).toMatch(new RegExp(`^Port ${port} on 127.0.0.1 is in use.*server.listen`));
});

it('the preflight says that the machine has no such address', async () => {
  const listen = { host: '192.0.2.1', port: 9797 };
  const [obstacle] = await preflight({ listen, evidence: null, browsers: false });
  expect(obstacle?.text).toContain('This machine has no address 192.0.2.1');
});

it('the preflight says that evidence cannot be written', async () => {
  const file = join(await directory(), 'a-file');
  await writeFile(file, '');
  const [obstacle] = await preflight({ listen: anyPort, evidence: join(file, 'evidence'), browsers: false });
  expect(obstacle).toMatchObject({ fatal: true, text: expect.stringContaining('ENOTDIR') });
});

it('the preflight reports everything at once, for browsers only where there are any', async () => {
  const poor: Machine = {
    free: async () => 64_000_000,
    openFiles: async () => 256,
    processes: async () => 100,
  };
  const needs = { listen: anyPort, evidence: null, browsers: true };
  const texts = (await preflight(needs, poor)).map(
    ({ text, fatal }) => `${fatal ? 'no' : 'perhaps'}: ${text}`,
  );
  expect(texts).toEqual([
    expect.stringMatching(/^perhaps: \S+ has only 64 MB free/),
    expect.stringMatching(/^perhaps: \/dev\/shm has only 64 MB free.*--shm-size=256m/),
    expect.stringMatching(/^no: A process may have only 256 files open here.*ulimit/),
    expect.stringMatching(/^perhaps: Only 100 processes and threads .*--pids-limit/),
  ]);
  expect(await preflight({ ...needs, browsers: false }, poor)).toEqual([]);
});

it('the preflight says nothing about what this machine does not report', async () => {
  const silent: Machine = {
    free: async () => null,
    openFiles: async () => null,
    processes: async () => null,
  };
  expect(await preflight({ listen: anyPort, evidence: null, browsers: true }, silent)).toEqual([]);
});
