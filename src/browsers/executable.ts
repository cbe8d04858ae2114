/** Where the browsers are. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { BrowserName } from './browser.ts';
import { BrowserFault } from './faults.ts';

const NAMES: Record<BrowserName, { variable: string; programs: readonly string[]; package: string }> = {
  chromium: {
    variable: 'VIGIE_CHROMIUM',
    // The headless shell is the same engine without a window's own pages: half the memory, a third of the time.
    programs: [
      'chromium-headless-shell',
      'chrome-headless-shell',
      'chromium',
      'chromium-browser',
      'google-chrome-stable',
      'google-chrome',
    ],
    package: 'chromium-headless-shell',
  },
  firefox: { variable: 'VIGIE_FIREFOX', programs: ['firefox-esr', 'firefox'], package: 'firefox-esr' },
};

/** True when the file exists and may be run; a directory may be entered, not run. */
async function runnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The first of these programs on the PATH; null when there is none. */
export async function findProgram(programs: readonly string[]): Promise<string | null> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const program of programs) {
    for (const folder of folders) {
      const path = join(folder, program);
      if (await runnable(path)) return path;
    }
  }
  return null;
}

/**
 * The browser's program: `VIGIE_CHROMIUM` or `VIGIE_FIREFOX` where set, else the distribution's.
 * @throws {BrowserFault} `browser-missing`, with what to do.
 */
export async function findBrowser(name: BrowserName): Promise<string> {
  const { variable, programs, package: debian } = NAMES[name];
  const chosen = process.env[variable];
  if (chosen) {
    if (await runnable(chosen)) return chosen;
    throw new BrowserFault('browser-missing', { how: 'named-one-missing', variable, path: chosen });
  }
  const found = await findProgram(programs);
  if (found) return found;
  throw new BrowserFault('browser-missing', {
    how: 'not-installed',
    browser: name,
    programs: [...programs],
    variable,
    package: debian,
  });
}
