/**
 * DNS block lists (RFC 5782): whether the relay's addresses or the senders' domains are listed. Public resolvers are answered falsely
 * by many lists, so that each list first has to answer its test points: one that is always listed, one that never is.
 */
import { DnsError, type Resolver } from '../../dns/resolver.ts';
import { reversed } from '../../dns/reverse.ts';
import type { Found } from '../check.ts';
import { failureOf, type LookupFailure } from '../lookup-failure.ts';
import type { MailOptions } from './options.ts';
import type { BlocklistResult } from './result.ts';

type List = MailOptions['blocklists'][number];

/** RFC 5782 5: always listed, never listed. */
const POINTS = {
  addresses: { listed: '2.0.0.127', unlisted: '1.0.0.127' },
  domains: { listed: 'test', unlisted: 'invalid' },
} as const;
/** The test point that Spamhaus has for its lists of domains in place of `test`. */
const ALSO_LISTED = { addresses: null, domains: 'dbltest.com' } as const;
/** Of a list's explanation. */
const MAX_TEXT = 300;
const MAX_SUBJECTS = 50;

export interface Subjects {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
}

export interface Looked {
  readonly results: readonly BlocklistResult[];
  readonly findings: readonly Found<'mail'>[];
}

/** Asks every list. Never rejects for a failure of the DNS. */
export async function lookAtBlocklists(
  lists: readonly List[],
  subjects: Subjects,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Looked> {
  const looked = await Promise.all(
    lists.map((list) => lookAt(list, subjects, new Asker(list, resolver, signal))),
  );
  return {
    results: looked.map(({ result }) => result),
    findings: looked.flatMap(({ findings }) => findings),
  };
}

async function lookAt({ list, about }: List, subjects: Subjects, asker: Asker) {
  const of = (state: BlocklistResult['state'], listed: BlocklistResult['listed']): BlocklistResult => ({
    list,
    about,
    state,
    listed,
  });
  try {
    const trouble = await asker.trouble();
    if (trouble) return { result: of(trouble, []), findings: [unusable(list, trouble)] };
    const asked = subjects[about].slice(0, MAX_SUBJECTS);
    const answers = await Promise.all(asked.map((subject) => asker.ask(subject)));
    const listed = answers.filter((one) => one !== null);
    const findings = listed.map(
      (one): Found<'mail'> => ({
        cause: { id: 'blocklist-listed', list, ...one },
        outcome: 'degraded',
        where: 'sender',
      }),
    );
    return { result: of('ok', listed), findings };
  } catch (cause) {
    if (cause instanceof Refused) return { result: of('refused', []), findings: [unusable(list, 'refused')] };
    if (!(cause instanceof DnsError)) throw cause;
    return { result: of('unreachable', []), findings: [unusable(list, 'unreachable', failureOf(cause))] };
  }
}

function unusable(
  list: string,
  reason: Exclude<BlocklistResult['state'], 'ok'>,
  lookup?: LookupFailure,
): Found<'mail'> {
  // What a list does not say is no fault of the relay.
  return { cause: { id: 'blocklist-unusable', list, reason, ...(lookup && { lookup }) }, outcome: 'pass' };
}

/** The list does not answer us: an address of 127.255.255.0/24 says so (Spamhaus, SURBL, URIBL). */
class Refused extends Error {}

class Asker {
  readonly #list: List;
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal;

  constructor(list: List, resolver: Resolver, signal: AbortSignal) {
    this.#list = list;
    this.#resolver = resolver;
    this.#signal = signal;
  }

  /** Why the list's answers are of no use; null where they are. @throws DnsError, Refused */
  async trouble(): Promise<'test-point-missing' | 'lists-everything' | null> {
    const { about } = this.#list;
    const { listed, unlisted } = POINTS[about];
    const also = ALSO_LISTED[about];
    const [first, never] = await Promise.all([this.#codes(listed), this.#codes(unlisted)]);
    if (never.length > 0) return 'lists-everything';
    const second = first.length > 0 || also === null ? [] : await this.#codes(also);
    return first.length > 0 || second.length > 0 ? null : 'test-point-missing';
  }

  /** How an address or a domain is listed; null where it is not. @throws DnsError, Refused */
  async ask(subject: string): Promise<BlocklistResult['listed'][number] | null> {
    const { about, ignore } = this.#list;
    const name = about === 'addresses' ? reversed(subject) : subject;
    const codes = (await this.#codes(name)).filter((code) => !ignore.includes(code));
    if (codes.length === 0) return null;
    return { subject, codes, text: await this.#text(name) };
  }

  /** The addresses of 127.0.0.0/8 that the list answers with; others are not a list's (a resolver that invents answers). */
  async #codes(name: string): Promise<string[]> {
    const full = `${name}.${this.#list.list}`;
    const { records } = await this.#resolver.lookup(full, 'A', { signal: this.#signal });
    if (records.some((address) => address.startsWith('127.255.255.'))) throw new Refused();
    return records.filter((address) => address.startsWith('127.')).toSorted();
  }

  /** The list's explanation; null without one. */
  async #text(name: string): Promise<string | null> {
    const full = `${name}.${this.#list.list}`;
    const answer = await this.#resolver
      .lookup(full, 'TXT', { signal: this.#signal })
      .catch((cause: unknown) => {
        if (cause instanceof DnsError) return null;
        throw cause;
      });
    return answer?.records[0]?.join('').slice(0, MAX_TEXT) ?? null;
  }
}
