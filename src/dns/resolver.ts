/**
 * The one resolver that mail and zone checks share. `lookup` answers definitely or rejects with a temporary
 * `DnsError`; `evaluation` gives what libraries such as mailauth expect, under a deadline that it keeps.
 */

import { getServers } from 'node:dns';
import { hostPort } from '../net/host-port.ts';
import { AnswerCache, SingleFlight } from './cache.ts';
import { Cancellation, cancellationOf } from './cancellation.ts';
import { DnsClient } from './client.ts';
import type { GateLimits } from './gate.ts';
import { normaliseName, parseServer } from './name.ts';
import {
  type Answer,
  type DnsCounters,
  DnsError,
  type Patience,
  type RecordData,
  type RecordType,
  type Server,
} from './types.ts';

export { isDomainName, normaliseName, parseServer } from './name.ts';
export type {
  Answer,
  AnswerStatus,
  DnsCounters,
  DnsErrorCode,
  Patience,
  RecordData,
  RecordType,
  Referral,
  Server,
} from './types.ts';
export { DnsError } from './types.ts';

export interface ResolverOptions {
  /** The recursive resolvers, asked in this order; without any, those of the system. */
  readonly servers?: readonly Server[];
  /** For one question with all its retries, in milliseconds. */
  readonly timeoutMs?: number;
  /** How often one question is sent at most. */
  readonly tries?: number;
  readonly limits?: GateLimits;
}

export const DEFAULT_TIMEOUT_MS = 5_000;
export const DEFAULT_TRIES = 3;
/** Time limit of one evaluation (for example a message's SPF, DKIM and DMARC). */
export const DEFAULT_EVALUATION_MS = 20_000;

export interface LookupOptions {
  readonly signal?: AbortSignal | undefined;
  /** Ask these servers themselves, one after the other, without recursion and past the cache. */
  readonly direct?: readonly Server[];
  /** In place of the resolver's own time and number of tries. */
  readonly patience?: Patience;
  /** With `direct`: over TCP alone. */
  readonly tcp?: boolean;
}

/** What `dns.promises.resolve(name, rrtype)` gives for a type. */
export type ResolveResult = string[] | string[][] | { priority: number; exchange: string }[] | object[];

/** A resolver with one deadline over all that it is asked. */
export interface Evaluation {
  /** The shape of `dns.promises.resolve`; rejects with a `DnsError`, whose codes are those of `node:dns`. */
  readonly resolve: (name: string, rrtype?: string) => Promise<ResolveResult>;
  /**
   * Lookups that failed so far. Where there are any, a result that depends on these names is not reliable:
   * libraries (mailauth) turn them into a `fail`.
   */
  readonly failures: readonly DnsError[];
  /** It is over: its deadline is taken back. What it still asks goes on without one. */
  readonly end: () => void;
}

export interface Resolver {
  /** `host:port` of the resolvers asked. */
  readonly servers: readonly string[];
  readonly counters: Readonly<DnsCounters>;
  /**
   * Asks for the records of a type at a name.
   * @throws DnsError whose `temporary` is true (or EBADNAME, for what is no name)
   */
  lookup<T extends RecordType>(name: string, type: T, options?: LookupOptions): Promise<Answer<T>>;
  /** For one evaluation: everything it asks ends `deadlineMs` after now, or when the signal aborts. */
  evaluation(options?: { signal?: AbortSignal | undefined; deadlineMs?: number }): Evaluation;
  /** Closes its sockets. Questions in progress end. */
  close(): void;
}

/** Makes a resolver. It opens sockets when asked; idle ones keep no process alive. */
export function createResolver(options: ResolverOptions = {}): Resolver {
  const servers = options.servers?.length ? options.servers : systemServers();
  const counters: DnsCounters = { sent: 0, retries: 0, tcp: 0, cached: 0, failed: 0, maxInFlight: 0 };
  const settings = {
    servers,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    tries: options.tries ?? DEFAULT_TRIES,
    counters,
  };
  const client = new DnsClient({ ...settings, ...(options.limits && { limits: options.limits }) });
  return new CachingResolver(client, servers.map(hostPort), counters);
}

/** The system's resolvers (`/etc/resolv.conf`); the local host where it names none. */
function systemServers(): Server[] {
  const servers = getServers()
    .map((text) => parseServer(text))
    .filter((server) => server !== null);
  return servers.length > 0 ? servers : [{ host: '127.0.0.1', port: 53 }];
}

