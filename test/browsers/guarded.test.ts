import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Guarded, makeDirectory, spawnGuarded, sweepDirectories } from '../../src/browsers/guarded.ts';
import { child } from '../support/child.ts';

const soon = () => AbortSignal.timeout(10_000);

/** A zombie that nobody has fetched is dead, too. */
function alive(pid: number): boolean {
  try {
    // proc(5): the state follows the name, which stands in brackets and may hold anything.
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)![0]!;
    return !'ZX'.includes(state);
  } catch {
    return false;
  }
}

/** Runs a shell script under the guard, in a directory of its own. */
async function guard(script: string, ...args: string[]): Promise<{ guarded: Guarded; directory: string }> {
  const directory = await makeDirectory('test');
  await writeFile(join(directory, 'profile'), 'of a browser');
  const guarded = spawnGuarded(directory, 'sh', ['-c', script, 'sh', ...args]);
  onTestFinished(() => guarded.kill());
  return { guarded, directory };
}

/** Starts itself and a child of its own, and says both. */
const FAMILY = 'sleep 1000 & echo "pids $$ $!"; wait';
async function family(guarded: Guarded): Promise<number[]> {
  const [, ...pids] = await guarded.line(/^pids (\d+) (\d+)$/, soon());
  return pids.map(Number);
}

