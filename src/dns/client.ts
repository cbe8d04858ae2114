/**
 * The DNS client, on dns2's codec: several servers, retries, late answers, truncation to TCP, rcodes, aliases.
 * A question has `timeoutMs` in all. It is sent again after growing pauses, and the answer to an earlier
 * sending still counts: a slow server is not taken for a dead one.
 */
import { hostPort } from '../net/host-port.ts';
import { Cancellation } from './cancellation.ts';
import { Gate, type GateLimits } from './gate.ts';
import { Sockets, Unreachable } from './sockets.ts';
import {
  type Answer,
  type DnsCause,
  type DnsCounters,
  DnsError,
  type DnsErrorCode,
  type DnsQuery,
  type RecordType,
  type Server,
} from './types.ts';
import {
  extract,
  MAX_ALIASES,
  negativeTtl,
  RCODE,
  type Reply,
  referralOf,
  type WireQuestion,
} from './wire.ts';

/** Before a server that failed is asked again, when there is no other. */
const PAUSE_MS = 200;

/** The answers of a server that does not understand EDNS (RFC 6891 7). */
const NO_EDNS: ReadonlySet<number> = new Set([RCODE.FORMERR, RCODE.NOTIMP, RCODE.BADVERS]);
const OVER = new Error('another sending was answered');

const FAILURES = new Map<number, DnsErrorCode>([
  [RCODE.SERVFAIL, 'ESERVFAIL'],
  [RCODE.REFUSED, 'EREFUSED'],
  [RCODE.FORMERR, 'EFORMERR'],
  [RCODE.NOTIMP, 'ENOTIMP'],
]);

export interface DnsClientOptions {
  readonly servers: readonly Server[];
  /** For one question with all its retries, milliseconds, from its first sending. */
  readonly timeoutMs: number;
  /** How often a question is sent at most. */
  readonly tries: number;
  readonly limits?: GateLimits;
  readonly counters: DnsCounters;
}

interface Served {
  readonly reply: Reply;
  readonly server: Server;
}

export class DnsClient {
  readonly #options: DnsClientOptions;
  readonly #gate: Gate;
  readonly #sockets = new Sockets();

  constructor(options: DnsClientOptions) {
    this.#options = options;
    this.#gate = new Gate(options.limits);
  }

  close(): void {
    this.#sockets.close();
  }

  async lookup<T extends RecordType>(question: DnsQuery<T>): Promise<Answer<T>> {
    const aliases: string[] = [];
    let owner = question.name;
    const ttls: number[] = [];
    for (;;) {
      const { reply, server } = await this.#exchange({ ...question, name: owner });
      const found = extract(reply, owner, question.type);
      aliases.push(...found.aliases);
      ttls.push(found.ttl ?? Number.POSITIVE_INFINITY);
      if (found.records.length === 0) ttls.push(negativeTtl(reply) ?? 0);
      const end = found.aliases.at(-1);
      const open = end !== undefined && found.records.length === 0 && negativeTtl(reply) === null;
      if (open && question.direct === null && reply.rcode === RCODE.NOERROR) {
        // A server that is not a full resolver names the alias alone: what it leads to has to be asked for.
        if (aliases.length > MAX_ALIASES || aliases.indexOf(end) < aliases.length - 1) {
          throw new DnsError('EBADRESP', question.name, question.type, hostPort(server));
        }
        owner = end;
        continue;
      }
      return {
        name: question.name,
        type: question.type,
        status: found.records.length > 0 ? 'found' : reply.rcode === RCODE.NXDOMAIN ? 'nxdomain' : 'nodata',
        records: found.records,
        aliases,
        ttl: Math.min(...ttls),
        authoritative: reply.authoritative,
        validated: reply.validated,
        recursive: reply.recursive,
        referral: referralOf(reply),
        server: hostPort(server),
      };
    }
  }

