/** Every configuration in `fixtures/invalid` is refused with the very lines that stand in the `.txt` beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatProblems, loadConfig } from '../../src/config/load.ts';
import { kinds } from '../support/config/kinds.ts';

const DIRECTORY = new URL('fixtures/invalid/', import.meta.url);
const ENV = { WORD: 'correct-horse', EMPTY: '' };

const names = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));

test.for(names)('%s', async (name) => {
  const file = new URL(`${name}.yaml`, DIRECTORY).pathname;
  const loaded = await loadConfig(file, kinds, ENV);
  const reported = loaded.ok
    ? 'valid'
    : formatProblems(loaded.problems)
        .replaceAll(DIRECTORY.pathname, '')
        .replaceAll(DIRECTORY.pathname.slice(0, -1), '<here>');
  expect(reported).not.toContain(ENV.WORD);
  expect(`${reported}\n`).toBe(readFileSync(new URL(`${name}.txt`, DIRECTORY), 'utf8'));
});
