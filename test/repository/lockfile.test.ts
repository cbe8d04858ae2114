/**
 * `npm ci` refuses a lockfile in which the binaries for other platforms are missing, and npm leaves them out
 * where it wrote the file without having seen them. Then a fresh machine cannot be set up.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');

test('the lockfile names the optional packages of all platforms', () => {
  const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Locked>> };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lockfile names no registry: each machine uses its own', () => {
  expect(text).not.toContain('"resolved"');
});
