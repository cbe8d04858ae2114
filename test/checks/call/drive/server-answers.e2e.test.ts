/** What Chromium reports of servers that refuse: pages themselves, or the library in them, do not say it. */
import { execFileSync } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launch, type RunningBrowser } from '../../../../src/browsers/launch.ts';
import {
  type BridgeSocket,
  type ServerRefusal,
  watchServerAnswers,
} from '../../../../src/checks/call/drive/server-answers.ts';

import { homeNetwork } from '../../../support/browsers/elsewhere.ts';

let browser: RunningBrowser;
beforeAll(async () => {
  browser = await launch('chromium', { insecure: false, signal: AbortSignal.timeout(60_000) });
}, 90_000);
afterAll(() => browser.close());

/** A page, and what is answered where the bridge channel should open. */
async function front(answer: string): Promise<string> {
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url !== '/') response.statusCode = 429;
    response.end('<title>page</title>');
  });
  server.on('upgrade', (_request, socket) => void socket.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The last state of a WebSocket to this address, once something went wrong. */
async function stateOf(host: string, at = host): Promise<BridgeSocket> {
  const page = await browser.open();
  const failed = new Promise<BridgeSocket>((resolve) => {
    const bridge = (state: BridgeSocket) => {
      if (state.status !== null || state.error !== null) resolve(state);
    };
    void watchServerAnswers(page, { bridge, refused: () => {}, networkChanged: () => {} }).then(async () => {
      await page.goto(`http://${host}/`);
      await page.evaluate(`void new WebSocket('ws://${at}/colibri-ws/jvb-1/conference/endpoint?pwd=secret')`);
    });
  });
  try {
    return await failed;
  } finally {
    await page.close();
  }
}

it('case 37: a proxy that answers 403', async () => {
  const host = await front('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  expect(await stateOf(host)).toEqual({ url: `ws://${host}/colibri-ws/jvb-1`, status: 403, error: null });
}, 60_000);

it('case 36: a name that does not exist', async () => {
  const host = await front('');
  const { url, status, error } = await stateOf(host, 'no-such-bridge.invalid');
  expect(url).toBe('ws://no-such-bridge.invalid/colibri-ws/jvb-1');
  expect(status).toBeNull();
  expect(error).toMatch(/^ERR_(NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|INTERNET_DISCONNECTED)$/);
}, 60_000);

it('a front that limits what is asked: each once, and no bridge channel is one of them', async () => {
  const host = await front('HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n');
  const page = await browser.open();
  const refusals: ServerRefusal[] = [];
  await watchServerAnswers(page, {
    bridge: () => {},
    refused: (refusal) => refusals.push(refusal),
    networkChanged: () => {},
  });
  await page.goto(`http://${host}/`);
  await page.evaluate(`(async () => {
    const closed = (path) => new Promise((resolve) => (new WebSocket('ws://${host}' + path).onclose = resolve));
    await closed('/colibri-ws/jvb-1/conference/endpoint');
    await closed('/xmpp-websocket');
    await closed('/xmpp-websocket');
    for (const path of ['/conference-request/v1', '/conference-request/v1', '/http-bind', '/other'])
      await fetch(path, { method: 'POST' });
  })()`);
  await expect
    .poll(() => refusals)
    .toEqual([
      { of: 'websocket', status: 429 },
      { of: 'conference-request', status: 429 },
      { of: 'bosh', status: 429 },
    ]);
  await page.close();
}, 60_000);

it('an address of this machine that comes or goes breaks off what was asked for', async ({ skip }) => {
  const network = homeNetwork('vigiechange');
  if (!network) return skip('this user may not make network namespaces');
  onTestFinished(() => network.close());
  const page = await browser.open();
  let changes = 0;
  const networkChanged = () => (changes += 1);
  await watchServerAnswers(page, { bridge: () => {}, refused: () => {}, networkChanged });
  await page.goto(`http://${await front('')}/`);
  // Nobody is at that address: the connection is being made until it is given up.
  await page.evaluate(`void fetch('http://10.86.0.99/').catch(() => {})`);
  await expect
    .poll(
      () => {
        for (const what of ['add', 'del'])
          execFileSync('ip', ['addr', what, '10.86.0.77/24', 'dev', 'vigiechange0']);
        return changes;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
  await page.close();
}, 60_000);
