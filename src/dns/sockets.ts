/**
 * One question to one server, over UDP or TCP, until it is answered or ended. Own sockets, for
 * dns2's clients match too little (the question and QR not at all, over TCP not even the id) and have no
 * timeout over TCP. Retries and rcodes are the client's.
 */

import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { handling } from '../base/handling.ts';
import { hostPort } from '../net/host-port.ts';
import type { Cancellation } from './cancellation.ts';
import type { Server } from './types.ts';
import { decodeReply, encodeQuestion, messageId, type Reply, type WireQuestion } from './wire.ts';

/** A socket's source port must not be guessable for long (RFC 5452 9.2): it is replaced after this number of questions. */
const USES_PER_SOCKET = 128;
/** An idle socket is closed after this long. */
const IDLE_MS = 2_000;

/** Nothing listens there, or the network does not lead there. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

interface Pending {
  readonly question: WireQuestion;
  readonly settle: (result: Reply | Error) => void;
}

/** A connected UDP socket: the kernel drops what comes from elsewhere, and reports what is refused. */
class UdpSocket {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #connected = false;
  #uses = 0;
  #closed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(address: string, port: number) {
    this.#socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4' });
    this.#socket.on(
      'message',
      handling(
        (error) => this.#fail(error),
        (message: Buffer) => this.#receive(message),
      ),
    );
    this.#socket.on('error', (error) => this.#fail(error));
    // An error (no route to the family, for one) comes as the argument; later ones as the event.
    this.#socket.connect(port, address, (error?: Error) => {
      if (error) {
        this.#fail(error);
        return;
      }
      this.#connected = true;
      for (const id of this.#pending.keys()) this.#send(id);
    });
  }

  get usable(): boolean {
    return !this.#closed && this.#uses < USES_PER_SOCKET;
  }

  /** Settles once: with the reply, as unreachable, or with the reason of the end. */
  ask(question: WireQuestion, end: Cancellation): Promise<Reply> {
    this.#uses += 1;
    clearTimeout(this.#idle);
    this.#socket.ref();
    const id = this.#freeId();
    return new Promise<Reply>((resolve, reject) => {
      const settle = (result: Reply | Error) => {
        this.#pending.delete(id);
        forget();
        this.#rest();
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      this.#pending.set(id, { question, settle });
      const forget = end.onCancel(() => settle(end.reason as Error));
      if (this.#connected) this.#send(id);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#socket.close();
  }

  #send(id: number): void {
    const pending = this.#pending.get(id);
    if (this.#closed || !pending) return;
    this.#socket.send(encodeQuestion(id, pending.question), (error) => {
      if (error) this.#settle(id, new Unreachable(error.message));
    });
  }

  #receive(message: Buffer): void {
    const id = messageId(message);
    const pending = id === null ? undefined : this.#pending.get(id);
    if (id === null || !pending) return;
    const reply = decodeReply(message, id, pending.question);
    if (reply) this.#settle(id, reply);
  }

  #settle(id: number, result: Reply | Error): void {
    this.#pending.get(id)?.settle(result);
  }

  /** The error of one datagram is reported to the socket: all that wait on it fail. */
  #fail(error: Error): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, new Unreachable(error.message));
    this.close();
  }

  #freeId(): number {
    let id = randomInt(0x1_0000);
    while (this.#pending.has(id)) id = randomInt(0x1_0000);
    return id;
  }

  #rest(): void {
    if (this.#closed || this.#pending.size > 0) return;
    if (!this.usable) {
      this.close();
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), IDLE_MS);
    this.#idle.unref();
    // Nothing is awaited: the process may end.
    this.#socket.unref();
  }
}

export class Sockets {
  readonly #sockets = new Map<string, UdpSocket>();
  #closed = false;

  /** @throws Unreachable, or the reason of the end */
  async udp(server: Server, question: WireQuestion, end: Cancellation): Promise<Reply> {
    const key = hostPort(server);
    const known = this.#sockets.get(key);
    if (known?.usable) return known.ask(question, end);
    const address = isIP(server.host) ? server.host : await addressOf(server.host);
    if (this.#closed) throw new Unreachable('the resolver was closed');
    // Another question may have opened one meanwhile.
    let socket = this.#sockets.get(key);
    if (!socket?.usable) {
      socket = new UdpSocket(address, server.port);
      this.#sockets.set(key, socket);
    }
    return socket.ask(question, end);
  }

  /** One connection for one question (RFC 7766). @throws Unreachable, or the reason of the end */
  async tcp(server: Server, question: WireQuestion, end: Cancellation): Promise<Reply | null> {
    const address = isIP(server.host) ? server.host : await addressOf(server.host);
    if (end.cancelled) throw end.reason;
    const id = randomInt(0x1_0000);
    const message = encodeQuestion(id, question);
    const frame = Buffer.alloc(2 + message.length);
    frame.writeUInt16BE(message.length, 0);
    message.copy(frame, 2);
    const socket = connect({ host: address, port: server.port });
    const forget = end.onCancel(() => socket.destroy(end.reason as Error));
    try {
      socket.write(frame);
      let received = Buffer.alloc(0);
      for await (const chunk of socket) {
        received = Buffer.concat([received, chunk as Buffer]);
        if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) break;
      }
      const length = received.length >= 2 ? received.readUInt16BE(0) : 0;
      if (length === 0 || received.length < 2 + length) return null;
      return decodeReply(received.subarray(2, 2 + length), id, question);
    } catch (cause) {
      if (end.cancelled) throw end.reason;
      throw new Unreachable(cause instanceof Error ? cause.message : String(cause));
    } finally {
      forget();
      socket.destroy();
    }
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }
}

/** A server may be given by name (of a container, for example): the system resolves it, each time, for it may move. */
async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch {
    throw new Unreachable(`the name server's own name, ${host}, has no address`);
  }
}
