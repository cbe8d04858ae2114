/** Directories (LDAP) on the loopback that do to Vigie what hostile ones do. Source of the bytes: RFC 4511, X.690. */
import type { Socket } from 'node:net';
import { directoryEntry, idOf, searchDone, berText as text } from '../support/zone/directory.ts';
import type { Attack } from './mail.ts';

const CHUNK = Buffer.alloc(65_536, 'x');

/** An entry in answer to a message. */
const entry = (id: number, n: number, value = text(`d${n}.example.org`)): Buffer =>
  directoryEntry(id, `cn=d${n},dc=x`, { cn: [value] });

function flood(socket: Socket, next: () => Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(next()));
  };
  socket.on('drain', more);
  more();
}

const onRequest =
  (answer: (socket: Socket, id: number) => void): Attack =>
  (socket) => {
    socket.on('data', (request: Buffer) => answer(socket, idOf(request)));
  };

/** What a small directory answers to a search: some domains, and that these are all. */
export const HONEST_DIRECTORY: Attack = onRequest((socket, id) => {
  const domains = Array.from({ length: 5 }, (_, n) => entry(id, n));
  socket.write(Buffer.concat([...domains, searchDone(id)]));
});

/** By what they do; what is right is a finding on the directory, and an error. */
export const HOSTILE_DIRECTORIES: Readonly<Record<string, Attack>> = {
  'says nothing': () => {},
  'sends garbage': onRequest((socket) => flood(socket, () => CHUNK)),
  'announces a message of 2 GB': onRequest((socket) => {
    socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]));
    flood(socket, () => CHUNK);
  }),
  'lists domains without end': onRequest((socket, id) => {
    const many = Buffer.concat(Array.from({ length: 1000 }, (_, n) => entry(id, n)));
    flood(socket, () => many);
  }),
  'drips domains without end': onRequest((socket, id) => {
    let n = 0;
    const timer = setInterval(() => socket.write(entry(id, n++)), 50);
    socket.on('close', () => clearInterval(timer));
  }),
  'nests sequences deeply': onRequest((socket) =>
    socket.end(Buffer.alloc(60_000, Buffer.from([0x30, 0x80]))),
  ),
  'lists a domain that is longer than its message': onRequest((socket, id) =>
    socket.write(entry(id, 0, Buffer.from([0x04, 0x7f, 0x78]))),
  ),
  'closes at the search': onRequest((socket) => socket.destroy()),
  'resets at once': (socket) => socket.resetAndDestroy(),
};
