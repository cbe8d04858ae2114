/** A domain's own name servers, asked directly: what the world will see once caches have expired. */

import { askedOnce } from '../../base/asked-once.ts';
import {
  type Answer,
  DnsError,
  type Patience,
  type RecordType,
  type Referral,
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
/** Number of the parent's name servers asked, where the first does not answer. */
const MAX_PARENTS = 2;

/** `elsewhere`: the record is below a delegation, or an alias leads out of the zone; the server need not know. */
export type ServerAnswer =
  | { readonly state: 'answer'; readonly answer: Answer }
  | { readonly state: 'elsewhere'; readonly referral?: Referral }
  /** `recursive`: a resolver answered in its place. */
  | { readonly state: 'lame'; readonly recursive?: boolean }
  | { readonly state: 'silent' };

export interface Asked {
  readonly name: string;
  readonly address: string | null;
  /** Where its name leads, which should be none (RFC 2181 10.3). */
  readonly alias: string | null;
  /** Null without an address. */
  readonly server: Server | null;
}

/** Whether a server answers over TCP, which RFC 7766 5 requires of it. */
export type TcpState = 'open' | 'refused' | 'silent';

/** The name servers of a zone, and what its parent lists otherwise. */
export interface Delegation {
  /** The zone that a domain is in. */
  readonly zone: string;
  readonly servers: readonly Asked[];
  /** Listed by the parent alone, and by the zone alone; null where they agree or the parent could not be asked. */
  readonly differs: { readonly parentOnly: readonly string[]; readonly zoneOnly: readonly string[] } | null;
}

const NONE: Delegation = { zone: '', servers: [], differs: null };

export class NameServers {
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal;
  readonly #port: number;
  // What many domains share is asked once in a run, failures too: a resolver keeps none, and tries each of them for a while.
  readonly #parents = new Map<string, Promise<Answer<'NS'>>>();
  readonly #located = new Map<string, Promise<Asked>>();
  readonly #overTcp = new Map<string, Promise<TcpState>>();
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
  async of(domain: string): Promise<Delegation> {
    for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
      const answer = await this.#resolver.lookup(name, 'NS', { signal: this.#signal });
      if (answer.status === 'nxdomain') return NONE;
      // An alias's name servers are those of another zone.
      if (answer.status === 'found' && answer.aliases.length === 0) {
        const own = [...new Set(answer.records)].sort();
        const differs = await this.#parentDiffers(name, own);
        const names = [...own, ...(differs?.parentOnly ?? [])].slice(0, MAX_SERVERS);
        return {
          zone: name,
          servers: await Promise.all(names.map((server) => this.#locate(server))),
          differs,
        };
      }
    }
    return NONE;
  }

  /** The parent's servers hand the world on: who is listed there alone is asked, and who is missing there is not. */
  async #parentDiffers(zone: string, own: readonly string[]): Promise<Delegation['differs']> {
    try {
      const listed = await this.#listedByParent(zone);
      if (listed.length === 0) return null;
      const parentOnly = listed.filter((name) => !own.includes(name));
      const zoneOnly = own.filter((name) => !listed.includes(name));
      return parentOnly.length + zoneOnly.length > 0 ? { parentOnly, zoneOnly } : null;
    } catch (cause) {
      if (cause instanceof DnsError) return null;
      throw cause;
    }
  }

  /** The servers that the parent zone refers to; none where it could not be asked, or serves the zone itself. */
  async #listedByParent(zone: string): Promise<string[]> {
    for (let parent = above(zone); parent !== ''; parent = above(parent)) {
      const answer = await askedOnce(this.#parents, parent, () =>
        this.#resolver.lookup(parent, 'NS', { signal: this.#signal }),
      );
      if (answer.status !== 'found' || answer.aliases.length > 0) continue;
      for (const name of [...answer.records].sort().slice(0, MAX_PARENTS)) {
        const { server } = await this.#locate(name);
        const served = server && (await this.ask(server, zone, 'NS', parent));
        if (served?.state === 'elsewhere' && served.referral?.zone === zone) {
          return [...new Set(served.referral.servers)].sort();
        }
        if (served?.state === 'answer') return [];
      }
      return [];
    }
    return [];
  }

  #locate(name: string): Promise<Asked> {
    return askedOnce(this.#located, name, () => this.#addressOf(name));
  }

  async #addressOf(name: string): Promise<Asked> {
    for (const type of ['A', 'AAAA'] as const) {
      try {
        const { records, aliases } = await this.#resolver.lookup(name, type, { signal: this.#signal });
        const [address] = records;
        const alias = aliases.at(-1) ?? null;
        if (address) return { name, address, alias, server: { host: address, port: this.#port } };
      } catch (cause) {
        if (!(cause instanceof DnsError)) throw cause;
      }
    }
    return { name, address: null, alias: null, server: null };
  }

  /** Whether a server answers over TCP: asked once in a run, whatever it serves. Never rejects. */
  overTcp(server: Server, zone: string): Promise<TcpState> {
    return askedOnce(this.#overTcp, hostPort(server), () => this.#tryTcp(server, zone));
  }

  async #tryTcp(server: Server, zone: string): Promise<TcpState> {
    try {
      await this.#resolver.lookup(zone, 'SOA', {
        signal: this.#signal,
        direct: [server],
        patience: { ...PATIENCE, tries: 1 },
        tcp: true,
      });
      return 'open';
    } catch (cause) {
      const code = cause instanceof DnsError ? cause.code : 'ETIMEOUT';
      if (code === 'ECONNREFUSED') return 'refused';
      return code === 'ETIMEOUT' || code === 'ECANCELLED' ? 'silent' : 'open';
    }
  }

  /** Asks a server of a zone one question. Never rejects. */
  async ask(server: Server, name: string, type: RecordType, zone: string): Promise<ServerAnswer> {
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
      if (!answer.authoritative) {
        const { referral, recursive } = answer;
        // Who serves a zone refers down to a zone below it; up or aside means that it does not.
        const down = referral !== null && (referral.zone.endsWith(`.${zone}`) || zone === '');
        return down ? { state: 'elsewhere', referral } : { state: 'lame', recursive };
      }
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

function above(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

/** A resolver answers in the place of every server that answers: port 53 is intercepted on our way out. */
export function intercepted(all: readonly (readonly ServerAnswer[])[]): boolean {
  const answers = all.flat().filter(({ state }) => state !== 'silent');
  return (
    answers.length > 0 && answers.every((answer) => answer.state === 'lame' && answer.recursive === true)
  );
}

/** How a server answered all questions: the worst of it. */
export function serverState(asked: Asked, answers: readonly ServerAnswer[]): NameServer['state'] {
  if (asked.server === null) return 'unresolved';
  if (answers.some(({ state }) => state === 'lame')) return 'lame';
  return answers.some(({ state }) => state === 'silent') ? 'silent' : 'ok';
}
