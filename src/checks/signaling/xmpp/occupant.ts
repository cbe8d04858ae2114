/**
 * Somebody in a room (XEP-0045) who sends and receives no media: waits until jicofo offers a media session (XEP-0166), and reads
 * what of it says where the bridge is (XEP-0176).
 */
import { createHash, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { escapeXml } from '../../../base/escape.ts';
import { Secret } from '../../../base/units.ts';
import { type Software, softwareOf } from '../../software.ts';
import { stanzaError, type XmppSession } from './session.ts';
import { NS } from './stream.ts';
import { child, type Element } from './xml.ts';

/** Who we are, for XEP-0115: jicofo asks for what it advertises once, and not in each run. */
const NODE = 'urn:vigie:signaling';
const IDENTITY = { category: 'client', type: 'web', name: 'Vigie' } as const;
/** What lib-jitsi-meet advertises (`modules/xmpp/xmpp.ts`), as far as an offer needs it (jicofo's `xmpp/Features.kt`). */
const FEATURES = [
  NS.disco,
  'http://jitsi.org/json-encoded-sources',
  'http://jitsi.org/receive-multiple-video-streams',
  'http://jitsi.org/source-name',
  'http://jitsi.org/ssrc-rewriting-1',
  'http://jitsi.org/start-muted-room-metadata',
  'http://jitsi.org/tcc',
  'urn:ietf:rfc:4588',
  NS.jingle,
  'urn:xmpp:jingle:apps:dtls:0',
  'urn:xmpp:jingle:apps:rtp:1',
  'urn:xmpp:jingle:apps:rtp:audio',
  'urn:xmpp:jingle:apps:rtp:video',
  NS.iceUdp,
].toSorted();
/** XEP-0115 5.1. */
const VER = createHash('sha1')
  .update(
    `${IDENTITY.category}/${IDENTITY.type}//${IDENTITY.name}<${FEATURES.map((one) => `${one}<`).join('')}`,
  )
  .digest('base64');

/** A bridge has one or two per address family; a list of thousands is nobody's. */
const MAX_CANDIDATES = 20;
/** The status of the presence that is our own (XEP-0045 7.2.2). */
const OWN = '110';

/** An address of a bridge, as browsers get it. */
export interface Candidate {
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
  readonly protocol: 'udp' | 'tcp' | 'ssltcp';
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

/** What a bridge says of the transport of one participant. */
export interface Offer {
  readonly ufrag: string;
  readonly password: Secret;
  readonly candidates: readonly Candidate[];
}

/** A participant's place in a room. */
export class Occupant {
  /** In the room. Rejects with a {StanzaError}, or the error of the connection. */
  readonly joined: Promise<void>;
  /** Jicofo's offer. Rejects as `joined` does. */
  readonly offer: Promise<Offer>;
  readonly nick: string;
  /** The names of all who were seen in the room. */
  readonly seen = new Set<string>();
  /** Jicofo says that it has no bridge to offer. */
  readonly bridgeless: Promise<void>;
  #inside = false;
  #focus: Software | null = null;
  readonly #session: XmppSession;
  readonly #room: string;
  readonly #said = {
    joined: Promise.withResolvers<void>(),
    offer: Promise.withResolvers<Offer>(),
    bridgeless: Promise.withResolvers<void>(),
  };

  /** @param room its bare address */
  constructor(session: XmppSession, room: string) {
    this.#session = session;
    this.#room = room;
    this.nick = nickOf(session.jid);
    this.joined = this.#said.joined.promise;
    this.offer = this.#said.offer.promise;
    this.bridgeless = this.#said.bridgeless.promise;
    // Whoever waits for them hears of it.
    this.joined.catch(() => {});
    this.offer.catch(() => {});
    session.listen({ take: (element) => this.#take(element), failed: (cause) => this.#fail(cause) });
    session
      .say(
        `<presence xmlns="${NS.client}" to="${this.#address()}"><x xmlns="${NS.muc}"/>` +
          `<c xmlns="${NS.caps}" hash="sha-1" node="${NODE}" ver="${VER}"/></presence>`,
      )
      .catch((cause: unknown) => this.#fail(cause));
  }

  /** Whether it is in the room. */
  get inside(): boolean {
    return this.#inside;
  }

  /** Jicofo's version, where it was seen in the room. */
  get focus(): Software | null {
    return this.#focus;
  }

  /** Leaves; nobody waits for what is said to that. */
  leave(): void {
    this.#session.listen(null);
    this.#session
      .say(`<presence xmlns="${NS.client}" type="unavailable" to="${this.#address()}"/>`)
      .catch(() => {});
  }

  #address(): string {
    return escapeXml(`${this.#room}/${this.nick}`);
  }

  #fail(cause: unknown): void {
    this.#session.listen(null);
    this.#said.joined.reject(cause);
    this.#said.offer.reject(cause);
  }

  #take(element: Element): void {
    const { from = '', type } = element.attributes;
    if (element.name === 'presence' && from.startsWith(`${this.#room}/`)) {
      this.#see(from.slice(this.#room.length + 1), element);
    } else if (element.name === 'iq' && (type === 'get' || type === 'set')) {
      this.#answer(element, from);
    }
  }

  #see(nick: string, presence: Element): void {
    const { type } = presence.attributes;
    if (type === 'error') {
      if (nick === this.nick) this.#fail(stanzaError(presence));
      return;
    }
    if (type !== undefined) return;
    this.seen.add(nick);
    const x = child(presence, 'x', NS.mucUser);
    if (x?.children.some(({ name, attributes }) => name === 'status' && attributes.code === OWN)) {
      this.#inside = true;
      this.#said.joined.resolve();
    }
    // Jicofo's presence (`JitsiMeetConferenceImpl.java`): its version, and that there is no bridge.
    if (child(presence, 'bridgeNotAvailable')) this.#said.bridgeless.resolve();
    const focus = child(presence, 'versions')?.children.find(({ attributes }) => attributes.name === 'focus');
    if (focus) this.#focus = softwareOf('jicofo', 'Jicofo', focus.text);
  }

  #answer(iq: Element, from: string): void {
    const [payload] = iq.children;
    const reply = (type: 'result' | 'error', inner: string): void => {
      const { id = '' } = iq.attributes;
      this.#session
        .say(
          `<iq xmlns="${NS.client}" type="${type}" id="${escapeXml(id)}" to="${escapeXml(from)}">${inner}</iq>`,
        )
        .catch(() => {});
    };
    if (payload?.name === 'query' && payload.ns === NS.disco) {
      const { node } = payload.attributes;
      reply('result', discoAnswer(node));
    } else if (payload?.ns === NS.ping) {
      reply('result', '');
    } else if (payload?.name === 'jingle' && payload.ns === NS.jingle && from.startsWith(`${this.#room}/`)) {
      reply('result', '');
      if (payload.attributes.action === 'session-initiate') this.#said.offer.resolve(readOffer(payload));
    } else {
      reply('error', `<error type="cancel"><feature-not-implemented xmlns="${NS.stanzaErrors}"/></error>`);
    }
  }
}

