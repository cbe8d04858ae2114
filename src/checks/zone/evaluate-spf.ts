/**
 * SPF records evaluated as a receiver does it (RFC 7208, by mailauth), before they are published: whom they let pass
 * and whether they can be evaluated at all.
 */
import type { DNSResolver } from 'mailauth';
import { spf } from 'mailauth/lib/spf/index.js';
import { DnsError, type ResolveResult, type Resolver } from '../../dns/resolver.ts';
import { type SpfFault, spfFaultOf, VERIFIER_NAME } from '../records/spf-fault.ts';

/** Whom SPF is evaluated for. */
const senderIn = (domain: string) => `postmaster@${domain}`;

/** A mail receiver gives SPF 20 s at the least (RFC 7208 4.6.4). */
const EVALUATION_MS = 20_000;

/**
 * Addresses that send nothing: of documentation (RFC 5737, RFC 3849), and in the lower half of IPv4 (RFC 1122 3.2.1.3).
 * A record that lets one of them pass lets everybody pass.
 */
const NOBODY = ['192.0.2.1', '2001:db8::1', '0.255.255.254'] as const;

export interface Evaluated {
  readonly result: string;
  readonly comment: string;
  /** Lookups that failed; a result other than `pass` is then not known. */
  readonly failures: readonly DnsError[];
  /** Lookups that found nothing. */
  readonly voids: number;
}

/** What a record does. `good`: it can be evaluated, and nobody but its senders passes. */
export type SpfVerdict =
  /** `voids`: lookups that find nothing, whatever the sender's family. */
  | { readonly id: 'good'; readonly voids: number }
  | { readonly id: 'open'; readonly addresses: readonly string[] }
  | { readonly id: 'fault'; readonly fault: SpfFault }
  | { readonly id: 'unknown'; readonly failure: DnsError }
  | { readonly id: 'refused'; readonly addresses: readonly string[] };

/** Evaluates records for one domain. Each name is looked up once, however many records it stands in. */
export class SpfEvaluator {
  readonly #resolver: Resolver;
  readonly #domain: string;
  readonly #signal: AbortSignal;
  readonly #asked = new Map<string, Promise<ResolveResult>>();

  constructor(resolver: Resolver, domain: string, signal: AbortSignal) {
    this.#resolver = resolver;
    this.#domain = domain;
    this.#signal = signal;
  }

  /** @param senders addresses that must pass; empty where they are not known */
  async judge(record: string, senders: readonly string[] = []): Promise<SpfVerdict> {
    const strangers = NOBODY.filter((ip) => !senders.includes(ip));
    const verdicts = await Promise.all(strangers.map((ip) => this.evaluate(record, ip)));
    const open = strangers.filter((_, index) => verdicts[index]?.result === 'pass');
    if (open.length > 0) return { id: 'open', addresses: open };
    const broken = verdicts.filter(({ result }) => result === 'permerror');
    const faults = broken.map(({ comment }) => spfFaultOf(comment, senderIn(this.#domain)));
    // Hosts of one family find nothing for senders of the other: a limit that only those exceed breaks no mail of the domain.
    const ofOneFamily = broken.length < strangers.length;
    const fault = faults.find(({ code }) => code !== 'too-many-void-lookups' || !ofOneFamily);
    if (fault) return { id: 'fault', fault };
    const unknown = unknownIn(verdicts, this.#domain);
    if (unknown) return { id: 'unknown', failure: unknown };
    const own = await Promise.all(senders.map((ip) => this.evaluate(record, ip)));
    const failed = unknownIn(own, this.#domain);
    if (failed) return { id: 'unknown', failure: failed };
    const refused = senders.filter((_, index) => own[index]?.result !== 'pass');
    return refused.length > 0
      ? { id: 'refused', addresses: refused }
      : { id: 'good', voids: Math.min(...verdicts.map(({ voids }) => voids)) };
  }

  /** What a receiver finds for mail of the domain from an address, if this is the domain's record. */
  async evaluate(record: string, ip: string): Promise<Evaluated> {
    const evaluation = this.#resolver.evaluation({ signal: this.#signal, deadlineMs: EVALUATION_MS });
    const failures: DnsError[] = [];
    let voids = 0;
    const resolve = async (name: string, type: string) => {
      // The record is the one to be judged, not what the domain publishes at the moment.
      if (type === 'TXT' && name.toLowerCase() === this.#domain) return [[record]];
      const key = `${type} ${name.toLowerCase()}`;
      const asked = this.#asked.get(key) ?? evaluation.resolve(name, type);
      this.#asked.set(key, asked);
      try {
        return structuredClone(await asked);
      } catch (cause) {
        if (cause instanceof DnsError && cause.temporary) failures.push(cause);
        else voids += 1;
        throw cause;
      }
    };
    const { status } = await spf({
      sender: senderIn(this.#domain),
      ip,
      helo: this.#domain,
      mta: VERIFIER_NAME,
      strict: true,
      maxElapsedTime: EVALUATION_MS,
      // mailauth's type knows no MX answers, its code does.
      resolver: resolve as DNSResolver,
    }).finally(evaluation.end);
    return { result: status.result, comment: status.comment || '', failures, voids };
  }
}

function unknownIn(verdicts: readonly Evaluated[], domain: string): DnsError | null {
  const one = verdicts.find(
    ({ result, failures }) => result === 'temperror' || (result !== 'pass' && failures.length > 0),
  );
  return one ? (one.failures[0] ?? new DnsError('ETIMEOUT', domain, 'TXT')) : null;
}
