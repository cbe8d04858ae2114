/** XMPP over BOSH (XEP-0124, XEP-0206): one request at a time, which the server holds until it has something to say. */
import { randomInt } from 'node:crypto';
import { escapeXml } from '../../../base/escape.ts';
import { type Answer, NotAnswered } from '../../web/client.ts';
import { refusedOrigin } from '../../web/cross-origin.ts';
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
import type { Opening } from './websocket.ts';
import { type Element, MAX_CHARS, parseXml, XmlError, xmlReason } from './xml.ts';

/** How long the server may hold a request, in seconds. */
const WAIT_S = 10;
const CLOSE_MS = 300;
/**
 * Number of answers without an element that are accepted before something else is believed wrong: what is sent meanwhile
 * releases the request that waits.
 */
const MAX_EMPTY = 20;
/** Servers take one more request than they hold (XEP-0124 11); one that comes too early may end the session. */
const MAX_IN_HAND = 2;
/** At most this number of elements may wait to be read; a login is ten. */
const MAX_STANZAS = 100;
const XBOSH = 'urn:xmpp:xbosh';

/**
 * Opens a stream as far as its features. Aborted meanwhile, it is gone.
 *
 * @throws {StreamError}, or the error of the connection
 */
export async function openBosh(opening: Opening, signal: AbortSignal): Promise<XmppStream> {
  const stream = new BoshStream(opening);
  const abort = () => void stream.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await stream.open();
    return stream;
  } catch (cause) {
    await stream.close();
    throw cause;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

class BoshStream implements XmppStream {
  readonly transport = 'bosh';
  readonly #opening: Opening;
  readonly #requests = new AbortController();
  readonly #arrived: Element[] = [];
  readonly #inHand = new Set<Promise<Element>>();
  #rid = randomInt(1, 2 ** 31);
  #sid: string | null = null;
  #features: Element | null = null;

  constructor(opening: Opening) {
    this.#opening = opening;
  }

  get features(): Element {
    if (this.#features === null) throw new Error('the stream is not open');
    return this.#features;
  }

  async open(): Promise<void> {
    const to = escapeXml(this.#opening.domain);
    const body = await this.#post(
      `to="${to}" xml:lang="en" wait="${WAIT_S}" hold="1" ver="1.6" content="text/xml; charset=utf-8" xmlns:xmpp="${XBOSH}" xmpp:version="1.0"`,
    );
    this.#sid = body.attributes.sid ?? null;
    if (this.#sid === null) throw new StreamError(protocolFault('no-bosh-session'));
    this.#features = featuresOf(await this.next());
  }

  async send(xml: string): Promise<void> {
    await this.#post('', xml);
  }

  async next(): Promise<Element> {
    for (let empty = 0; empty <= MAX_EMPTY; empty += 1) {
      const arrived = this.#arrived.shift();
      if (arrived) return arrived;
      // What is said in requests that are on their way is waited for first: servers allow two at once, no more.
      if (this.#inHand.size > 0) await Promise.race(this.#inHand);
      else await this.#post('');
    }
    throw new StreamError(protocolFault('empty-answers'));
  }

  async restart(): Promise<void> {
    await this.#post(`to="${escapeXml(this.#opening.domain)}" xmpp:restart="true" xmlns:xmpp="${XBOSH}"`);
    this.#features = featuresOf(await this.next());
  }

  async close(): Promise<void> {
    this.#requests.abort();
    if (this.#sid === null) return;
    await this.#post('type="terminate"', '', AbortSignal.timeout(CLOSE_MS)).catch(() => {});
  }

  async #post(attributes: string, xml = '', signal = this.#requests.signal): Promise<Element> {
    while (this.#inHand.size >= MAX_IN_HAND) await Promise.race(this.#inHand).catch(() => {});
    const posting = this.#request(attributes, xml, signal);
    this.#inHand.add(posting);
    posting.finally(() => this.#inHand.delete(posting)).catch(() => {});
    return posting;
  }

  async #request(attributes: string, xml: string, signal: AbortSignal): Promise<Element> {
    const { url, origin, web } = this.#opening;
    const rid = this.#rid++;
    const session = this.#sid === null ? '' : ` sid="${escapeXml(this.#sid)}"`;
    const answer = await web
      .ask(url, {
        signal,
        limit: MAX_CHARS,
        headers: { 'content-type': 'text/xml; charset=utf-8', origin },
        post: `<body xmlns="${NS.bosh}" rid="${rid}"${session} ${attributes}>${xml}</body>`,
      })
      .catch((cause: unknown) => {
        throw cause instanceof NotAnswered ? cause.cause : cause;
      });
    const allowed = refusedOrigin(answer, origin);
    if (allowed !== undefined && answer.status === 200) {
      throw new StreamError({ kind: 'cross-origin', origin, allowed });
    }
    const body = bodyOf(answer);
    if (this.#arrived.length + body.children.length > MAX_STANZAS) {
      throw new StreamError({ kind: 'too-much', kilobytes: MAX_CHARS / 1000 });
    }
    this.#arrived.push(...body.children);
    if (body.attributes.type === 'terminate') throw this.#terminated(body);
    return body;
  }

  #terminated(body: Element): StreamError {
    this.#sid = null;
    const said = body.children.map(streamErrorOf).find((reason) => reason !== null);
    const condition = body.attributes.condition?.slice(0, 100) || null;
    return new StreamError(said ?? { kind: 'bosh-ended', condition });
  }
}

/** The `<body/>` of an answer. @throws {StreamError} */
function bodyOf({ status, body, complete }: Answer): Element {
  if (status !== 200)
    throw new StreamError({ kind: 'status', status, expected: 'bosh', ...unknownHost(body) });
  // A web front that knows no such path often answers with its start page.
  if (/^\s*<(!doctype )?html\b/i.test(body)) {
    throw new StreamError({ kind: 'element', name: 'html', expected: 'bosh' });
  }
  if (!complete) throw new StreamError({ kind: 'too-much', kilobytes: MAX_CHARS / 1000 });
  try {
    const element = parseXml(body);
    if (element.name === 'body' && element.ns === NS.bosh) return element;
    throw unexpected(element, 'bosh');
  } catch (cause) {
    throw cause instanceof XmlError ? new StreamError(xmlReason(cause.fault, true)) : cause;
  }
}
