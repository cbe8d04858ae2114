/**
 * Reads the attachments of reports from a mailbox by IMAP. The mailbox may be a person's: it is opened read-only, nothing is
 * marked or deleted, and only attachments that may be reports are fetched.
 */
import type { FetchMessageObject, ImapFlow, ImapFlowError, MessageStructureObject } from 'imapflow';
import { within } from '../../base/deadline.ts';
import { HostError } from '../hosts/host.ts';
import { type ClientContext, imapClient } from '../hosts/imap-client.ts';
import { mailboxFaultOf } from '../hosts/mailbox-faults.ts';
import type { MailboxProblem } from './causes.ts';
import type { ImapOptions } from './options.ts';
import { decoded } from './transfer-encoding.ts';
import { MAX_PACKED } from './unpack.ts';

/** Messages whose structure is asked for at once. */
const STRUCTURES_AT_ONCE = 200;
/** Attachments that are fetched with one command, and their bytes together. */
const PARTS_AT_ONCE = 50;
const BYTES_AT_ONCE = 4_000_000;
const MAX_PARTS = 50;
const MAX_DEPTH = 10;
const MAX_RESPONSE = 32_000_000;
/** Base64 with line breaks needs 37 % more than what it holds. */
const MAX_ENCODED = Math.ceil(MAX_PACKED * 1.4);

/** An attachment that may be a report. */
export interface Attachment {
  readonly bytes: Buffer;
  readonly file: string;
  readonly sender: string;
  readonly received: number;
  /** By its name or the subject it is a report for sure: one that cannot be read is reported. */
  readonly certain: boolean;
  /** It is larger than what is looked at, and was not fetched. */
  readonly tooLarge: boolean;
}

export interface Message {
  readonly uid: number;
  readonly attachments: readonly Attachment[];
}

/** The mailbox cannot be read. */
export class MailboxError extends Error {
  readonly problem: MailboxProblem;
  constructor(problem: MailboxProblem) {
    super(`the mailbox cannot be read: ${problem.id}`);
    this.problem = problem;
  }
}

/** An open mailbox. */
export class ReportMailbox {
  readonly validity: string;
  readonly #client: ImapFlow;
  readonly #timeout: number;
  readonly #signal: AbortSignal;
  readonly #abort: () => void;

  private constructor(client: ImapFlow, timeout: number, signal: AbortSignal, abort: () => void) {
    this.#client = client;
    this.#timeout = timeout;
    this.#signal = signal;
    this.#abort = abort;
    const { mailbox } = client;
    this.validity = mailbox ? String(mailbox.uidValidity) : '';
  }

  /** Logs in once and opens the folder read-only. @throws MailboxError */
  static async open(options: ImapOptions, context: ClientContext): Promise<ReportMailbox> {
    const { folder, timeout } = options;
    const { signal } = context;
    let client: ImapFlow | null = null;
    const abort = () => client?.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const opened = await imapClient(options, context, {
        socketTimeout: timeout,
        maxLineLength: 1_000_000,
        maxLiteralSize: MAX_ENCODED + 1_000,
        maxResponseSize: MAX_RESPONSE,
      });
      client = opened;
      // What it reports is what the command in progress rejects with.
      opened.on('error', () => {});
      await within(timeout * 3, signal, () => opened.connect());
      await within(timeout, signal, () => opened.mailboxOpen(folder, { readOnly: true }));
      return new ReportMailbox(opened, timeout, signal, abort);
    } catch (cause) {
      client?.close();
      signal.removeEventListener('abort', abort);
      signal.throwIfAborted();
      throw new MailboxError(problemOf(cause as ImapFlowError | HostError, folder));
    }
  }

  /** The UIDs above one, of messages that came on or after a day, in order. @throws MailboxError */
  async newer(uid: number, since: Date): Promise<number[]> {
    const found = await this.#ask((client) => client.search({ uid: `${uid + 1}:*`, since }, { uid: true }));
    if (!found) throw new MailboxError({ id: 'lost', detail: 'the search was refused' });
    // "*" is the last message even where that is an old one (RFC 9051 6.4.9).
    return found.filter((one) => one > uid).sort((one, other) => one - other);
  }

  /** The messages with these UIDs, in order, with the attachments that may be reports. @throws MailboxError */
  async *read(uids: readonly number[]): AsyncGenerator<Message> {
    for (let at = 0; at < uids.length; at += STRUCTURES_AT_ONCE) {
      const some = uids.slice(at, at + STRUCTURES_AT_ONCE);
      const query = { uid: true, internalDate: true, envelope: true, bodyStructure: true };
      const described = await this.#ask((client) => client.fetchAll([...some], query, { uid: true }));
      const messages = described
        .filter(({ uid }) => some.includes(uid))
        .sort((one, other) => one.uid - other.uid);
      for (const group of groupsOf(messages.map((message) => ({ message, parts: partsOf(message) })))) {
        const contents = await this.#contents(group);
        for (const { message, parts } of group) yield messageOf(message, parts, contents);
      }
    }
  }

  /** What is in the parts, by UID and part. */
  async #contents(group: readonly Described[]): Promise<Map<string, Buffer>> {
    const contents = new Map<string, Buffer>();
    const wanted = group.flatMap(({ message, parts }) =>
      parts.filter(({ tooLarge }) => !tooLarge).map((part) => ({ uid: message.uid, part })),
    );
    for (const [part, its] of Map.groupBy(wanted, ({ part: { id } }) => id)) {
      const uids = its.map(({ uid }) => uid);
      const query = { uid: true, bodyParts: [{ key: part, start: 0, maxLength: MAX_ENCODED }] };
      const fetched = await this.#ask((client) => client.fetchAll(uids, query, { uid: true }), 2);
      for (const { uid, bodyParts, binaryParts } of fetched) {
        const encoding = its.find((one) => one.uid === uid)?.part.encoding;
        const [content] = bodyParts?.values() ?? [];
        if (!content || encoding === undefined) continue;
        contents.set(`${uid} ${part}`, binaryParts?.size ? content : decoded(content, encoding));
      }
    }
    return contents;
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort);
    await within(2_000, new AbortController().signal, () => this.#client.logout()).catch(() => {});
    this.#client.close();
  }

  /** One command, within its time. */
  async #ask<T>(command: (client: ImapFlow) => Promise<T>, times = 1): Promise<T> {
    try {
      return await within(this.#timeout * times, this.#signal, () => command(this.#client));
    } catch (cause) {
      this.#client.close();
      this.#signal.throwIfAborted();
      throw new MailboxError({ id: 'lost', detail: (cause as Error).message.slice(0, 500) });
    }
  }
}

