/** The engine on `node:dns` (c-ares), for those who would rather have it. It tells neither TTL nor AA. */
import { promises as dns } from 'node:dns';
import { normaliseName, serverText } from './name.ts';
import {
  type Answer,
  type DnsCounters,
  DnsError,
  type DnsErrorCode,
  type Engine,
  type EngineQuestion,
  type RecordData,
  type RecordType,
  type Server,
} from './types.ts';

export interface NodeEngineOptions {
  readonly servers: readonly Server[];
  /** For one question with all its retries, milliseconds. */
  readonly timeoutMs: number;
  readonly tries: number;
  readonly counters: DnsCounters;
}

/** c-ares gives up on the burst it causes itself; beyond this many questions wait (measured: 256 of 256 answered). */
const MAX_AT_ONCE = 64;

const TEMPORARY: ReadonlySet<string> = new Set([
  'ESERVFAIL',
  'EREFUSED',
  'ETIMEOUT',
  'ECONNREFUSED',
  'EBADRESP',
  'ENOTIMP',
]);

export class NodeEngine implements Engine {
  readonly #options: NodeEngineOptions;
  readonly #queue: (() => void)[] = [];
  readonly #resolvers = new Set<dns.Resolver>();
  #underWay = 0;

  constructor(options: NodeEngineOptions) {
    this.#options = options;
  }

  close(): void {
    for (const resolver of this.#resolvers) resolver.cancel();
  }

  async lookup<T extends RecordType>(question: EngineQuestion<T>): Promise<Answer<T>> {
    const { name, type, end } = question;
    const servers = question.direct ?? this.#options.servers;
    const server = servers.map(serverText).join(', ');
    await this.#enter();
    const { timeoutMs, tries, counters } = { ...this.#options, ...question.patience };
    const resolver = new dns.Resolver({ timeout: Math.max(100, Math.round(timeoutMs / tries / 2)), tries });
    this.#resolvers.add(resolver);
    const forget = end.onCancel(() => resolver.cancel());
    try {
      if (end.cancelled) throw new DnsError('ECANCELLED', name, type, server);
      resolver.setServers(servers.map(serverText));
      counters.sent += 1;
      const records = await QUERIES[type](resolver, name);
      return { ...blank(question, server), status: records.length > 0 ? 'found' : 'nodata', records };
    } catch (cause) {
      const code = codeOf(cause);
      if (code === 'ENOTFOUND') return { ...blank(question, server), status: 'nxdomain', records: [] };
      if (code === 'ENODATA') return { ...blank(question, server), status: 'nodata', records: [] };
      throw cause instanceof DnsError ? cause : new DnsError(code, name, type, server);
    } finally {
      forget();
      this.#resolvers.delete(resolver);
      this.#underWay -= 1;
      this.#queue.shift()?.();
    }
  }

  async #enter(): Promise<void> {
    if (this.#underWay >= MAX_AT_ONCE) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#underWay += 1;
    this.#options.counters.maxInFlight = Math.max(this.#options.counters.maxInFlight, this.#underWay);
  }
}

function blank<T extends RecordType>({ name, type }: EngineQuestion<T>, server: string) {
  return { name, type, aliases: [], ttl: null, authoritative: null, referral: false, server };
}

function codeOf(cause: unknown): DnsErrorCode {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EBADNAME') return code;
  if (code === 'EFORMERR' || code === 'ECANCELLED') return code;
  return TEMPORARY.has(code) ? (code as DnsErrorCode) : 'ESERVFAIL';
}

const plain = (name: string) => normaliseName(name) ?? '';

const QUERIES: { [T in RecordType]: (resolver: dns.Resolver, name: string) => Promise<RecordData[T][]> } = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: async (resolver, name) => (await resolver.resolveCname(name)).map(plain),
  NS: async (resolver, name) => (await resolver.resolveNs(name)).map(plain),
  PTR: async (resolver, name) => (await resolver.resolvePtr(name)).map(plain),
  MX: async (resolver, name) =>
    (await resolver.resolveMx(name)).map(({ priority, exchange }) => ({
      priority,
      exchange: plain(exchange),
    })),
  TXT: (resolver, name) => resolver.resolveTxt(name),
  SOA: async (resolver, name) => {
    const soa = await resolver.resolveSoa(name);
    return [
      { primary: plain(soa.nsname), admin: plain(soa.hostmaster), serial: soa.serial, minimum: soa.minttl },
    ];
  },
};
