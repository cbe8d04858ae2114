/** All places where the messages and bounces of one run arrive, as one. */
import type { Resolver } from '../../dns/resolver.ts';
import { type MailFiles, readCa } from './files.ts';
import { headerOf } from './header.ts';
import { openMailbox } from './imap.ts';
import { type Arrival, type Inbox, InboxError } from './inbox.ts';
import { domainOf } from './message.ts';
import { openMx } from './mx.ts';
import type { BouncesOptions, MailboxOptions, MailOptions } from './options.ts';
import { receiverVerdict } from './receiver-verdict.ts';
import type { LateMessage, ReceiverVerdict, RepeatedMessage } from './result.ts';

export interface ReceiverContext {
  readonly check: string;
  readonly resolver: Resolver;
  readonly files: MailFiles;
  readonly signal: AbortSignal;
}

/** Receives a run's messages and bounces. What cannot be opened is kept as a failure: sending is tested nevertheless. */
export class Receiver {
  readonly via: 'mx' | 'imap';
  readonly #options: MailOptions;
  readonly #context: ReceiverContext;
  /** The servers whose Received line is trusted. */
  #receivedBy: readonly string[] = [];
  #inbox: Inbox | null = null;
  #bounces: Inbox[] = [];
  #failure: InboxError | null = null;
  #bounceFailure: InboxError | null = null;

  private constructor(options: MailOptions, context: ReceiverContext) {
    this.via = options.receive.mx ? 'mx' : 'imap';
    this.#options = options;
    this.#context = context;
  }

  /** Opens everything where messages and bounces arrive. Never rejects for what servers and networks do. */
  static async open(options: MailOptions, context: ReceiverContext): Promise<Receiver> {
    const receiver = new Receiver(options, context);
    const [inbox, ...bounces] = await Promise.allSettled([
      receiver.#openInbox(),
      ...receiver.#bounceBoxes().map((box) => receiver.#openBounces(box)),
    ]);
    if (inbox?.status === 'fulfilled') receiver.#inbox = inbox.value;
    for (const box of bounces) if (box.status === 'fulfilled') receiver.#bounces.push(box.value);
    const strange = [inbox, ...bounces]
      .filter((one) => one?.status === 'rejected')
      .find((one) => !(one.reason instanceof InboxError));
    if (strange) {
      await receiver.close();
      throw strange.reason;
    }
    receiver.#failure = inbox?.status === 'rejected' ? (inbox.reason as InboxError) : null;
    const failed = bounces.find((box) => box.status === 'rejected');
    receiver.#bounceFailure = failed ? (failed.reason as InboxError) : null;
    return receiver;
  }

  /** Messages can be received. */
  get open(): boolean {
    return this.#inbox !== null;
  }

  /** Why no (more) messages can be received. */
  get failure(): InboxError | null {
    return this.#failure;
  }

  /** Why bounces cannot be read. */
  get bounceFailure(): InboxError | null {
    return this.#bounceFailure;
  }

  recipient(token: string): string {
    const { mx, imap } = this.#options.receive;
    if (mx) return `${token}@${mx.domain}`;
    return imap ? taggedAddress(imap, token) : '';
  }

