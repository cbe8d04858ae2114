/**
 * The embedded mail server: a genuine MX for the test recipients and for nobody else. Runs with the same
 * address share one server, and it goes on listening between runs, so that a relay that retries reaches it.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  SMTPServer,
  type SMTPServerAddress,
  type SMTPServerDataStream,
  type SMTPServerSession,
} from 'smtp-server';
import { listenFault } from '../../base/errno.ts';
import { handling } from '../../base/handling.ts';
import { hostPort } from '../../net/host-port.ts';
import { readBounce, unreadableBounce } from './bounce.ts';
import { noteCopy, takeRepeated } from './copies.ts';
import type { Hop } from './hop.ts';
import { type Arrival, type Inbox, InboxError, lateMessage, Waiting } from './inbox.ts';
import { IssuedTokens } from './issued.ts';
import { domainOf } from './message.ts';
import { MxSessions } from './mx-sessions.ts';
import type { MxOptions } from './options.ts';
import type { LateMessage } from './result.ts';
import { tagOf, tokensIn } from './token.ts';

/** An SMTP session is closed after this long without a command. */
const IDLE_MS = 30_000;
/** A relay delivers in seconds; one that is asked to come back later does so in a connection of its own. */
const LIMITS = {
  total: 200,
  perAddress: 20,
  uselessMs: 30_000,
  usefulMs: 300_000,
  uselessBytes: 65_536,
} as const;
/** Messages of the largest size that a relay may hand over in one session. */
const MESSAGES_PER_SESSION = 20;
/** Of what a client says, in the notes. */
const MAX_SHOWN = 120;
const MAX_NOTES = 200;
const MAX_LATE = 1000;

/** Key and certificate, already read from their files. */
export interface MxKeys {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** One check's share of a server. */
interface Client {
  readonly tag: string;
  readonly returnPaths: ReadonlySet<string>;
  readonly waiting: Waiting;
}

/** Of every check and server: a message may arrive when its server has been started anew with other settings. */
const issued = new IssuedTokens();

/** All servers of this process, by what they listen on. */
const servers = new Map<string, MxServer>();

/**
 * Starts receiving for a check, or joins the server that listens there already.
 * @throws InboxError `mx-not-listening`
 */
export async function openMx(
  check: string,
  options: MxOptions,
  keys: MxKeys | null,
  returnPaths: readonly string[],
): Promise<Inbox> {
  const address = hostPort(options.listen);
  const settings = JSON.stringify({ ...options, cert: keys?.cert.toString('base64') });
  let server = servers.get(address);
  if (server && server.settings !== settings) {
    if (server.busy) {
      throw new InboxError({ id: 'mx-not-listening', address, reason: 'other-settings', detail: '' });
    }
    await server.stop();
    server = undefined;
  }
  if (!server) {
    const fresh = new MxServer(settings, options, keys, () => servers.delete(address));
    servers.set(address, fresh);
    server = fresh;
  }
  await server.listening;
  return server.join({
    tag: tagOf(check),
    returnPaths: new Set(returnPaths.map((path) => path.toLowerCase())),
    waiting: new Waiting(),
  });
}

/** Stops every server that lingers. For tests, and for a service that ends. */
export async function closeAllMx(): Promise<void> {
  await Promise.all([...servers.values()].map((server) => server.stop()));
}

class MxServer {
  readonly settings: string;
  readonly listening: Promise<void>;
  readonly #options: MxOptions;
  readonly #server: SMTPServer;
  readonly #gone: () => void;
  readonly #clients = new Set<Client>();
  readonly #sessions: MxSessions;
  /** Tags of every check that ever received here, with what arrived late for them. */
  readonly #late = new Map<string, LateMessage[]>();
  /** The version of TLS of each session that turned it on. */
  readonly #protocols = new WeakMap<SMTPServerSession, string>();
  #arrivals = 0;
  readonly #notes: { at: number; text: string }[] = [];
  #linger: NodeJS.Timeout | undefined;

