import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { oomKills, watchMemory } from '../../src/browsers/memory.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'memory-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

it('the counter of processes killed for memory reads the control group’s counter before the machine’s', async () => {
  const group = file('memory.events', 'low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\noom_group_kill 0\n');
  const machine = file('vmstat', 'pgfault 1\noom_kill 9\n');
  expect(await oomKills([group, machine])).toBe(3);
  expect(await oomKills([join(directory, 'none'), machine])).toBe(9);
  expect(await oomKills([join(directory, 'none')])).toBeNull();
});

it('the counter of processes killed for memory says whether the kernel has killed since', async () => {
  const path = file('memory.events', 'oom_kill 3\n');
  const killed = await watchMemory([path]);
  expect(await killed()).toBe(false);
  file('memory.events', 'oom_kill 4\n');
  expect(await killed()).toBe(true);
});

it('the counter of processes killed for memory claims nothing where the kernel does not report it', async () => {
  expect(await (await watchMemory([join(directory, 'none')]))()).toBe(false);
});
