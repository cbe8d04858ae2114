/** A domain's own name servers, asked directly: what the world will see once caches have expired. */

import {
  type Answer,
  DnsError,
  type Patience,
  type RecordType,
  type Resolver,
  type Server,
} from '../../dns/resolver.ts';
import { hostPort } from '../../net/host-port.ts';
import type { NameServer } from './result.ts';

/** They answer from memory: they get less time than a resolver. */
const PATIENCE: Patience = { timeoutMs: 2_500, tries: 2 };
/** A server that never answered this number of questions in a row is not asked again in this run. */
const GIVE_UP_AFTER = 8;
/** Number of name servers asked (a delegation may name 13). */
const MAX_SERVERS = 6;

/** `elsewhere`: the record is below a delegation, or an alias leads out of the zone; the server need not know. */
export type ServerAnswer =
  | { readonly state: 'answer'; readonly answer: Answer }
  | { readonly state: 'lame' | 'silent' | 'elsewhere' };

export interface Asked {
  readonly name: string;
  readonly address: string | null;
  /** Null without an address. */
  readonly server: Server | null;
}

export class NameServers {
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal;
  readonly #port: number;
  readonly #silence = new Map<string, { inRow: number; answered: boolean }>();

  /** @param port the port that name servers listen at; another one than 53 is for tests */
  constructor(resolver: Resolver, signal: AbortSignal, port = 53) {
    this.#resolver = resolver;
    this.#signal = signal;
    this.#port = port;
  }

  /**
   * The name servers of the zone that a domain is in: its own, or those of the zone above it.
   * @throws DnsError when they are not known
   */
  async of(domain: string): Promise<Asked[]> {
    for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
      const answer = await this.#resolver.lookup(name, 'NS', { signal: this.#signal });
      if (answer.status === 'nxdomain') return [];
      // An alias's name servers are those of another zone.
      if (answer.status === 'found' && answer.aliases.length === 0) {
        const names = [...answer.records].sort().slice(0, MAX_SERVERS);
        return Promise.all(names.map((server) => this.#locate(server)));
      }
    }
    return [];
  }

  async #locate(name: string): Promise<Asked> {
    for (const type of ['A', 'AAAA'] as const) {
      try {
        const [address] = (await this.#resolver.lookup(name, type, { signal: this.#signal })).records;
        if (address) return { name, address, server: { host: address, port: this.#port } };
      } catch (cause) {
        if (!(cause instanceof DnsError)) throw cause;
      }
    }
    return { name, address: null, server: null };
  }

  /** Asks one server one question. Never rejects. */
  async ask(server: Server, name: string, type: RecordType): Promise<ServerAnswer> {
    const key = hostPort(server);
    const known = this.#silence.get(key) ?? { inRow: 0, answered: false };
    this.#silence.set(key, known);
    if (!known.answered && known.inRow >= GIVE_UP_AFTER) return { state: 'silent' };
    try {
      const answer = await this.#resolver.lookup(name, type, {
        signal: this.#signal,
        direct: [server],
        patience: PATIENCE,
      });
      known.answered = true;
      known.inRow = 0;
      if (!answer.authoritative) return { state: answer.referral ? 'elsewhere' : 'lame' };
      return answer.aliases.length > 0 && answer.status !== 'found'
        ? { state: 'elsewhere' }
        : { state: 'answer', answer };
    } catch (cause) {
      const code = cause instanceof DnsError ? cause.code : 'ETIMEOUT';
      if (code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ECANCELLED') {
        known.inRow += 1;
        return { state: 'silent' };
      }
      known.answered = true;
      return { state: 'lame' };
    }
  }
}

/** How a server answered all questions: the worst of it. */
export function serverState(asked: Asked, answers: readonly ServerAnswer[]): NameServer['state'] {
  if (asked.server === null) return 'unresolved';
  if (answers.some(({ state }) => state === 'lame')) return 'lame';
  return answers.some(({ state }) => state === 'silent') ? 'silent' : 'ok';
}
