/**
 * Under which account browsers run. They execute strangers' JavaScript: where Vigie itself is root, they get an account
 * without any rights, under which Chromium's own sandbox works as well (as root it refuses to).
 */
import { chown, lchown, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const UNPRIVILEGED = 'nobody';
const OTHERS_EXECUTE = 0o001;
const OTHERS_READ_EXECUTE = 0o005;

/** The account for this program; null: Vigie's own, because it is not root or the other could not start the program. */
export async function accountFor(program: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const account = await unprivileged();
  if (!account) return null;
  const open = (await openToOthers(program)) && (await openToOthers(tmpdir()));
  return open ? account : null;
}

/** Gives a directory of ours to the account that is to use it. */
export async function handOver(directory: string, account: Account | null): Promise<void> {
  if (account) await chown(directory, account.uid, account.gid);
}

/** The same with all that is in it. */
export async function handOverAll(directory: string, account: Account): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
  await handOver(directory, account);
}

async function unprivileged(): Promise<Account | null> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const found = new RegExp(`^${UNPRIVILEGED}:[^:]*:(\\d+):(\\d+):`, 'm').exec(accounts);
  return found ? { uid: Number(found[1]), gid: Number(found[2]) } : null;
}

/** Whether any account may read and run what is at this path. */
async function openToOthers(path: string): Promise<boolean> {
  try {
    let at = await realpath(path);
    if (((await stat(at)).mode & OTHERS_READ_EXECUTE) !== OTHERS_READ_EXECUTE) return false;
    while (at !== dirname(at)) {
      at = dirname(at);
      if (((await stat(at)).mode & OTHERS_EXECUTE) === 0) return false;
    }
    return true;
  } catch {
    return false;
  }
}
