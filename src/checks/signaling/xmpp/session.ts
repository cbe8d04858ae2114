/** Logging in to XMPP, as an anonymous guest or with an account, and asking things. */
import { escapeXml } from '../../../base/escape.ts';
import type { XmppTransport } from '../../deployment.ts';
import { ProtocolError, protocolFault, type Reason } from '../reasons.ts';
import { exchangeFor } from './sasl.ts';
import { NS, StreamError, said, streamErrorOf, unexpected, type XmppStream } from './stream.ts';
import { child, type Element } from './xml.ts';

/** Other stanzas may come in between an answer, but not without end; a room has a dozen for whoever joins. */
const MAX_OTHERS = 100;

/** The server lets no guest in. */
export class GuestsRefused extends ProtocolError {}

/** The server does not take this account; what it said is there as well. */
export class AccountRefused extends ProtocolError {
  readonly said: string | null;
  constructor(reason: Reason, said: string | null) {
    super(reason);
    this.said = said;
  }
}

/** The server has no login of this sort. */
export class AccountNotOffered extends ProtocolError {}

/** As whom somebody logs in. A token is in the address of the stream already; the login says nothing more. */
export type LoginAs =
  | { readonly kind: 'guest' }
  | { readonly kind: 'jwt' }
  | {
      readonly kind: 'user';
      /** Without the domain. */
      readonly user: string;
      readonly password: string;
      /** The connection is encrypted, or leads to this machine. */
      readonly encrypted: boolean;
    };

/** A stanza that was answered with an error. */
export class StanzaError extends ProtocolError {
  readonly said: { readonly condition: string; readonly text: string | null };
  constructor(condition: string, text: string | undefined) {
    const words = said(condition, text);
    super({ kind: 'stanza-error', from: null, ...words });
    this.said = words;
  }
}

/** Whoever wants to know what arrives that is no answer. */
export interface Listener {
  take(element: Element): void;
  /** The stream is no more. */
  failed(cause: unknown): void;
}

/** Somebody who is logged in. */
export class XmppSession {
  readonly #stream: XmppStream;
  readonly #waiting = new Map<string, { resolve(answer: Element): void; reject(cause: unknown): void }>();
  #asked = 0;
  #others = 0;
  #reading = false;
  #listener: Listener | null = null;
  #jid = '';
  #ended = false;

  private constructor(stream: XmppStream) {
    this.#stream = stream;
  }

  /**
   * SASL (ANONYMOUS, RFC 4505; SCRAM or PLAIN for users), a new stream, and a resource (RFC 6120 7).
   *
   * @throws {GuestsRefused}, {AccountRefused}, {AccountNotOffered}, {StreamError}, {StanzaError}, or the error of the connection
   */
  static async login(stream: XmppStream, as: LoginAs = { kind: 'guest' }): Promise<XmppSession> {
    const offered = (child(stream.features, 'mechanisms', NS.sasl)?.children ?? []).map(({ text }) =>
      text.trim(),
    );
    if (as.kind === 'user') await withPassword(stream, offered, as);
    else await withoutPassword(stream, offered, as.kind);
    await stream.restart();
    const session = new XmppSession(stream);
    if (!child(stream.features, 'bind', NS.bind)) throw new StreamError(protocolFault('no-binding'));
    const bound = await session.ask('set', null, `<bind xmlns="${NS.bind}"/>`);
    session.#jid = child(child(bound, 'bind', NS.bind) ?? bound, 'jid')?.text.trim() ?? '';
    const established = child(stream.features, 'session', NS.session);
    if (established && !child(established, 'optional')) {
      await session.ask('set', null, `<session xmlns="${NS.session}"/>`);
    }
    return session;
  }

  /**
   * Sends an `iq` and waits for its answer, whatever else arrives meanwhile; several may be waited for at once.
   *
   * @param to null for our own server
   * @throws {StanzaError} where it is answered with an error; {StreamError}, or the error of the connection
   */
  ask(type: 'get' | 'set', to: string | null, payload: string): Promise<Element> {
    this.#asked += 1;
    const id = `vigie-${this.#asked}`;
    const address = to === null ? '' : ` to="${escapeXml(to)}"`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#stream
        .send(`<iq xmlns="${NS.client}" type="${type}" id="${id}"${address}>${payload}</iq>`)
        .then(() => this.#read())
        .catch((cause: unknown) => this.#fail(cause));
    });
  }

  /** The address that was given to us; it is a secret. Empty where the server named none. */
  get jid(): string {
    return this.#jid;
  }

  get transport(): XmppTransport {
    return this.#stream.transport;
  }

  /** Whether its stream is no more, and nobody will be answered. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends a stanza that is not answered. @throws the error of the connection */
  async say(stanza: string): Promise<void> {
    await this.#stream.send(stanza);
  }

