/** What tests need of a machine beyond Node; where it is not there they are skipped, with the reason. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why it is skipped; shown at the end of a run (skips.ts). */
    skipped?: string;
  }
}

/** Why tests cannot run here; null where they can. */
export type Obstacle = string | null;

/** The Debian packages of programs that are not named like them; scripts/setup --tests installs them. */
const PACKAGES: Readonly<Record<string, string>> = {
  amtool: 'prometheus-alertmanager',
  promtool: 'prometheus',
  prosodyctl: 'prosody',
  'systemd-analyze': 'systemd',
};

/** What keeps tests from running that start these programs. */
export function programs(...names: readonly string[]): Obstacle {
  const missing = names.filter((name) => !isOnPath(name));
  if (missing.length === 0) return null;
  const packages = new Set(missing.map((name) => PACKAGES[name] ?? name));
  return `${missing.join(', ')} not installed (Debian: ${[...packages].join(', ')})`;
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Options of tests and suites that cannot run where something is in their way: `describe('…', needs(jitsiLab), …)`. */
export const needs = (obstacle: Obstacle): TestOptions =>
  obstacle === null ? {} : { skip: true, meta: { skipped: obstacle } };