function discoAnswer(node: string | undefined): string {
  const { category, type, name } = IDENTITY;
  return (
    `<query xmlns="${NS.disco}"${node === undefined ? '' : ` node="${escapeXml(node)}"`}>` +
    `<identity category="${category}" type="${type}" name="${name}"/>` +
    `${FEATURES.map((one) => `<feature var="${one}"/>`).join('')}</query>`
  );
}

/**
 * The name in a room that Jitsi's module `muc_resource_validate` accepts: what the server's name for a guest begins with
 * (lib-jitsi-meet, `JitsiConference.resourceCreator`).
 */
function nickOf(jid: string): string {
  return /^[\da-f]{8}/.exec(jid)?.[0] ?? randomBytes(4).toString('hex');
}

/** The transport of a `session-initiate`: one for all media (bundled), so that the first is that of all. */
export function readOffer(jingle: Element): Offer {
  const transports = jingle.children.flatMap((content) => child(content, 'transport', NS.iceUdp) ?? []);
  const transport = transports.find(({ attributes }) => attributes.ufrag && attributes.pwd);
  const candidates = (transport?.children ?? [])
    .filter(({ name }) => name === 'candidate')
    .slice(0, MAX_CANDIDATES)
    .flatMap(({ attributes }) => candidateOf(attributes) ?? []);
  const { ufrag = '', pwd = '' } = transport?.attributes ?? {};
  return { ufrag: ufrag.slice(0, 256), password: new Secret(pwd.slice(0, 256)), candidates };
}

function candidateOf(attributes: Element['attributes']): Candidate | null {
  const { ip = '', port = '', protocol = '', type = '' } = attributes;
  if (isIP(ip) === 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535 || Number(port) === 0) return null;
  if (!isOneOf(['udp', 'tcp', 'ssltcp'], protocol) || !isOneOf(['host', 'srflx', 'prflx', 'relay'], type)) {
    return null;
  }
  return { type, protocol, address: ip, port: Number(port) };
}

function isOneOf<const T extends string>(all: readonly T[], value: string): value is T {
  return (all as readonly string[]).includes(value);
}
