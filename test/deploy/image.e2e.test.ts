/**
 * The container image, in both variants: built by a real engine and run read-only, without capabilities, as its own user.
 *
 * It takes minutes and downloads a Debian with two browsers, and is therefore run when it is asked for, where the engine of
 * DOCKER_HOST answers. Networks of containers are not needed: all use the machine's.
 */
import { execFile, spawnSync } from 'node:child_process';
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
const BUILD_MS = 900_000;
const RUN_MS = 120_000;
const UID = 9797;
const BASE = 'vigie-test-base';
/** `most`: on top of the base, whose size depends on where it comes from. */
const VARIANTS = [
  { browsers: 'all', most: 950e6, upgrade: 60e6 },
  { browsers: 'chromium', most: 600e6, upgrade: 60e6 },
] as const;

function obstacle(): Obstacle {
  if (!process.env.VIGIE_TEST_IMAGE)
    return 'building the image takes minutes; VIGIE_TEST_IMAGE=1 asks for it';
  if (process.getuid?.() !== 0) return 'making a Debian for the base needs root';
  const missing = programs('docker', 'mmdebstrap');
  if (missing !== null) return missing;
  const { status } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 });
  return status === 0 ? null : 'no container engine answers; DOCKER_HOST may name one';
}

const reason = obstacle();
const run = promisify(execFile);
const home = reason ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));

async function docker(args: readonly string[], timeout = BUILD_MS): Promise<string> {
  // The builder that needs no plugin.
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  const { stdout } = await run('docker', args, { timeout, maxBuffer: 64 << 20, env });
  return stdout.trim();
}

/** A Debian in the place of the slim one from a registry; authorities that this machine trusts are trusted there. */
async function buildBase(): Promise<void> {
  mkdirSync(join(home, 'authorities'));
  const slim = ['doc', 'man', 'info', 'locale'].map((name) => `"$1"/usr/share/${name}/*`).join(' ');
  const debian = ['--variant=minbase', '--include=ca-certificates', `--customize-hook=rm -rf ${slim}`];
  await run('mmdebstrap', [...debian, 'bookworm', join(home, 'debian.tar')], {
    timeout: BASE_MS,
    maxBuffer: 64 << 20,
  });
  const own = '/usr/local/share/ca-certificates';
  for (const name of existsSync(own) ? readdirSync(own) : []) {
    if (name.endsWith('.crt')) copyFileSync(join(own, name), join(home, 'authorities', name));
  }
  const dockerfile = [
    'FROM scratch',
    'ADD debian.tar /',
    `COPY authorities ${own}/`,
    'RUN update-ca-certificates',
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
  ];
  writeFileSync(join(home, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  await docker(['build', '--network=host', '-t', BASE, home]);
}

/** As deploy/ and docs/install.md run it. */
const CONFINED = [
  '--rm',
  '--network=host',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--shm-size=1g',
  '--pids-limit=1024',
  '--ulimit=nofile=16384:16384',
  '--tmpfs=/tmp:size=512M,mode=1777,exec',
];

describe('the container image', needs(reason), () => {
  beforeAll(buildBase, BASE_MS + BUILD_MS);
  afterAll(() => rmSync(home, { recursive: true, force: true }), BASE_MS);

  describe.each(VARIANTS)('with BROWSERS=$browsers', (variant) => {
    const image = `vigie-test:${variant.browsers}`;
    const inside = (entry: string, ...args: string[]) =>
      docker(['run', ...CONFINED, `--entrypoint=${entry}`, image, ...args], RUN_MS);

    beforeAll(async () => {
      const args = ['--build-arg', `BASE=${BASE}`, '--build-arg', `BROWSERS=${variant.browsers}`];
      await docker(['build', '--network=host', ...args, '-t', image, TOP]);
    }, BUILD_MS);

    it('is no larger than promised, and an upgrade pulls little', async () => {
      expect(Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]))).toBeLessThan(
        variant.most,
      );
      const history = await docker([
        'history',
        '--no-trunc',
        '--human=false',
        '--format',
        '{{.Size}} {{.CreatedBy}}',
        image,
      ]);
      const layers = history.split('\n').map((line) => Number.parseInt(line, 10));
      // Newest first: what lies above Node, which is the first layer of more than 90 MB.
      const upgrade = layers.slice(
        0,
        layers.findIndex((bytes) => bytes > 90e6),
      );
      expect(upgrade.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(variant.upgrade);
    });

    it('runs as a user without privileges, and starts the service', async () => {
      expect(await inside('id', '-u')).toBe(String(UID));
      expect(await inside('/opt/vigie/vigie', '--version')).toBe(`vigie ${manifest.version}`);
      const format = '{{json .Config}}';
      const config = JSON.parse(await docker(['image', 'inspect', '--format', format, image])) as object;
      expect(config).toMatchObject({
        User: 'vigie',
        Entrypoint: ['/opt/vigie/vigie'],
        Cmd: ['serve'],
        WorkingDir: '/var/lib/vigie',
      });
    });

    it('has what Vigie needs, as its doctor finds', { timeout: RUN_MS }, async () => {
      const { facts } = JSON.parse(await inside('/opt/vigie/vigie', 'doctor', '--json')) as {
        facts: { id: string; state: string; data: { browser?: string; version?: string | null } }[];
      };
      expect(facts.filter(({ state }) => state === 'problem')).toEqual([]);
      const browsers = facts.filter(({ id, data }) => id === 'browser' && data.version != null);
      const expected = variant.browsers === 'all' ? ['chromium', 'firefox'] : ['chromium'];
      expect(browsers.map(({ data }) => data.browser)).toEqual(expected);
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

    it('has all that its commands need', { timeout: RUN_MS }, async () => {
      expect(await inside('/opt/vigie/vigie', 'dashboards', '--check')).toContain('all current');
    });
  });
});
