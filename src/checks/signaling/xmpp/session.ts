/** Logging in to XMPP as an anonymous guest does, and asking things. */
import { escapeXml } from '../../../base/escape.ts';
import { ProtocolError, protocolFault } from '../reasons.ts';
import { NS, StreamError, said, streamErrorOf, unexpected, type XmppStream } from './stream.ts';
import { child, type Element } from './xml.ts';

/** Other stanzas may come in between an answer, but not without end. */
const MAX_OTHERS = 50;

/** The server lets no guest in. */
export class GuestsRefused extends ProtocolError {}

/** A stanza that was answered with an error. */
export class StanzaError extends ProtocolError {
  readonly said: { readonly condition: string; readonly text: string | null };
  constructor(condition: string, text: string | undefined) {
    const words = said(condition, text);
    super({ kind: 'stanza-error', from: null, ...words });
    this.said = words;
  }
}

/** Somebody who is logged in. The address that was given to us stays in here. */
export class XmppSession {
  readonly #stream: XmppStream;
  readonly #waiting = new Map<string, { resolve(answer: Element): void; reject(cause: unknown): void }>();
  #asked = 0;
  #others = 0;
  #reading = false;

  private constructor(stream: XmppStream) {
    this.#stream = stream;
  }

  /**
   * SASL ANONYMOUS (RFC 4505), a new stream, and a resource (RFC 6120 7).
   *
   * @throws {GuestsRefused}, {StreamError}, {StanzaError}, or the error of the connection
   */
  static async login(stream: XmppStream): Promise<XmppSession> {
    const offered = (child(stream.features, 'mechanisms', NS.sasl)?.children ?? []).map(({ text }) =>
      text.trim(),
    );
    if (!offered.includes('ANONYMOUS')) {
      throw new GuestsRefused(
        offered.length > 0
          ? { kind: 'accounts-only', mechanisms: offered.slice(0, 6).map((name) => name.slice(0, 40)) }
          : protocolFault('no-login'),
      );
    }
    await stream.send(`<auth xmlns="${NS.sasl}" mechanism="ANONYMOUS"/>`);
    const answer = await stream.next();
    if (answer.name !== 'success' || answer.ns !== NS.sasl) throw refusal(answer);
    await stream.restart();
    const session = new XmppSession(stream);
    if (!child(stream.features, 'bind', NS.bind)) throw new StreamError(protocolFault('no-binding'));
    await session.ask('set', null, `<bind xmlns="${NS.bind}"/>`);
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

  /** Reads for all who wait, as long as somebody does. */
  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#waiting.size > 0) this.#take(await this.#stream.next());
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
      return;
    }
    this.#waiting.delete(id);
    if (type === 'result') waiting.resolve(element);
    else waiting.reject(stanzaError(element));
  }

  /** The stream is no more: nobody will be answered. */
  #fail(cause: unknown): void {
    for (const waiting of this.#waiting.values()) waiting.reject(cause);
    this.#waiting.clear();
  }
}

function refusal(answer: Element): Error {
  if (answer.name !== 'failure') return unexpected(answer, 'login');
  const condition = answer.children.find(({ name }) => name !== 'text')?.name ?? 'no condition';
  const words = said(condition, child(answer, 'text')?.text);
  return condition === 'temporary-auth-failure'
    ? new StreamError({ kind: 'login-unavailable', ...words })
    : new GuestsRefused({ kind: 'login-refused', ...words });
}

function stanzaError(element: Element): StanzaError {
  const error = child(element, 'error');
  const condition = error?.children.find(({ name, ns }) => ns === NS.stanzaErrors && name !== 'text')?.name;
  const text = error && child(error, 'text', NS.stanzaErrors)?.text;
  return new StanzaError(condition ?? 'an error without a condition', text);
}
