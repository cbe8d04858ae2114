/** Name servers on the loopback that do to Vigie what hostile ones do. Source of the bytes: RFC 1035. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What is answered to a question: over UDP datagrams, over TCP bytes as they are written. */
export interface HostileNames {
  readonly udp: (question: Buffer) => readonly Buffer[];
  readonly tcp: (question: Buffer, socket: Socket) => void;
}

/** An answer to a question with some flags, and with that many records of the given bytes. */
function answer(question: Buffer, flags: number, records: number, record: Buffer): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(records, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...Array.from({ length: Math.min(records, 2000) }, () => record)]);
}
const OK = 0x8180;
const TRUNCATED = 0x8380;
/** A TXT record of the name in the question. */
const txt = (bytes: number) =>
  Buffer.concat([
    Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, bytes + 1, bytes]),
    Buffer.alloc(bytes, '\x1b'),
  ]);
/** A record whose name points to itself. */
const loop = (question: Buffer) => {
  const at = question.indexOf(0, 12) + 5;
  return Buffer.from([0xc0 | (at >> 8), at & 0xff, 0, 16, 0, 1, 0, 0, 0, 60, 0, 1, 0]);
};
const framed = (message: Buffer) =>
  Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
const asUdp = (udp: HostileNames['udp']): HostileNames => ({
  udp,
  tcp: (question, socket) => socket.end(Buffer.concat(udp(question).map(framed))),
});
const truncated: HostileNames['udp'] = (question) => [answer(question, TRUNCATED, 0, Buffer.alloc(0))];

export const HOSTILE_NAMES: Readonly<Record<string, HostileNames>> = {
  'say nothing': { udp: () => [], tcp: () => {} },
  'answer with garbage': asUdp((question) => [
    Buffer.concat([question.subarray(0, 2), Buffer.alloc(400, 0xff)]),
  ]),
  'answer with names that point to themselves': asUdp((question) => [
    answer(question, OK, 1, loop(question)),
  ]),
  'answer with two thousand records': asUdp((question) => [answer(question, OK, 2000, txt(10))]),
  'announce 65535 records': asUdp((question) => [answer(question, OK, 65_535, Buffer.alloc(0))]),
  'answer with escape sequences': asUdp((question) => [answer(question, OK, 3, txt(200))]),
  'answer a hundred times': asUdp((question) =>
    Array.from({ length: 100 }, (_, id) =>
      answer(Buffer.concat([Buffer.from([id, id]), question.subarray(2)]), OK, 1, txt(200)),
    ),
  ),
  'answer over TCP without end': {
    udp: truncated,
    tcp: (_question, socket) => {
      const chunk = Buffer.alloc(65_536, 1);
      const more = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', more);
      more();
    },
  },
  'drip an answer over TCP': {
    udp: truncated,
    tcp: (_question, socket) => {
      socket.write(Buffer.from([0xff, 0xff]));
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    },
  },
};

export interface HostileNameServer extends AsyncDisposable {
  readonly port: number;
}

export async function startHostileNames({ udp, tcp }: HostileNames): Promise<HostileNameServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    socket.once('data', (data: Buffer) => tcp(data.subarray(2), socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const datagrams = createSocket('udp4');
  datagrams.on('error', () => {});
  datagrams.on('message', (question, from) => {
    for (const said of udp(question)) datagrams.send(said, from.port, from.address);
  });
  datagrams.bind(port, '127.0.0.1');
  await once(datagrams, 'listening');
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      datagrams.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
