/** A container engine, and images that are built with it. */
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
import { type Obstacle, programs } from '../needs.ts';

export const TOP = join(import.meta.dirname, '../../..');
export const BASE_MS = 240_000;
export const BUILD_MS = 900_000;
const run = promisify(execFile);

/** An image that stands for Debian's slim one: made here, or named where it is there already. */
export const BASE = process.env.VIGIE_TEST_IMAGE_BASE ?? 'vigie-test-base';

/** Why nothing can be built and run in containers here; null where it can. */
export function noEngine(...others: readonly string[]): Obstacle {
  if (!process.env.VIGIE_TEST_IMAGE)
    return 'building the image takes minutes; VIGIE_TEST_IMAGE=1 asks for it';
  if (process.getuid?.() !== 0) return 'making a Debian for the base needs root';
  const missing = programs('docker', 'mmdebstrap', ...others);
  if (missing !== null) return missing;
  const { status } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 });
  return status === 0 ? null : 'no container engine answers; DOCKER_HOST may name one';
}

/** What the command prints. */
export async function docker(args: readonly string[], timeout = BUILD_MS): Promise<string> {
  // The builder that needs no plugin.
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  const { stdout } = await run('docker', args, { timeout, maxBuffer: 64 << 20, env });
  return stdout.trim();
}

/** Builds an image of these lines, from a directory of its own into which `fill` puts what they need. */
export async function buildFrom(
  image: string,
  lines: readonly string[],
  fill: (home: string) => void | Promise<void> = () => {},
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  try {
    writeFileSync(join(home, 'Dockerfile'), `${lines.join('\n')}\n`);
    await fill(home);
    await docker(['build', '--network=host', '-t', image, home]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A Debian in the place of the slim one from a registry; authorities that this machine trusts are trusted there. */
export async function base(): Promise<void> {
  if (process.env.VIGIE_TEST_IMAGE_BASE) return;
  const own = '/usr/local/share/ca-certificates';
  const lines = [
    'FROM scratch',
    'ADD debian.tar /',
    `COPY authorities ${own}/`,
    'RUN update-ca-certificates',
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
  ];
  await buildFrom(BASE, lines, async (home) => {
    mkdirSync(join(home, 'authorities'));
    for (const name of existsSync(own) ? readdirSync(own) : []) {
      if (name.endsWith('.crt')) copyFileSync(join(own, name), join(home, 'authorities', name));
    }
    const slim = ['doc', 'man', 'info', 'locale'].map((name) => `"$1"/usr/share/${name}/*`).join(' ');
    // A full Perl would come otherwise, for the package that merges /usr.
    const merged = '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr';
    const debian = [
      '--variant=minbase',
      '--include=ca-certificates',
      merged,
      `--customize-hook=rm -rf ${slim}`,
    ];
    await run('mmdebstrap', [...debian, 'bookworm', join(home, 'debian.tar')], {
      timeout: BASE_MS,
      maxBuffer: 64 << 20,
    });
  });
}

/** Vigie's image, with these browsers. */
export async function build(image: string, browsers: 'all' | 'chromium'): Promise<void> {
  const args = ['--build-arg', `BASE=${BASE}`, '--build-arg', `BROWSERS=${browsers}`];
  await docker(['build', '--network=host', ...args, '-t', image, TOP]);
}
