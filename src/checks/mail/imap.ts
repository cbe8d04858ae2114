/**
 * A mailbox read by IMAP: IDLE reports arrivals, and what a run leaves is deleted, in the folder for spam as well. Only messages
 * with a token of this check are ever read whole or deleted, and only by UID (RFC 4315): the mailbox may be a person's.
 */

import type { FetchMessageObject, ImapFlowError } from 'imapflow';
import type { HostError } from '../hosts/host.ts';
import type { ClientContext } from '../hosts/imap-client.ts';
import { readBounce } from './bounce.ts';
import { noteCopy, takeRepeated } from './copies.ts';
import { headerOf } from './header.ts';
import { hopFromHeaders } from './hop.ts';
import { inboxError, MAX_DETAIL, type MailboxName } from './imap-faults.ts';
import { IDLE_POLL_MS, ImapSession, MAX_SIZE } from './imap-session.ts';
import { type Arrival, type Inbox, InboxError, lateMessage, Waiting } from './inbox.ts';
import type { BouncesOptions } from './options.ts';
import type { LateMessage, RepeatedMessage } from './result.ts';
import { sortMessage } from './sorting.ts';
import { TOKEN_HEADER, tagOf } from './token.ts';

/** Where the server has no IDLE; where it has, as a safety net, `IDLE_POLL_MS`. */
const POLL_MS = 1_000;
/** Dovecot reports to clients in IDLE half a second late; while a message is due any moment, ask more often. */
const SOON_MS = 5_000;
const SOON_POLL_MS = 100;
/** How often the folder for spam is asked about while a message is missing. */
const JUNK_POLL_MS = 1_000;
/** Of a message that is larger than is read, this is evidence enough. */
const BEGINNING = 100_000;

export interface MailboxContext extends ClientContext {
  readonly check: string;
  /** The recipient for a token. */
  readonly recipient: (token: string) => string;
  /** Servers whose Received line is trusted; empty: SPF is undecided. */
  readonly receivedBy: readonly string[];
  /** A message with a token older than this is of a run that has ended, in ms. */
  readonly forgottenAfterMs: number;
  /** What is read from the mailbox. */
  readonly reads: 'messages' | 'bounces';
}

/** A folder that messages are looked for in. */
interface Folder {
  readonly path: string;
  readonly junk: boolean;
  /** UIDs of messages that carry our token and are done with. */
  readonly done: Set<number>;
  /** The UID of the last message that was looked at. */
  lastUid: number;
}

/** When the server last reported that something had arrived. */
interface Report {
  readonly at: number;
  readonly date: Date;
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
    throw cause instanceof InboxError ? cause : inboxError(mailbox.name, cause as ImapFlowError | HostError);
  }
}

class Mailbox implements Inbox {
  readonly recipient: (token: string) => string;
  readonly name: MailboxName;
  readonly #options: BouncesOptions;
  readonly #context: MailboxContext;
  readonly #tag: string;
  readonly #waiting = new Waiting();
  readonly #notes: { at: number; text: string }[] = [];
  readonly #late: LateMessage[] = [];
  readonly #inbox: Folder;
  #junk: Folder | null = null;
  #session: ImapSession | null = null;
  #watching: Promise<void> = Promise.resolve();
  #closing = false;
  #soonUntil = 0;
  #junkAskedAt = 0;
  #wake = Promise.withResolvers<void>();
  #reported: Report | null = null;

  constructor(options: BouncesOptions, context: MailboxContext) {
    const { host, port, user, folder } = options;
    this.#options = options;
    this.#context = context;
    this.name = { host, port, user, reads: context.reads };
    this.#tag = tagOf(context.check);
    this.#inbox = { path: folder, junk: false, done: new Set(), lastUid: 0 };
    this.recipient = context.recipient;
  }

