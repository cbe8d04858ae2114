/** Files that are always whole: the old one until the new one is written. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes a file beside the old one and puts it in its place.
 * @param mode permissions of the file; by default those of the process
 * @throws the error of the file system; the old file is as it was then
 */
export async function replaceFile(file: string, content: string, mode?: number): Promise<void> {
  const beside = join(dirname(file), `.vigie-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(beside, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
