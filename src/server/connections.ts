/** Bounds for whoever connects: how many may, and how long an answer may take to be taken. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { connected } from '../base/giving-way.ts';

export interface ConnectionLimits {
  /** At one time, of all. */
  readonly all: number;
  /** At one time, of one address; a proxy in front has that many for all its users. */
  readonly each: number;
  /** What waits to be taken has this long … */
  readonly stallMs: number;
  /** … and longer where it is much: this number of bytes in each second is enough. */
  readonly bytesPerSecond: number;
}

export const LIMITS: ConnectionLimits = { all: 512, each: 128, stallMs: 15_000, bytesPerSecond: 16_384 };
const LOOK_MS = 1000;
/** Requests of one connection that are not answered yet. Browsers, scrapers and proxies have one. */
const PIPELINED = 8;

/** An answer that waits for its reader. */
interface Waiting {
  since: number;
  bytes: number;
}

/** Holds a server to these limits, until it closes. */
export function limitConnections(server: Server, limits: ConnectionLimits = LIMITS): void {
  const sockets = new Map<Socket, Waiting | null>();
  const counts = new Map<string, number>();
  server.maxConnections = limits.all;
  server.on('drop', connected);
  server.on('connection', (socket: Socket) => {
    connected();
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    if (count > limits.each) {
      socket.destroy();
      return;
    }
    counts.set(address, count);
    sockets.set(socket, null);
    socket.once('close', () => {
      sockets.delete(socket);
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
  });
  limitPipelining(server);
  const timer = setInterval(() => {
    for (const [socket, waiting] of sockets) sockets.set(socket, look(socket, waiting, limits));
  }, LOOK_MS);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

/** Ends connections on which far more is asked than answered, before anything is done about it. */
function limitPipelining(server: Server): void {
  const open = new WeakMap<Socket, number>();
  const handlers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const asked = (open.get(socket) ?? 0) + 1;
    if (asked > PIPELINED) {
      socket.destroy();
      return;
    }
    open.set(socket, asked);
    response.once('close', () => open.set(socket, (open.get(socket) ?? 1) - 1));
    for (const handle of handlers) handle(request, response);
  });
}

/** What waits on a socket now; one whose reader is too slow is destroyed. */
function look(socket: Socket, before: Waiting | null, limits: ConnectionLimits): Waiting | null {
  const bytes = socket.writableLength;
  if (bytes === 0) return null;
  // Something of it was taken, or more was added: its time begins anew for what is left.
  if (before === null || bytes < before.bytes) return { since: performance.now(), bytes };
  const allowed = limits.stallMs + (bytes / limits.bytesPerSecond) * 1000;
  if (performance.now() - before.since > allowed) socket.destroy();
  return { since: before.since, bytes };
}
