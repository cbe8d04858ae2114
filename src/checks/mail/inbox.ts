/** Receiving, whether as a mail server or in a mailbox. */
import { DAY_MS } from '../../base/durations.ts';
import type { BounceReport } from './bounce.ts';
import type { MailCauseOf } from './causes.ts';
import type { Hop } from './hop.ts';
import type { LateMessage, RepeatedMessage } from './result.ts';
import { tokenTime } from './token.ts';

/** A test message that arrived. */
export interface ReceivedMessage {
  readonly kind: 'message';
  readonly raw: Buffer;
  /** Who handed it over; null where that cannot be seen (SPF is then undecided). */
  readonly hop: Hop | null;
  /** On the clock of `performance.now()`. */
  readonly at: number;
  readonly receivedAt: Date;
  /** In bytes, where only its beginning was read. */
  readonly size?: number;
  /** The folder for spam, where the message was sorted into it. */
  readonly junkFolder?: string;
}

export interface ReceivedBounce {
  readonly kind: 'bounce';
  readonly raw: Buffer;
  readonly report: BounceReport;
}

export type Arrival = ReceivedMessage | ReceivedBounce;

/** Why nothing can be received. */
export type InboxFailure = MailCauseOf<
  'resolver-failed' | 'mailbox-unreachable' | 'mailbox-login-refused' | 'mailbox-lost' | 'mx-not-listening'
>;

/** Receiving is not possible, for a reason that is not the relay's. */
export class InboxError extends Error {
  readonly failure: InboxFailure;
  constructor(failure: InboxFailure) {
    super(failure.id);
    this.failure = failure;
  }
}

/** Where messages arrive. `close` always. */
export interface Inbox {
  /** The recipient that a message with this token is sent to. */
  recipient(token: string): string;
  /** From now on an arrival with this token is kept for `arrival`. */
  expect(token: string): void;
  /**
   * The first arrival with this token; null when the signal aborts first.
   * @throws InboxError when nothing more can be received
   */
  arrival(token: string, signal: AbortSignal): Promise<Arrival | null>;
  /** What was logged since then (`performance.now()`): connections, refusals. For evidence. */
  notes(since: number): string[];
  /** Too many clients connected since then that a relay may have been kept out. */
  crowded(since: number): boolean;
  /** Messages of earlier runs that arrived since the last run looked. */
  late(): LateMessage[];
  /** Messages of which a further copy arrived since the last run looked. */
  repeated(): RepeatedMessage[];
  /** Removes what the run left behind, and lets go. Never rejects. */
  close(): Promise<void>;
}

/** Keeps arrivals for those who wait for them; each token has one first arrival. */
export class Waiting {
  readonly #arrived = new Map<string, PromiseWithResolvers<Arrival>>();
  readonly #pending = new Set<string>();
  readonly #broken = Promise.withResolvers<never>();

  constructor() {
    // Whoever waits for arrivals is rejected; that nobody waits is no fault.
    this.#broken.promise.catch(() => {});
  }

  expect(token: string): void {
    if (this.#arrived.has(token)) return;
    this.#arrived.set(token, Promise.withResolvers());
    this.#pending.add(token);
  }

  /** A message has not arrived yet. */
  get pending(): boolean {
    return this.#pending.size > 0;
  }

  has(token: string): boolean {
    return this.#arrived.has(token);
  }

  /**
   * True when somebody expected it. Later arrivals with the same token change nothing, nor does a report that
   * is not final (RFC 3464 2.3.3): a message that is `delayed` may still arrive.
   */
  deliver(token: string, arrival: Arrival): boolean {
    const slot = this.#arrived.get(token);
    if (arrival.kind === 'message' || arrival.report.bounce.action === 'failed') {
      slot?.resolve(arrival);
      this.#pending.delete(token);
    }
    return slot !== undefined;
  }

  /** Nothing more can arrive. */
  fail(error: InboxError): void {
    this.#broken.reject(error);
  }

  async arrival(token: string, signal: AbortSignal): Promise<Arrival | null> {
    this.expect(token);
    const over = Promise.withResolvers<null>();
    const end = () => over.resolve(null);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    try {
      const slot = this.#arrived.get(token)!;
      const first = await Promise.race([slot.promise, this.#broken.promise, over.promise]);
      // Given up: what comes from now on is late.
      if (first === null) {
        this.#arrived.delete(token);
        this.#pending.delete(token);
      }
      return first;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}

/** Longer than postfix keeps a message in its queue (5 days), with as much again. */
const OLDEST_MS = 10 * DAY_MS;

/** A message of an earlier run; null when its token's time is none that we can have written. */
export function lateMessage(token: string, receivedAt: Date): LateMessage | null {
  const sent = tokenTime(token);
  if (sent === null) return null;
  const lateMs = receivedAt.getTime() - sent;
  if (lateMs < -60_000 || lateMs > OLDEST_MS) return null;
  return { token, sentAt: new Date(sent).toISOString(), receivedAt: receivedAt.toISOString(), lateMs };
}
