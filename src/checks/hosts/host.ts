/** From the name of a server to a connection: each step is timed, each has failures of its own. */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv6, type LookupFunction, type Socket } from 'node:net';
import { DnsError, type Resolver } from '../../dns/resolver.ts';
import { dialTcp } from '../../net/dial.ts';
import { hostPort } from '../../net/host-port.ts';
import { failureOf, type LookupFailure, lookupFailureIn } from '../lookup-failure.ts';

/**
 * Why there is no connection. `resolver`: names cannot be resolved now; `no-address`: the name has none; `unreachable`: nobody
 * took the connection; `local-network`: this machine has no path there.
 */
export type HostFailure =
  | { readonly problem: 'resolver'; readonly lookup: LookupFailure }
  | { readonly problem: 'no-address' }
  | {
      readonly problem: 'unreachable';
      readonly addresses: readonly string[];
      readonly reason: 'refused' | 'silent' | 'no-host' | 'reset';
    }
  | {
      readonly problem: 'local-network';
      readonly addresses: readonly string[];
      /** Codes, or the text of the system. */
      readonly reason: string;
    };

/** A server that could not be connected to. The message is for logs. */
export class HostError extends Error {
  readonly failure: HostFailure;
  /** Milliseconds until its name was resolved; null when it was not. */
  readonly dnsMs: number | null;
  constructor(host: string, failure: HostFailure, dnsMs: number | null = null) {
    super(`no connection to ${host}: ${textOf(failure)}`);
    this.failure = failure;
    this.dnsMs = dnsMs;
  }
}

function textOf(failure: HostFailure): string {
  if (failure.problem === 'resolver') return lookupFailureIn('en', failure.lookup);
  if (failure.problem === 'no-address') return 'it has no address in the DNS';
  return `${failure.reason} (${failure.addresses.join(', ')})`;
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
  if (failed instanceof DnsError && failed.temporary) {
    throw new HostError(host, { problem: 'resolver', lookup: failureOf(failed) });
  }
  if (failed !== undefined && !(failed instanceof DnsError)) throw failed;
  const known = host.includes('.') ? [] : await systemLookup(host, { all: true }).catch(() => []);
  if (known.length > 0) return known.map(({ address }) => address);
  throw new HostError(host, { problem: 'no-address' });
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
  {
    resolver,
    timeoutMs,
    signal,
    choose = (all) => all,
  }: {
    resolver: Resolver;
    timeoutMs: number;
    signal: AbortSignal;
    /** Those of its addresses that may be asked; what it throws is thrown. */
    choose?: (addresses: readonly string[]) => readonly string[];
  },
): Promise<Connected> {
  const started = performance.now();
  const addresses = choose(await addressesOf(host, resolver, signal));
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
    throw new HostError(hostPort({ host, port }), connectFailure(cause, addresses), dnsMs);
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

function connectFailure(cause: unknown, addresses: readonly string[]): HostFailure {
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  const codes = causes.map((one: unknown) =>
    one instanceof DOMException && one.name === 'TimeoutError'
      ? 'ETIMEDOUT'
      : one instanceof Error && 'code' in one
        ? String(one.code)
        : '',
  );
  const known = CONNECT_REASONS.find(([code]) => codes.includes(code));
  if (known) return { problem: 'unreachable', addresses, reason: known[1] };
  const text = cause instanceof Error ? cause.message : String(cause);
  return { problem: 'local-network', addresses, reason: codes.join(', ') || text };
}

/** What the system says of the other side, that which says most first. All else is about this machine. */
const CONNECT_REASONS = [
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'silent'],
  ['EHOSTUNREACH', 'no-host'],
  ['ECONNRESET', 'reset'],
] as const;
