/** A small deployment in this process: web front, XMPP over WebSocket and BOSH, jicofo. Each part can be made to misbehave. */
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { NS } from '../../../src/checks/signaling/xmpp/stream.ts';
import { type Element, parseXml } from '../../../src/checks/signaling/xmpp/xml.ts';

export type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** What a deployment does, beside the usual. */
export interface Behaviour {
  /** Other answers, by path. */
  readonly paths?: Readonly<Record<string, Answering>>;
  /** The start page; by default it is as every room's. */
  readonly start?: Answering;
  /** The deployment is below this path as well. */
  readonly below?: string;
  /** Is shown every request. */
  readonly seen?: (request: IncomingMessage) => void;
  /** `config.js`; by default with both transports and a conference request over HTTP. */
  readonly config?: (host: string) => string;
  readonly mechanisms?: readonly string[];
  /** The XMPP server's answers: the elements for what was sent; null for the usual ones. */
  readonly xmpp?: (element: Element, transport: 'websocket' | 'bosh') => string[] | null;
  /** Whether the connection is closed when this arrives: the WebSocket, or the session of BOSH. */
  readonly ends?: (element: Element) => boolean;
  /** What the WebSocket does, instead of XMPP. */
  readonly socket?: (socket: WebSocket) => void;
  /** A key and a certificate: the front speaks TLS. */
  readonly identity?: { readonly key: string; readonly cert: string };
  /** The servers that XMPP tells of, as XML; null: no such list. */
  readonly services?: string | null;
}

const LIBRARY = `!function(){${' '.repeat(200_000)}}();`;
const STREAMS = `xmlns:stream="${NS.streams}"`;

export const configWith = (entries: Readonly<Record<string, string | undefined>>): string =>
  `var config = { hosts: { domain: 'meet.test', muc: 'muc.meet.test' }, ${Object.entries(entries)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ')} };`;

export const usualConfig = (host: string): string =>
  configWith({
    bosh: `//${host}/http-bind`,
    websocket: `ws://${host}/xmpp-websocket`,
    conferenceRequestUrl: `http://${host}/conference-request/v1`,
  });

export interface FakeDeployment {
  readonly url: string;
  /** All that was asked for, as `GET /config.js`. */
  readonly asked: string[];
  /** The bodies of conference requests. */
  readonly conferences: unknown[];
  close(): Promise<void>;
}

