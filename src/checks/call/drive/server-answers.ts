/** How the deployment's servers answer a page, as far as pages themselves do not learn it (WHATWG WebSockets, "fail"; lib-jitsi-meet). */
import type { CDPSession, Page } from 'puppeteer-core';

/** The path of every videobridge (jitsi-videobridge, ColibriWebSocketService); a proxy may put a folder before it. */
const BRIDGE = /^(.*\/colibri-ws\/[^/]*)/;
/** Where every packaging has them. */
const ASKED = [
  ['conference-request', /\/conference-request\//],
  ['bosh', /\/http-bind\b/],
] as const;
const LONGEST = 300;
/** What Chromium ends requests with where an address of its machine comes or goes: a container that starts, a VPN. */
export const NETWORK_CHANGED = 'net::ERR_NETWORK_CHANGED';

/** The state of a bridge channel's WebSocket; both are null while it opens, and once it is open. */
export type BridgeSocket = {
  /** Without the ids of conference and participant, and without the password. */
  readonly url: string;
  readonly status: number | null;
  readonly error: string | null;
};

/** A server's answer that is an error, where lib-jitsi-meet says no more than that there was one. */
export interface ServerRefusal {
  readonly of: 'websocket' | 'bosh' | 'conference-request';
  /** Of HTTP. */
  readonly status: number;
}

interface Reports {
  /** A bridge channel's WebSocket changed. */
  readonly bridge: (state: BridgeSocket) => void;
  readonly refused: (refusal: ServerRefusal) => void;
  /** The browser broke off what it asked for, as an address of its machine came or went. */
  readonly networkChanged: () => void;
}

/** Watches how a Chromium page's questions to the deployment's servers are answered. */
export async function watchServerAnswers(page: Page, reports: Reports): Promise<void> {
  const session = await page.createCDPSession();
  let last = '';
  const refused = (of: ServerRefusal['of'], status: number) => {
    // The library asks again and again.
    if (last === `${of} ${status}`) return;
    last = `${of} ${status}`;
    reports.refused({ of, status });
  };
  watchSockets(session, reports, refused);
  session.on('Network.responseReceived', ({ response: { url, status } }) => {
    if (status < 400 || !URL.canParse(url)) return;
    const asked = ASKED.find(([, path]) => path.test(new URL(url).pathname));
    if (asked) refused(asked[0], status);
  });
  session.on('Network.loadingFailed', ({ errorText }) => {
    if (errorText === NETWORK_CHANGED) reports.networkChanged();
  });
  await session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
}

/** What becomes of each WebSocket: that of a bridge channel, or of XMPP. */
function watchSockets(
  session: CDPSession,
  reports: Reports,
  refused: (of: 'websocket', status: number) => void,
): void {
  const sockets = new Map<string, (failure: Failure) => void>();
  session.on('Network.webSocketCreated', ({ requestId, url }) => {
    const { origin, pathname } = new URL(url);
    const path = BRIDGE.exec(pathname)?.[1];
    if (path === undefined) {
      sockets.set(requestId, (failure) => {
        if ('status' in failure) refused('websocket', failure.status);
      });
      return;
    }
    let state: BridgeSocket = { url: `${origin}${path}`.slice(0, LONGEST), status: null, error: null };
    sockets.set(requestId, (failure) => {
      state = { ...state, ...failure };
      reports.bridge(state);
    });
    reports.bridge(state);
  });
  session.on('Network.webSocketHandshakeResponseReceived', ({ requestId, response: { status } }) => {
    if (status !== 101) sockets.get(requestId)?.({ status });
  });
  session.on('Network.webSocketFrameError', ({ requestId, errorMessage }) => {
    sockets.get(requestId)?.(failureOf(errorMessage));
  });
  session.on('Network.webSocketClosed', ({ requestId }) => void sockets.delete(requestId));
}

type Failure = { readonly error: string } | { readonly status: number };

/** What Chromium says of a handshake: a status, or the name of a network error (net/websockets, net_error_list.h). */
function failureOf(message: string): Failure {
  const status = /Unexpected response code: (\d{3})/.exec(message)?.[1];
  if (status) return { status: Number(status) };
  return { error: /\bERR_[A-Z_]+\b/.exec(message)?.[0] ?? message.slice(0, LONGEST) };
}
