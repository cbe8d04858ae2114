/** Vigie as the first process of a container: it must fetch the exit statuses of what browsers leave behind. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { child } from '../support/child.ts';
import { needs } from '../support/needs.ts';

const VIGIE = join(import.meta.dirname, '../../vigie');
const UNSHARE = ['--pid', '--fork', '--mount-proc', '--kill-child'];

function mayUnshare(): boolean {
  try {
    execFileSync('unshare', [...UNSHARE, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** State and parent of each process (proc(5): they follow the name in brackets, which may hold anything). */
function processes(): { pid: number; state: string; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
        return [{ pid: Number(name), state: state!, parent: Number(parent) }];
      } catch {
        return [];
      }
    });
}

function runsProgram(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('src/cli/program.ts');
  } catch {
    return false;
  }
}

const obstacle = mayUnshare() ? null : 'this user may not make process namespaces';

describe('vigie as the first process', needs(obstacle), () => {
  it('outlives a reload while it starts, leaves no zombie after a call, and ends when it is asked to', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vigie-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const outside = child('unshare', [
      ...UNSHARE,
      '--wd',
      directory,
      VIGIE,
      'serve',
      '--listen',
      '127.0.0.1:0',
    ]);
    const first = () => processes().find(({ parent }) => parent === outside.process.pid)?.pid;
    // Node is there, not one of the script's short-lived helpers, and has not got far.
    const node = () => processes().find(({ pid, parent }) => parent === first() && runsProgram(pid));
    await expect.poll(node, { timeout: 20_000, interval: 10 }).toBeDefined();
    process.kill(first()!, 'SIGHUP');
    // The log has a line for each run that has ended.
    await expect.poll(() => outside.output(), { timeout: 60_000 }).toMatch(/"kind":"call","outcome":/);
    const script = first()!;
    expect(processes().filter(({ parent, state }) => parent === script && state === 'Z')).toEqual([]);
    process.kill(script, 'SIGTERM');
    expect(await outside.ended).toBe(0);
  });
});
