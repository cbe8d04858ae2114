/** What the service needs before it starts: tested first, each problem reported in a sentence. */
import { randomBytes } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../base/errno.ts';
import { LEAST_OPEN_FILES, openFileLimit, tooFewFiles } from '../browsers/limits.ts';
import { makeDirectory } from '../history/evidence.ts';

export interface Needs {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where evidence is to be written; null when none is. */
  readonly evidence: string | null;
  /** Where runs are to be kept; null or absent when they are kept in memory. */
  readonly history?: string | null;
  /** Some check starts browsers. */
  readonly browsers: boolean;
}

export interface Obstacle {
  /** What is wrong, and what to do. */
  readonly text: string;
  /** Nothing can work like this; otherwise it may, and this is a warning. */
  readonly fatal: boolean;
}

/** Facts of the machine that a test can stand in for. */
export interface Machine {
  /** Bytes that are free where this path is; null where it does not exist. */
  free(path: string): Promise<number | null>;
  /** How many files a process may have open; null where it cannot be found out. */
  openFiles(): Promise<number | null>;
}

/** Where the path is a file system of its own in a container: Docker's default for it is 64 MB. */
const SHARED_MEMORY = '/dev/shm';
const MEGABYTE = 1_000_000;
const LEAST_SHARED_MEMORY = 128 * MEGABYTE;
const LEAST_TEMPORARY = 256 * MEGABYTE;
/** Finds everything that would prevent the service from working, and reports it all at once. */
export async function preflight(needs: Needs, machine: Machine = thisMachine): Promise<Obstacle[]> {
  const found = await Promise.all([
    portObstacle(needs.listen),
    needs.evidence === null ? null : directoryObstacle('Evidence cannot be written to', needs.evidence),
    needs.history == null ? null : historyObstacle(needs.history),
    ...(needs.browsers ? browserObstacles(machine) : []),
  ]);
  return found.filter((obstacle) => obstacle !== null);
}

function browserObstacles(machine: Machine): Promise<Obstacle | null>[] {
  return [temporaryObstacle(machine), sharedMemoryObstacle(machine), openFilesObstacle(machine)];
}

/** The sentence for a port that cannot be listened on. */
export function listenObstacle({ host, port }: Needs['listen'], error: unknown): Obstacle {
  const place = `Port ${port} on ${host}`;
  const code = errorCode(error);
  const texts: Record<string, string> = {
    EADDRINUSE: `${place} is in use, perhaps by another Vigie. Stop that one, or choose another port with server.listen in the configuration.`,
    EACCES: `${place} requires privileges that this user lacks. Choose a port above 1023 with server.listen in the configuration.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose an address of this machine with server.listen in the configuration; 0.0.0.0 means all.`,
    ENOTFOUND: `The name ${host} does not resolve. Choose an address of this machine with server.listen in the configuration.`,
  };
  return { text: texts[code] ?? `${place} cannot be used: ${code}.`, fatal: true };
}

async function portObstacle(listen: Needs['listen']): Promise<Obstacle | null> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(listen.port, listen.host, resolve);
    });
    await new Promise((resolve) => server.close(resolve));
    return null;
  } catch (error) {
    return listenObstacle(listen, error);
  }
}

async function directoryObstacle(what: string, directory: string): Promise<Obstacle | null> {
  try {
    await makeDirectory(directory);
    await tryToWrite(directory);
    return null;
  } catch (error) {
    return {
      text: `${what} ${directory} (${errorCode(error)}). Make it a directory that this user can write to, or choose another one.`,
      fatal: true,
    };
  }
}

/** Temporary problems do not prevent the start: runs are kept in memory until the disk has room. */
const PASSING = /ENOSPC|EDQUOT|EIO/;

async function historyObstacle(directory: string): Promise<Obstacle | null> {
  const obstacle = await directoryObstacle('The history of runs cannot be kept in', directory);
  return obstacle && PASSING.test(obstacle.text) ? { ...obstacle, fatal: false } : obstacle;
}

async function tryToWrite(directory: string): Promise<void> {
  const file = join(directory, `.vigie-${randomBytes(6).toString('hex')}`);
  await writeFile(file, '', { flag: 'wx' });
  await rm(file);
}

async function temporaryObstacle(machine: Machine): Promise<Obstacle | null> {
  const directory = tmpdir();
  try {
    await tryToWrite(directory);
  } catch (error) {
    return {
      text: `The browsers' profiles cannot be written to ${directory} (${errorCode(error)}). Make it writable for this user, or set TMPDIR to a directory that is.`,
      fatal: true,
    };
  }
  const free = await machine.free(directory);
  if (free === null || free >= LEAST_TEMPORARY) return null;
  return {
    text: `${directory} has only ${megabytes(free)} free; browsers need about ${megabytes(LEAST_TEMPORARY)} there. Free some space, or set TMPDIR to another directory.`,
    fatal: false,
  };
}

async function sharedMemoryObstacle(machine: Machine): Promise<Obstacle | null> {
  const free = await machine.free(SHARED_MEMORY);
  if (free === null || free >= LEAST_SHARED_MEMORY) return null;
  return {
    text: `${SHARED_MEMORY} has only ${megabytes(free)} free; browsers crash when it is full. Give it ${megabytes(2 * LEAST_SHARED_MEMORY)}: "--shm-size=256m" for docker run, "shm_size: 256m" in a compose file.`,
    fatal: false,
  };
}

async function openFilesObstacle(machine: Machine): Promise<Obstacle | null> {
  const limit = await machine.openFiles();
  if (limit === null || limit >= LEAST_OPEN_FILES) return null;
  return { text: tooFewFiles(limit), fatal: true };
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MEGABYTE)} MB`;
}

const thisMachine: Machine = {
  async free(path) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      return null;
    }
  },
  openFiles: openFileLimit,
};
