/** What a browser that Vigie starts may do, and what is left of it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BROWSERS, type BrowserName } from '../../src/browsers/browser.ts';
import { launch, type RunningBrowser } from '../../src/browsers/launch.ts';

const SHARED = ['/tmp', '/dev/shm', '/run'];
const listing = () => SHARED.flatMap((path) => readdirSync(path).map((name) => `${path}/${name}`));

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));
/** Processes whose home is the directory of a browser of ours. */
const ours = () => pids().filter((pid) => read(`/proc/${pid}/environ`).includes(`/vigie-${process.pid}-`));

/** Ports on which these processes listen (proc(5), /proc/net/tcp: state 0A). */
function listening(of: readonly string[]): number[] {
  const sockets = new Set(
    of.flatMap((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    read(`/proc/net/${table}`)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((field) => field[3] === '0A' && sockets.has(`socket:[${field[9]}]`))
      .map((field) => Number.parseInt(field[1]!.split(':')[1]!, 16)),
  );
}

describe.each(BROWSERS)('a %s of ours', (name: BrowserName) => {
  let before: string[];
  let browser: RunningBrowser;
  beforeAll(async () => {
    before = listing();
    vi.stubEnv('VIGIE_TOKEN', 'sesame-open');
    browser = await launch(name, { insecure: false, signal: AbortSignal.timeout(30_000) });
    const page = await browser.open();
    await page.goto('data:text/html,<title>hello</title>');
    expect(await page.title()).toBe('hello');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await browser?.close();
  });

  it('has nothing of the environment that is a secret', () => {
    expect(ours().length).toBeGreaterThan(1);
    for (const pid of ours()) expect(read(`/proc/${pid}/environ`)).not.toContain('sesame-open');
  });

  it.runIf(process.getuid?.() === 0)('does not run as root', () => {
    for (const pid of ours()) expect(read(`/proc/${pid}/status`)).not.toMatch(/^Uid:\t0\t/m);
  });

  it.runIf(name === 'chromium')('listens on no port', () => {
    expect(listening(ours())).toEqual([]);
  });

  it('runs in its own sandbox, or says that it does not', () => {
    const commands = ours().map((pid) => read(`/proc/${pid}/cmdline`));
    expect(typeof browser.sandboxed).toBe('boolean');
    if (name === 'chromium') {
      expect(commands.some((command) => command.includes('--no-sandbox'))).toBe(!browser.sandboxed);
    }
  });

  it('leaves nothing behind', async () => {
    await browser.close();
    const known = new Set(before);
    const left = () =>
      listing().filter((path) => !known.has(path) && /vigie-|pulse|chromium|mozilla|org\./i.test(path));
    await expect.poll(() => ours()).toEqual([]);
    expect(
      left().filter((path) => !path.includes('vigie-') || path.includes(`vigie-${process.pid}-`)),
    ).toEqual([]);
  });
});
