/** Asking a deployment's web front: with a deadline, a bound on what is read, and causes that tell whose fault it is. */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex, Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { handling } from '../../base/handling.ts';
import { ATTEMPT_MS } from '../../net/dial.ts';
import { Lookups, type Reach } from '../../net/lookups.ts';
import { BodyText } from './body-text.ts';

/** As many as browsers follow (Fetch, "HTTP-redirect fetch"). */
const MAX_REDIRECTIONS = 20;
/** What the protocol of a web front is called in TLS. Ports that serve TURN as well tell browsers by it. */
export const WEB_ALPN: readonly string[] = ['http/1.1'];
/** Fronts that keep programs out refuse whoever sends none. */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Vigie';
/** Every browser sends these, and servers may rely on them. */
const BROWSER_HEADERS = {
  'user-agent': USER_AGENT,
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br',
  'accept-language': 'en',
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The address that answered: where all redirections led. */
  readonly url: string;
  /** The body as text, no longer than was asked for. */
  readonly body: string;
  /** Whether that is all of it. */
  readonly complete: boolean;
}

export interface Question {
  readonly signal: AbortSignal;
  /** So much of the body is read, in characters; the rest is left. */
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is posted; without it the question is a GET, whose redirections are followed. */
  readonly post?: string;
}

/** An address that could not be asked; `cause` tells why. */
export class NotAnswered extends Error {
  readonly url: string;
  override readonly cause: Error;
  constructor(url: string, cause: Error) {
    super(cause.message, { cause });
    this.name = 'NotAnswered';
    this.url = url;
    this.cause = cause;
  }
}

/** How a web front is asked. `home`, `allowPrivate`: which addresses may be asked beside it. */
export interface WebOptions extends Reach {
  readonly insecure: boolean;
  readonly lookup?: LookupFunction;
}

/** Connections to a web front, over HTTP and HTTPS: a redirection may change from one to the other. */
export class Web {
  readonly lookups: Lookups;
  /** By how much the clock of whoever answered last is ahead of ours, in seconds; null: not known. */
  clockAheadS: number | null = null;
  readonly #http: http.Agent;
  readonly #https: https.Agent;
  readonly #ws: http.Agent;
  readonly #wss: https.Agent;

  constructor({ insecure, lookup, ...reach }: WebOptions) {
    this.lookups = new Lookups(lookup, reach);
    const how = { keepAlive: true, autoSelectFamilyAttemptTimeout: ATTEMPT_MS, lookup: this.lookups.lookup };
    this.#http = new http.Agent(how);
    const tls = { rejectUnauthorized: !insecure, ALPNProtocols: [...WEB_ALPN] };
    this.#https = new https.Agent({ ...how, ...tls });
    // As browsers do, a connection of its own: an idle one may be closed by the server just when it is used.
    this.#ws = new http.Agent({ ...how, keepAlive: false });
    this.#wss = new https.Agent({ ...how, ...tls, keepAlive: false });
  }

  /** Ends all connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
    this.#ws.destroy();
    this.#wss.destroy();
  }

  /** The agent for an address; also for a WebSocket's. @throws {PrivateTarget} where it may not be asked */
  agent(url: string): http.Agent {
    this.lookups.check(new URL(url).hostname);
    const { protocol } = new URL(url);
    if (protocol === 'ws:') return this.#ws;
    if (protocol === 'wss:') return this.#wss;
    return protocol === 'https:' ? this.#https : this.#http;
  }

  /** The answer, at the end of all redirections. @throws {NotAnswered} */
  async ask(url: string, question: Question): Promise<Answer> {
    let current = url;
    for (let followed = 0; ; followed += 1) {
      const answer = await this.#once(current, question).catch((cause: Error) => {
        throw new NotAnswered(current, cause);
      });
      const { location } = answer.headers;
      const redirected = answer.status >= 300 && answer.status < 400 && question.post === undefined;
      const next = redirected && location !== undefined ? URL.parse(location, current) : null;
      if (!next || !/^https?:$/.test(next.protocol) || followed === MAX_REDIRECTIONS) return answer;
      current = next.href;
    }
  }

  #once(url: string, { signal, limit, headers = {}, post }: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const read = handling(reject, (response: IncomingMessage) => {
        const date = Date.parse(response.headers.date ?? '');
        // It has whole seconds: in the middle of them it is right.
        if (Number.isFinite(date)) this.clockAheadS = (date + 500 - Date.now()) / 1000;
        let body = '';
        const finish = (complete: boolean) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            url,
            body: body.slice(0, limit),
            complete,
          });
        const content = decoded(response);
        const text = new BodyText(response.headers['content-type']);
        content.on(
          'data',
          handling(reject, (bytes: Buffer) => {
            body += text.read(bytes);
            if (body.length <= limit) return;
            finish(false);
            content.destroy();
            response.destroy();
          }),
        );
        content.on(
          'end',
          handling(reject, () => {
            body += text.end();
            finish(true);
          }),
        );
        content.on('error', reject);
        response.on('error', reject);
      });
      const options = {
        agent: this.agent(url),
        signal,
        method: post === undefined ? 'GET' : 'POST',
        headers: {
          ...BROWSER_HEADERS,
          ...headers,
          ...(post !== undefined && { 'content-length': String(Buffer.byteLength(post)) }),
        },
      };
      const request = url.startsWith('https:')
        ? https.request(url, options, read)
        : http.request(url, options, read);
      request.on('error', (cause: NodeJS.ErrnoException) => {
        // A server may close an idle connection just when it is used again; that says nothing of the server.
        if (request.reusedSocket && cause.code === 'ECONNRESET' && !signal.aborted) {
          resolve(this.#once(url, { signal, limit, headers, ...(post !== undefined && { post }) }));
        } else reject(cause);
      });
      // A protocol that was not asked for: the status says it, and the connection is no more an HTTP one.
      request.on(
        'upgrade',
        handling(reject, ({ statusCode = 101, headers: said }: IncomingMessage, socket: Duplex) => {
          socket.destroy();
          resolve({ status: statusCode, headers: said, url, body: '', complete: true });
        }),
      );
      request.end(post);
    });
  }
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The body without its content encoding; servers also send one that was not asked for. */
function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? '';
  const decoder = DECODERS[encoding]?.();
  return decoder ? response.pipe(decoder) : response;
}