  /** Takes a place for the question with all its sendings. */
  async #exchange(question: DnsQuery): Promise<Served> {
    const { counters } = this.#options;
    let leave = question.end.cancelled ? null : this.#gate.tryEnter();
    try {
      leave ??= await this.#gate.enter(question.end);
    } catch {
      throw cancelled(question, listed(question.direct ?? this.#options.servers));
    }
    counters.maxInFlight = Math.max(counters.maxInFlight, this.#gate.maxInFlight);
    try {
      return await this.#send(question);
    } finally {
      leave();
    }
  }

  /** Sends, and sends again, until one sending is answered with something definite, or the time is up. */
  #send(question: DnsQuery): Promise<Served> {
    const servers = question.direct ?? this.#options.servers;
    const { tries, timeoutMs } = question.patience ?? this.#options;
    const total = Math.max(tries, servers.length);
    return new Promise<Served>((resolve, reject) => {
      /** Ends the sendings that are still in progress when one of them was answered. */
      const end = new Cancellation();
      let failure: DnsError | null = null;
      let sent = 0;
      let underWay = 0;
      let timer: NodeJS.Timeout | undefined;
      const finish = (settle: () => void) => {
        if (end.cancelled) return;
        clearTimeout(timer);
        forget();
        end.cancel(OVER);
        settle();
      };
      const giveUp = () =>
        finish(() =>
          reject(failure ?? new DnsError('ETIMEOUT', question.name, question.type, listed(servers))),
        );
      const wait = (ms: number, then: () => void) => {
        clearTimeout(timer);
        timer = setTimeout(then, ms);
      };
      const take = (result: Reply | DnsError, server: Server) => {
        underWay -= 1;
        if (end.cancelled) return;
        if (!(result instanceof DnsError)) {
          finish(() => resolve({ reply: result, server }));
          return;
        }
        failure = result;
        if (sent < total) wait(sent < servers.length ? 0 : PAUSE_MS, send);
        else if (underWay === 0) giveUp();
      };
      const send = () => {
        const server = servers[sent % servers.length]!;
        if (sent > 0) this.#options.counters.retries += 1;
        sent += 1;
        underWay += 1;
        wait(share(sent, total) * timeoutMs, sent < total ? send : giveUp);
        this.#attempt(question, server, end).then(
          (result) => take(result, server),
          (cause) => finish(() => reject(cause)),
        );
      };
      const forget = question.end.onCancel(() => finish(() => reject(cancelled(question, listed(servers)))));
      if (!question.end.cancelled) send();
    });
  }

  /** One sending to one server: the reply, or why there is none. */
  async #attempt(question: DnsQuery, server: Server, end: Cancellation): Promise<Reply | DnsError> {
    const { name, type } = question;
    const fault = (code: DnsErrorCode, because: DnsCause | null = null) =>
      new DnsError(code, name, type, hostPort(server), because);
    try {
      const reply = await this.#ask(question, server, end);
      if (reply === null || reply.damaged) return fault('EBADRESP');
      if (reply.rcode === RCODE.NOERROR || reply.rcode === RCODE.NXDOMAIN) return reply;
      return fault(FAILURES.get(reply.rcode) ?? 'EBADRESP', reply.because);
    } catch (cause) {
      if (cause instanceof Unreachable) return fault('ECONNREFUSED');
      if (end.cancelled) return fault('ECANCELLED');
      throw cause;
    }
  }

  /** Over UDP; without EDNS for who does not understand it; over TCP when the answer is cut off or damaged. */
  async #ask(
    { name, type, direct, tcp }: DnsQuery,
    server: Server,
    end: Cancellation,
  ): Promise<Reply | null> {
    const { counters } = this.#options;
    let wire: WireQuestion = { name, type, recursive: direct === null, edns: true };
    counters.sent += 1;
    if (tcp) {
      counters.tcp += 1;
      return this.#sockets.tcp(server, wire, end);
    }
    let reply = await this.#sockets.udp(server, wire, end);
    if (NO_EDNS.has(reply.rcode)) {
      wire = { ...wire, edns: false };
      counters.sent += 1;
      reply = await this.#sockets.udp(server, wire, end);
    }
    if (!reply.truncated && !reply.damaged) return reply;
    counters.sent += 1;
    counters.tcp += 1;
    return this.#sockets.tcp(server, wire, end);
  }
}

/** The part of the whole time that sending number `n` (from 1) of `total` may wait: each a little longer. */
function share(n: number, total: number): number {
  // The weights are 2, 3, 4 …
  return (n + 1) / ((total * (total + 3)) / 2);
}

function listed(servers: readonly Server[]): string {
  return servers.map(hostPort).join(', ');
}

/** A question that was ended: a deadline is a time-out, all else a cancellation. */
function cancelled(question: DnsQuery, server: string): DnsError {
  const { reason } = question.end;
  const late = reason instanceof DOMException && reason.name === 'TimeoutError';
  return new DnsError(late ? 'ETIMEOUT' : 'ECANCELLED', question.name, question.type, server);
}
