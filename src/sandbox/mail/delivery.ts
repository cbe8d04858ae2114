/** From the relay to the recipient's mail server, found by its MX record as by any relay (RFC 5321 5.1). */
import { setTimeout as delay } from 'node:timers/promises';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { DnsError, type Resolver } from '../../dns/resolver.ts';
import { RELAY_HOST } from '../domains.ts';

/** A message to deliver. */
export interface Queued {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

/** Where a domain's mail goes. */
export interface Exchange {
  readonly host: string;
  readonly address: string;
}

/** A domain accepts no mail: permanently, or for now. */
export class NoExchange extends Error {
  readonly temporary: boolean;
  constructor(message: string, temporary: boolean) {
    super(message);
    this.temporary = temporary;
  }
}

/** Pauses before each attempt; after the last one the message is discarded. */
const PAUSES_MS = [0, 1000, 3000];
const TIMEOUT_MS = 5000;

/** What nodemailer's errors carry when the server has answered. */
type SmtpFailure = Error & { readonly responseCode?: number | undefined };

/** The first of a domain's mail servers that has an address of this machine; nothing leaves it. @throws NoExchange */
export async function exchangeOf(domain: string, resolver: Resolver): Promise<Exchange> {
  try {
    const { records } = await resolver.lookup(domain, 'MX');
    for (const { exchange } of [...records].sort((a, b) => a.priority - b.priority)) {
      const [address] = (await resolver.lookup(exchange, 'A')).records;
      if (address?.startsWith('127.')) return { host: exchange, address };
    }
  } catch (error) {
    if (error instanceof DnsError) throw new NoExchange(error.message, error.temporary);
    throw error;
  }
  throw new NoExchange(`${domain} has no mail server in the sandbox`, false);
}

export interface DeliveryOptions {
  readonly resolver: Resolver;
  /** The port of all mail servers; 25 needs rights that a sandbox does not have. */
  readonly port: number;
}

/** Delivers in the background, with some retries. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #ending = new AbortController();
  readonly #connections = new Set<SMTPConnection>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Accepts a message. What cannot be delivered is discarded without a bounce: its sender is a monitor that waits for it. */
  queue(message: Queued): void {
    const work = this.#deliver(message);
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Ends what is in progress. */
  async close(): Promise<void> {
    this.#ending.abort();
    for (const connection of this.#connections) connection.close();
    await Promise.all(this.#underWay);
  }

  async #deliver(message: Queued): Promise<void> {
    const { signal } = this.#ending;
    for (const pause of PAUSES_MS) {
      await delay(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const done = await this.#attempt(message).catch(() => false);
      if (done) return;
    }
  }

  /** Whether the message has left the queue: accepted, or refused for good. */
  async #attempt(message: Queued): Promise<boolean> {
    const domain = message.to.slice(message.to.lastIndexOf('@') + 1);
    const { host, address } = await exchangeOf(domain, this.#options.resolver);
    const connection = new SMTPConnection({
      host: address,
      port: this.#options.port,
      name: RELAY_HOST,
      // As relays do: encrypted where it is offered, with any certificate (RFC 7435).
      opportunisticTLS: true,
      tls: { servername: host, rejectUnauthorized: false },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      logger: false,
    });
    this.#connections.add(connection);
    try {
      return await new Promise<boolean>((resolve, reject) => {
        const refused = (error: SmtpFailure) =>
          (error.responseCode ?? 0) >= 500 ? resolve(true) : reject(error);
        connection.on('error', refused);
        connection.on('end', () => reject(new Error('the connection was closed')));
        connection.connect((failure) => {
          if (failure) return refused(failure);
          connection.send({ from: message.from, to: [message.to] }, message.raw, (error) =>
            error ? refused(error) : resolve(true),
          );
        });
      });
    } finally {
      this.#connections.delete(connection);
      if (connection.destroyed) connection.close();
      else connection.quit();
    }
  }
}
