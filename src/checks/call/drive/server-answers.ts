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
  watchBridge(session, reports);
  watchRefusals(session, reports);
  session.on('Network.loadingFailed', ({ errorText }) => {
    if (errorText === NETWORK_CHANGED) reports.networkChanged();
  });
  await session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
}

function watchBridge(session: CDPSession, { bridge }: Reports): void {
  const sockets = new Map<string, BridgeSocket>();
  const change = (id: string, state: Partial<BridgeSocket>) => {
    const before = sockets.get(id);
    if (!before) return;
    const after = { ...before, ...state };
    sockets.set(id, after);
    bridge(after);
  };
  session.on('Network.webSocketCreated', ({ requestId, url }) => {
    const { origin, pathname } = new URL(url);
    const path = BRIDGE.exec(pathname)?.[1];
    if (path === undefined) return;
    sockets.set(requestId, { url: `${origin}${path}`.slice(0, LONGEST), status: null, error: null });
    change(requestId, {});
  });
  session.on('Network.webSocketHandshakeResponseReceived', ({ requestId, response }) => {
    if (response.status !== 101) change(requestId, { status: response.status });
  });
  session.on('Network.webSocketFrameError', ({ requestId, errorMessage }) => {
    change(requestId, failureOf(errorMessage));
  });
  session.on('Network.webSocketClosed', ({ requestId }) => void sockets.delete(requestId));
}

function watchRefusals(session: CDPSession, { refused }: Reports): void {
  const sockets = new Set<string>();
  let last = '';
  const report = (of: ServerRefusal['of'], status: number) => {
    // The library asks again and again.
    if (last === `${of} ${status}`) return;
    last = `${of} ${status}`;
    refused({ of, status });
  };
  session.on('Network.webSocketCreated', ({ requestId, url }) => {
    if (!BRIDGE.test(new URL(url).pathname)) sockets.add(requestId);
  });
  session.on('Network.webSocketHandshakeResponseReceived', ({ requestId, response: { status } }) => {
    if (sockets.has(requestId) && status !== 101) report('websocket', status);
  });
  session.on('Network.webSocketFrameError', ({ requestId, errorMessage }) => {
    const failed = failureOf(errorMessage);
    if (sockets.has(requestId) && 'status' in failed) report('websocket', failed.status);
  });
  session.on('Network.webSocketClosed', ({ requestId }) => void sockets.delete(requestId));
  session.on('Network.responseReceived', ({ response: { url, status } }) => {
    if (status < 400 || !URL.canParse(url)) return;
    const asked = ASKED.find(([, path]) => path.test(new URL(url).pathname));
    if (asked) report(asked[0], status);
  });
}

/** What Chromium says of a handshake: a status, or the name of a network error (net/websockets, net_error_list.h). */
function failureOf(message: string): { readonly error: string } | { readonly status: number } {
  const status = /Unexpected response code: (\d{3})/.exec(message)?.[1];
  if (status) return { status: Number(status) };
  return { error: /\bERR_[A-Z_]+\b/.exec(message)?.[0] ?? message.slice(0, LONGEST) };
}
