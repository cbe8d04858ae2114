/** What becomes of the WebSocket of the bridge channel, which pages themselves do not learn (WHATWG WebSockets, "fail"). */
import type { Page } from 'puppeteer-core';

/** The path of every videobridge (jitsi-videobridge, ColibriWebSocketService); a proxy may put a folder before it. */
const PATH = /^(.*\/colibri-ws\/[^/]*)/;
const LONGEST = 300;

/** The state of a bridge channel's WebSocket; both are null while it opens, and once it is open. */
export type BridgeSocket = {
  /** Without the ids of conference and participant, and without the password. */
  readonly url: string;
  readonly status: number | null;
  readonly error: string | null;
};

/** Reports each change of a Chromium page's WebSocket to the bridge. */
export async function watchBridgeSocket(page: Page, report: (state: BridgeSocket) => void): Promise<void> {
  const session = await page.createCDPSession();
  const sockets = new Map<string, BridgeSocket>();
  const change = (id: string, state: Partial<BridgeSocket>) => {
    const before = sockets.get(id);
    if (!before) return;
    const after = { ...before, ...state };
    sockets.set(id, after);
    report(after);
  };
  session.on('Network.webSocketCreated', ({ requestId, url }) => {
    const { origin, pathname } = new URL(url);
    const path = PATH.exec(pathname)?.[1];
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
  await session.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
}

/** What Chromium says of a handshake: a status, or the name of a network error (net/websockets, net_error_list.h). */
function failureOf(message: string): Pick<BridgeSocket, 'error'> | Pick<BridgeSocket, 'status'> {
  const status = /Unexpected response code: (\d{3})/.exec(message)?.[1];
  if (status) return { status: Number(status) };
  return { error: /\bERR_[A-Z_]+\b/.exec(message)?.[0] ?? message.slice(0, LONGEST) };
}
