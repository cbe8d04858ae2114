/** What the resolver is asked and what it answers. Definite and temporary are never mixed (see `DnsError`). */
import type { HostPort } from '../net/host-port.ts';

import type { Cancellation } from './cancellation.ts';

/** The rdata of each record type that can be asked for. Names are in lower case without a trailing dot. */
export interface RecordData {
  A: string;
  AAAA: string;
  CNAME: string;
  NS: string;
  PTR: string;
  MX: { readonly priority: number; readonly exchange: string };
  /** The character-strings of one record, in order; join them with nothing (RFC 7208 3.3, RFC 6376 3.6.2.2). */
  TXT: readonly string[];
  /** Type 99, which RFC 7208 3.1 gave up: looked at to explain why a record does not count. */
  SPF: readonly string[];
  /** RFC 6698 2.1; `data` in hexadecimal, lower case. */
  TLSA: {
    readonly usage: number;
    readonly selector: number;
    readonly matching: number;
    readonly data: string;
  };
  SOA: {
    readonly primary: string;
    readonly admin: string;
    readonly serial: number;
    readonly minimum: number;
  };
}
export type RecordType = keyof RecordData;

/** A name server: an address (or a name, which the system then resolves) and a port. */
export type Server = HostPort;

/**
 * `found`: there are records. `nodata`: the name exists, without records of this type. `nxdomain`: there is
 * no such name. All three are definite; what is not known is a `DnsError`.
 */
export type AnswerStatus = 'found' | 'nodata' | 'nxdomain';

/** `zone` is '' for the root: a server that does not serve a name may point up. */
export interface Referral {
  readonly zone: string;
  readonly servers: readonly string[];
}

export interface Answer<T extends RecordType = RecordType> {
  readonly name: string;
  readonly type: T;
  readonly status: AnswerStatus;
  readonly records: readonly RecordData[T][];
  /** The names that CNAME records led to, in order; empty without an alias. */
  readonly aliases: readonly string[];
  /** Seconds the answer may be kept (RFC 2308 5 for a negative one). */
  readonly ttl: number;
  /** The AA bit. */
  readonly authoritative: boolean;
  /** The AD bit: the resolver has validated the answer (DNSSEC). It is asked for with SOA and TLSA alone. */
  readonly validated: boolean;
  /** The RA bit: a resolver answered. */
  readonly recursive: boolean;
  /** Where the server points in place of an answer (RFC 1034 4.3.1); null where it answers. */
  readonly referral: Referral | null;
  /** `host:port` of the server that answered. */
  readonly server: string;
}

/** The codes of `node:dns`, so that whoever expects `dns.promises.resolve` understands them. */
export type DnsErrorCode =
  | 'ENOTFOUND'
  | 'ENODATA'
  | 'ESERVFAIL'
  | 'EREFUSED'
  | 'ETIMEOUT'
  | 'ECONNREFUSED'
  | 'EBADRESP'
  | 'EFORMERR'
  | 'ENOTIMP'
  | 'EBADNAME'
  | 'ECANCELLED';

/** What is said of each code: the subject, a name, stands before it. */
export const DNS_ERROR_WORDS: Readonly<Record<DnsErrorCode, string>> = {
  ENOTFOUND: 'does not exist',
  ENODATA: 'has no such record',
  ESERVFAIL: 'could not be resolved: the server failed (SERVFAIL)',
  EREFUSED: 'could not be resolved: the server refuses to answer (REFUSED)',
  ETIMEOUT: 'could not be resolved: no answer in time',
  ECONNREFUSED: 'could not be resolved: nothing listens at the server (connection refused)',
  EBADRESP: 'could not be resolved: the answer was damaged',
  EFORMERR: 'could not be resolved: the server did not understand the question (FORMERR)',
  ENOTIMP: 'could not be resolved: the server cannot answer that (NOTIMP)',
  EBADNAME: 'is not a domain name that can be asked for',
  ECANCELLED: 'was not resolved: the question was cancelled',
};

/** Why a server failed, where it says so (RFC 8914); codes that say little more than that it did are left out. */
export type DnsCause = 'dnssec' | 'dnssec-expired' | 'dnssec-early' | 'blocked' | 'unreachable';

/** The subject is still the name. */
export const DNS_CAUSE_WORDS: Readonly<Record<DnsCause, string>> = {
  dnssec: 'its DNSSEC does not verify',
  'dnssec-expired': 'its DNSSEC signature has expired',
  'dnssec-early': 'its DNSSEC signature is not valid yet',
  blocked: 'it is blocked there',
  unreachable: 'none of its own name servers could be reached',
};

/** Codes that state something definite about the name; all others mean that nothing is known. */
const DEFINITE: ReadonlySet<DnsErrorCode> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/** A question that has no records as its answer. `code` is stable; `temporary`: nothing is known. */
export class DnsError extends Error {
  override readonly name = 'DnsError';
  readonly code: DnsErrorCode;
  readonly hostname: string;
  readonly rrtype: string;
  /** `host:port` of the last server asked, where one was. */
  readonly server: string | null;
  /** Why, if the server said so. */
  readonly because: DnsCause | null;

  constructor(
    code: DnsErrorCode,
    hostname: string,
    rrtype: string,
    server: string | null = null,
    because: DnsCause | null = null,
  ) {
    const why = because ? `: ${DNS_CAUSE_WORDS[because]}` : '';
    super(`${hostname} ${rrtype} ${DNS_ERROR_WORDS[code]}${why}${server ? ` (${server})` : ''}`);
    this.code = code;
    this.hostname = hostname;
    this.rrtype = rrtype;
    this.server = server;
    this.because = because;
  }

  /** True: nothing is known about the name, another attempt may succeed. False: this is how the zone is. */
  get temporary(): boolean {
    return !DEFINITE.has(this.code);
  }
}

/** Counters since the resolver was made. */
export interface DnsCounters {
  /** Datagrams and TCP requests sent, every retry counted. */
  sent: number;
  /** Of those, sent again because the first was not answered in time. */
  retries: number;
  /** Of those, over TCP. */
  tcp: number;
  /** Questions answered from the cache, or by waiting for the same question already in progress. */
  cached: number;
  /** Questions that ended without an answer. */
  failed: number;
  /** The most that were in progress at one moment. */
  maxInFlight: number;
}

/** One question, already normalised. */
export interface DnsQuery<T extends RecordType = RecordType> {
  readonly name: string;
  readonly type: T;
  /** Ask these, one after the other, without recursion; null: the configured resolvers, with it. */
  readonly direct: readonly Server[] | null;
  /** In place of the configured patience. */
  readonly patience?: Patience | undefined;
  /** Ask over TCP alone. */
  readonly tcp?: boolean | undefined;
  /** When nobody waits for the answer any more. */
  readonly end: Cancellation;
}

/** How long and how often one question is asked. */
export interface Patience {
  /** For all its retries, milliseconds. */
  readonly timeoutMs: number;
  readonly tries: number;
}
