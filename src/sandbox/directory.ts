/** Temporary directories that live as long as a sandbox, readable by its user alone. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Followed by the process whose files they are. */
const PREFIX = 'vigie-sandbox-';

export interface Directory {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** @param purpose part of its name */
export async function makeDirectory(purpose: string): Promise<Directory> {
  await removeLeftovers();
  const path = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-${purpose}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** What sandboxes left whose process was killed outright. Others' files, and those that resist, stay. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir());
  const left = names.filter((name) => {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  await Promise.all(
    left.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {})),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's, which may not be signalled, is alive.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
