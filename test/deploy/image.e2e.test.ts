/**
 * The container image, in both variants: built by a real engine and run read-only, without capabilities, as its own user.
 *
 * It takes minutes and downloads a Debian with two browsers, and is therefore run when it is asked for, where the engine of
 * DOCKER_HOST answers. Networks of containers are not needed: all use the machine's.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import type { Run } from '../../src/checks/check.ts';
import { BASE, BASE_MS, BUILD_MS, base, build, docker, noEngine, TOP } from '../support/deploy/engine.ts';
import { needs } from '../support/needs.ts';

const run = promisify(execFile);
const RUN_MS = 120_000;
const UID = 9797;
/** `most`: in total, with the base; `upgrade`: what lies above Node. */
const VARIANTS = [
  { browsers: 'all', most: 1000e6, upgrade: 60e6 },
  { browsers: 'chromium', most: 600e6, upgrade: 60e6 },
] as const;

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

describe('the container image', needs(noEngine('skopeo')), () => {
  beforeAll(base, BASE_MS + BUILD_MS);

  describe.each(VARIANTS)('with BROWSERS=$browsers', (variant) => {
    const image = `vigie-test:${variant.browsers}`;
    const inside = (entry: string, ...args: string[]) =>
      docker(['run', ...CONFINED, `--entrypoint=${entry}`, image, ...args], RUN_MS);

    beforeAll(() => build(image, variant.browsers), BUILD_MS);

    it('is no larger than promised, and an upgrade pulls little', async () => {
      const size = await docker(['image', 'inspect', '--format', '{{.Size}}', image]);
      expect(Number(size)).toBeLessThan(variant.most);
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

    it('has a bill of materials', { timeout: RUN_MS }, async () => {
      const { stdout } = await run(join(TOP, 'scripts/sbom'), [image], {
        maxBuffer: 64 << 20,
      });
      const { components } = JSON.parse(stdout) as { components: { purl: string }[] };
      const purls = components.map(({ purl }) => purl.replace(/@.*/, ''));
      const firefox = variant.browsers === 'all' ? ['pkg:deb/debian/firefox-esr'] : [];
      for (const purl of ['pkg:generic/node', 'pkg:npm/zod', 'pkg:deb/debian/libc6', ...firefox])
        expect(purls).toContain(purl);
    });

    it('has all that its commands need', { timeout: RUN_MS }, async () => {
      expect(await inside('/opt/vigie/vigie', 'dashboards', '--check')).toContain('all current');
    });
  });

  it('both variants are in a release, as OCI archives with bills of materials', {
    timeout: BUILD_MS,
  }, async () => {
    const home = mkdtempSync(join(tmpdir(), 'vigie-test-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const made = join(home, 'release');
    // Nearly all of it is in the engine's cache by now: the tree that is committed is built, not this one.
    const env = { ...process.env, DOCKER_BUILDKIT: '0' };
    const options = ['--', '--network=host', '--build-arg', `BASE=${BASE}`];
    await run(join(TOP, 'scripts/release'), [made, ...options], { maxBuffer: 64 << 20, env });
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: made });
    for (const tag of [manifest.version, `${manifest.version}-chromium`]) {
      const archive = `vigie-${tag}.oci.tar`;
      expect(readdirSync(made)).toEqual(expect.arrayContaining([archive, `vigie-${tag}.oci.cdx.json`]));
      const { stdout } = await run('skopeo', ['inspect', '--config', `oci-archive:${join(made, archive)}`]);
      expect(JSON.parse(stdout)).toMatchObject({
        os: 'linux',
        config: { User: 'vigie', Entrypoint: ['/opt/vigie/vigie'], Cmd: ['serve'] },
      });
    }
  });
});
