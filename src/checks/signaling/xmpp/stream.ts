/** An XMPP stream, over whatever carries it, and what may be wrong with one. */
import type { XmppTransport } from '../../deployment.ts';
import { type Expected, ProtocolError, type Reason } from '../reasons.ts';
import { child, type Element } from './xml.ts';

export const NS = {
  disco: 'http://jabber.org/protocol/disco#info',
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
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  caps: 'http://jabber.org/protocol/caps',
  jingle: 'urn:xmpp:jingle:1',
  iceUdp: 'urn:xmpp:jingle:transports:ice-udp:1',
  ping: 'urn:xmpp:ping',
} as const;

/** As much of a server's words as is kept, in characters. */
const LONGEST = 100;

/** The other side does not do what XMPP asks for. */
export class StreamError extends ProtocolError {}

/** An element that is not the expected one: a stream error, or something else. */
export function unexpected(element: Element, expected: Expected): StreamError {
  return new StreamError(
    streamErrorOf(element) ?? { kind: 'element', name: element.name.slice(0, LONGEST), expected },
  );
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
  throw unexpected(element, 'features');
}

/** What a stream error says; null where the element is none. */
export function streamErrorOf(element: Element): Reason | null {
  if (element.name !== 'error' || element.ns !== NS.streams) return null;
  const condition = element.children.find(({ name }) => name !== 'text')?.name ?? 'no condition';
  return { kind: 'stream-error', ...said(condition, child(element, 'text', NS.streamErrors)?.text) };
}

/** A condition and the server's own words, as far as they are kept. */
export function said(
  condition: string,
  text: string | undefined,
): { condition: string; text: string | null } {
  return { condition: condition.slice(0, LONGEST), text: text ? text.slice(0, 2 * LONGEST) : null };
}

/** What prosody says where it is asked over HTTP for a host that it does not serve (`net/http/server.lua`). */
export function unknownHost(body: string): { unknownHost?: string } {
  const host = /Unknown host: ?([^\s<]{1,200})/i.exec(body)?.[1];
  return host === undefined ? {} : { unknownHost: host };
}