export async function fakeDeployment(behaviour: Behaviour = {}): Promise<FakeDeployment> {
  const asked: string[] = [];
  const conferences: unknown[] = [];
  const sockets = new Set<Socket>();
  const bosh = new Map<string, Conversation>();
  const usual: Record<string, Answering> = {
    '/': (_request, response) => void response.end('<!DOCTYPE html><title>Jitsi Meet</title>'),
    '/config.js': (request, response) => {
      response.setHeader('content-type', 'application/javascript');
      response.end((behaviour.config ?? usualConfig)(request.headers.host!));
    },
    '/libs/lib-jitsi-meet.min.js': (_request, response) => {
      response.setHeader('content-type', 'application/javascript');
      response.setHeader('content-length', LIBRARY.length);
      response.end(LIBRARY);
    },
    '/conference-request/v1': (_request, response, body) => {
      conferences.push(JSON.parse(body));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ready: true, focusJid: 'focus@auth.meet.test', properties: {} }));
    },
    '/http-bind': (_request, response, body) => {
      response.setHeader('content-type', 'text/xml; charset=utf-8');
      response.end(boshAnswer(behaviour, bosh, parseXml(body)));
    },
  };
  const answer: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const path = new URL(request.url!, 'http://x').pathname;
      asked.push(`${request.method} ${request.url}`);
      behaviour.seen?.(request);
      // Every room has the same page.
      const name = path.startsWith('/vigie-') ? '/' : path;
      const inside = behaviour.below && path.startsWith(`${behaviour.below}/`);
      const below = inside ? path.slice(behaviour.below!.length) : null;
      const how =
        below === null
          ? (path === '/' && behaviour.start) || behaviour.paths?.[name] || usual[name]
          : usual[below.startsWith('/vigie-') ? '/' : below];
      if (how) how(request, response, body);
      else response.writeHead(404).end();
    });
  };
  const { identity } = behaviour;
  const server = identity ? https.createServer({ ...identity }, answer) : http.createServer(answer);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('xmpp') ? 'xmpp' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    asked.push(`UPGRADE ${request.url}`);
    behaviour.seen?.(request);
    const path = new URL(request.url!, 'http://x').pathname;
    if (behaviour.paths?.[path]) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (behaviour.socket) behaviour.socket(webSocket);
      else converse(behaviour, webSocket);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: identity ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`,
    asked,
    conferences,
    async close() {
      for (const socket of sockets) socket.destroy();
      webSockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One stream of a client's. */
class Conversation {
  readonly #behaviour: Behaviour;
  readonly #transport: 'websocket' | 'bosh';
  #authenticated = false;

  constructor(behaviour: Behaviour, transport: 'websocket' | 'bosh') {
    this.#behaviour = behaviour;
    this.#transport = transport;
  }

  features(): string {
    const { mechanisms = ['ANONYMOUS'] } = this.#behaviour;
    const offered = mechanisms.map((name) => `<mechanism>${name}</mechanism>`).join('');
    return this.#authenticated
      ? `<stream:features ${STREAMS}><bind xmlns="${NS.bind}"/><session xmlns="${NS.session}"><optional/></session></stream:features>`
      : `<stream:features ${STREAMS}><mechanisms xmlns="${NS.sasl}">${offered}</mechanisms></stream:features>`;
  }

  answer(element: Element): string[] {
    const special = this.#behaviour.xmpp?.(element, this.#transport);
    if (special) return special;
    if (element.name === 'auth') {
      this.#authenticated = true;
      return [`<success xmlns="${NS.sasl}"/>`];
    }
    // No room lets anybody in, unless `xmpp` does.
    if (element.name === 'presence' && element.attributes.type === undefined) {
      return [
        `<presence xmlns="jabber:client" from="${element.attributes.to}" type="error"><error type="auth"><registration-required xmlns="${NS.stanzaErrors}"/></error></presence>`,
      ];
    }
    if (element.name !== 'iq') return [];
    const { id, to } = element.attributes;
    const [payload] = element.children;
    const result = (inner: string) => [`<iq xmlns="jabber:client" type="result" id="${id}">${inner}</iq>`];
    if (payload?.name === 'bind') {
      return result(`<bind xmlns="${NS.bind}"><jid>guest@meet.test/s3cr3t-resource</jid></bind>`);
    }
    if (payload?.name === 'services' && this.#behaviour.services && payload.ns.endsWith(':2')) {
      return result(`<services xmlns="${payload.ns}">${this.#behaviour.services}</services>`);
    }
    if (payload?.name === 'query' && to === 'muc.meet.test') return result(`<query xmlns="${payload.ns}"/>`);
    if (payload?.name === 'conference' && to === 'focus.meet.test') {
      return result(`<conference xmlns="${NS.focus}" ready="true" focusjid="focus@auth.meet.test"/>`);
    }
    return [
      `<iq xmlns="jabber:client" type="error" id="${id}"><error type="cancel"><service-unavailable xmlns="${NS.stanzaErrors}"/></error></iq>`,
    ];
  }
}

function converse(behaviour: Behaviour, socket: WebSocket): void {
  const conversation = new Conversation(behaviour, 'websocket');
  socket.on('message', (data: Buffer) => {
    const element = parseXml(data.toString());
    if (behaviour.ends?.(element)) return socket.terminate();
    if (element.name === 'close') {
      socket.send(`<close xmlns="${NS.framing}"/>`);
      return;
    }
    const special = element.name === 'open' ? behaviour.xmpp?.(element, 'websocket') : null;
    const answers =
      element.name === 'open'
        ? (special ?? [
            `<open xmlns="${NS.framing}" from="meet.test" id="x" version="1.0"/>`,
            conversation.features(),
          ])
        : conversation.answer(element);
    for (const answer of answers) socket.send(answer);
  });
}

function boshAnswer(behaviour: Behaviour, sessions: Map<string, Conversation>, body: Element): string {
  const wrap = (attributes: string, inner: string) =>
    `<body xmlns="${NS.bosh}" ${STREAMS} ${attributes}>${inner}</body>`;
  const { sid, type } = body.attributes;
  if (sid === undefined) {
    const special = behaviour.xmpp?.(body, 'bosh');
    if (special) return special.join('');
    const conversation = new Conversation(behaviour, 'bosh');
    const name = `s${sessions.size}`;
    sessions.set(name, conversation);
    return wrap(`sid="${name}" wait="10"`, conversation.features());
  }
  const conversation = sessions.get(sid);
  if (!conversation || type === 'terminate') {
    sessions.delete(sid);
    return wrap('type="terminate"', '');
  }
  const [element] = body.children;
  if (element && behaviour.ends?.(element)) return wrap('type="terminate"', '');
  // A restart is an attribute with a prefix, and has no content.
  return wrap('', element ? conversation.answer(element).join('') : conversation.features());
}
