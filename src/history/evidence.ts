/** A run's evidence as files in a directory of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EvidenceSink, Logger } from '../checks/check.ts';
import { errorCode } from '../config/errno.ts';

/** Writes into this directory, which is made with the first file. What cannot be written is logged, once. */
export function directorySink(directory: string, log: Logger): EvidenceSink {
  let complained = false;
  return {
    async write(name, content) {
      try {
        await makeDirectory(directory);
        await writeFile(join(directory, safeName(name)), content);
      } catch (error) {
        if (!complained) log.warn({ directory, error: errorCode(error) }, 'evidence could not be written');
        complained = true;
      }
    },
  };
}

/**
 * Makes a directory and those above it, where they are missing. Node's own `recursive` tries for ever
 * where a directory exists and yet nothing can be made in it for want of a place (`/proc`, Node 24.21).
 */
export async function makeDirectory(directory: string): Promise<void> {
  const attempt = () =>
    mkdir(directory).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  try {
    await attempt();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(directory) === directory) throw error;
    await makeDirectory(dirname(directory));
    await attempt();
  }
}

/** A file name without a way out of its directory, whatever a check made it from. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_') || '_';
}
