/** XMPP over WebSocket (RFC 7395). */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { escapeXml } from '../../../base/escape.ts';
import { handling } from '../../../base/handling.ts';
import { USER_AGENT, type Web } from '../../web/client.ts';
import { protocolFault } from '../reasons.ts';
import {
  featuresOf,
  NS,
  StreamError,
  streamErrorOf,
  unexpected,
  unknownHost,
  type XmppStream,
} from './stream.ts';
import { type Element, MAX_CHARS, parseXml } from './xml.ts';

/** Bounds of what waits to be read. A login is ten stanzas of a kilobyte; two large ones may come at once. */
const MAX_UNREAD = 2 * MAX_CHARS;
const MAX_STANZAS = 100;
/** As much of a refusal as is read, in characters, and how long it is waited for. */
const MAX_REFUSAL = 4000;
const REFUSAL_MS = 300;
/** How long a goodbye may take. */
const CLOSE_MS = 300;

export interface Opening {
  readonly url: string;
  /** The XMPP domain. */
  readonly domain: string;
  /** The origin of the page, which servers may ask for. */
  readonly origin: string;
  readonly web: Web;
}

/**
 * Connects, and opens a stream as far as its features. Aborted, the connection is gone.
 *
 * @throws {StreamError}, or the error of the connection
 */
export async function openWebSocket(
  { url, domain, origin, web }: Opening,
  signal: AbortSignal,
): Promise<XmppStream> {
  const socket = new WebSocket(url, 'xmpp', {
    agent: web.agent(url),
    origin,
    headers: { 'user-agent': USER_AGENT },
    maxPayload: MAX_CHARS,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const stream = new WebSocketStream(socket, domain);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await stream.opened;
    await stream.restart();
    return stream;
  } catch (cause) {
    socket.terminate();
    throw cause;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

class WebSocketStream implements XmppStream {
  readonly transport = 'websocket';
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #domain: string;
  readonly #arrived: Element[] = [];
  #waiting: { resolve: (element: Element) => void; reject: (cause: Error) => void } | null = null;
  #ended: Error | null = null;
  /** What arrived since the last time that nothing was left to read. */
  #unreadChars = 0;
  #features: Element | null = null;

  constructor(socket: WebSocket, domain: string) {
    this.#socket = socket;
    this.#domain = domain;
    this.opened = new Promise((resolve, reject) => {
      socket.once('open', () => {
        // `ws` itself refuses a subprotocol that was not asked for; none at all is as wrong (RFC 7395 3.1).
        if (socket.protocol === 'xmpp') resolve();
        else reject(new StreamError(protocolFault('no-subprotocol')));
      });
      socket.once(
        'unexpected-response',
        handling(reject, (_request: ClientRequest, response: IncomingMessage) => {
          const refuse = (body: string) => {
            const status = response.statusCode ?? 0;
            reject(new StreamError({ kind: 'status', status, expected: 'websocket', ...unknownHost(body) }));
            socket.terminate();
          };
          let body = '';
          response.setEncoding('utf8');
          response.on(
            'data',
            handling(reject, (text: string) => {
              body += text;
              if (body.length > MAX_REFUSAL) refuse(body);
            }),
          );
          // Whoever refuses may say nothing more.
          for (const end of ['end', 'close', 'error']) response.once(end, () => refuse(body));
          setTimeout(() => refuse(body), REFUSAL_MS).unref();
        }),
      );
      socket.once('error', (cause) => reject(handshakeError(cause)));
      socket.once('close', () => reject(new StreamError(protocolFault('closed-while-opening'))));
    });
    // Whoever waits for it hears of it.
    this.opened.catch(() => {});
    socket.on(
      'message',
      handling(
        (cause) => this.#end(cause),
        (data: WebSocket.RawData, binary: boolean) => this.#take(data, binary),
      ),
    );
    socket.on('error', (cause) => this.#end(cause));
    socket.on('close', (code) =>
      this.#end(new StreamError({ kind: 'websocket-closed', code: code === 1005 ? null : code })),
    );
  }

  get features(): Element {
    if (this.#features === null) throw new Error('the stream is not open');
    return this.#features;
  }

  async send(xml: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(xml, (cause) => {
        if (!cause) resolve();
        else if (this.#ended || this.#socket.readyState === WebSocket.CLOSED) reject(this.#ended ?? cause);
        // It is being closed; the close says why.
        else this.#socket.once('close', () => reject(this.#ended ?? cause));
      });
    });
  }

  next(): Promise<Element> {
    const arrived = this.#arrived.shift();
    if (this.#arrived.length === 0) this.#unreadChars = 0;
    if (arrived) return Promise.resolve(arrived);
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async restart(): Promise<void> {
    await this.send(`<open xmlns="${NS.framing}" to="${escapeXml(this.#domain)}" version="1.0"/>`);
    const opened = await this.next();
    if (opened.name !== 'open' || opened.ns !== NS.framing) {
      throw unexpected(opened, 'stream');
    }
    this.#features = featuresOf(await this.next());
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) {
      const closed = new Promise<void>((resolve) => {
        this.#socket.once('close', () => resolve());
        setTimeout(resolve, CLOSE_MS).unref();
      });
      await this.send(`<close xmlns="${NS.framing}"/>`).catch(() => {});
      this.#socket.close();
      await closed;
    }
    this.#socket.terminate();
  }

  #take(data: WebSocket.RawData, binary: boolean): void {
    try {
      // RFC 7395 3.2: text messages alone.
      if (binary || !Buffer.isBuffer(data)) throw new StreamError(protocolFault('binary-message'));
      this.#unreadChars += data.length;
      // A server that says so much that nobody asked for would fill memory; nothing is parsed of it.
      if (this.#unreadChars > MAX_UNREAD || this.#arrived.length >= MAX_STANZAS) {
        throw new StreamError({ kind: 'too-much', kilobytes: MAX_UNREAD / 1000 });
      }
      const element = parseXml(data.toString('utf8'));
      if (element.name === 'close' && element.ns === NS.framing) {
        const elsewhere = element.attributes['see-other-uri'];
        throw new StreamError(protocolFault(elsewhere ? 'sent-elsewhere' : 'stream-closed'));
      }
      // Nothing comes after it, and it says why: also to whoever only sends.
      const broken = streamErrorOf(element);
      if (broken) throw new StreamError(broken);
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting) {
        this.#unreadChars = 0;
        waiting.resolve(element);
      } else this.#arrived.push(element);
    } catch (cause) {
      this.#end(cause as Error);
      this.#socket.terminate();
    }
  }

  #end(cause: Error): void {
    this.#ended ??= cause;
    this.#waiting?.reject(this.#ended);
    this.#waiting = null;
  }
}

/** What `ws` says of a handshake that is none has no code; what the network says has one. */
function handshakeError(cause: Error & { readonly code?: string }): Error {
  if (cause.code !== undefined && !cause.code.startsWith('WS_ERR')) return cause;
  return cause instanceof AggregateError
    ? cause
    : new StreamError({ kind: 'handshake', message: cause.message.slice(0, 200) });
}
