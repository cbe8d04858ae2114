/**
 * A mailbox read by IMAP: IDLE reports arrivals, and what a run leaves is deleted. Only messages with a token of this
 * check are ever read whole or deleted, and only by UID (RFC 4315): the mailbox may be a person's.
 */
import { isIP } from 'node:net';
import { type FetchMessageObject, ImapFlow, type ImapFlowError, type MailboxLockObject } from 'imapflow';
import { within } from '../../base/deadline.ts';
import type { Resolver } from '../../dns/resolver.ts';
import { addressesOf, HostError } from '../hosts/host.ts';
import { mailboxFaultOf } from '../hosts/mailbox-faults.ts';
import { readBounce, reportForm } from './bounce.ts';
import type { MailCauseOf } from './causes.ts';
import { headerOf } from './header.ts';
import { hopFromHeaders } from './hop.ts';
import { type Arrival, type Inbox, InboxError, type InboxFailure, lateMessage, Waiting } from './inbox.ts';
import type { BouncesOptions } from './options.ts';
import type { LateMessage } from './result.ts';
import { TOKEN_HEADER, tagOf, tokensIn } from './token.ts';

/** Where the server has no IDLE, and as a safety net where it has. */
const POLL_MS = 1_000;
const IDLE_POLL_MS = 15_000;
/** Dovecot reports to clients in IDLE half a second late; while a message is due any moment, ask more often. */
const SOON_MS = 5_000;
const SOON_POLL_MS = 100;
/** Larger messages are not as we wrote them: no more of them is read. */
const MAX_SIZE = 1_000_000;
/** Of a message that is larger, this is evidence enough. */
const BEGINNING = 100_000;
/** What one look at the mailbox takes in; a server that sends more is not listened to any longer. */
const MAX_MESSAGES = 2_000;
const MAX_LOOK_BYTES = 4_000_000;
/** What a server says is shown up to here. */
const MAX_DETAIL = 500;
const HEADERS = [TOKEN_HEADER.toLowerCase(), 'content-type', 'from', 'subject', 'x-failed-recipients'];

export interface MailboxContext {
  readonly check: string;
  readonly resolver: Resolver;
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
  /** The recipient for a token. */
  readonly recipient: (token: string) => string;
  /** Servers whose Received line is trusted; empty: SPF is undecided. */
  readonly receivedBy: readonly string[];
  /** A message with a token older than this is of a run that has ended, in ms. */
  readonly forgottenAfterMs: number;
  /** What is read from the mailbox. */
  readonly reads: 'messages' | 'bounces';
}

/**
 * Logs in once and starts to watch. A refused login is not tried again: servers lock out clients that do.
 * @throws InboxError `mailbox-unreachable`, `mailbox-login-refused`, `resolver-failed`
 */
export async function openMailbox(options: BouncesOptions, context: MailboxContext): Promise<Inbox> {
  const mailbox = new Mailbox(options, context);
  try {
    await mailbox.open();
    return mailbox;
  } catch (cause) {
    await mailbox.close();
    throw cause instanceof InboxError ? cause : inboxError(options, context, cause as ImapFlowError);
  }
}

class Mailbox implements Inbox {
  readonly recipient: (token: string) => string;
  readonly #options: BouncesOptions;
  readonly #context: MailboxContext;
  readonly #tag: string;
  readonly #waiting = new Waiting();
  readonly #notes: { at: number; text: string }[] = [];
  /** UIDs of messages that carry our token and are done with. */
  readonly #done = new Set<number>();
  readonly #late: LateMessage[] = [];
  #client: ImapFlow | null = null;
  #lock: MailboxLockObject | null = null;
  #watching: Promise<void> = Promise.resolve();
  #closing = false;
  #lastUid = 0;
  #soonUntil = 0;
  #wake = Promise.withResolvers<void>();
  /** When the server last reported that something had arrived. */
  #reportedAt: { at: number; date: Date } | null = null;

  constructor(options: BouncesOptions, context: MailboxContext) {
    this.#options = options;
    this.#context = context;
    this.#tag = tagOf(context.check);
    this.recipient = context.recipient;
  }

