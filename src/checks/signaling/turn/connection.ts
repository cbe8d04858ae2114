/** A connection to a STUN or TURN server: UDP with retransmission, TCP, or TLS. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { handling } from '../../../base/handling.ts';
import { connectionClosed, dialTcp, dialTls } from '../../../net/dial.ts';
import type { HostPort } from '../../../net/host-port.ts';
import { type Certificate, certificateOf } from '../../certificate.ts';
import { decode, HEADER, lengthOf, type Message, NotStun } from './message.ts';

/** A STUN or TURN server, as browsers are given it. */
export interface IceServer extends HostPort {
  readonly transport: 'udp' | 'tcp' | 'tls';
}

export interface ConnectOptions {
  readonly insecure: boolean;
  readonly lookup: LookupFunction;
  /** Throws where an address may not be asked; names are checked as they are looked up. */
  readonly check?: (host: string) => void;
  readonly signal: AbortSignal;
}

/** A message as it arrived. */
export interface Received {
  readonly message: Message;
  readonly bytes: Buffer;
}

export interface Connection {
  /** Of a TLS connection. */
  readonly certificate: Certificate | null;
  /** The server's address. */
  readonly remote: string;
  /** Sends a request and waits for the message of its transaction. @throws {NotStun}, or the error of the connection */
  exchange(request: Buffer): Promise<Received>;
  close(): void;
}

/** RFC 8489 6.2.1: doubled each time. It recommends 500 ms to begin with; a round trip over the Internet is shorter. */
const FIRST_AGAIN_MS = 250;
const NO_NETWORK = ['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/** Connects; `signal` ends the connection at any time. @throws the error of the connection */
export async function connect(server: IceServer, options: ConnectOptions): Promise<Connection> {
  options.check?.(server.host);
  return server.transport === 'udp' ? connectUdp(server, options) : StreamConnection.open(server, options);
}

/** By UDP, to the first address of the host that there is a path to; IPv4 first. */
async function connectUdp(server: IceServer, options: ConnectOptions): Promise<Connection> {
  const addresses = await resolve(server.host, options.lookup);
  let failure: Error = new Error(`no address for ${server.host}`);
  for (const { address, family } of addresses.sort((a, b) => a.family - b.family)) {
    try {
      return await UdpConnection.open(address, server.port, family === 6, options.signal);
    } catch (cause) {
      failure = cause as Error;
      if (!NO_NETWORK.includes(String((cause as NodeJS.ErrnoException).code))) break;
    }
  }
  throw failure;
}

function resolve(host: string, lookup: LookupFunction): Promise<LookupAddress[]> {
  const family = isIP(host);
  if (family !== 0) return Promise.resolve([{ address: host, family }]);
  return new Promise((done, reject) => {
    lookup(host, { all: true }, (error, found) => {
      if (error) reject(error);
      else done(Array.isArray(found) ? found : [{ address: found, family: isIP(found) }]);
    });
  });
}

class UdpConnection implements Connection {
  readonly certificate = null;
  readonly remote: string;
  readonly #socket: UdpSocket;
  readonly #signal: AbortSignal;
  readonly #abort = () => this.close();
  #closed = false;

  private constructor(socket: UdpSocket, remote: string, signal: AbortSignal) {
    this.#socket = socket;
    this.remote = remote;
    this.#signal = signal;
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  static async open(address: string, port: number, v6: boolean, signal: AbortSignal): Promise<UdpConnection> {
    signal.throwIfAborted();
    const socket = createSocket(v6 ? 'udp6' : 'udp4');
    await new Promise<void>((done, reject) => {
      socket.once('error', reject);
      // A connected socket is notified when nothing listens at the other end.
      socket.connect(port, address, () => {
        socket.off('error', reject);
        done();
      });
    }).catch((cause: unknown) => {
      socket.close();
      throw cause;
    });
    return new UdpConnection(socket, address, signal);
  }

  exchange(request: Buffer): Promise<Received> {
    const transaction = request.subarray(8, HEADER);
    return new Promise((done, reject) => {
      let again: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(again);
        this.#socket.off('message', take).off('error', fail);
        this.#signal.removeEventListener('abort', aborted);
      };
      const fail = (cause: Error) => {
        end();
        reject(cause);
      };
      const aborted = () => fail(this.#signal.reason as Error);
      const take = handling(fail, (bytes: Buffer) => {
        // Anybody can send a datagram: what is not the answer is not looked at.
        const message = read(bytes);
        if (!message?.transaction.equals(transaction) || message.class === 'request') return;
        end();
        done({ message, bytes });
      });
      const send = (wait: number) => {
        this.#socket.send(request, (cause) => cause && fail(cause));
        again = setTimeout(() => send(wait * 2), wait);
      };
      this.#socket.on('message', take).on('error', fail);
      this.#signal.addEventListener('abort', aborted, { once: true });
      if (this.#signal.aborted) aborted();
      else send(FIRST_AGAIN_MS);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#signal.removeEventListener('abort', this.#abort);
    // What still comes back (a refusal of the last packet, say) concerns nobody.
    this.#socket.on('error', () => {});
    this.#socket.close();
  }
}

function read(bytes: Buffer): Message | null {
  try {
    return decode(bytes);
  } catch (cause) {
    if (cause instanceof NotStun) return null;
    throw cause;
  }
}

class StreamConnection implements Connection {
  readonly certificate: Certificate | null;
  readonly remote: string;
  readonly #socket: Socket;
  readonly #signal: AbortSignal;

  private constructor(socket: Socket, certificate: Certificate | null, signal: AbortSignal) {
    this.#socket = socket;
    this.certificate = certificate;
    this.remote = socket.remoteAddress ?? '';
    this.#signal = signal;
  }

  static async open(server: IceServer, options: ConnectOptions): Promise<StreamConnection> {
    const { insecure, lookup, signal } = options;
    const socket =
      server.transport === 'tls'
        ? await dialTls(server, { lookup, signal, rejectUnauthorized: !insecure })
        : await dialTcp(server, { lookup, signal });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    if (signal.aborted) socket.destroy();
    socket.setNoDelay(true);
    return new StreamConnection(socket, socket instanceof TLSSocket ? certificateOf(socket) : null, signal);
  }

  exchange(request: Buffer): Promise<Received> {
    const transaction = request.subarray(8, HEADER);
    return new Promise((done, reject) => {
      let held: Buffer = Buffer.alloc(0);
      const end = () => this.#socket.off('data', take).off('error', fail).off('close', closed);
      const fail = (cause: Error) => {
        end();
        reject(cause);
      };
      const closed = () => fail(ended(this.#signal));
      const take = handling(fail, (chunk: Buffer) => {
        held = Buffer.concat([held, chunk]);
        for (let length = lengthOf(held); length !== null && held.length >= length; length = lengthOf(held)) {
          const bytes = held.subarray(0, length);
          held = held.subarray(length);
          const message = decode(bytes);
          if (!message.transaction.equals(transaction)) continue;
          end();
          done({ message, bytes });
          return;
        }
      });
      this.#socket.on('data', take).on('error', fail).on('close', closed);
      if (this.#socket.destroyed) closed();
      else this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

function ended(signal: AbortSignal): Error {
  return signal.aborted ? (signal.reason as Error) : connectionClosed();
}
