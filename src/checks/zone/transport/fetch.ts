/** A policy of MTA-STS from where it is published (RFC 8461 3.3): over HTTPS, without redirections, within bounds. */
import type { IncomingMessage } from 'node:http';
import { certificateFault } from '../../../net/certificate-faults.ts';
import { failureCode } from '../../../net/failure.ts';
import { PrivateTarget } from '../../../net/lookups.ts';
import { HostError } from '../../hosts/host.ts';
import { askHttps, bodyWithin, type HttpsOptions } from '../../hosts/https.ts';
import { readPolicy } from './read.ts';
import type { Policy, PolicyFault } from './result.ts';

/** RFC 8461 3.3 recommends a limit of 64 KiB. */
const MAX_BYTES = 65_536;
const PATH = '/.well-known/mta-sts.txt';

/** `timeoutMs`: for the whole of it. */
export interface FetchOptions extends HttpsOptions {
  readonly port: number;
}

/** `unknown`: it may be our own network or resolver that failed. */
export type Fetched = Policy | PolicyFault | 'unknown';

/** The policy of a domain, or why senders find none. Never rejects for what servers and networks do. */
export async function fetchPolicy(domain: string, options: FetchOptions): Promise<Fetched> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const host = `mta-sts.${domain}`;
  try {
    const asked = { host, port: options.port, path: PATH, authority: host, accept: 'text/plain' };
    return await askHttps(asked, { ...options, signal }, read);
  } catch (cause) {
    if (signal.aborted) return 'unknown';
    return faultOf(cause);
  }
}

async function read(answer: IncomingMessage): Promise<Policy | PolicyFault> {
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 300 && statusCode < 400) return { fault: 'redirect', detail: String(statusCode) };
  if (statusCode !== 200) return { fault: 'status', detail: String(statusCode) };
  const type = headers['content-type'] ?? '';
  if (!/^text\/plain\s*(?:;|$)/i.test(type)) return { fault: 'type', detail: type.slice(0, 80) };
  const body = await bodyWithin(answer, MAX_BYTES);
  return body === null ? { fault: 'too-large', detail: '' } : readPolicy(body.toString('utf8'));
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
