/** Files that a check keeps between runs, where the configuration names none. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @param name such as `reports-ours.sqlite`; what no file name can have is replaced */
export function stateFile(name: string): string {
  const home = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  const directory = process.env.STATE_DIRECTORY?.split(':')[0] || join(home, 'vigie');
  return join(directory, name.replace(/[^A-Za-z0-9._-]/g, '_'));
}