  async open(): Promise<void> {
    const { host, port, tls, user, password, folder, timeout } = this.#options;
    const [address] = await addressesOf(host, this.#context.resolver, this.#context.signal);
    const client = new ImapFlow({
      host: address!,
      port,
      ...(isIP(host) === 0 && { servername: host }),
      secure: tls === 'implicit',
      ...(tls === 'starttls' ? { doSTARTTLS: true } : {}),
      auth: { user, pass: password.reveal() },
      ...(this.#context.ca ? { tls: { ca: this.#context.ca } } : {}),
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: timeout,
      greetingTimeout: timeout,
      // Silence between two arrivals is not a fault; each command is answered within this.
      socketTimeout: Math.max(timeout, IDLE_POLL_MS * 2),
      maxLineLength: MAX_SIZE,
      maxLiteralSize: 2 * MAX_SIZE,
      maxResponseSize: 4 * MAX_SIZE,
    });
    this.#client = client;
    client.on('error', (error) => this.#broken(error));
    client.on('close', () => this.#broken(new Error('the connection was closed')));
    client.on('exists', () => {
      this.#reportedAt ??= { at: performance.now(), date: new Date() };
      this.#wake.resolve();
    });
    const abort = () => client.close();
    this.#context.signal.addEventListener('abort', abort, { once: true });
    // The greeting, TLS, capabilities and the login: each has its own timeout, unless the server says just enough.
    await this.#ask(client, () => client.connect(), 3);
    this.#lock = await this.#ask(client, () => client.getMailboxLock(folder));
    const opened = client.mailbox;
    this.#lastUid = opened ? opened.uidNext - 1 : 0;
    await this.#findLeftovers(client);
    this.#watching = this.#watch(client);
  }

  expect(token: string): void {
    this.#waiting.expect(token);
    this.#soonUntil = performance.now() + SOON_MS;
    this.#wake.resolve();
  }

  arrival(token: string, signal: AbortSignal): Promise<Arrival | null> {
    return this.#waiting.arrival(token, signal);
  }

  notes(since: number): string[] {
    return this.#notes.filter((note) => note.at >= since).map((note) => note.text);
  }

  crowded(): boolean {
    return false;
  }

  late(): LateMessage[] {
    return this.#late.splice(0);
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#wake.resolve();
    const client = this.#client;
    if (!client) return;
    try {
      await this.#watching;
      if (client.usable) await this.#delete(client);
      this.#lock?.release();
      if (client.usable) await withTimeout(client.logout(), 2_000);
    } catch {
      // What could not be deleted now is found by the next run.
    } finally {
      client.close();
    }
  }

  async #watch(client: ImapFlow): Promise<void> {
    const idles = client.capabilities.has('IDLE');
    try {
      while (!this.#closing) {
        if (this.#reportedAt) await this.#look(client);
        if (this.#closing) return;
        this.#wake = Promise.withResolvers();
        const soon = performance.now() < this.#soonUntil;
        const timer = setTimeout(
          () => this.#wake.resolve(),
          soon ? SOON_POLL_MS : idles ? IDLE_POLL_MS : POLL_MS,
        );
        // The next command ends it; what it rejects with, that command does as well.
        if (idles && !soon && !this.#reportedAt) client.idle().catch(() => {});
        if (!this.#reportedAt) await this.#wake.promise;
        clearTimeout(timer);
        if (!this.#closing && !this.#reportedAt) await this.#ask(client, () => client.noop());
      }
    } catch (cause) {
      this.#broken(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  /** Reads what has arrived since the last look. */
  async #look(client: ImapFlow): Promise<void> {
    const reported = this.#reportedAt ?? { at: performance.now(), date: new Date() };
    this.#reportedAt = null;
    const fresh = await this.#fetch(client, `${this.#lastUid + 1}:*`);
    for (const message of fresh) {
      // "*" is the last message even where that is an old one (RFC 3501 6.4.8).
      if (message.uid <= this.#lastUid) continue;
      await this.#sort(client, message, reported);
    }
    this.#lastUid = Math.max(this.#lastUid, ...fresh.map((message) => message.uid));
  }

  async #sort(
    client: ImapFlow,
    message: FetchMessageObject,
    reported: { at: number; date: Date },
  ): Promise<void> {
    const { token, report } = describe(message);
    const { size = 0 } = message;
    if (token?.startsWith(this.#tag)) {
      if (!this.#waiting.has(token)) return;
      const raw = await this.#source(client, message.uid, size > MAX_SIZE ? BEGINNING : MAX_SIZE);
      if (!raw) return;
      const hop = hopFromHeaders(raw, this.#context.receivedBy);
      this.#waiting.deliver(token, {
        kind: 'message',
        raw,
        hop,
        at: reported.at,
        receivedAt: reported.date,
        ...(size > MAX_SIZE && { size }),
      });
      this.#done.add(message.uid);
    } else if (report && size <= MAX_SIZE) {
      const raw = await this.#source(client, message.uid, MAX_SIZE);
      const bounce = raw && readBounce(raw, reported.date);
      const ours = bounce?.tokens.filter((one) => one.startsWith(this.#tag)) ?? [];
      if (!raw || !bounce || ours.length === 0) return;
      this.#note(`a delivery report: ${bounce.bounce.action} ${bounce.bounce.status ?? ''}`);
      for (const one of ours) this.#waiting.deliver(one, { kind: 'bounce', raw, report: bounce });
      this.#done.add(message.uid);
    }
  }

  /** Finds what earlier runs left or never saw. Messages that a concurrent run may wait for are left alone. */
  async #findLeftovers(client: ImapFlow): Promise<void> {
    const messages = await this.#ask(client, () =>
      client.search({ header: { [TOKEN_HEADER]: this.#tag } }, { uid: true }),
    );
    const reports = await this.#ask(client, () =>
      client.search({ header: { 'content-type': 'multipart/report' }, body: this.#tag }, { uid: true }),
    );
    const uids = [...(messages || []), ...(reports || [])].filter((uid) => uid <= this.#lastUid);
    if (uids.length === 0) return;
    // What is left over of more than this, the next runs find.
    const some = [...new Set(uids)].slice(0, MAX_MESSAGES);
    for (const message of await this.#fetch(client, some)) {
      const { token, report } = describe(message);
      const arrived = message.internalDate ? new Date(message.internalDate) : new Date();
      if (token?.startsWith(this.#tag)) {
        const late = lateMessage(token, arrived);
        if (late && Date.now() - Date.parse(late.sentAt) < this.#context.forgottenAfterMs) continue;
        if (late) this.#late.push(late);
        this.#done.add(message.uid);
      } else if (report && Date.now() - arrived.getTime() > this.#context.forgottenAfterMs) {
        this.#done.add(message.uid);
      }
    }
  }

  async #delete(client: ImapFlow): Promise<void> {
    if (this.#done.size === 0) return;
    const uids = [...this.#done];
    // Without UIDPLUS an EXPUNGE would also remove what the mailbox's owner marked: then mark only.
    if (client.capabilities.has('UIDPLUS')) {
      await this.#ask(client, () => client.messageDelete(uids, { uid: true }), 2);
    } else {
      await this.#ask(client, () => client.messageFlagsAdd(uids, ['\\Deleted'], { uid: true }));
    }
    this.#done.clear();
  }

  /** The messages with these UIDs: their sizes and what of their headers says whose they are. */
  async #fetch(client: ImapFlow, uids: string | number[]): Promise<FetchMessageObject[]> {
    const query = { uid: true, size: true, internalDate: true, headers: HEADERS };
    const messages: FetchMessageObject[] = [];
    let bytes = 0;
    await this.#ask(client, async () => {
      for await (const message of client.fetch(uids, query, { uid: true })) {
        messages.push(message);
        bytes += message.headers?.length ?? 0;
        if (messages.length <= MAX_MESSAGES && bytes <= MAX_LOOK_BYTES) continue;
        client.close();
        throw Object.assign(new Error('it sends more than is read'), { code: 'ResponseTooLarge' });
      }
    });
    return messages;
  }

  async #source(client: ImapFlow, uid: number, maxLength: number): Promise<Buffer | null> {
    const query = { source: { start: 0, maxLength } };
    const message = await this.#ask(client, () => client.fetchOne(String(uid), query, { uid: true }));
    // A server may send more than it was asked for.
    return message ? (message.source?.subarray(0, maxLength) ?? null) : null;
  }

  /** One command. A server that does not end its answer in time, however much it says, is not listened to any longer. */
  async #ask<T>(client: ImapFlow, command: () => Promise<T>, times = 1): Promise<T> {
    try {
      return await within(this.#options.timeout * times, new AbortController().signal, command);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ETIMEDOUT') {
        this.#broken(cause);
        client.close();
      }
      throw cause;
    }
  }

  #broken(error: Error): void {
    this.#wake.resolve();
    if (this.#closing) return;
    const detail = error.message.slice(0, MAX_DETAIL);
    this.#note(`connection lost: ${detail}`);
    this.#waiting.fail(
      new InboxError({
        id: 'mailbox-lost',
        ...mailboxOf(this.#options, this.#context),
        detail,
      }),
    );
  }

  #note(text: string): void {
    this.#notes.push({ at: performance.now(), text });
  }
}

/** What the fetched header fields say about a message. */
function describe(message: FetchMessageObject): { token: string | null; report: boolean } {
  const fields = headerOf(Buffer.from(message.headers ?? ''));
  const fieldOf = (name: string) => fields.find((field) => field.name === name)?.value ?? '';
  return {
    token: tokensIn(fieldOf(TOKEN_HEADER.toLowerCase()))[0] ?? null,
    report: reportForm(fields) !== null,
  };
}

async function withTimeout(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function mailboxOf(
  { host, port, user }: BouncesOptions,
  { reads }: MailboxContext,
): Pick<MailCauseOf<'mailbox-lost'>, 'host' | 'port' | 'user' | 'reads'> {
  return { host, port, user, reads };
}

/** Why a mailbox could not be opened. */
function inboxError(
  options: BouncesOptions,
  context: MailboxContext,
  error: ImapFlowError | HostError,
): InboxError {
  return new InboxError(openingFailure(mailboxOf(options, context), error));
}

function openingFailure(
  mailbox: ReturnType<typeof mailboxOf>,
  error: ImapFlowError | HostError,
): InboxFailure {
  if (error instanceof HostError) {
    const { failure } = error;
    if (failure.problem === 'resolver') {
      return { id: 'resolver-failed', ...mailbox, lookup: failure.lookup };
    }
    const reason = failure.problem === 'no-address' ? 'no-address' : 'other';
    return { id: 'mailbox-unreachable', ...mailbox, reason, detail: error.message };
  }
  if (error.authenticationFailed) {
    return {
      id: 'mailbox-login-refused',
      ...mailbox,
      response: error.responseText?.slice(0, MAX_DETAIL) ?? null,
    };
  }
  return { id: 'mailbox-unreachable', ...mailbox, ...mailboxFaultOf(error) };
}
