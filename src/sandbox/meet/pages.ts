/** What the sandbox's web front answers. */

import type { ServerResponse } from 'node:http';
import { escapeXml } from '../../base/escape.ts';
import type { ActiveFaults } from '../active-faults.ts';
import { appBundle, externalApi, libraryScript } from './library.ts';
import { SIGNALING_PATH, type Signaling } from './signaling.ts';

export const CONFERENCE_REQUEST_PATH = '/conference-request/v1';
export const LIBRARY_PATH = '/libs/lib-jitsi-meet.min.js';
export const APP_PATH = '/libs/app.bundle.min.js';
export const EXTERNAL_API_PATH = '/external_api.js';
export const HEALTH_PATH = '/about/health';
const SCRIPTS: readonly string[] = ['/config.js', LIBRARY_PATH, APP_PATH, EXTERNAL_API_PATH];
const ROOM_PATH = /^\/[^/.]+$/;

/** Answers GET requests for a Jitsi deployment's files and pages. `host` is as the browser wrote it. */
export class Pages {
  readonly #faults: ActiveFaults;
  readonly #signaling: Signaling;
  readonly #version: string;
  readonly #library: string;
  readonly #app: string;

  constructor(faults: ActiveFaults, signaling: Signaling, version: string) {
    this.#faults = faults;
    this.#signaling = signaling;
    this.#version = version;
    this.#library = libraryScript(version);
    this.#app = appBundle();
  }

  /** False for a path that is none of a deployment's. */
  answer(path: string, host: string, response: ServerResponse): boolean {
    const isRoom = ROOM_PATH.test(path) || path === '/base.html';
    if (!isRoom && !SCRIPTS.includes(path) && path !== '/') return false;
    if (this.#faults.is('page-error')) {
      send(
        response,
        502,
        'text/html',
        this.#page('502 Bad Gateway', '<p>The fault <code>page-error</code> is active.</p>'),
      );
    } else if (path === '/config.js') {
      send(response, 200, 'text/javascript', this.#config(host));
    } else if (path === LIBRARY_PATH) {
      if (this.#faults.is('library-missing'))
        send(response, 404, 'text/plain', 'The fault library-missing is active.\n');
      else send(response, 200, 'text/javascript', this.#library);
    } else if (path === APP_PATH) {
      const broken = this.#faults.is('app-exception')
        ? `throw new Error('the fault app-exception is active');\n`
        : '';
      send(response, 200, 'text/javascript', `${broken}${this.#app}`);
    } else if (path === EXTERNAL_API_PATH) {
      this.#externalApi(response);
    } else if (path !== '/' && path !== '/base.html') {
      this.#room(path, host, response);
    } else if (path === '/base.html') {
      send(response, 200, 'text/html', this.#page('base', ''));
    } else {
      send(response, 200, 'text/html', this.#page('rooms', this.#overview()));
    }
    return true;
  }

  #externalApi(response: ServerResponse): void {
    if (this.#faults.is('embed-missing')) {
      send(response, 404, 'text/plain', 'The fault embed-missing is active.\n');
      return;
    }
    const own = (['embed-undelegated', 'embed-sandboxed'] as const).filter((fault) => this.#faults.is(fault));
    const broken = "throw new Error('the fault embed-broken is active');\n";
    send(response, 200, 'text/javascript', this.#faults.is('embed-broken') ? broken : externalApi(own));
  }

  /** A room's page is the web app. */
  #room(path: string, host: string, response: ServerResponse): void {
    const unsupported = this.#faults.is('app-refuses') ? "['chrome', 'chromium', 'firefox']" : '[]';
    if (this.#faults.is('app-csp')) {
      const allowed = `http://${host}/config.js http://${host}${LIBRARY_PATH}`;
      response.setHeader('content-security-policy', `script-src 'unsafe-inline' ${allowed}`);
    }
    if (this.#faults.is('embed-refused'))
      response.setHeader('content-security-policy', "frame-ancestors 'self'");
    const scripts = ['/config.js', LIBRARY_PATH, APP_PATH].map((one) => `<script src="${one}"></script>`);
    const body = `${this.#overview()}<script>var interfaceConfig = { UNSUPPORTED_BROWSERS: ${unsupported} };</script>${scripts.join('')}`;
    send(response, 200, 'text/html', this.#page(path.slice(1), body));
  }

  #config(host: string): string {
    const config = {
      sandbox: this.#version,
      hosts: { domain: 'sandbox.vigie', muc: 'conference.sandbox.vigie' },
      websocket: `ws://${host}${SIGNALING_PATH}`,
      conferenceRequestUrl: `http://${host}${CONFERENCE_REQUEST_PATH}`,
      p2p: { enabled: false },
      bridgeChannel: { preferSctp: false },
      resolution: 180,
      flags: { ssrcRewritingEnabled: true },
      sandboxFaults: (['app-prejoin', 'app-tiles', 'app-deaf', 'embed-silent'] as const).filter((fault) =>
        this.#faults.is(fault),
      ),
    };
    return `// ${this.#version}: Vigie's own sandbox, no Jitsi.\nvar config = ${JSON.stringify(config, null, 2)};\n`;
  }

  #overview(): string {
    const broken = this.#faults.list();
    const list = (entries: readonly string[], none: string) =>
      entries.length === 0
        ? `<p>${none}</p>`
        : `<ul>${entries.map((entry) => `<li>${escapeXml(entry)}</li>`).join('')}</ul>`;
    const rooms = this.#signaling
      .rooms()
      .map(({ room, participants }) => `${room}: ${participants.map(({ name }) => name).join(', ')}`);
    return `<p>A small deployment that Vigie starts to watch and to break. It forwards calls between browsers
on this machine and is reached from nowhere else.</p>
<h2>Broken</h2>${list(broken, 'Nothing.')}<h2>In a call</h2>${list(rooms, 'Nobody.')}`;
  }

  #page(title: string, body: string): string {
    const heading = `${escapeXml(decode(title))} · Vigie sandbox`;
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${heading}</title>
<link rel="icon" href="data:,"><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}</style>
</head><body data-version="${escapeXml(this.#version)}">${body && `<h1>${heading}</h1>`}${body}</body></html>
`;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Answers and closes the matter; nothing of the sandbox is ever to be cached. */
export function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(body);
}
