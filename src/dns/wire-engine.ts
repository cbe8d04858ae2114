/**
 * The engine on dns2's codec: several servers, retries, late answers, truncation to TCP, rcodes, aliases.
 * A question has `timeoutMs` in all. It is sent again after growing pauses, and the answer to an earlier
 * sending still counts: a slow server is not taken for a dead one.
 */
import { Gate, type GateLimits } from './gate.ts';
import { serverText } from './name.ts';
import { Transport, Unreachable } from './transport.ts';
import {
  type Answer,
  type DnsCounters,
  DnsError,
  type DnsErrorCode,
  type Engine,
  type EngineQuestion,
  type RecordType,
  type Server,
} from './types.ts';
import {
  extract,
  isReferral,
  MAX_ALIASES,
  negativeTtl,
  RCODE,
  type Reply,
  type WireQuestion,
} from './wire.ts';

/** Before a server that failed is asked again, when there is no other. */
const PAUSE_MS = 200;

const FAILURES = new Map<number, DnsErrorCode>([
  [RCODE.SERVFAIL, 'ESERVFAIL'],
  [RCODE.REFUSED, 'EREFUSED'],
  [RCODE.FORMERR, 'EFORMERR'],
  [RCODE.NOTIMP, 'ENOTIMP'],
]);

export interface WireEngineOptions {
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

export class WireEngine implements Engine {
  readonly #options: WireEngineOptions;
  readonly #gate: Gate;
  readonly #transport = new Transport();

  constructor(options: WireEngineOptions) {
    this.#options = options;
    this.#gate = new Gate(options.limits);
  }

  close(): void {
    this.#transport.close();
  }

  async lookup<T extends RecordType>(question: EngineQuestion<T>): Promise<Answer<T>> {
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
          throw new DnsError('EBADRESP', question.name, question.type, serverText(server));
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
        referral: isReferral(reply),
        server: serverText(server),
      };
    }
  }

  /** Sends, and sends again, until one sending is answered with something definite. */
  async #exchange(question: EngineQuestion): Promise<Served> {
    const servers = question.direct ?? this.#options.servers;
    const controller = new AbortController();
    const signal = AbortSignal.any([question.signal, controller.signal]);
    let failure: DnsError | null = null;
    try {
      return await new Promise<Served>((resolve, reject) => {
        this.#schedule(question, servers, signal, {
          resolve,
          reject,
          failed: (error) => {
            failure = error;
          },
          exhausted: () =>
            reject(failure ?? new DnsError('ETIMEOUT', question.name, question.type, listed(servers))),
        });
      });
    } catch (cause) {
      if (cause instanceof DnsError) throw cause;
      if (question.signal.aborted) throw cancelled(question, listed(servers));
      throw cause;
    } finally {
      controller.abort(new DnsError('ECANCELLED', question.name, question.type));
    }
  }

  #schedule(question: EngineQuestion, servers: readonly Server[], signal: AbortSignal, course: Course): void {
    const { tries, timeoutMs } = { ...this.#options, ...question.patience };
    const state = { sent: 0, underWay: 0, done: false, timer: undefined as NodeJS.Timeout | undefined };
    const end = (finish: () => void) => {
      if (state.done) return;
      state.done = true;
      clearTimeout(state.timer);
      finish();
    };
    signal.addEventListener('abort', () => end(() => course.reject(signal.reason)), { once: true });
    const total = Math.max(tries, servers.length);
    const send = () => {
      if (state.done) return;
      const server = servers[state.sent % servers.length]!;
      state.sent += 1;
      state.underWay += 1;
      const sent = () => {
        // The clock of a sending starts when it has got its place, not while it queues.
        clearTimeout(state.timer);
        state.timer = setTimeout(
          () => (state.sent < total ? send() : end(course.exhausted)),
          share(state.sent, total) * timeoutMs,
        );
      };
      void this.#attempt(question, server, signal, state.sent > 1, sent).then((result) => {
        state.underWay -= 1;
        if (state.done) return;
        if (!(result instanceof DnsError)) {
          end(() => course.resolve({ reply: result, server }));
          return;
        }
        course.failed(result);
        if (state.sent < total) {
          clearTimeout(state.timer);
          const other = state.sent < servers.length;
          state.timer = setTimeout(send, other ? 0 : PAUSE_MS);
        } else if (state.underWay === 0) end(course.exhausted);
      });
    };
    if (signal.aborted) end(() => course.reject(signal.reason));
    else send();
  }

  /** One sending to one server: the reply, or why there is none. Never rejects. */
  async #attempt(
    question: EngineQuestion,
    server: Server,
    signal: AbortSignal,
    again: boolean,
    sent: () => void,
  ): Promise<Reply | DnsError> {
    const { counters } = this.#options;
    const { name, type } = question;
    let leave: (() => void) | undefined;
    const count = (tcp: boolean) => {
      counters.sent += 1;
      if (tcp) counters.tcp += 1;
    };
    const fault = (code: DnsErrorCode) => new DnsError(code, name, type, serverText(server));
    try {
      leave = await this.#gate.enter(signal);
      counters.maxInFlight = Math.max(counters.maxInFlight, this.#gate.maxInFlight);
      sent();
      if (again) counters.retries += 1;
      let wire: WireQuestion = { name, type, recursive: question.direct === null, edns: true };
      count(false);
      let reply: Reply | null = await this.#transport.udp(server, wire, signal);
      if (reply.rcode === RCODE.FORMERR || reply.rcode === RCODE.NOTIMP || reply.rcode === RCODE.BADVERS) {
        wire = { ...wire, edns: false };
        count(false);
        reply = await this.#transport.udp(server, wire, signal);
      }
      if (reply.truncated || reply.damaged) {
        count(true);
        reply = await this.#transport.tcp(server, wire, signal);
      }
      if (reply === null || reply.damaged) return fault('EBADRESP');
      if (reply.rcode === RCODE.NOERROR || reply.rcode === RCODE.NXDOMAIN) return reply;
      return fault(FAILURES.get(reply.rcode) ?? 'EBADRESP');
    } catch (cause) {
      if (cause instanceof Unreachable) return fault('ECONNREFUSED');
      return cause instanceof DnsError ? cause : cancelled(question, serverText(server));
    } finally {
      leave?.();
    }
  }
}

interface Course {
  readonly resolve: (served: Served) => void;
  readonly reject: (reason: unknown) => void;
  readonly failed: (error: DnsError) => void;
  readonly exhausted: () => void;
}

/** The part of the whole time that sending number `n` (from 1) of `total` may wait: each a little longer. */
function share(n: number, total: number): number {
  const weights = Array.from({ length: total }, (_, index) => index + 2);
  return weights[n - 1]! / weights.reduce((sum, weight) => sum + weight, 0);
}

function listed(servers: readonly Server[]): string {
  return servers.map(serverText).join(', ');
}

/** A question ended by its signal: a deadline is a time-out, all else a cancellation. */
function cancelled(question: EngineQuestion, server: string): DnsError {
  const { reason } = question.signal as { reason: unknown };
  const late = reason instanceof DOMException && reason.name === 'TimeoutError';
  return new DnsError(late ? 'ETIMEOUT' : 'ECANCELLED', question.name, question.type, server);
}
