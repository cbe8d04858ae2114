/** DNS over UDP and TCP (RFC 1035 4.2, RFC 7766) on one port; what is answered is the caller's. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from 'node:net';
import type { Server } from '../../dns/types.ts';

export type Transport = 'udp' | 'tcp';

/** The messages that answer one, in order; none for silence. What it throws is silence, too. */
export type Respond = (
  message: Buffer,
  transport: Transport,
) => readonly Buffer[] | Promise<readonly Buffer[]>;

export interface DnsListener {
  readonly address: Server;
  /** Leaves no socket behind. */
  close(): Promise<void>;
}

/** A TCP connection without a question is ended after this long. */
const IDLE_MS = 10_000;
/** How often a port is sought that is free for both transports. */
const ATTEMPTS = 20;

/** Listens. Port 0: any that is free for both. Rejects with the error of the operating system. */
export async function listenDns(at: Server, respond: Respond): Promise<DnsListener> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = await listenTcp(at);
    const { port } = tcp.address() as AddressInfo;
    try {
      const udp = await bindUdp({ ...at, port });
      return serve(tcp, udp, { host: at.host, port }, respond);
    } catch (error) {
      tcp.close();
      await once(tcp, 'close');
      if (at.port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}

async function listenTcp({ host, port }: Server): Promise<TcpServer> {
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function bindUdp({ host, port }: Server): Promise<UdpSocket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function serve(tcp: TcpServer, udp: UdpSocket, address: Server, respond: Respond): DnsListener {
  const connections = new Set<Socket>();
  const answers = async (message: Buffer, transport: Transport): Promise<readonly Buffer[]> => {
    try {
      return await respond(message, transport);
    } catch {
      return [];
    }
  };
  let open = true;
  udp.on('error', () => {});
  udp.on('message', (message: Buffer, peer: RemoteInfo) => {
    void answers(message, 'udp').then((all) => {
      if (open) for (const answer of all) udp.send(answer, peer.port, peer.address);
    });
  });
  tcp.on('connection', (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.setTimeout(IDLE_MS, () => connection.destroy());
    readFrames(connection, (message) => {
      void answers(message, 'tcp').then((all) => {
        if (connection.writable) for (const answer of all) connection.write(framed(answer));
      });
    });
  });
  return {
    address,
    close: async () => {
      open = false;
      for (const connection of connections) connection.destroy();
      const closed = [once(tcp, 'close'), once(udp, 'close')];
      tcp.close();
      udp.close();
      await Promise.all(closed);
    },
  };
}

/** Messages over TCP have their length in front, and come in pieces of any size (RFC 7766 8). */
function readFrames(connection: Socket, take: (message: Buffer) => void): void {
  let received: Buffer = Buffer.alloc(0);
  connection.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      take(received.subarray(2, end));
      received = received.subarray(end);
    }
  });
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
