/** Facts of this machine that decide whether Vigie can work: measured here for the service's start and for `vigie doctor`. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../base/errno.ts';
import { LEAST_OPEN_FILES, openFileLimit, tooFewFiles } from '../browsers/limits.ts';

/** Facts that a test can stand in for. */
export interface Machine {
  /** Bytes that are free where this path is; null where it does not exist. */
  free(path: string): Promise<number | null>;
  /** How many files a process may have open; null where it cannot be found out. */
  openFiles(): Promise<number | null>;
  /** How many processes and threads this service may have; null where there is no limit, or none can be found out. */
  processes(): Promise<number | null>;
}

export interface Obstacle {
  /** What is wrong, and what to do. */
  readonly text: string;
  /** Nothing can work like this; otherwise it may, and this is a warning. */
  readonly fatal: boolean;
}

/** Where the path is a file system of its own in a container: Docker's default for it is 64 MB. */
export const SHARED_MEMORY = '/dev/shm';
const MEGABYTE = 1_000_000;
export const LEAST_SHARED_MEMORY = 128 * MEGABYTE;
export const LEAST_TEMPORARY = 256 * MEGABYTE;
/** Processes and threads of a call of three, with room. */
export const LEAST_PROCESSES = 512;

/** Where browsers keep their profiles: whether it can be written to, and what is free there. */
export interface Temporary {
  readonly directory: string;
  /** Why it cannot be written to; null where it can. */
  readonly fault: string | null;
  readonly free: number | null;
}

/** Tries the directory for temporary files. */
export async function temporary(machine: Machine): Promise<Temporary> {
  const directory = tmpdir();
  try {
    await tryToWrite(directory);
  } catch (error) {
    return { directory, fault: errorCode(error), free: null };
  }
  return { directory, fault: null, free: await machine.free(directory) };
}

export function temporaryObstacle({ directory, fault, free }: Temporary): Obstacle | null {
  if (fault !== null) {
    return {
      text: `The browsers' profiles cannot be written to ${directory} (${fault}). Make it writable for this user, or set TMPDIR to a directory that is.`,
      fatal: true,
    };
  }
  if (free === null || free >= LEAST_TEMPORARY) return null;
  return {
    text: `${directory} has only ${megabytes(free)} free; browsers need about ${megabytes(LEAST_TEMPORARY)} there. Free some space, or set TMPDIR to another directory.`,
    fatal: false,
  };
}

export function sharedMemoryObstacle(free: number | null): Obstacle | null {
  if (free === null || free >= LEAST_SHARED_MEMORY) return null;
  return {
    text: `${SHARED_MEMORY} has only ${megabytes(free)} free; browsers crash when it is full. Give it ${megabytes(2 * LEAST_SHARED_MEMORY)}: "--shm-size=256m" for docker run, "shm_size: 256m" in a compose file.`,
    fatal: false,
  };
}

export function openFilesObstacle(limit: number | null): Obstacle | null {
  return limit === null || limit >= LEAST_OPEN_FILES ? null : { text: tooFewFiles(limit), fatal: true };
}

export function processesObstacle(limit: number | null): Obstacle | null {
  if (limit === null || limit >= LEAST_PROCESSES) return null;
  return {
    text: `Only ${limit} processes and threads are allowed here, and a call of three browsers needs up to ${LEAST_PROCESSES}. Raise the limit: "--pids-limit=1024" for docker run, "pids_limit: 1024" in a compose file, TasksMax=1024 in a systemd unit.`,
    fatal: false,
  };
}

/** Makes a file there and deletes it. Rejects where that is not possible. */
export async function tryToWrite(directory: string): Promise<void> {
  const file = join(directory, `.vigie-${randomBytes(6).toString('hex')}`);
  await writeFile(file, '', { flag: 'wx' });
  await rm(file);
}

export function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MEGABYTE)} MB`;
}

export const thisMachine: Machine = {
  async free(path) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
  openFiles: openFileLimit,
  async processes() {
    const [cgroup, limits] = await Promise.all([
      readFile('/proc/self/cgroup', 'utf8').catch(() => ''),
      readFile('/proc/self/limits', 'utf8').catch(() => ''),
    ]);
    // Version 2 of control groups; a container sees its own at the top.
    const group = /^0::(.*)$/m.exec(cgroup)?.[1] ?? '/';
    const pids = await Promise.all(
      [`/sys/fs/cgroup${group}/pids.max`, '/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/pids/pids.max'].map(
        (file) => readFile(file, 'utf8').catch(() => ''),
      ),
    );
    // The limit of a user's processes does not bind root.
    const own = process.getuid?.() === 0 ? undefined : /^Max processes +\S+ +(\d+)/m.exec(limits)?.[1];
    const all = [...pids, own ?? ''].map((text) => Number.parseInt(text, 10)).filter(Number.isFinite);
    return all.length === 0 ? null : Math.min(...all);
  },
};