  expect(token: string): void {
    for (const inbox of this.#all()) inbox.expect(token);
  }

  /** The message, or its bounce; null when neither arrives before the signal aborts. */
  async arrival(token: string, signal: AbortSignal): Promise<Arrival | null> {
    const first = new AbortController();
    const ending = AbortSignal.any([signal, first.signal]);
    // A mailbox for bounces that is lost ends nothing: the message may still arrive.
    const bounces = this.#bounces.map(async (inbox) => {
      const arrival = await inbox.arrival(token, ending).catch((cause: unknown) => {
        if (!(cause instanceof InboxError)) throw cause;
        this.#bounceFailure ??= cause;
        return null;
      });
      return arrival ?? new Promise<never>(() => {});
    });
    const message = this.#inbox?.arrival(token, ending) ?? Promise.resolve(null);
    try {
      return await Promise.race([message, ...bounces]);
    } catch (cause) {
      if (!(cause instanceof InboxError)) throw cause;
      this.#failure ??= cause;
      return null;
    } finally {
      first.abort();
    }
  }

  /** What the server of the mailbox found out about a message from this domain; null where it wrote nothing that is trusted. */
  verdictOn(raw: Buffer, domain: string): ReceiverVerdict | null {
    const { imap } = this.#options.receive;
    if (!imap) return null;
    const { authservId: authservIds } = imap;
    return receiverVerdict(headerOf(raw), { trusted: this.#receivedBy, authservIds, domain });
  }

  notes(since: number): string[] {
    return this.#all().flatMap((inbox) => inbox.notes(since));
  }

  /** Too many clients connected to our mail server since then that a relay may have been kept out. */
  crowded(since: number): boolean {
    return this.#all().some((inbox) => inbox.crowded(since));
  }

  /** Messages that took longer than a run waits. */
  late(): LateMessage[] {
    return this.#all()
      .flatMap((inbox) => inbox.late())
      .filter(({ lateMs }) => lateMs > this.#options.receive.within);
  }

  /** Messages that arrived more than once, in whichever of the places. */
  repeated(): RepeatedMessage[] {
    return this.#all().flatMap((inbox) => inbox.repeated());
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map((inbox) => inbox.close()));
  }

  #all(): Inbox[] {
    return this.#inbox ? [this.#inbox, ...this.#bounces] : this.#bounces;
  }

  async #openInbox(): Promise<Inbox> {
    const { mx, imap } = this.#options.receive;
    const { check, files } = this.#context;
    if (mx) {
      const paths = this.#options.senders.map((sender) => sender.returnPath ?? sender.address);
      return openMx(check, mx, files.mxKeys, paths);
    }
    this.#receivedBy = imap?.receivedBy ?? (await this.#exchanges(imap!.address));
    return openMailbox(imap!, this.#mailbox('messages', files.mailboxCa, this.#receivedBy));
  }

  async #openBounces(options: BouncesOptions): Promise<Inbox> {
    return openMailbox(options, this.#mailbox('bounces', await readCa('bounces.ca', options.ca), []));
  }

  #mailbox(reads: 'messages' | 'bounces', ca: string | undefined, receivedBy: readonly string[]) {
    const { within } = this.#options.receive;
    const { check, resolver, signal } = this.#context;
    return {
      check,
      resolver,
      ca,
      signal,
      recipient: (token: string) => this.recipient(token),
      receivedBy,
      reads,
      forgottenAfterMs: within * 2 + this.#options.stagger * this.#options.senders.length + 60_000,
    };
  }

  /** Each mailbox that bounces go to, once; one that messages are read from anyway is left out. */
  #bounceBoxes(): BouncesOptions[] {
    const { imap } = this.#options.receive;
    const name = (box: BouncesOptions) => `${box.user} ${box.host.toLowerCase()} ${box.folder}`;
    const known = new Set(imap ? [name(imap)] : []);
    const boxes: BouncesOptions[] = [];
    for (const box of [this.#options.bounces, ...this.#options.senders.map((sender) => sender.bounces)]) {
      if (!box || known.has(name(box))) continue;
      known.add(name(box));
      boxes.push(box);
    }
    return boxes;
  }

  /** The servers that take the mailbox's mail, from the DNS; none when that does not answer. */
  async #exchanges(address: string): Promise<string[]> {
    const { resolver, signal } = this.#context;
    const answer = await resolver.lookup(domainOf(address), 'MX', { signal }).catch(() => null);
    return answer?.records.map((record) => record.exchange) ?? [];
  }
}

/** `probe@example.org` → `probe+<token>@example.org`, where the server knows such addresses. */
function taggedAddress({ address, separator }: MailboxOptions, token: string): string {
  if (separator === false) return address;
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}${separator}${token}${address.slice(at)}`;
}