  async open(): Promise<void> {
    const changed = () => {
      this.#reported ??= { at: performance.now(), date: new Date() };
      this.#wake.resolve();
    };
    const events = { changed, broken: (error: Error) => this.#broken(error) };
    await ImapSession.connect(this.#options, this.#context, events, (session) => {
      this.#session = session;
    });
    const session = this.#session!;
    if (this.#context.reads === 'messages') await this.#openJunk(session);
    this.#inbox.lastUid = (await session.select(this.#inbox.path)) - 1;
    await this.#findLeftovers(session, this.#inbox);
    this.#reported = null;
    this.#watching = this.#watch(session);
  }

  /** A folder for spam that cannot be opened is not looked into. */
  async #openJunk(session: ImapSession): Promise<void> {
    try {
      const path = await session.junkFolder();
      if (path === null || path === this.#inbox.path) return;
      const folder: Folder = { path, junk: true, done: new Set(), lastUid: (await session.select(path)) - 1 };
      await this.#findLeftovers(session, folder);
      this.#junk = folder;
    } catch (cause) {
      if (!session.usable) throw cause;
      this.#note('the folder for spam cannot be opened');
    }
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

  repeated(): RepeatedMessage[] {
    return takeRepeated(this.#tag);
  }

  /** Whether a message in this folder is another copy of one that has arrived. */
  #again(token: string, folder: Folder, uid: number, at: Date): boolean {
    const { host, user } = this.name;
    return noteCopy(token, { place: `${user} ${host} ${folder.path} ${uid}`, at, print: null });
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#wake.resolve();
    const session = this.#session;
    if (!session) return;
    try {
      await this.#watching;
      for (const { path, done } of [this.#inbox, this.#junk].filter((folder) => folder !== null)) {
        if (session.usable) await session.delete(path, [...done]);
      }
      if (session.usable) await withTimeout(session.logout(), 2_000);
    } catch {
      // What could not be deleted now is found by the next run.
    } finally {
      session.close();
    }
  }

  async #watch(session: ImapSession): Promise<void> {
    try {
      while (!this.#closing) {
        if (this.#reported) await this.#look(session, this.#inbox);
        if (this.#closing) return;
        if (await this.#askJunk(session)) continue;
        this.#wake = Promise.withResolvers();
        const soon = performance.now() < this.#soonUntil;
        const timer = setTimeout(() => this.#wake.resolve(), this.#pause(session, soon));
        if (session.idles && !soon && !this.#reported) session.idle();
        if (!this.#reported) await this.#wake.promise;
        clearTimeout(timer);
        if (!this.#closing && !this.#reported) await session.noop();
      }
    } catch (cause) {
      this.#broken(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  #pause(session: ImapSession, soon: boolean): number {
    if (soon) return SOON_POLL_MS;
    if (this.#junk && this.#waiting.pending) return JUNK_POLL_MS;
    return session.idles ? IDLE_POLL_MS : POLL_MS;
  }

  /** Looks into the folder for spam when it has something new; true when it did. */
  async #askJunk(session: ImapSession): Promise<boolean> {
    const now = performance.now();
    const junk = this.#junk;
    if (!junk || !this.#waiting.pending || now - this.#junkAskedAt < JUNK_POLL_MS) return false;
    this.#junkAskedAt = now;
    const next = await session.uidNextOf(junk.path).catch((cause: unknown) => {
      if (!session.usable) throw cause;
      this.#junk = null;
      return null;
    });
    if (next === null || next - 1 <= junk.lastUid) return false;
    await session.select(junk.path);
    await this.#look(session, junk);
    await session.select(this.#inbox.path);
    // What arrived in the meantime is not reported.
    this.#reported = { at: performance.now(), date: new Date() };
    return true;
  }

  /** Reads what has arrived in the selected folder since the last look. */
  async #look(session: ImapSession, folder: Folder): Promise<void> {
    const report = this.#reported ?? { at: performance.now(), date: new Date() };
    this.#reported = null;
    const fresh = await session.fetch(`${folder.lastUid + 1}:*`);
    for (const message of fresh) {
      // "*" is the last message even where that is an old one (RFC 3501 6.4.8).
      if (message.uid <= folder.lastUid) continue;
      await this.#sort(session, message, folder, report);
    }
    folder.lastUid = Math.max(folder.lastUid, ...fresh.map((message) => message.uid));
  }

  async #sort(
    session: ImapSession,
    message: FetchMessageObject,
    folder: Folder,
    report: Report,
  ): Promise<void> {
    const sorted = sortMessage(headerOf(Buffer.from(message.headers ?? '')));
    const { size = 0, uid } = message;
    if (sorted.kind === 'other') return;
    if (sorted.kind === 'report') {
      if (size <= MAX_SIZE) await this.#readReport(session, uid, folder, report);
      return;
    }
    const { token } = sorted;
    if (!token.startsWith(this.#tag) || !this.#waiting.has(token)) return;
    if (this.#again(token, folder, uid, report.date)) {
      folder.done.add(uid);
      return;
    }
    const raw = await session.source(uid, size > MAX_SIZE ? BEGINNING : MAX_SIZE);
    if (!raw) return;
    this.#waiting.deliver(token, {
      kind: 'message',
      raw,
      hop: hopFromHeaders(raw, this.#context.receivedBy),
      at: report.at,
      receivedAt: report.date,
      ...(size > MAX_SIZE && { size }),
      ...(folder.junk && { junkFolder: folder.path }),
    });
    folder.done.add(uid);
  }

  async #readReport(session: ImapSession, uid: number, folder: Folder, report: Report): Promise<void> {
    const raw = await session.source(uid, MAX_SIZE);
    const bounce = raw && readBounce(raw, report.date);
    const ours = bounce?.tokens.filter((one) => one.startsWith(this.#tag)) ?? [];
    if (!raw || !bounce || ours.length === 0) return;
    this.#note(`a delivery report: ${bounce.bounce.action} ${bounce.bounce.status ?? ''}`);
    for (const one of ours) this.#waiting.deliver(one, { kind: 'bounce', raw, report: bounce });
    folder.done.add(uid);
  }

  /** Finds what earlier runs left or never saw. Messages that a concurrent run may wait for are left alone. */
  async #findLeftovers(session: ImapSession, folder: Folder): Promise<void> {
    const messages = await session.search({
      or: [{ header: { [TOKEN_HEADER]: this.#tag } }, { subject: this.#tag }, { to: this.#tag }],
    });
    const reports = await session.search({
      header: { 'content-type': 'multipart/report' },
      body: this.#tag,
    });
    const uids = [...new Set([...messages, ...reports])].filter((uid) => uid <= folder.lastUid);
    if (uids.length === 0) return;
    // What is left over of more than this, the next runs find.
    for (const message of await session.fetch(uids)) {
      const sorted = sortMessage(headerOf(Buffer.from(message.headers ?? '')));
      const arrived = message.internalDate ? new Date(message.internalDate) : new Date();
      if (sorted.kind === 'message' && sorted.token.startsWith(this.#tag)) {
        const late = lateMessage(sorted.token, arrived);
        if (late && Date.now() - Date.parse(late.sentAt) < this.#context.forgottenAfterMs) continue;
        const again = this.#again(sorted.token, folder, message.uid, arrived);
        if (late && !again) this.#late.push(late);
        folder.done.add(message.uid);
      } else if (
        sorted.kind === 'report' &&
        Date.now() - arrived.getTime() > this.#context.forgottenAfterMs
      ) {
        folder.done.add(message.uid);
      }
    }
  }

  #broken(error: Error): void {
    this.#wake.resolve();
    if (this.#closing) return;
    const detail = error.message.slice(0, MAX_DETAIL);
    this.#note(`connection lost: ${detail}`);
    this.#waiting.fail(new InboxError({ id: 'mailbox-lost', ...this.name, detail }));
  }

  #note(text: string): void {
    this.#notes.push({ at: performance.now(), text });
  }
}

async function withTimeout(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