  /** Whoever listens from now on is shown all that is no answer to a question of ours; null: nobody. */
  listen(listener: Listener | null): void {
    this.#listener = listener;
    if (listener) this.#read().catch((cause: unknown) => this.#fail(cause));
  }

  /** Reads for all who wait, as long as somebody does. */
  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#waiting.size > 0 || this.#listener) this.#take(await this.#stream.next());
    } finally {
      this.#reading = false;
    }
  }

  #take(element: Element): void {
    const broken = streamErrorOf(element);
    if (broken) throw new StreamError(broken);
    const { id = '', type } = element.attributes;
    const waiting = this.#waiting.get(id);
    if (element.name !== 'iq' || !waiting || (type !== 'result' && type !== 'error')) {
      this.#others += 1;
      if (this.#others > MAX_OTHERS) throw new StreamError(protocolFault('endless-stanzas'));
      this.#listener?.take(element);
      return;
    }
    this.#waiting.delete(id);
    if (type === 'result') waiting.resolve(element);
    else waiting.reject(stanzaError(element));
  }

  /** The stream is no more: nobody will be answered. */
  #fail(cause: unknown): void {
    this.#ended = true;
    for (const waiting of this.#waiting.values()) waiting.reject(cause);
    this.#waiting.clear();
    this.#listener?.failed(cause);
    this.#listener = null;
  }
}

/** SASL ANONYMOUS: guests, and whoever has a token in the address of the stream. */
async function withoutPassword(
  stream: XmppStream,
  offered: readonly string[],
  kind: 'guest' | 'jwt',
): Promise<void> {
  if (!offered.includes('ANONYMOUS')) {
    // Nobody can log in, with an account or without.
    if (offered.length === 0) throw new StreamError(protocolFault('no-login'));
    const why: Reason = {
      kind: 'accounts-only',
      mechanisms: offered.slice(0, 6).map((name) => name.slice(0, 40)),
    };
    throw kind === 'guest' ? new GuestsRefused(why) : new AccountNotOffered(why);
  }
  await stream.send(`<auth xmlns="${NS.sasl}" mechanism="ANONYMOUS"/>`);
  const answer = await stream.next();
  if (answer.name !== 'success' || answer.ns !== NS.sasl) throw refusal(answer, kind !== 'guest');
}

async function withPassword(
  stream: XmppStream,
  offered: readonly string[],
  as: Extract<LoginAs, { readonly kind: 'user' }>,
): Promise<void> {
  const exchange = exchangeFor(offered, as, as.encrypted);
  if (exchange === 'unencrypted') throw new StreamError(protocolFault('plain-unencrypted'));
  if (exchange === null)
    throw new AccountNotOffered({
      kind: 'accounts-only',
      mechanisms: offered.slice(0, 6).map((name) => name.slice(0, 40)),
    });
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const decode = ({ text }: Element) => Buffer.from(text.trim(), 'base64').toString('utf8');
  await stream.send(
    `<auth xmlns="${NS.sasl}" mechanism="${exchange.mechanism}">${encode(exchange.first)}</auth>`,
  );
  let answer = await stream.next();
  if (answer.name === 'challenge' && answer.ns === NS.sasl) {
    const response = exchange.answer(decode(answer));
    if (response === null) throw new StreamError(protocolFault('sasl-exchange'));
    await stream.send(`<response xmlns="${NS.sasl}">${encode(response)}</response>`);
    answer = await stream.next();
  }
  if (answer.name !== 'success' || answer.ns !== NS.sasl) throw refusal(answer, true);
  // Whoever does not know the password cannot prove it: perhaps somebody in between.
  if (!exchange.proves(decode(answer))) throw new StreamError(protocolFault('sasl-exchange'));
}

function refusal(answer: Element, account: boolean): Error {
  if (answer.name !== 'failure') return unexpected(answer, 'login');
  const condition = answer.children.find(({ name }) => name !== 'text')?.name ?? 'no condition';
  const words = said(condition, child(answer, 'text')?.text);
  if (condition === 'encryption-required') return new StreamError(protocolFault('no-login'));
  if (condition === 'temporary-auth-failure') return new StreamError({ kind: 'login-unavailable', ...words });
  return account
    ? new AccountRefused({ kind: 'login-refused', ...words, account }, words.text ?? words.condition)
    : new GuestsRefused({ kind: 'login-refused', ...words });
}

/** The error that a stanza carries. */
export function stanzaError(element: Element): StanzaError {
  const error = child(element, 'error');
  const condition = error?.children.find(({ name, ns }) => ns === NS.stanzaErrors && name !== 'text')?.name;
  const text = error && child(error, 'text', NS.stanzaErrors)?.text;
  return new StanzaError(condition ?? 'an error without a condition', text);
}