  constructor(settings: string, options: MxOptions, keys: MxKeys | null, gone: () => void) {
    this.settings = settings;
    this.#options = options;
    this.#gone = gone;
    this.#sessions = new MxSessions(
      { ...LIMITS, usefulBytes: options.maxSize * MESSAGES_PER_SESSION },
      options.proxies.length > 0,
    );
    this.#server = new SMTPServer({
      name: options.name ?? options.domain,
      ...(keys ?? {}),
      disabledCommands: keys ? ['AUTH'] : ['AUTH', 'STARTTLS'],
      authOptional: true,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: true,
      // Relays convert what has eight bits for such receivers: after it was signed, or before.
      hide8BITMIME: true,
      hideSMTPUTF8: true,
      size: options.maxSize,
      rejectOversized: true,
      maxRecipients: 1,
      socketTimeout: IDLE_MS,
      closeTimeout: 1000,
      logger: false,
      useProxy: options.proxies.length > 0 ? [...options.proxies] : false,
      onConnect: (session, callback) => {
        this.#note(`${session.remoteAddress} connected`);
        callback();
      },
      onSecure: (socket, session, callback) => {
        const protocol = socket instanceof TLSSocket ? socket.getProtocol() : null;
        if (protocol) this.#protocols.set(session, protocol);
        this.#note(`${session.remoteAddress} turned on TLS`);
        callback();
      },
      onRcptTo: (recipient, session, callback) => {
        const refusal = this.#refusal(recipient, session);
        if (refusal)
          this.#note(
            `${session.remoteAddress} was refused the recipient ${recipient.address.slice(0, MAX_SHOWN)}`,
          );
        else this.#sessions.accepted(session.remotePort);
        callback(refusal);
      },
      onData: (stream, session, callback) => this.#receive(stream, session, callback),
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.listening = promise;
    this.#server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'listen' && error.syscall !== 'bind') {
        this.#note(`connection error: ${error.message}`);
        return;
      }
      this.#gone();
      reject(notListening(hostPort(options.listen), error));
    });
    this.#server.server.on('connection', (socket: Socket) => {
      this.#sessions.admit(socket);
      if (!this.busy) socket.unref();
    });
    this.#server.listen(options.listen.port, options.listen.host, () => resolve());
  }

  get busy(): boolean {
    return this.#clients.size > 0;
  }

  join(client: Client): Inbox {
    this.#clients.add(client);
    clearTimeout(this.#linger);
    this.#server.server.ref();
    if (!this.#late.has(client.tag)) this.#late.set(client.tag, []);
    return {
      recipient: (token) => `${token}@${this.#options.domain}`,
      expect: (token) => {
        issued.add(token);
        client.waiting.expect(token);
      },
      arrival: (token, signal) => client.waiting.arrival(token, signal),
      notes: (since) => this.#notes.filter((note) => note.at >= since).map((note) => note.text),
      crowded: (since) => this.#sessions.crowded(since),
      late: () => this.#late.get(client.tag)?.splice(0) ?? [],
      repeated: () => takeRepeated(client.tag),
      close: async () => {
        this.#clients.delete(client);
        if (this.busy) return;
        if (this.#options.linger === 0) await this.stop();
        else this.#idle();
      },
    };
  }

  /** Listens on without keeping the process alive. */
  #idle(): void {
    this.#server.server.unref();
    for (const socket of this.#sessions.sockets) socket.unref();
    this.#linger = setTimeout(() => void this.stop(), Math.min(this.#options.linger, 2 ** 31 - 1));
    this.#linger.unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#linger);
    this.#gone();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Why a recipient is not taken; null when it is one that we have issued. */
  #refusal(recipient: SMTPServerAddress, session: SMTPServerSession): Error | null {
    const address = recipient.address.toLowerCase();
    const bounce = session.envelope.mailFrom !== false && session.envelope.mailFrom.address === '';
    if (bounce && [...this.#clients].some((client) => client.returnPaths.has(address))) return null;
    const [token] = tokensIn(address);
    if (token && domainOf(address) === this.#options.domain.toLowerCase() && issued.has(token)) return null;
    return smtpError(550, '5.1.1 No such recipient here');
  }

  #receive(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    callback: (error?: Error | null, message?: string) => void,
  ): void {
    const chunks: Buffer[] = [];
    stream.on(
      'data',
      handling(callback, (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      }),
    );
    stream.once('error', (error: Error) => callback(error));
    stream.once('end', () => {
      if (stream.sizeExceeded) {
        this.#note(`${session.remoteAddress} sent a message larger than ${this.#options.maxSize} bytes`);
        callback(smtpError(552, '5.3.4 Too large'));
        return;
      }
      // The session's envelope is reset when the callback is called: read it before.
      void this.#accept(Buffer.concat(chunks), session, callback);
    });
  }

  /** Answers once a message has been delivered to those who wait for it. */
  async #accept(
    raw: Buffer,
    session: SMTPServerSession,
    callback: (error?: Error | null, message?: string) => void,
  ): Promise<void> {
    try {
      await this.#deliver(raw, session);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    callback(null, 'Received');
  }

  async #deliver(raw: Buffer, session: SMTPServerSession): Promise<void> {
    const at = performance.now();
    const receivedAt = new Date();
    const mailFrom = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
    const recipient = session.envelope.rcptTo[0]?.address ?? '';
    const hop: Hop = {
      clientIp: session.remoteAddress.replace(/^::ffff:/i, ''),
      helo: String(session.hostNameAppearsAs).slice(0, 255),
      mailFrom,
      encrypted: session.secure,
      tls: this.#protocols.get(session) ?? null,
    };
    const report = mailFrom === '' ? readBounce(raw, receivedAt) : null;
    if (report) {
      for (const token of report.tokens) this.#hand(token, { kind: 'bounce', raw, report });
      return;
    }
    const [token] = tokensIn(recipient);
    // Test messages go to the token itself; what comes from nobody to another address with it came to a return path.
    if (mailFrom === '' && token && !recipient.toLowerCase().startsWith(`${token}@`)) {
      const bounce = unreadableBounce(raw, token, receivedAt);
      if (bounce) this.#hand(token, { kind: 'bounce', raw, report: bounce });
      return;
    }
    if (!token) return;
    const place = `mx ${this.#arrivals++}`;
    const print = createHash('sha256').update(raw).digest('base64');
    // One that is delivered twice is not late.
    if (noteCopy(token, { place, at: receivedAt, print })) return;
    if (this.#hand(token, { kind: 'message', raw, hop, at, receivedAt })) return;
    const late = lateMessage(token, receivedAt);
    const kept = [...this.#late].find(([tag]) => token.startsWith(tag))?.[1];
    if (late && kept && kept.length < MAX_LATE) kept.push(late);
  }

  #hand(token: string, arrival: Arrival): boolean {
    return [...this.#clients].filter((client) => client.waiting.deliver(token, arrival)).length > 0;
  }

  #note(text: string): void {
    this.#notes.push({ at: performance.now(), text });
    if (this.#notes.length > MAX_NOTES) this.#notes.shift();
  }
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function notListening(address: string, error: Error): InboxError {
  const fault = listenFault(error);
  const reason = fault === null || fault === 'unknown-name' || fault === 'no-port' ? 'other' : fault;
  return new InboxError({ id: 'mx-not-listening', address, reason, detail: error.message });
}
