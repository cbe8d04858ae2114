/** An XMPP stream, over whatever carries it, and what may be wrong with one. */
import type { XmppTransport } from '../../deployment.ts';
import { child, type Element } from './xml.ts';

export const NS = {
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  streams: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  client: 'jabber:client',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  session: 'urn:ietf:params:xml:ns:xmpp-session',
  bosh: 'http://jabber.org/protocol/httpbind',
  focus: 'http://jitsi.org/protocol/focus',
} as const;

/** The other side does not do what XMPP asks for; the message goes on after "… : ". */
export class StreamError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StreamError';
  }
}

/** An open stream, of one participant. */
export interface XmppStream {
  readonly transport: XmppTransport;
  /** What the server offers now; another set after `restart`. */
  readonly features: Element;
  /** Sends one element. */
  send(xml: string): Promise<void>;
  /** The next element that arrives. @throws {StreamError} when there will be none */
  next(): Promise<Element>;
  /** Begins the stream anew, as is done after a login (RFC 6120 6.3.2). */
  restart(): Promise<void>;
  /** Says goodbye as far as that goes quickly, and ends the connection. Never throws. */
  close(): Promise<void>;
}

/** The features of a stream. @throws {StreamError} where it is something else */
export function featuresOf(element: Element): Element {
  if (element.name === 'features' && element.ns === NS.streams) return element;
  throw new StreamError(streamErrorOf(element) ?? `<${element.name}> where stream features should be`);
}

/** What a stream error says; null where the element is none. */
export function streamErrorOf(element: Element): string | null {
  if (element.name !== 'error' || element.ns !== NS.streams) return null;
  const condition = element.children.find(({ name }) => name !== 'text')?.name ?? 'no condition';
  const text = child(element, 'text', NS.streamErrors)?.text.slice(0, 200);
  return `the stream error ${condition}${text ? ` ("${text}")` : ''}`;
}
