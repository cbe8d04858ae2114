/** A Chromium that somebody else started, with its remote debugging port open; also in a network of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '../../../src/browsers/executable.ts';

export interface Elsewhere {
  readonly endpoint: string;
  readonly process: ChildProcess;
  /** How many pages it has open. */
  pages(): Promise<number>;
  close(): Promise<void>;
}

/** Chromium opens its port on the loopback alone: as a tunnel would, this brings it to another address. */
const TUNNEL = `const [host, port] = process.argv.slice(1);
require('node:net').createServer((here) => {
  const there = require('node:net').connect(Number(port), '127.0.0.1');
  here.pipe(there).pipe(here);
  for (const each of [here, there]) each.on('error', () => { here.destroy(); there.destroy(); });
}).listen(Number(port), host);`;

const DEADLINE_MS = 15_000;

/** Starts it; in the network namespace `netns` with the address `host`, where given. */
export async function startElsewhere(
  port: number,
  { netns, host = '127.0.0.1' }: { netns?: string; host?: string } = {},
): Promise<Elsewhere> {
  const profile = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  const command = [
    await findBrowser('chromium'),
    ...['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`],
    ...[`--remote-debugging-port=${port}`, '--ignore-certificate-errors'],
  ];
  const inside = netns ? ['ip', 'netns', 'exec', netns] : [];
  const start = (words: readonly string[]) => {
    const [program, ...args] = [...inside, ...words];
    return spawn(program!, args, { stdio: 'ignore', detached: true });
  };
  const child = start(command);
  const tunnel = netns ? start([process.execPath, '-e', TUNNEL, host, String(port)]) : null;
  const endpoint = `http://${host}:${port}`;
  const list = async () => (await (await fetch(`${endpoint}/json/list`)).json()) as { type: string }[];
  const end = Date.now() + DEADLINE_MS;
  while (!(await list().catch(() => null))) {
    if (Date.now() > end) {
      process.kill(-child.pid!, 'SIGKILL');
      tunnel?.kill('SIGKILL');
      throw new Error('the other Chromium did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    endpoint,
    process: child,
    pages: async () => (await list()).filter(({ type }) => type === 'page').length,
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid!, 'SIGKILL');
        await ended;
      }
      tunnel?.kill('SIGKILL');
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'ignore' });

/** A network namespace behind a router that hides it (NAT), as a participant at home; null where this user may not. */
export function homeNetwork(name: string): { netns: string; host: string; close(): void } | null {
  const close = () => {
    for (const words of [
      ['ip', 'netns', 'del', name],
      ['ip', 'link', 'del', `${name}0`],
      ['nft', 'delete', 'table', 'ip', name],
    ]) {
      try {
        execFileSync(words[0]!, words.slice(1), { stdio: 'ignore' });
      } catch {
        // It was not there.
      }
    }
  };
  close();
  try {
    ip('netns', 'add', name);
    ip('link', 'add', `${name}0`, 'type', 'veth', 'peer', 'name', `${name}1`, 'netns', name);
    // An address of IPv6 comes a second or two later, and Chromium ends what it is loading where the network changes.
    writeFileSync(`/proc/sys/net/ipv6/conf/${name}0/disable_ipv6`, '1');
    ip('netns', 'exec', name, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6');
    ip('addr', 'add', '10.86.0.1/24', 'dev', `${name}0`);
    ip('link', 'set', `${name}0`, 'up');
    ip('-n', name, 'addr', 'add', '10.86.0.2/24', 'dev', `${name}1`);
    ip('-n', name, 'link', 'set', `${name}1`, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', '10.86.0.1');
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
    const rules = `table ip ${name} {\n chain out {\n  type nat hook postrouting priority 100\n  ip saddr 10.86.0.0/24 masquerade\n }\n}\n`;
    execFileSync('nft', ['-f', '-'], { input: rules, stdio: ['pipe', 'ignore', 'ignore'] });
  } catch {
    close();
    return null;
  }
  return { netns: name, host: '10.86.0.2', close };
}
