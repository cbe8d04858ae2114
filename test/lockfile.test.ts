/**
 * `npm ci` refuses a lockfile in which the binaries for other platforms are missing, and npm leaves them out
 * where it wrote the file without having seen them. Then a fresh machine cannot be set up.
 */
import { expect, test } from 'vitest';
import lock from '../package-lock.json' with { type: 'json' };

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test('the lockfile names the optional packages of all platforms', () => {
  const packages: Readonly<Record<string, Locked>> = lock.packages;
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lockfile names no registry: each machine uses its own', () => {
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});
