/** Faults of our own in calls on a real Jitsi: an error, never a fail, and nothing is left behind. */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { callLab, jitsiLab, lab, VIGIE } from '../../support/call/lab.ts';
import { needs } from '../../support/needs.ts';

/** Programs under a guard: each leads a session of its own, which all its helpers share. */
const sessions = new Map<number, Set<string>>();

/** A guard by its command: its file, or that file as it was opened for another account. */
const GUARD = /guard\.sh|^sh\0\/proc\/self\/fd\/5\0/;

/** Processes that a Vigie process started, also after it is gone, as far as `browserOf` had seen their sessions. */
function leftovers(pid: number): string[] {
  const known = sessions.get(pid) ?? new Set<string>();
  sessions.set(pid, known);
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stat = read(name, 'stat');
      const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { name, state, parent, session, command: read(name, 'cmdline') };
    })
    // One that is dead and not yet buried is nobody's any more.
    .filter(({ state }) => state !== 'Z');
  const guards = all.filter(({ command }) => GUARD.test(command) && command.includes(`/vigie-${pid}-`));
  for (const { name, parent } of all) if (guards.some((guard) => guard.name === parent)) known.add(name);
  return all.filter((one) => guards.includes(one) || known.has(one.session ?? '')).map(({ name }) => name);
}

/** A file of a process in /proc; empty when the process is gone. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const directories = (pid: number) => readdirSync(tmpdir()).filter((name) => name.startsWith(`vigie-${pid}-`));

/** Waits until a Vigie process has Chromium with three pages; gives the pid of its main process. */
async function browserOf(pid: number): Promise<number> {
  return vi.waitFor(
    () => {
      const all = leftovers(pid).map((name) => ({ name, command: read(name, 'cmdline') }));
      expect(all.filter(({ command }) => command.includes('--type=renderer')).length).toBeGreaterThanOrEqual(
        3,
      );
      const main = all.find(
        ({ command }) =>
          command.includes('--user-data-dir') && !/--type=|^\/bin\/sh/.test(command) && !GUARD.test(command),
      );
      expect(main).toBeDefined();
      return Number(main!.name);
    },
    { timeout: 30_000, interval: 100 },
  );
}

describe('a fault of ours is an error, never a fail', needs(jitsiLab), () => {
  it('no browser on the machine', async () => {
    const { code, run } = await callLab([], { env: { VIGIE_CHROMIUM: '/nonexistent/chromium' } });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-missing' }] });
    expect(run.call!.streams).toEqual([]);
    expect(code).toBe(3);
  });

  it('a program that is no browser', async () => {
    const { run } = await callLab([], { env: { VIGIE_CHROMIUM: '/bin/true' } });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-start' }] });
  });

  it('our own network is down', async () => {
    const { run } = await callLab([], { prefix: ['unshare', '-n'] });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'own-network-down' }] });
  });

  it('a browser that is killed during the call, and nothing of it is left', async () => {
    let vigie = 0;
    const { run } = await callLab(['--no-p2p', '--watch', '10'], {
      watching: (pid) => {
        vigie = pid;
        void browserOf(pid).then((browser) => process.kill(browser, 'SIGKILL'));
      },
    });
    expect(run).toMatchObject({ outcome: 'error', findings: [{ id: 'browser-died' }] });
    expect(run.findings[0]!.text).toMatch(/killed/);
    expect(run.call!.streams.every(({ verdict }) => verdict === 'ok')).toBe(true);
    expect(leftovers(vigie)).toEqual([]);
    expect(directories(vigie)).toEqual([]);
  });

  it('a browser that hangs is noticed and gone', async () => {
    let vigie = 0;
    const { run } = await callLab(['--no-p2p', '--watch', '30'], {
      watching: (pid) => {
        vigie = pid;
        void browserOf(pid).then((browser) => {
          // Its whole process group, which it leads.
          process.kill(-Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(browser)])), 'SIGSTOP');
        });
      },
    });
    expect(run.outcome).toBe('error');
    expect(run.findings[0]!.id).toMatch(/^browser-hung$/);
    expect(leftovers(vigie)).toEqual([]);
  });

  it('Vigie killed with SIGKILL leaves no browser and no profile behind', async () => {
    const child = spawn(
      VIGIE,
      ['call', lab!.url, '--insecure', '--participants', 'chromium,chromium,chromium,firefox'],
      { stdio: 'ignore' },
    );
    await browserOf(child.pid!);
    expect(leftovers(child.pid!).length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await vi.waitFor(
      () => {
        expect(leftovers(child.pid!)).toEqual([]);
        expect(directories(child.pid!)).toEqual([]);
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});
