/** One IMAP session: its commands, each within time and size, whatever the server sends. */
import type { FetchMessageObject, ImapFlow, SearchObject } from 'imapflow';
import { within } from '../../base/deadline.ts';
import { type ClientContext, imapClient } from '../hosts/imap-client.ts';
import type { BouncesOptions } from './options.ts';
import { SORTED_BY } from './sorting.ts';

/** Larger messages are not as we wrote them: no more of them is read. */
export const MAX_SIZE = 1_000_000;
/** Where the server has IDLE, commands are rare. */
export const IDLE_POLL_MS = 15_000;
/** What one look at a folder takes in; a server that sends more is not listened to any longer. */
const MAX_MESSAGES = 2_000;
const MAX_LOOK_BYTES = 4_000_000;
const MAX_FOLDERS = 1_000;

export interface SessionEvents {
  /** The selected folder has something new, or the server says so. */
  readonly changed: () => void;
  readonly broken: (error: Error) => void;
}

/** A session with one folder selected at a time. `connect` before anything else; `close` always. */
export class ImapSession {
  readonly #client: ImapFlow;
  readonly #timeout: number;
  readonly #events: SessionEvents;
  #folder = '';

  private constructor(client: ImapFlow, timeout: number, events: SessionEvents) {
    this.#client = client;
    this.#timeout = timeout;
    this.#events = events;
    client.on('error', (error) => events.broken(error));
    client.on('close', () => events.broken(new Error('the connection was closed')));
    client.on('exists', () => events.changed());
  }

  /** Rejects with what imapflow, or the lookup of the host, rejects with. `opened` is called as soon as there is something to close. */
  static async connect(
    options: BouncesOptions,
    context: ClientContext,
    events: SessionEvents,
    opened: (session: ImapSession) => void,
  ): Promise<void> {
    const { timeout } = options;
    const client = await imapClient(options, context, {
      // Silence between two arrivals is not a fault; each command is answered within this.
      socketTimeout: Math.max(timeout, IDLE_POLL_MS * 2),
      maxLineLength: MAX_SIZE,
      maxLiteralSize: 2 * MAX_SIZE,
      maxResponseSize: 4 * MAX_SIZE,
    });
    const session = new ImapSession(client, timeout, events);
    opened(session);
    context.signal.addEventListener('abort', () => client.close(), { once: true });
    // The greeting, TLS, capabilities and the login: each has its own timeout, unless the server says just enough.
    await session.#ask(() => client.connect(), 3);
  }

  get usable(): boolean {
    return this.#client.usable;
  }

  get idles(): boolean {
    return this.#client.capabilities.has('IDLE');
  }

  /** Selects a folder; the UID that its next message will have. */
  async select(folder: string): Promise<number> {
    const opened = await this.#ask(() => this.#client.mailboxOpen(folder));
    this.#folder = folder;
    return opened.uidNext;
  }

  /** The folder that the server sorts spam into (RFC 6154), or that is called so; null without one. */
  async junkFolder(): Promise<string | null> {
    const folders = await this.#ask(() => this.#client.list());
    const junk = folders.slice(0, MAX_FOLDERS).find(({ specialUse }) => specialUse === '\\Junk');
    return junk?.path ?? null;
  }

  /** The UID that the next message of a folder will have, without selecting it; null where the server does not say. */
  async uidNextOf(folder: string): Promise<number | null> {
    const status = await this.#ask(() => this.#client.status(folder, { uidNext: true }));
    return status ? (status.uidNext ?? null) : null;
  }

  async noop(): Promise<void> {
    await this.#ask(() => this.#client.noop());
  }

  /** Ends with the next command; what it rejects with, that command does as well. */
  idle(): void {
    this.#client.idle().catch(() => {});
  }

  async search(query: SearchObject): Promise<number[]> {
    return (await this.#ask(() => this.#client.search(query, { uid: true }))) || [];
  }

  /** The messages with these UIDs: their sizes and what of their headers says whose they are. */
  async fetch(uids: string | readonly number[]): Promise<FetchMessageObject[]> {
    const range = typeof uids === 'string' ? uids : uids.slice(0, MAX_MESSAGES);
    const query = { uid: true, size: true, internalDate: true, headers: SORTED_BY };
    const messages: FetchMessageObject[] = [];
    let bytes = 0;
    await this.#ask(async () => {
      for await (const message of this.#client.fetch(range, query, { uid: true })) {
        messages.push(message);
        bytes += message.headers?.length ?? 0;
        if (messages.length <= MAX_MESSAGES && bytes <= MAX_LOOK_BYTES) continue;
        this.#client.close();
        throw Object.assign(new Error('it sends more than is read'), { code: 'ResponseTooLarge' });
      }
    });
    return messages;
  }

  async source(uid: number, maxLength: number): Promise<Buffer | null> {
    const query = { source: { start: 0, maxLength } };
    const message = await this.#ask(() => this.#client.fetchOne(String(uid), query, { uid: true }));
    // A server may send more than it was asked for.
    return message ? (message.source?.subarray(0, maxLength) ?? null) : null;
  }

  /** Deletes messages of a folder, by UID. */
  async delete(folder: string, uids: readonly number[]): Promise<void> {
    if (uids.length === 0) return;
    if (this.#folder !== folder) await this.select(folder);
    // Without UIDPLUS an EXPUNGE would also remove what the mailbox's owner marked: then mark only.
    if (this.#client.capabilities.has('UIDPLUS')) {
      await this.#ask(() => this.#client.messageDelete([...uids], { uid: true }), 2);
    } else {
      await this.#ask(() => this.#client.messageFlagsAdd([...uids], ['\\Deleted'], { uid: true }));
    }
  }

  async logout(): Promise<void> {
    await this.#client.logout();
  }

  close(): void {
    this.#client.close();
  }

  /** One command. A server that does not end its answer in time, however much it says, is not listened to any longer. */
  async #ask<T>(command: () => Promise<T>, times = 1): Promise<T> {
    try {
      return await within(this.#timeout * times, new AbortController().signal, command);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ETIMEDOUT') {
        this.#events.broken(cause);
        this.#client.close();
      }
      throw cause;
    }
  }
}
