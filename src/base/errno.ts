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

/** The code of a file system's error, such as `ENOENT`; its message where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
