/** Why a file could not be read, by what the system reports; null for everything else. */
export type FileFault = 'no-file' | 'not-permitted' | 'directory';

const FILE_FAULTS: Readonly<Record<string, FileFault>> = {
  ENOENT: 'no-file',
  ENOTDIR: 'no-file',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EISDIR: 'directory',
};

export function fileFault(error: unknown): FileFault | null {
  return FILE_FAULTS[errorCode(error)] ?? null;
}

/** Why an address cannot be listened on, by what the system reports; null for everything else. */
export type ListenFault = 'in-use' | 'not-permitted' | 'not-local' | 'unknown-name' | 'no-port';

const LISTEN_FAULTS: Readonly<Record<string, ListenFault>> = {
  EADDRINUSE: 'in-use',
  EACCES: 'not-permitted',
  EADDRNOTAVAIL: 'not-local',
  ENOTFOUND: 'unknown-name',
  ERR_SOCKET_BAD_PORT: 'no-port',
};

export function listenFault(error: unknown): ListenFault | null {
  return LISTEN_FAULTS[errorCode(error)] ?? null;
}

/** Whether a disk has no room or does not work now, which may pass. */
export function diskFault(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO'].includes(errorCode(error));
}

/** The code of a file system's error, such as `ENOENT`; its message where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
