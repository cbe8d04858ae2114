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
function entry(id: number, n: number): Buffer {
  const values = ber(0x31, text(`d${n}.example.org`));
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
  'closes at the search': onRequest((socket) => socket.destroy()),
  'resets at once': (socket) => socket.resetAndDestroy(),
};
