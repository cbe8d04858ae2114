/**
 * A hostile viewer and hostile senders of mail, in a process of their own: `node viewer-child.ts URL MX SECONDS`. Prints the number of its
 * attacks, or what got through.
 */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { viewerAttacks } from './viewer.ts';

const [address = '', mx = '', duration = ''] = process.argv.slice(2);
const url = new URL(address);
const port = Number(mx);
const seconds = Number(duration);

/** Attacks one after the other until the time is over; how many of the kinds were done. @throws {AssertionError} where one gets through */
async function besiege(): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const attacks = [...Object.values(viewerAttacks(url)), idle, lines];
  let done = 0;
  while (performance.now() < end) {
    const release = await attacks[done % attacks.length]!().catch((cause: unknown) => {
      // A server that cuts an attacker off is right.
      if (cause instanceof Error && cause.name === 'AssertionError') throw cause;
    });
    done += 1;
    await delay(200);
    if (release) release();
  }
  return Math.min(done, attacks.length);
}

async function idle(): Promise<() => void> {
  const sockets = Array.from({ length: 60 }, () =>
    connect({ port, host: '127.0.0.1', localAddress: '127.0.0.9' }).on('error', () => {}),
  );
  await delay(300);
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

async function lines(): Promise<() => void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.9' }).on('error', () => {});
  socket.write(`EHLO x\r\nMAIL FROM:<>\r\n${'RCPT TO:<vigie-guess@probe.example>\r\n'.repeat(20_000)}`);
  await delay(300);
  return () => void socket.destroy();
}

process.stdout.write(`${await besiege().catch((cause: unknown) => String(cause).replaceAll('\n', ' '))}\n`);