const TYPES: ReadonlySet<string> = new Set([
  'A',
  'AAAA',
  'CNAME',
  'NS',
  'PTR',
  'MX',
  'TXT',
  'SPF',
  'SOA',
  'TLSA',
]);

function isRecordType(type: string): type is RecordType {
  return TYPES.has(type);
}

class CachingResolver implements Resolver {
  readonly servers: readonly string[];
  readonly counters: DnsCounters;
  readonly #client: DnsClient;
  readonly #cache = new AnswerCache(() => performance.now());
  readonly #flights = new SingleFlight();
  #closed = false;

  constructor(client: DnsClient, servers: readonly string[], counters: DnsCounters) {
    this.#client = client;
    this.servers = servers;
    this.counters = counters;
  }

  async lookup<T extends RecordType>(
    written: string,
    type: T,
    { signal, ...options }: LookupOptions = {},
  ): Promise<Answer<T>> {
    return this.#ask(written, type, signal ? cancellationOf(signal) : null, options);
  }

  /** @param own ends the wait of this one question */
  async #ask<T extends RecordType>(
    written: string,
    type: T,
    own: Cancellation | null,
    { direct, patience, tcp = false }: Omit<LookupOptions, 'signal'> = {},
  ): Promise<Answer<T>> {
    const name = normaliseName(written);
    if (name === null) throw new DnsError('EBADNAME', written, type);
    if (this.#closed) throw new DnsError('ECANCELLED', name, type);
    const key = `${type} ${name}${direct ? ` @${direct.map(hostPort).join(',')}` : ''}${tcp ? ' tcp' : ''}`;
    const kept = direct ? null : this.#cache.get(key);
    if (kept || this.#flights.has(key)) this.counters.cached += 1;
    if (kept) return kept as Answer<T>;
    try {
      const answer = await this.#flights.join(key, own, async (end) => {
        const fresh = await this.#client.lookup({ name, type, direct: direct ?? null, patience, tcp, end });
        if (!direct) this.#cache.set(key, fresh);
        return fresh;
      });
      return answer as Answer<T>;
    } catch (cause) {
      this.counters.failed += 1;
      if (cause instanceof DnsError) throw cause;
      // What is neither an answer nor an end that was asked for is a fault of ours, and must show as one.
      if (!own?.cancelled && !this.#closed) throw cause;
      throw ended(name, type, cause);
    }
  }

  evaluation({
    signal,
    deadlineMs = DEFAULT_EVALUATION_MS,
  }: {
    signal?: AbortSignal | undefined;
    deadlineMs?: number;
  } = {}): Evaluation {
    // Not AbortSignal.timeout(): its timer cannot be taken back, and a thousand evaluations end long before theirs.
    const ending = new Cancellation();
    const timer = setTimeout(() => ending.cancel(new DOMException('too late', 'TimeoutError')), deadlineMs);
    timer.unref();
    const above = signal ? cancellationOf(signal) : null;
    const forget = above?.onCancel(() => ending.cancel(above.reason));
    const failures: DnsError[] = [];
    const resolve = async (name: string, rrtype = 'A'): Promise<ResolveResult> => {
      const type = rrtype.toUpperCase();
      if (!isRecordType(type)) throw new DnsError('ENOTIMP', name, rrtype);
      try {
        const answer = await this.#ask(name, type, ending);
        if (answer.status === 'found') return copy(answer.records);
        throw new DnsError(
          answer.status === 'nxdomain' ? 'ENOTFOUND' : 'ENODATA',
          answer.name,
          type,
          answer.server,
        );
      } catch (cause) {
        if (cause instanceof DnsError && cause.temporary) failures.push(cause);
        throw cause;
      }
    };
    const end = () => {
      clearTimeout(timer);
      forget?.();
    };
    return { resolve, failures, end };
  }

  close(): void {
    this.#closed = true;
    this.#flights.close(new Error('the resolver was closed'));
    this.#client.close();
  }
}

/** Callers may change what they get; the cache's copy stays as it is. */
function copy(records: readonly RecordData[RecordType][]): ResolveResult {
  return structuredClone(records) as ResolveResult;
}

/** A question whose asker stopped waiting: a deadline is a time-out, all else a cancellation. */
function ended(name: string, type: RecordType, reason: unknown): DnsError {
  const late = reason instanceof DOMException && reason.name === 'TimeoutError';
  return new DnsError(late ? 'ETIMEOUT' : 'ECANCELLED', name, type);
}