describe('a guarded program', () => {
  it('that ends takes its directory along, and reports its status and its last words', async () => {
    const { guarded, directory } = await guard('echo out; echo err >&2; exit 7');
    expect(await guarded.ended).toEqual({ code: 7, signal: null });
    expect(existsSync(directory)).toBe(false);
    expect(guarded.output().split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('that ends takes what it left in the background along', async () => {
    const { guarded } = await guard('sleep 1000 & echo "pids $$ $!"');
    const pids = await family(guarded);
    await guarded.ended;
    await expect.poll(() => pids.filter(alive)).toEqual([]);
  });

  it('that a signal ends reports the signal', async () => {
    const { guarded } = await guard('kill -s SEGV $$');
    expect(await guarded.ended).toEqual({ code: null, signal: 'SIGSEGV' });
  });

  it('that is killed is gone with its whole group and its directory', async () => {
    const { guarded, directory } = await guard(FAMILY);
    const pids = await family(guarded);
    expect(pids.map(alive)).toEqual([true, true]);
    await guarded.kill();
    expect(existsSync(directory)).toBe(false);
    await expect.poll(() => pids.filter(alive)).toEqual([]);
    await guarded.kill();
  });

  it('that is killed before it has begun is gone, too', async () => {
    // Once is luck: the guard's own start races with the end of its input.
    for (let i = 0; i < 20; i++) {
      const { guarded, directory } = await guard('sleep 1000');
      await guarded.kill();
      expect(existsSync(directory)).toBe(false);
    }
  });

  it('does not outlive its guard being asked to end', async () => {
    const { guarded, directory } = await guard(FAMILY);
    const pids = await family(guarded);
    guarded.process.kill('SIGTERM');
    await guarded.ended;
    expect(existsSync(directory)).toBe(false);
    await expect.poll(() => pids.filter(alive)).toEqual([]);
  });

  it.each([
    ['before it starts the program', 'setsid'],
    ['before it waits for the program', 'wait'],
  ])('does not outlive its guard being asked to end %s', async (_when, command) => {
    const directory = await makeDirectory('test');
    const script = readFileSync(join(import.meta.dirname, '../../src/browsers/guard.sh'), 'utf8');
    // As slow as on a machine with other work: a shell that has a child handles signals once that has ended.
    const slow = script.replace(new RegExp(`^${command} `, 'm'), `echo here; sleep 0.3\n$&`);
    expect(slow).not.toBe(script);
    const shell = spawn('sh', ['-c', slow, 'guard', directory, 'sleep', '1000'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void shell.stdin.destroy());
    await once(shell.stdout, 'data');
    shell.kill('SIGTERM');
    await once(shell, 'exit');
    expect(existsSync(directory)).toBe(false);
  });

  it('does not outlive a Vigie that is killed (SIGKILL)', async () => {
    const vigie = child(process.execPath, [
      join(import.meta.dirname, '../support/browsers/guarded-child.ts'),
    ]);
    const [line] = await vigie.says(/^\{.*\}$/m);
    const { directory, pids } = JSON.parse(line!) as { directory: string; pids: number[] };
    expect([existsSync(directory), ...pids.map(alive)]).toEqual([true, true, true]);
    vigie.process.kill('SIGKILL');
    expect(await vigie.ended).toBe('SIGKILL');
    await expect.poll(() => pids.filter(alive), { timeout: 10_000 }).toEqual([]);
    await expect.poll(() => existsSync(directory), { timeout: 10_000 }).toBe(false);
  });

  it.each([
    ['is not there', 127],
    ['may not be run', 126],
  ])('that %s ends at once, with the reason', async (_what, code) => {
    const directory = await makeDirectory('test');
    const program = join(directory, 'browser');
    if (code === 126) await writeFile(program, '', { mode: 0o644 });
    const guarded = spawnGuarded(directory, program, ['--headless']);
    expect(await guarded.ended).toEqual({ code, signal: null });
    expect(guarded.output()).toContain(program);
    expect(existsSync(directory)).toBe(false);
  });

  it('gets the environment and arguments that it is given, and nothing on its input', async () => {
    const directory = await makeDirectory('test');
    const guarded = spawnGuarded(
      directory,
      'sh',
      ['-c', 'cat; echo "$HOME|$MORE|$1|$2"', 'sh', 'two words', "it's"],
      { env: { MORE: 'more' } },
    );
    await guarded.ended;
    expect(guarded.output()).toBe(`${directory}|more|two words|it's\n`);
  });

  it('gets nothing of the environment that could be a secret', async () => {
    vi.stubEnv('VIGIE_TOKEN', 'sesame');
    vi.stubEnv('SMTP_PASSWORD', 'sesame');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { guarded } = await guard('env');
    await guarded.ended;
    expect(guarded.output()).toContain('PATH=');
    expect(guarded.output()).not.toContain('sesame');
  });

  it('has pipes to Vigie where it wants them, and Vigie sees when they close', async () => {
    const directory = await makeDirectory('test');
    const guarded = spawnGuarded(
      directory,
      'sh',
      ['-c', 'read -r word <&3; echo "got $word" >&4; exec 4>&-; sleep 1000'],
      {
        pipes: true,
      },
    );
    onTestFinished(() => guarded.kill());
    const [, , , to, from] = guarded.process.stdio as [never, never, never, Writable, Readable];
    to.write('hello\n');
    let heard = '';
    for await (const chunk of from) heard += String(chunk);
    expect(heard).toBe('got hello\n');
  });
});

describe('a line that a program prints', () => {
  it('is found whether it came before or comes after the question', async () => {
    const { guarded } = await guard(
      'echo first; read -r _ || true; sleep 0.1; echo "second: 42"; sleep 1000',
    );
    await guarded.line(/first/, soon());
    expect((await guarded.line(/second: (\d+)/, soon()))[1]).toBe('42');
    expect((await guarded.line(/^first$/, soon()))[0]).toBe('first');
  });

  it('is whole: its beginning alone is no match', async () => {
    const { guarded } = await guard(
      'printf "first\\nlistening on ws://host"; sleep 0.2; echo ":4711"; sleep 1000',
    );
    await guarded.line(/first/, soon());
    expect((await guarded.line(/listening on (\S+)/, soon()))[1]).toBe('ws://host:4711');
  });

  it('has a deadline, also one that has passed already', async () => {
    const { guarded } = await guard('sleep 1000');
    await expect(guarded.line(/never/, AbortSignal.timeout(20))).rejects.toThrow('no answer in time');
    await expect(guarded.line(/never/, AbortSignal.abort())).rejects.toThrow('no answer in time');
  });

  it('is not waited for when the program has ended', async () => {
    const { guarded } = await guard('exit 3');
    await expect(guarded.line(/never/, soon())).rejects.toThrow('ended with status 3');
    const { guarded: killed } = await guard('kill -s KILL $$');
    await expect(killed.line(/never/, soon())).rejects.toThrow('ended with SIGKILL');
  });

  it('is kept with the last of the output, not all of it', async () => {
    const { guarded } = await guard('i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done');
    await guarded.ended;
    expect(guarded.output().length).toBeLessThanOrEqual(8000);
    expect(guarded.output()).toMatch(/line 1999\n$/);
  });
});

it('a sweep removes directories of processes that are gone, and no others', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });
  const gone = spawn('true');
  await once(gone, 'exit');
  const stale = `vigie-${gone.pid}-chromium-test`;
  const others = [`vigie-${process.ppid}-chromium-test`, `vigie-test-${gone.pid}`, `other-${gone.pid}-x`];
  for (const name of [stale, ...others]) {
    await mkdir(join(temporary, name));
    await writeFile(join(temporary, name, 'file'), '');
  }
  const own = basename(await makeDirectory('test'));
  expect(await sweepDirectories(0)).toEqual([stale]);
  expect((await readdir(temporary)).sort()).toEqual([own, ...others].sort());
});
