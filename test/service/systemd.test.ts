/** What systemd is notified of, as its own program sends it to a socket of this test's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { supervisor } from '../../src/service/systemd.ts';
import { needs, programs } from '../support/needs.ts';

/** Prints each datagram that arrives; Node has no such sockets. Descriptors that come along (barriers) are closed. */
const LISTENER = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True:
    data, fds, _, _ = socket.recv_fds(s, 4096, 4)
    for fd in fds: os.close(fd)
    print(data.decode().strip().replace("\\n", " "), flush=True)
`;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

it('reports ready, signs of life and the end', needs(programs('systemd-notify', 'python3')), async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-notify-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const socket = join(directory, 'notify');
  const listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void listener.kill());
  const seen: string[] = [];
  const lines = createInterface(listener.stdout);
  await once(lines, 'line');
  lines.on('line', (line) => seen.push(line));

  const env = {
    ...process.env,
    NOTIFY_SOCKET: socket,
    WATCHDOG_USEC: '400000',
    WATCHDOG_PID: `${process.pid}`,
  };
  const systemd = supervisor(silent, env);
  systemd.ready();
  await expect
    .poll(() => seen.filter((line) => line.includes('WATCHDOG=1')).length, { timeout: 10_000 })
    .toBeGreaterThan(1);
  systemd.stopping();
  await expect.poll(() => seen.some((line) => line.includes('STOPPING=1')), { timeout: 10_000 }).toBe(true);
  expect(seen.some((line) => line.includes('READY=1'))).toBe(true);
});

it('does nothing where no systemd started it', () => {
  const systemd = supervisor(silent, {});
  systemd.ready();
  systemd.stopping();
});
