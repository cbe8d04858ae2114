/** Opening TCP and TLS connections: ended by a signal at any time, with a time for each address of a host. */
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { HostPort } from './host-port.ts';

/**
 * Node gives each address of a host 250 ms before it gives up on it and tries the next, which is less than one
 * lost packet costs; a host with IPv4 and IPv6 would be called unreachable.
 */
export const ATTEMPT_MS = 3000;

export interface DialOptions {
  /** Ends the attempt; the promise is then rejected with its reason. */
  readonly signal: AbortSignal;
  /** Names to addresses; by default as the system does it. */
  readonly lookup?: LookupFunction;
  /** How long one address of the host has before the next is tried, in milliseconds. */
  readonly attemptMs?: number;
}

/** How a connection to a host is asked for, by its name or address: IPv6 and IPv4 in turn (RFC 8305). */
function endpoint({ host, port }: HostPort, { lookup, attemptMs = ATTEMPT_MS }: DialOptions) {
  return {
    host,
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptMs,
    ...(lookup && { lookup }),
  };
}

/** A TCP connection. @throws the error of the connection, or the reason of the signal */
export async function dialTcp(to: HostPort, options: DialOptions): Promise<Socket> {
  options.signal.throwIfAborted();
  return established(connectTcp(endpoint(to, options)), 'connect', options.signal);
}

/** A TLS connection. @throws the error of the connection, or the reason of the signal */
export async function dialTls(
  to: HostPort,
  options: DialOptions & {
    readonly rejectUnauthorized: boolean;
    /** Names of the protocol (ALPN); without it none is named. */
    readonly alpn?: readonly string[];
  },
): Promise<TLSSocket> {
  options.signal.throwIfAborted();
  const { rejectUnauthorized, alpn } = options;
  // An address is no name to ask for (RFC 6066 3).
  const servername = isIP(to.host) === 0 ? { servername: to.host } : {};
  const socket = connectTls({
    ...endpoint(to, options),
    ...servername,
    rejectUnauthorized,
    ...(alpn && { ALPNProtocols: [...alpn] }),
  });
  return established(socket, 'secureConnect', options.signal);
}

/** TLS over a connection that is open. @throws the error of the handshake, or the reason of the signal */
export async function encrypt(
  socket: Socket,
  options: Omit<ConnectionOptions, 'socket'>,
  signal: AbortSignal,
): Promise<TLSSocket> {
  signal.throwIfAborted();
  return established(connectTls({ ...options, socket }), 'secureConnect', signal);
}

/** The error of a connection that the other side ended. */
export function connectionClosed(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}

/** Waits for a connection to be ready. A failed one is gone; one that is ready no longer heeds the signal. */
async function established<Connection extends Socket>(
  socket: Connection,
  ready: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Connection> {
  const abort = () => socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(ready, resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(connectionClosed()));
    });
    return socket;
  } catch (cause) {
    socket.destroy();
    throw signal.aborted ? (signal.reason as Error) : cause;
  } finally {
    signal.removeEventListener('abort', abort);
    // An error is followed by the close that whoever uses the connection waits for.
    socket.on('error', () => {});
  }
}
