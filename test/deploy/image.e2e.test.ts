/**
 * The container image: built from the Dockerfile alone, without a container engine, and three browsers meet in the
 * sandbox inside it, as its own user without privileges.
 *
 * It takes four minutes and downloads a Debian with two browsers, and is therefore run when it is asked for.
 */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import type { Run } from '../../src/checks/check.ts';
import { needs, type Obstacle, programs } from '../support/needs.ts';

const TOP = join(import.meta.dirname, '../..');
const BASE_MS = 240_000;
const BUILD_MS = 600_000;
const RUN_MS = 90_000;
const UID = 9797;

function obstacle(): Obstacle {
  if (!process.env.VIGIE_TEST_IMAGE)
    return 'building the image takes minutes; VIGIE_TEST_IMAGE=1 asks for it';
  if (process.getuid?.() !== 0) return 'building without a container engine needs root';
  return programs('buildah', 'mmdebstrap');
}

const reason = obstacle();

const run = promisify(execFile);
const home = reason ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));

async function buildah(args: readonly string[], timeout = BUILD_MS): Promise<string> {
  const storage = ['--root', join(home, 'store'), '--runroot', join(home, 'run'), '--storage-driver', 'vfs'];
  const { stdout } = await run('buildah', [...storage, ...args], { timeout, maxBuffer: 64 << 20 });
  return stdout.trim();
}

/** A Debian in the place of the one from a registry; authorities that this machine trusts are trusted there. */
async function buildBase(): Promise<void> {
  const context = join(home, 'base');
  mkdirSync(join(context, 'authorities'), { recursive: true });
  const debian = ['--variant=minbase', '--include=ca-certificates', 'bookworm', join(context, 'debian.tar')];
  await run('mmdebstrap', debian, { timeout: BASE_MS, maxBuffer: 64 << 20 });
  const own = '/usr/local/share/ca-certificates';
  for (const name of existsSync(own) ? readdirSync(own) : []) {
    if (name.endsWith('.crt')) copyFileSync(join(own, name), join(context, 'authorities', name));
  }
  const dockerfile = [
    'FROM scratch',
    'ADD debian.tar /',
    `COPY authorities ${own}/`,
    'RUN update-ca-certificates',
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
  ];
  writeFileSync(join(context, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  await buildah(['build', '--isolation', 'chroot', '--network=host', '-t', 'vigie-base', context]);
}

describe('the container image', needs(reason), () => {
  let container = '';
  const inside = (...command: string[]) =>
    buildah(['run', '--isolation', 'chroot', container, '--', ...command], RUN_MS);

  beforeAll(async () => {
    await buildBase();
    const base = ['--build-arg', 'BASE=localhost/vigie-base'];
    await buildah(['build', '--isolation', 'chroot', '--network=host', ...base, '-t', 'vigie', TOP]);
    container = await buildah(['from', 'localhost/vigie']);
  }, BASE_MS + BUILD_MS);
  afterAll(() => rmSync(home, { recursive: true, force: true }), BASE_MS);

  it('runs as a user without privileges, and starts the service', async () => {
    expect(await inside('id', '-u')).toBe(String(UID));
    expect(await inside('/opt/vigie/vigie', '--version')).toBe(`vigie ${manifest.version}`);
    const described = JSON.parse(await buildah(['inspect', '--type', 'image', 'localhost/vigie'])) as {
      OCIv1: { config: { User: string; Entrypoint: string[]; Cmd: string[]; WorkingDir: string } };
    };
    expect(described.OCIv1.config).toMatchObject({
      User: 'vigie',
      Entrypoint: ['/opt/vigie/vigie'],
      Cmd: ['serve'],
      WorkingDir: '/var/lib/vigie',
    });
  });

  it('three browsers meet in it; mail and records are fine', { timeout: RUN_MS }, async () => {
    const runs = JSON.parse(await inside('/opt/vigie/vigie', 'run', '--json')) as Run[];
    expect(runs.map(({ kind, outcome }) => `${kind}: ${outcome}`)).toEqual([
      'call: pass',
      'mail: pass',
      'zone: pass',
    ]);
    expect(runs[0]!.call!.streams.map(({ verdict }) => verdict)).toEqual(Array(12).fill('ok'));
  });

  it('has all that its commands need', async () => {
    expect(await inside('/opt/vigie/vigie', 'dashboards', '--check')).toContain('all current');
  });
});
