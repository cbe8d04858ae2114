/** What scripts/release makes without a container engine; its images: test/deploy/image.e2e.test.ts. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { needs, programs } from '../support/needs.ts';

const TOP = join(import.meta.dirname, '../..');
const MADE_MS = 120_000;
const NAME = `vigie-${manifest.version}`;
const obstacle = existsSync(join(TOP, '.git'))
  ? programs('git', 'npm')
  : 'this is not a clone of the repository';

describe('scripts/release', needs(obstacle), () => {
  const home = obstacle ? '' : mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const made = join(home, 'release');
  const unpacked = join(home, 'package');
  const release = (...args: string[]) =>
    spawnSync(join(TOP, 'scripts/release'), args, { encoding: 'utf8', timeout: MADE_MS });

  beforeAll(() => {
    const { status, stderr } = release(made, '--no-images');
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    execFileSync('tar', ['-xzf', join(made, `${NAME}.tgz`), '-C', home]);
  }, MADE_MS);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('makes the source, the npm package, a bill of materials and checksums that are right', () => {
    const files = [`${NAME}.src.cdx.json`, `${NAME}.src.tar.gz`, `${NAME}.tgz`];
    expect(readdirSync(made).sort()).toEqual(['SHA256SUMS', ...files]);
    const said = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: made,
      encoding: 'utf8',
    });
    expect(said.trim().split('\n')).toEqual(files.map((file) => `${file}: OK`));
  });

  it('packs what runs, the exact versions of modules with it, and no tests', () => {
    const top = readdirSync(unpacked);
    for (const there of [
      'vigie',
      'src',
      'scripts',
      'docs',
      'dashboards',
      'deploy',
      'vigie.example.yaml',
      'LICENSE',
    ])
      expect(top).toContain(there);
    for (const not of ['test', 'bench', '.ci', 'node_modules']) expect(top).not.toContain(not);
    const lock = readFileSync(join(unpacked, 'npm-shrinkwrap.json'), 'utf8');
    expect(lock).toBe(
      execFileSync('git', ['show', 'HEAD:package-lock.json'], { cwd: TOP, encoding: 'utf8' }),
    );
  });

  it('the package, installed by path, runs from anywhere', { timeout: MADE_MS }, () => {
    // The modules that "npm ci" would bring are those of this checkout.
    symlinkSync(join(TOP, 'node_modules'), join(unpacked, 'node_modules'));
    const prefix = join(home, 'prefix');
    const options = ['--global', '--prefix', prefix, '--offline', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, unpacked], { cwd: home, stdio: 'pipe' });
    const env = { ...process.env, NODE_COMPILE_CACHE: join(home, 'compiled') };
    const vigie = (...args: string[]) =>
      execFileSync(join(prefix, 'bin/vigie'), args, { cwd: home, encoding: 'utf8', env });
    expect(vigie('--version').trim()).toBe(`vigie ${manifest.version}`);
    expect(vigie('dashboards', '--check')).toContain('all current');
  });

  it('the package below node_modules says why it does not run there, and what to do', () => {
    const below = join(home, 'node_modules/vigie');
    mkdirSync(join(home, 'node_modules'));
    execFileSync('cp', ['-r', unpacked, below]);
    const { status, stderr } = spawnSync(join(below, 'vigie'), ['--version'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('install it by path')]);
  });

  it('refuses a directory that has something in it, and options that it does not know', () => {
    writeFileSync(join(home, 'kept'), '');
    expect(release(home, '--no-images')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is not empty'),
    });
    expect(release(made, '--fast')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('unknown option "--fast"'),
    });
    expect(release()).toMatchObject({ status: 2, stderr: expect.stringContaining('expected the directory') });
  });
});
