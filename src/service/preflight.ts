/** What the service needs before it starts: tested first, each problem reported in a sentence. */
import { createServer } from 'node:net';
import { diskFault, errorCode, type ListenFault, listenFault } from '../base/errno.ts';
import { makeDirectory } from '../history/evidence.ts';
import {
  type Machine,
  type Obstacle,
  openFilesObstacle,
  processesObstacle,
  SHARED_MEMORY,
  sharedMemoryObstacle,
  temporary,
  temporaryObstacle,
  thisMachine,
  tryToWrite,
} from './machine.ts';

export interface Needs {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where evidence is to be written; null when none is. */
  readonly evidence: string | null;
  /** Where runs are to be kept; null or absent when they are kept in memory. */
  readonly history?: string | null;
  /** Some check starts browsers. */
  readonly browsers: boolean;
}

/** Finds everything that would prevent the service from working, and reports it all at once. */
export async function preflight(needs: Needs, machine: Machine = thisMachine): Promise<Obstacle[]> {
  const found = await Promise.all([
    portObstacle(needs.listen),
    needs.evidence === null ? null : directoryObstacle('Evidence cannot be written to', needs.evidence),
    needs.history == null
      ? null
      : directoryObstacle('The history of runs cannot be kept in', needs.history, true),
    ...(needs.browsers ? browserObstacles(machine) : []),
  ]);
  return found.filter((obstacle) => obstacle !== null);
}

function browserObstacles(machine: Machine): Promise<Obstacle | null>[] {
  return [
    temporary(machine).then(temporaryObstacle),
    machine.free(SHARED_MEMORY).then(sharedMemoryObstacle),
    machine.openFiles().then(openFilesObstacle),
    machine.processes().then(processesObstacle),
  ];
}

/** The sentence for a port that cannot be listened on. */
export function listenObstacle({ host, port }: Needs['listen'], error: unknown): Obstacle {
  const place = `Port ${port} on ${host}`;
  const fault = listenFault(error);
  const texts: Partial<Record<ListenFault, string>> = {
    'in-use': `${place} is in use, perhaps by another Vigie. Stop that one, or choose another port with server.listen in the configuration.`,
    'not-permitted': `${place} requires privileges that this user lacks. Choose a port above 1023 with server.listen in the configuration.`,
    'not-local': `This machine has no address ${host}. Choose an address of this machine with server.listen in the configuration; 0.0.0.0 means all.`,
    'unknown-name': `The name ${host} does not resolve. Choose an address of this machine with server.listen in the configuration.`,
  };
  const text = (fault && texts[fault]) ?? `${place} cannot be used: ${errorCode(error)}.`;
  return { text, fatal: true };
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

/** @param mayPass a disk without room does not prevent the start: what is to be written waits in memory */
async function directoryObstacle(what: string, directory: string, mayPass = false): Promise<Obstacle | null> {
  try {
    await makeDirectory(directory);
    await tryToWrite(directory);
    return null;
  } catch (error) {
    return {
      text: `${what} ${directory} (${errorCode(error)}). Make it a directory that this user can write to, or choose another one.`,
      fatal: !(mayPass && diskFault(error)),
    };
  }
}
