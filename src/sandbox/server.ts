/** The sandbox's HTTP server: who may ask, and which part answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { ActiveFaults } from './active-faults.ts';
import { FAULTS, FaultError } from './faults.ts';
import { CONFERENCE_REQUEST_PATH, HEALTH_PATH, Pages, send } from './meet/pages.ts';
import { Signaling } from './meet/signaling.ts';

export const FAULTS_PATH = '/sandbox/switches';
const MAX_BODY_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

const faultsRequest = z.strictObject({
  break: z.array(z.string()).default([]),
  mend: z.union([z.literal('all'), z.array(z.string())]).default([]),
});

export class SandboxServer {
  readonly http: Server;
  readonly signaling: Signaling;
  readonly #pages: Pages;
  readonly #faults: ActiveFaults;
  readonly #version: string;
  readonly #settled: () => Promise<void>;

  /** @param settled resolves when every change of the faults has taken effect */
  constructor(faults: ActiveFaults, version: string, settled: () => Promise<void>) {
    this.#settled = settled;
    this.#faults = faults;
    this.#version = version;
    this.signaling = new Signaling(faults, version);
    this.#pages = new Pages(faults, this.signaling, version);
    this.http = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      this.#onRequest(request, response).catch((error: unknown) => {
        sendJson(response, 500, { error: error instanceof Error ? error.message : String(error) });
      });
    });
    this.http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request);
    if (refused !== null) return sendJson(response, 403, { error: refused });
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
    const { method } = request;
    if (method === 'POST' && pathname === FAULTS_PATH) return this.#onFaults(request, response);
    if (method === 'POST' && pathname === CONFERENCE_REQUEST_PATH)
      return this.#onConferenceRequest(request, response);
    if (method !== 'GET' && method !== 'HEAD') return sendJson(response, 405, { error: `no ${method} here` });
    if (pathname === FAULTS_PATH) return sendJson(response, 200, this.#state());
    if (pathname === HEALTH_PATH) return sendJson(response, 200, { sandbox: this.#version });
    if (!this.#pages.answer(pathname, request.headers.host!, response)) {
      send(response, 404, 'text/plain', 'The sandbox has no such page.\n');
    }
  }

  #state(): object {
    return {
      sandbox: this.#version,
      broken: this.#faults.list(),
      switches: FAULTS,
      rooms: this.signaling.rooms(),
      forwardedPackets: this.signaling.forwarded,
    };
  }

  async #onFaults(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return sendJson(response, 415, { error: 'send JSON, with "content-type: application/json"' });
    }
    const parsed = faultsRequest.safeParse(parseJson(await readBody(request)));
    if (!parsed.success) {
      const expected = 'expected {"break": ["audio A->B", …], "mend": ["…"] or "all"}';
      return sendJson(response, 400, { error: `${expected}: ${z.prettifyError(parsed.error)}` });
    }
    try {
      this.#faults.change(parsed.data);
    } catch (error) {
      if (error instanceof FaultError) return sendJson(response, 400, { error: error.message });
      throw error;
    }
    await this.#settled();
    return sendJson(response, 200, this.#state());
  }

  /** What jicofo answers to a conference request: the page may go on, or not. */
  async #onConferenceRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await readBody(request);
    if (this.#faults.is('join-refused'))
      return sendJson(response, 503, { error: 'the fault join-refused is active' });
    return sendJson(response, 200, { ready: true, focusJid: 'focus@sandbox.vigie', properties: {} });
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refused = refusal(request);
    if (refused === null && this.signaling.upgrade(request, socket, head)) return;
    socket.end(
      `HTTP/1.1 ${refused === null ? '503 Service Unavailable' : '403 Forbidden'}\r\nconnection: close\r\n\r\n`,
    );
  }
}

/**
 * Why a request is not answered; null when it may be. A page of another site that somebody on this machine has
 * open must neither read nor break anything: not under another name of ours (DNS rebinding), not across origins.
 */
function refusal({ headers, socket }: IncomingMessage): string | null {
  const host = headers.host ?? '';
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host)) {
    return `the sandbox answers to 127.0.0.1:${socket.localPort} only, not to "${host}"`;
  }
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`)
    return `requests from pages of ${origin} are refused`;
  return null;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) send(response, status, 'application/json', `${JSON.stringify(body, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error(`a request of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
