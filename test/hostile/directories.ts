/** Directories (LDAP) on the loopback that do to Vigie what hostile ones do. Source of the bytes: RFC 4511, X.690. */
import type { Socket } from 'node:net';
import type { Attack } from './mail.ts';

const CHUNK = Buffer.alloc(65_536, 'x');

/** A value with its tag and length. */
function ber(tag: number, ...parts: (Buffer | number[])[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = value;
  const size = length < 128 ? [length] : [0x84, ...Buffer.from(Uint32Array.of(length).buffer).reverse()];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
const text = (of: string) => ber(0x04, Buffer.from(of));

/** An entry in answer to a message. */
function entry(id: number, n: number, value = text(`d${n}.example.org`)): Buffer {
  const values = ber(0x31, value);
  const attributes = ber(0x30, ber(0x30, text('cn'), values));
  return ber(0x30, ber(0x02, [id]), ber(0x64, text(`cn=d${n},dc=x`), attributes));
}

/** The message id of a request, which is below 128 for the first. */
const idOf = (request: Buffer): number => request[request.indexOf(2) + 2] ?? 1;

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
  const done = ber(0x30, ber(0x02, [id]), ber(0x65, [0x0a, 1, 0], text(''), text('')));
  socket.write(Buffer.concat([...domains, done]));
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
