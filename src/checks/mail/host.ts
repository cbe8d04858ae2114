/** From the name of a server to a connection, each step timed and its failure told apart. */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv6, type LookupFunction, type Socket } from 'node:net';
import { DnsError, type Resolver } from '../../dns/resolver.ts';
import { dialTcp } from '../../net/dial.ts';
import { hostPort } from '../../net/host-port.ts';

/**
 * `resolver`: names cannot be resolved now; `no-address`: the name has none; `unreachable`: nobody took the
 * connection; `local-network`: we have no way there.
 */
export type HostProblem = 'resolver' | 'no-address' | 'unreachable' | 'local-network';

/** A server that could not be connected to, and why, in words that follow its name. */
export class HostError extends Error {
  readonly problem: HostProblem;
  /** Milliseconds until its name was resolved; null when it was not. */
  readonly dnsMs: number | null;
  constructor(problem: HostProblem, message: string, dnsMs: number | null = null) {
    super(message);
    this.problem = problem;
    this.dnsMs = dnsMs;
  }
}

/**
 * The addresses of a host: of an address itself, of `localhost`, else by the resolver. A name without a dot
 * that the resolver does not know is left to the system (hosts file, container networks).
 * @throws HostError `resolver` or `no-address`
 */
export async function addressesOf(host: string, resolver: Resolver, signal: AbortSignal): Promise<string[]> {
  if (isIP(host)) return [host];
  if (host.toLowerCase() === 'localhost') return ['127.0.0.1', '::1'];
  const answers = await Promise.allSettled([
    resolver.lookup(host, 'A', { signal }),
    resolver.lookup(host, 'AAAA', { signal }),
  ]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [...answer.value.records] : []));
  if (found.length > 0) return found;
  const failed = answers.find((answer) => answer.status === 'rejected')?.reason;
  if (failed instanceof DnsError && failed.temporary) throw new HostError('resolver', failed.message);
  if (failed !== undefined && !(failed instanceof DnsError)) throw failed;
  const known = host.includes('.') ? [] : await systemLookup(host, { all: true }).catch(() => []);
  if (known.length > 0) return known.map(({ address }) => address);
  throw new HostError('no-address', `${host} has no address in the DNS`);
}

export interface Connected {
  readonly socket: Socket;
  readonly address: string;
  readonly dnsMs: number;
  readonly connectMs: number;
}

/**
 * Resolves a host and connects to it: IPv6 and IPv4 in turn (RFC 8305), within `timeoutMs` in all.
 * @throws HostError
 */
export async function connectTo(
  host: string,
  port: number,
  { resolver, timeoutMs, signal }: { resolver: Resolver; timeoutMs: number; signal: AbortSignal },
): Promise<Connected> {
  const started = performance.now();
  const addresses = await addressesOf(host, resolver, signal);
  const resolved = performance.now();
  const dnsMs = resolved - started;
  try {
    const socket = await openSocket(host, addresses, port, timeoutMs, signal);
    return {
      socket,
      address: socket.remoteAddress ?? addresses[0]!,
      dnsMs,
      connectMs: performance.now() - resolved,
    };
  } catch (cause) {
    const { problem, text } = connectProblem(cause, timeoutMs);
    throw new HostError(problem, `${hostPort({ host, port })} (${addresses.join(', ')}) ${text}`, dnsMs);
  }
}

/** A connection to one of these addresses, IPv6 and IPv4 in turn (RFC 8305). */
function openSocket(
  host: string,
  addresses: readonly string[],
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const lookup: LookupFunction = (_name, options, callback) => {
    if (options.all) callback(null, all);
    else callback(null, all[0]!.address, all[0]!.family);
  };
  return dialTcp(
    { host, port },
    {
      lookup,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      // An address of a broken family costs little; the only address gets all the time there is.
      attemptMs: Math.max(250, Math.floor(timeoutMs / (addresses.length * 4))),
    },
  );
}

function connectProblem(cause: unknown, timeoutMs: number): { problem: HostProblem; text: string } {
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  const codes = causes.map((one: unknown) =>
    one instanceof DOMException && one.name === 'TimeoutError'
      ? 'ETIMEDOUT'
      : one instanceof Error && 'code' in one
        ? String(one.code)
        : '',
  );
  const has = (code: string) => codes.includes(code);
  if (has('ECONNREFUSED')) return { problem: 'unreachable', text: 'refuses the connection' };
  if (has('ETIMEDOUT')) {
    return {
      problem: 'unreachable',
      text: `does not answer (no connection within ${Math.round(timeoutMs / 1000)} s)`,
    };
  }
  if (has('EHOSTUNREACH')) return { problem: 'unreachable', text: 'is not reachable (no such host answers)' };
  if (has('ECONNRESET')) return { problem: 'unreachable', text: 'resets the connection' };
  const text = cause instanceof Error ? cause.message : String(cause);
  return { problem: 'local-network', text: `cannot be reached from here (${codes.join(', ') || text})` };
}