interface Part {
  readonly id: string;
  readonly file: string;
  readonly encoding: string;
  readonly size: number;
  readonly certain: boolean;
  readonly tooLarge: boolean;
}

interface Described {
  readonly message: FetchMessageObject;
  readonly parts: readonly Part[];
}

const TYPES = new Set([
  'application/gzip',
  'application/x-gzip',
  'application/zip',
  'application/x-zip-compressed',
  'application/xml',
  'text/xml',
]);
const FILE = /\.(xml|xml\.gz|gz|zip)$/i;
/** `receiver!domain!begin!end[!id].xml.gz`, and the subject of RFC 7489 7.2.1.1 and RFC 9990 2.6. */
const REPORT_FILE = /^[^!/\s]+![^!/\s]+!\d{6,}!\d{6,}.*\.(xml|gz|zip)$/i;
const REPORT_SUBJECT = /\breport[ -]domain\s*:/i;

/** The parts of a message that may be reports. */
function partsOf({ bodyStructure, envelope }: FetchMessageObject): Part[] {
  const parts: Part[] = [];
  const bySubject = REPORT_SUBJECT.test(envelope?.subject ?? '');
  const look = (node: MessageStructureObject, depth: number) => {
    if (depth > MAX_DEPTH || parts.length >= MAX_PARTS) return;
    for (const child of node.childNodes ?? []) look(child, depth + 1);
    if (node.childNodes) return;
    const file = node.dispositionParameters?.filename ?? node.parameters?.name ?? '';
    const type = node.type.toLowerCase();
    const named = FILE.test(file);
    if (!TYPES.has(type) && !(named && type.startsWith('application/'))) return;
    const size = node.size ?? 0;
    parts.push({
      id: node.part ?? '1',
      file: file.slice(0, 200),
      encoding: (node.encoding ?? '7bit').toLowerCase(),
      size,
      certain: bySubject || REPORT_FILE.test(file),
      tooLarge: size > MAX_ENCODED,
    });
  };
  if (bodyStructure) look(bodyStructure, 0);
  return parts;
}

/** Messages whose attachments are fetched together. */
function* groupsOf(messages: readonly Described[]): Generator<Described[]> {
  let group: Described[] = [];
  let bytes = 0;
  for (const one of messages) {
    const its = one.parts.reduce((sum, { size, tooLarge }) => sum + (tooLarge ? 0 : size), 0);
    if (group.length > 0 && (group.length >= PARTS_AT_ONCE || bytes + its > BYTES_AT_ONCE)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(one);
    bytes += its;
  }
  if (group.length > 0) yield group;
}

function messageOf(
  { uid, envelope, internalDate }: FetchMessageObject,
  parts: readonly Part[],
  contents: ReadonlyMap<string, Buffer>,
): Message {
  const sender = (envelope?.from?.[0]?.address ?? '').slice(0, 200);
  const received = new Date(internalDate ?? Date.now()).getTime() || Date.now();
  return {
    uid,
    attachments: parts.map(({ id, file, certain, tooLarge }) => ({
      bytes: contents.get(`${uid} ${id}`) ?? Buffer.alloc(0),
      file,
      sender,
      received,
      certain,
      tooLarge,
    })),
  };
}

function problemOf(error: ImapFlowError | HostError, folder: string): MailboxProblem {
  if (error instanceof HostError) {
    const { failure } = error;
    if (failure.problem === 'resolver') return { id: 'resolver', lookup: failure.lookup };
    const reason = failure.problem === 'no-address' ? 'no-address' : 'other';
    return { id: 'unreachable', reason, detail: error.message };
  }
  if (error.authenticationFailed) {
    return { id: 'login-refused', response: error.responseText?.slice(0, 500) ?? null };
  }
  // A command that the server refuses: of those sent here, only the folder can be refused.
  if (error.responseStatus === 'NO' || error.responseStatus === 'BAD') return { id: 'no-folder', folder };
  return { id: 'unreachable', ...mailboxFaultOf(error) };
}
