import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findBrowser, findProgram } from '../../src/browsers/executable.ts';

let first: string;
let second: string;

beforeEach(async () => {
  const top = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  [first, second] = [join(top, 'first'), join(top, 'second')];
  await Promise.all([mkdir(first), mkdir(second)]);
  vi.stubEnv('PATH', ['', first, second, join(top, 'not-there')].join(delimiter));
  vi.stubEnv('VIGIE_CHROMIUM', '');
  vi.stubEnv('VIGIE_FIREFOX', '');
  return () => rm(top, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function program(folder: string, name: string, mode = 0o755): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\n', { mode });
  return path;
}

it('the name that comes first counts, then the folder', async () => {
  await program(first, 'firefox');
  await program(second, 'firefox');
  const esr = await program(second, 'firefox-esr');
  expect(await findBrowser('firefox')).toBe(esr);
  expect(await findProgram(['firefox'])).toBe(join(first, 'firefox'));
  expect(await findProgram(['pulseaudio'])).toBeNull();
});

it('what may not be run, and a folder of that name, is passed over', async () => {
  await program(first, 'chromium', 0o644);
  await mkdir(join(first, 'google-chrome'));
  const found = await program(second, 'chromium');
  expect(await findBrowser('chromium')).toBe(found);
  await rm(found);
  await expect(findBrowser('chromium')).rejects.toThrow();
});

it('the variable comes before what is on the PATH', async () => {
  await program(first, 'chromium');
  const chosen = await program(second, 'my-chromium');
  vi.stubEnv('VIGIE_CHROMIUM', chosen);
  expect(await findBrowser('chromium')).toBe(chosen);
});

it('a variable that names nothing to run is a fault, not a reason to look elsewhere', async () => {
  await program(first, 'firefox');
  for (const wrong of [join(second, 'firefox'), second, await program(second, 'text', 0o644)]) {
    vi.stubEnv('VIGIE_FIREFOX', wrong);
    await expect(findBrowser('firefox')).rejects.toMatchObject({
      code: 'browser-missing',
      trouble: { how: 'named-one-missing', variable: 'VIGIE_FIREFOX', path: wrong },
    });
  }
});

it('where there is none it says what to install', async () => {
  await expect(findBrowser('firefox')).rejects.toMatchObject({
    code: 'browser-missing',
    trouble: {
      how: 'not-installed',
      browser: 'firefox',
      programs: ['firefox-esr', 'firefox'],
      variable: 'VIGIE_FIREFOX',
      package: 'firefox-esr',
    },
  });
  await expect(findBrowser('chromium')).rejects.toMatchObject({ code: 'browser-missing' });
});
