/** Whether the kernel killed something for want of memory: the difference of a counter shows it. */
import { readFile } from 'node:fs/promises';

/** Of the control group first (a container's own limit), else of the whole machine. */
const COUNTERS = ['/sys/fs/cgroup/memory.events', '/proc/vmstat'];

/** How many processes the kernel has killed for want of memory; null where it does not report it. */
export async function oomKills(counters: readonly string[] = COUNTERS): Promise<number | null> {
  for (const path of counters) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}

/** Remembers the counter; the function it gives says whether it has grown since. */
export async function watchMemory(counters?: readonly string[]): Promise<() => Promise<boolean>> {
  const before = await oomKills(counters);
  return async () => {
    const after = await oomKills(counters);
    return before !== null && after !== null && after > before;
  };
}
