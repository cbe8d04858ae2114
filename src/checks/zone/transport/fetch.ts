/** A policy of MTA-STS from where it is published (RFC 8461 3.3): over HTTPS, without redirections, within bounds. */
import { type IncomingMessage, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Resolver } from '../../../dns/resolver.ts';
import { isPrivate } from '../../../net/addresses.ts';
import { certificateFault } from '../../../net/certificate-faults.ts';
import { encrypt } from '../../../net/dial.ts';
import { failureCode } from '../../../net/failure.ts';
import { PrivateTarget } from '../../../net/lookups.ts';
import { connectTo, HostError } from '../../hosts/host.ts';
import { readPolicy } from './read.ts';
import type { Policy, PolicyFault } from './result.ts';

/** RFC 8461 3.3 recommends a limit of 64 KiB. */
const MAX_BYTES = 65_536;
const PATH = '/.well-known/mta-sts.txt';

export interface FetchOptions {
  readonly resolver: Resolver;
  readonly port: number;
  readonly ca: string | undefined;
  /** Private addresses are meant; else a customer's record does not lead Vigie into its own network. */
  readonly allowPrivate: boolean;
  /** For the whole of it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** `unknown`: it may be our own network or resolver that failed. */
export type Fetched = Policy | PolicyFault | 'unknown';

/** The policy of a domain, or why senders find none. Never rejects for what servers and networks do. */
export async function fetchPolicy(domain: string, options: FetchOptions): Promise<Fetched> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const host = `mta-sts.${domain}`;
  let secure: TLSSocket | null = null;
  try {
    const choose = (all: readonly string[]) => {
      const allowed = options.allowPrivate ? all : all.filter((address) => !isPrivate(address));
      if (allowed.length === 0) throw new PrivateTarget(host);
      return allowed;
    };
    const { socket } = await connectTo(host, options.port, { ...options, choose, signal });
    const { ca } = options;
    secure = await encrypt(socket, { servername: host, ...(ca !== undefined && { ca }) }, signal);
    return await ask(host, secure, signal);
  } catch (cause) {
    if (signal.aborted) return 'unknown';
    return faultOf(cause);
  } finally {
    secure?.destroy();
  }
}

function ask(host: string, socket: TLSSocket, signal: AbortSignal): Promise<Policy | PolicyFault> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'user-agent': 'Vigie', accept: 'text/plain', connection: 'close' };
    const asking = request(
      { host, path: PATH, headers, createConnection: () => socket, signal },
      (answer) => {
        read(answer).then(resolve, reject);
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}

async function read(answer: IncomingMessage): Promise<Policy | PolicyFault> {
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400) return { fault: 'redirect', detail: String(statusCode) };
  if (statusCode !== 200) return { fault: 'status', detail: String(statusCode) };
  const type = headers['content-type'] ?? '';
  if (!/^text\/plain\s*(?:;|$)/i.test(type)) return { fault: 'type', detail: type.slice(0, 80) };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return { fault: 'too-large', detail: '' };
    chunks.push(chunk);
  }
  return readPolicy(Buffer.concat(chunks).toString('utf8'));
}

function faultOf(cause: unknown): PolicyFault | 'unknown' {
  if (cause instanceof PrivateTarget) return { fault: 'private-address', detail: '' };
  if (cause instanceof HostError) {
    const { failure } = cause;
    if (failure.problem === 'no-address') return { fault: 'no-address', detail: '' };
    const refused = failure.problem === 'unreachable' && failure.reason === 'refused';
    return refused ? { fault: 'refused', detail: '' } : 'unknown';
  }
  const code = failureCode(cause) ?? '';
  if (certificateFault(code) !== null) return { fault: 'certificate', detail: code };
  // What ends without a word may be the network.
  if (code === 'ECONNRESET' || code === 'ETIMEDOUT') return 'unknown';
  return { fault: 'tls', detail: code };
}
