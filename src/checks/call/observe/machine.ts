/** Whether this machine can carry several rooms at once: browsers that starve say nothing of a deployment. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Found } from '../../check.ts';
import type { CallOptions } from '../options.ts';

/** What a participant needs of a processor, and more for each other whom it hears and sees (docs/measurements.md). */
const PROCESSORS = { own: 0.25, other: 0.03 };
/** Megabytes: what the first browser needs, and each participant. */
const MEMORY = { browser: 120, participant: 145 };

/** What a machine has: processors, and megabytes of memory that are free; null: not known. */
export interface Machine {
  readonly processors: number;
  readonly freeMb: number | null;
}

/** What this machine gives this process: a container may have less than there is (cgroup v2). */
async function thisMachine(): Promise<Machine> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const [quota, limit, used, memory] = await Promise.all(
    [
      '/sys/fs/cgroup/cpu.max',
      '/sys/fs/cgroup/memory.max',
      '/sys/fs/cgroup/memory.current',
      '/proc/meminfo',
    ].map(read),
  );
  const [us, period] = /^(\d+) (\d+)/.exec(quota!)?.slice(1).map(Number) ?? [];
  const allowed = us && period ? us / period : Number.POSITIVE_INFINITY;
  const available = /^MemAvailable: +(\d+) kB/m.exec(memory!)?.[1];
  const left = /^\d+/.test(limit!) && used ? Number(limit) - Number(used) : Number.POSITIVE_INFINITY;
  const free = Math.min(available ? Number(available) * 1024 : Number.POSITIVE_INFINITY, left);
  return {
    processors: Math.min(availableParallelism(), allowed),
    freeMb: Number.isFinite(free) ? Math.round(free / 1e6) : null,
  };
}

/** What keeps this machine from carrying these rooms; null: nothing. Participants in browsers elsewhere cost it nothing. */
export async function tooSmall(
  { rooms, participants }: Pick<CallOptions, 'rooms' | 'participants'>,
  machine: () => Promise<Machine> = thisMachine,
): Promise<Found<'call'> | null> {
  const here = rooms * participants.filter(({ endpoint }) => endpoint === null).length;
  if (here === 0) return null;
  const each = PROCESSORS.own + PROCESSORS.other * (participants.length - 1);
  const needs = {
    processors: Math.round(here * each * 10) / 10,
    memoryMb: MEMORY.browser + here * MEMORY.participant,
  };
  const { processors, freeMb } = await machine();
  if (needs.processors <= processors && (freeMb === null || needs.memoryMb <= freeMb)) return null;
  const has = { processors: Math.round(processors * 10) / 10, memoryMb: freeMb };
  return {
    cause: { id: 'machine-too-small', rooms, participants: participants.length, needs, has },
    outcome: 'error',
  };
}
