/** Whether the kernel lets a browser build its own sandbox: found out by trying what the sandbox does first. */
import { spawn } from 'node:child_process';
import { askedOnce } from '../base/asked-once.ts';
import type { Account } from './account.ts';

const PROBE_MS = 5000;
/** Namespaces for users, processes and the network (Chromium, sandbox/linux/services/credentials.cc; Firefox alike). */
const PROBE = ['--user', '--map-root-user', '--pid', '--net', '--fork', 'true'];

const known = new Map<number, Promise<boolean>>();

/** Asked once for each account: neither the kernel's settings nor a container's profile change while a process runs. */
export function sandboxWorks(account: Account | null): Promise<boolean> {
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  // Chromium refuses its sandbox as root, whatever the kernel allows (content/browser/zygote_host).
  if (uid === 0) return Promise.resolve(false);
  return askedOnce(known, uid, () => probe(account));
}

function probe(account: Account | null): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('unshare', PROBE, {
      stdio: 'ignore',
      cwd: '/',
      timeout: PROBE_MS,
      killSignal: 'SIGKILL',
      env: { PATH: process.env.PATH ?? '' },
      ...account,
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
