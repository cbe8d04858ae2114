/** Reports in files and directories. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../base/errno.ts';
import { MAX_PACKED } from './unpack.ts';

/** Of a directory this number of files is read at most. */
const MAX_FILES = 1_000_000;

export interface ReportFile {
  readonly path: string;
  /** In a directory, files that are no reports are nothing to report; one that was named is. */
  readonly named: boolean;
}

export interface Unopened {
  readonly path: string;
  readonly code: string;
}

/** The files that the paths name: themselves, and those below directories; in order of their names. */
export async function reportFiles(
  paths: readonly string[],
): Promise<{ files: ReportFile[]; unopened: Unopened[] }> {
  const files: ReportFile[] = [];
  const unopened: Unopened[] = [];
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) {
        files.push({ path, named: true });
        continue;
      }
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      const found = entries
        .filter((entry) => entry.isFile())
        .map((entry) => ({ path: join(entry.parentPath, entry.name), named: false }));
      files.push(...found.sort((one, other) => (one.path < other.path ? -1 : 1)).slice(0, MAX_FILES));
    } catch (cause) {
      unopened.push({ path, code: errorCode(cause) });
    }
  }
  return { files, unopened };
}

/** The bytes of a file; null where it is larger than what is looked at. @throws the error of the file system */
export async function bytesOf(path: string): Promise<Buffer | null> {
  const { size } = await stat(path);
  return size > MAX_PACKED ? null : readFile(path);
}
