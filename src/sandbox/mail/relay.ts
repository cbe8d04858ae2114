/** The submission server (RFC 6409): accepts mail from its one account, signs it, and delivers it. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import addressparser from 'nodemailer/lib/addressparser';
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { headerOf } from '../../checks/mail/header.ts';
import { domainOf } from '../../checks/mail/message.ts';
import type { Resolver } from '../../dns/resolver.ts';
import type { ActiveFaults } from '../active-faults.ts';
import { ACCOUNT, ADDRESS, HOSTED, RELAY_HOST, senderIn } from '../domains.ts';
import type { Identity } from './certificates.ts';
import { type Delivery, exchangeOf, NoExchange } from './delivery.ts';
import type { Signer } from './signer.ts';

const MAX_BYTES = 1_000_000;
const IDLE_MS = 30_000;
/** How long sessions have to end before they are closed, when it goes down or is closed. */
const CLOSE_MS = 200;

const OWNED = new Set(HOSTED.map(senderIn));

export interface RelayOptions {
  /** With STARTTLS, and encrypted from the start. */
  readonly ports: { readonly starttls: number; readonly implicit: number };
  readonly identity: Identity;
  readonly signer: Signer;
  readonly delivery: Delivery;
  readonly resolver: Resolver;
  readonly faults: ActiveFaults;
}

export class Relay {
  readonly #options: RelayOptions;
  #servers: SMTPServer[] = [];
  /** Changes happen one after the other. */
  #changing: Promise<void> = Promise.resolve();
  #up = false;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Accepts connections from now on, or refuses them. Resolves when that is so; rejects when a port is taken. */
  turn(up: boolean): Promise<void> {
    const changed = this.#changing.then(async () => {
      if (this.#up === up) return;
      if (up) await this.#open();
      else await this.#shut();
      this.#up = up;
    });
    this.#changing = changed.catch(() => {});
    return changed;
  }

  async #open(): Promise<void> {
    const { ports } = this.#options;
    const opening = [this.#listen(ports.starttls, false), this.#listen(ports.implicit, true)];
    const results = await Promise.allSettled(opening);
    const failed = results.find((result) => result.status === 'rejected');
    if (!failed) return;
    await this.#shut();
    throw failed.reason;
  }

  async #listen(port: number, secure: boolean): Promise<void> {
    const server = new SMTPServer(this.#settings(secure));
    // A client that disconnects early is no fault; a port that is taken is reported below.
    server.on('error', () => {});
    server.listen(port, ADDRESS);
    await once(server.server, 'listening');
    this.#servers.push(server);
  }

  async #shut(): Promise<void> {
    const servers = this.#servers.splice(0);
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  #settings(secure: boolean): SMTPServerOptions {
    const { key, cert } = this.#options.identity;
    return {
      name: RELAY_HOST,
      banner: "Vigie's sandbox",
      secure,
      key,
      cert,
      size: MAX_BYTES,
      rejectOversized: true,
      // The answers have their own: the library knows one for each code, and 553 means several things.
      hideENHANCEDSTATUSCODES: true,
      disableReverseLookup: true,
      socketTimeout: IDLE_MS,
      closeTimeout: CLOSE_MS,
      logger: false,
      onAuth: ({ username, password }, _session, done) => {
        const known = username === ACCOUNT.user && password === ACCOUNT.password;
        if (known) done(null, { user: ACCOUNT.user });
        else done(smtpError(535, '5.7.8 Authentication credentials invalid'));
      },
      onMailFrom: ({ address }, _session, done) => done(refusedSender(address)),
      onRcptTo: ({ address }, _session, done) => void this.#answer(this.#checkRecipient(address), done),
      onData: (stream, session, done) => void this.#answer(this.#take(stream, session), done),
    };
  }

  /** Answers a command when the work for it has ended. */
  async #answer<T>(work: Promise<T>, done: (error?: Error | null, result?: T) => void): Promise<void> {
    try {
      const result = await work;
      done(null, result);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Rejects with the refusal of a recipient whose domain accepts no mail. */
  async #checkRecipient(address: string): Promise<void> {
    try {
      await exchangeOf(domainOf(address), this.#options.resolver);
    } catch (error) {
      if (!(error instanceof NoExchange)) throw error;
      throw error.temporary
        ? smtpError(451, `4.4.3 ${error.message}`)
        : smtpError(550, `5.1.2 ${error.message}`);
    }
  }

  /** Accepts a message; resolves with the answer. Rejects with the refusal. */
  async #take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    // The session's envelope is reset before the message is delivered.
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const recipients = rcptTo.map(({ address }) => address);
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (!stream.sizeExceeded) chunks.push(chunk);
    }
    if (stream.sizeExceeded) throw smtpError(552, '5.3.4 Too large');
    const written = Buffer.concat(chunks);
    const author = authorOf(written);
    const refusal = refusedSender(author ?? '');
    if (refusal || author === null) throw refusal;
    const id = randomBytes(6).toString('hex').toUpperCase();
    const message = await this.#prepare(
      Buffer.concat([receivedLine(session, id), written]),
      domainOf(author),
    );
    if (!this.#options.faults.is('mail-lost')) {
      for (const to of recipients) this.#options.delivery.queue({ from, to, raw: message });
    }
    return `queued as ${id}`;
  }

  /** The message as it leaves, with the faults that are set. */
  async #prepare(message: Buffer, domain: string): Promise<Buffer> {
    const { faults, signer } = this.#options;
    const signed = faults.is('unsigned')
      ? message
      : await signer.sign(message, domain, faults.is('wrong-key'));
    if (!faults.is('body-changed')) return signed;
    return Buffer.concat([signed, Buffer.from("-- \r\nThis line was added by Vigie's sandbox.\r\n")]);
  }
}

/** The author: the only one in the only From field; null where there is another number of either. */
function authorOf(message: Buffer): string | null {
  const fields = headerOf(message).filter(({ name }) => name === 'from');
  const authors = fields.flatMap(({ value }) => addressparser(value, { flatten: true }));
  return fields.length === 1 && authors.length === 1 ? authors[0]!.address.toLowerCase() : null;
}

/** The account writes from its own addresses, in the envelope and in From. */
function refusedSender(address: string): Error | null {
  if (OWNED.has(address.toLowerCase())) return null;
  return smtpError(553, `5.7.1 <${address}>: not owned by the user ${ACCOUNT.user}`);
}

/** The trace that every relay leaves (RFC 5321 4.4). */
function receivedLine(session: SMTPServerSession, id: string): Buffer {
  const { hostNameAppearsAs, remoteAddress, transmissionType } = session;
  const date = new Date().toUTCString().replace(/GMT$/, '+0000');
  return Buffer.from(
    `Received: from ${hostNameAppearsAs} ([${remoteAddress}])\r\n\tby ${RELAY_HOST} with ${transmissionType} id ${id};\r\n\t${date}\r\n`,
  );
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
