/** CPU time and memory of a process and all its descendants, read from /proc while they run. */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: clock ticks a second in /proc, 100 on every Linux that Debian ships. */
const TICKS = 100;

export interface Cost {
  /** User and system time of the whole tree. */
  readonly cpuSeconds: number;
  /** The largest sum of proportional set sizes, in megabytes. */
  readonly peakPssMb: number;
  readonly processes: number;
}

/** Follows a tree from now on, sampled ten times a second; processes that live shorter may be missed. */
export function follow(root: number): () => Cost {
  const cpu = new Map<number, number>();
  const members = new Set([root]);
  let peak = 0;
  const sample = () => {
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      const stat = read(`/proc/${pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields.length < 14) continue;
      parents.set(pid, Number(fields[1]));
      if (members.has(pid) || members.has(Number(fields[1]))) {
        members.add(pid);
        cpu.set(pid, (Number(fields[11]) + Number(fields[12])) / TICKS);
      }
    }
    let pss = 0;
    for (const pid of members) {
      if (parents.has(pid)) pss += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    }
    peak = Math.max(peak, pss / 1000);
  };
  const timer = setInterval(sample, 100);
  return () => {
    clearInterval(timer);
    return {
      cpuSeconds: [...cpu.values()].reduce((sum, seconds) => sum + seconds, 0),
      peakPssMb: peak,
      processes: members.size,
    };
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended in between.
    return '';
  }
}
