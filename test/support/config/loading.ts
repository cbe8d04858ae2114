/** Loads configurations that a test writes into a directory of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Config, formatProblems, loadConfig } from '../../../src/config/load.ts';
import { kinds } from './kinds.ts';

/** A check of a call, as an entry of `checks`. */
export const MEET = `
  - name: meet
    kind: call
    url: https://meet.example.org/
`;

/** For each test of the file that calls it. `here`: the directory, with `vigie.yaml` as it was loaded last. */
export function loading() {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vigie-config-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function load(text: string, env: NodeJS.ProcessEnv = {}) {
    const file = join(directory, 'vigie.yaml');
    await writeFile(file, text);
    return loadConfig(file, kinds, env);
  }

  /** @throws the problems, where there are any */
  async function valid(text: string, env?: NodeJS.ProcessEnv): Promise<Config> {
    const loaded = await load(text, env);
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    return loaded.config;
  }

  /** What is wrong, with paths relative to the directory. */
  async function problems(text: string, env?: NodeJS.ProcessEnv): Promise<string> {
    const loaded = await load(text, env);
    return loaded.ok ? 'valid' : formatProblems(loaded.problems).replaceAll(`${directory}/`, '');
  }

  return { here: () => directory, load, valid, problems };
}
