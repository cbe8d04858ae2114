/** What a process has started and left, for tests of who cleans up. */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** The processes that descend from this one, and are still there. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : null;
    // The program's name, in parentheses, may hold anything; the parent is the second field after it.
    const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (stat !== null) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const of = (parent: number): number[] =>
    (children.get(parent) ?? []).flatMap((child) => [child, ...of(child)]);
  return of(pid);
}

/** Those of these processes that still run; a zombie does not. */
export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    return stat !== null && !/\) Z /.test(stat);
  });
}

/** The temporary directories that a service with this process id has made and left. */
export function temporaryOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`vigie-${pid}-`));
}

/** The same for the directories of its sandbox, which stay when it is killed outright, until another sandbox starts. */
export function sandboxFilesOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`vigie-sandbox-${pid}-`));
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
