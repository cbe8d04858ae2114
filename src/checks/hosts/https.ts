/** Asks a host over HTTPS for what strangers publish: on a connection of its own, within bounds, never from our own network. */
import { type IncomingMessage, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Resolver } from '../../dns/resolver.ts';
import { isPrivate } from '../../net/addresses.ts';
import { encrypt } from '../../net/dial.ts';
import { PrivateTarget } from '../../net/lookups.ts';
import { connectTo } from './host.ts';

export interface HttpsOptions {
  readonly resolver: Resolver;
  /** Authorities beside the system's, in PEM. */
  readonly ca: string | undefined;
  /** Private addresses are meant; else what strangers publish does not lead Vigie into its own network. */
  readonly allowPrivate: boolean;
  /** For each answer of the resolver and the connection; the whole of it has until `signal`. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What is asked for. */
export interface Asked {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** With the query. */
  readonly path: string;
  /** As the header `Host`. */
  readonly authority: string;
  /** As the header `Accept`. */
  readonly accept: string;
}

/**
 * What `read` makes of the answer to a GET; no redirection is followed.
 * @throws {PrivateTarget} where all addresses are private; {HostError}, the errors of TLS and HTTP, and what `read` throws
 */
export async function askHttps<Result>(
  asked: Asked,
  { allowPrivate, ca, signal, resolver, timeoutMs }: HttpsOptions,
  read: (answer: IncomingMessage) => Promise<Result>,
): Promise<Result> {
  const { host, port } = asked;
  const choose = (all: readonly string[]) => {
    const allowed = allowPrivate ? all : all.filter((address) => !isPrivate(address));
    if (allowed.length === 0) throw new PrivateTarget(host);
    return allowed;
  };
  let secure: TLSSocket | null = null;
  try {
    const { socket } = await connectTo(host, port, { resolver, timeoutMs, choose, signal });
    secure = await encrypt(socket, { servername: host, ...(ca !== undefined && { ca }) }, signal);
    return await read(await answerOn(secure, asked, signal));
  } finally {
    secure?.destroy();
  }
}

function answerOn(
  socket: TLSSocket,
  { path, authority, accept }: Asked,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { host: authority, 'user-agent': 'Vigie', accept, connection: 'close' };
    const asking = request({ path, headers, createConnection: () => socket, signal }, resolve);
    asking.on('error', reject);
    asking.end();
  });
}

/** The body of an answer; null where it has more than `maxBytes`. */
export async function bodyWithin(answer: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
