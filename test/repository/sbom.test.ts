/** The bill of materials: all that runs is in it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const TOP = join(import.meta.dirname, '../..');

it('the bill of materials has every module that runs, with its hash, and none of those for development', () => {
  const text = execFileSync(join(TOP, 'scripts/sbom'), { encoding: 'utf8', maxBuffer: 64 << 20 });
  const { bomFormat, metadata, components } = JSON.parse(text) as {
    bomFormat: string;
    metadata: { component: object };
    components: { name: string; purl: string; hashes: { alg: string; content: string }[] }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  expect(metadata.component).toMatchObject({ type: 'application', name: 'vigie', version: manifest.version });
  const names = new Set(components.map(({ name }) => name));
  expect(Object.keys(manifest.dependencies).filter((name) => !names.has(name))).toEqual([]);
  expect(Object.keys(manifest.devDependencies).filter((name) => names.has(name))).toEqual([]);
  for (const { purl, hashes } of components) {
    expect(purl).toMatch(/^pkg:npm\/[^@]+@[^@]+$/);
    expect(hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
  }
});
