/** Whether the directories of a configuration can be written, without making them. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../base/errno.ts';
import { IN_MEMORY } from '../base/in-memory.ts';
import type { Path } from './problem.ts';
import type { Config } from './schema.ts';

/** The directories that this user cannot write to, each with why. */
export async function unwritable(config: Config): Promise<{ path: Path; message: string }[]> {
  const wanted: [Path, string][] = [[['evidence', 'dir'], config.evidence.dir]];
  if (config.history.dir !== IN_MEMORY) wanted.push([['history', 'dir'], config.history.dir]);
  const found = await Promise.all(
    wanted.map(async ([path, directory]) => {
      const code = await writeFault(directory);
      if (code === null) return null;
      return {
        path,
        message: `this user cannot write to ${directory} (${code}); Vigie will not start as this user`,
      };
    }),
  );
  return found.filter((one) => one !== null);
}

/** Why a directory, or the nearest one above it that exists, cannot be written to; null where it can. */
async function writeFault(directory: string): Promise<string | null> {
  try {
    if (!(await stat(directory)).isDirectory()) return 'ENOTDIR';
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' && dirname(directory) !== directory ? writeFault(dirname(directory)) : code;
  }
}
