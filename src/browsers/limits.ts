/** How many files a process may have open, and how many browsers need. */
import { readFile } from 'node:fs/promises';

/**
 * Measured with Chromium 156 on the sandbox: three people need more than 96, eight more than 128, and a
 * browser that has too few looks like a broken deployment. No machine's usual limit is below 1024.
 */
export const LEAST_OPEN_FILES = 512;

/** The limit for this process and what it starts; null where it cannot be found out. */
export async function openFileLimit(): Promise<number | null> {
  // Node has raised its soft limit to the hard one when it started; what it starts inherits that.
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const limit = /^Max open files +\S+ +(\d+)/m.exec(limits)?.[1];
  return limit === undefined ? null : Number(limit);
}

/** What is the matter, and what to do. */
export function tooFewFiles(limit: number): string {
  return `A process may have only ${limit} files open here, and browsers need ${LEAST_OPEN_FILES}. Raise the limit: "ulimit -Hn ${LEAST_OPEN_FILES}" in the shell that starts Vigie, LimitNOFILE=${LEAST_OPEN_FILES} in a systemd unit, "--ulimit nofile=${LEAST_OPEN_FILES}" for docker run.`;
}
