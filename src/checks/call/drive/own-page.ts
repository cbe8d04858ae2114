/** Brings our own page into a browser, in the deployment's origin, and a network around it. */
import { randomBytes } from 'node:crypto';
import type { HTTPRequest, Page } from 'puppeteer-core';
import { type IsolatedWorld, isolatedInChromium, isolatedInFirefox } from '../../../browsers/isolated.ts';
import type { Impairment } from '../scene/participants.ts';
import type { PageFile } from './page-files.ts';
import type { World } from './page-messages.ts';

export const LOAD_MS = 15_000;

/** What a participant's page is made of: the deployment, the page's own address in it, and our files there. */
export interface OwnPage {
  /** With a slash at its end. */
  readonly base: string;
  readonly url: string;
  readonly files: ReadonlyMap<string, PageFile>;
  /** What runs in the isolated world. */
  readonly isolated: string;
  /** What runs in the deployment's web app before its own scripts, and where that is in a frame. */
  readonly app: string;
  readonly framed: string;
}

/** Takes what a page says over one of its bindings. */
export type Hear = (text: unknown, from: World) => void;

/** The binding of the isolated world. */
const REPORT = 'vigieReport';

/** A document of the deployment that no cache has: one from a cache came over no interface (see `writeInto`). */
export function freshDocument(base: string): string {
  return `${base}config.js?vigie=${randomBytes(6).toString('hex')}`;
}

/**
 * Opens a document that the deployment really serves and writes ours in its place. Firefox offers a page that
 * captures nothing the address of one interface alone: the one that the document came over, or the default
 * route's when the document came over none. It must be the former, or hosts with several networks find no way.
 */
export async function writeInto(page: Page, url: string, html: string): Promise<void> {
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout: LOAD_MS });
  await page.evaluate((text) => {
    const { document } = globalThis as unknown as {
      document: { open(): void; write(text: string): void; close(): void };
    };
    document.open();
    document.write(text);
    document.close();
  }, html);
  await page.waitForFunction(`typeof vigie === 'object' || (globalThis.notLoaded ?? []).length > 0`, {
    timeout: LOAD_MS,
    polling: 20,
  });
}

/**
 * Answers the bot's own path with its files; requests to the deployment never wait for us. The binding is the
 * protocol's own: puppeteer's `exposeFunction` would answer every report.
 */
export async function answerInChromium(
  page: Page,
  { url, files }: OwnPage,
  hear: Hear,
): Promise<IsolatedWorld> {
  const session = await page.createCDPSession();
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === 'vigieSay') hear(payload, 'own');
  });
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const file = files.get(request.url.slice(url.length));
    void session
      .send('Fetch.fulfillRequest', {
        requestId,
        responseCode: file ? 200 : 404,
        responseHeaders: [{ name: 'Content-Type', value: file?.contentType ?? 'text/plain' }],
        body: Buffer.from(file?.body ?? 'not here').toString('base64'),
      })
      .catch(() => {});
  });
  const [isolated] = await Promise.all([
    isolatedInChromium(session, { name: REPORT, hear: (text) => hear(text, 'isolated') }),
    session.send('Runtime.enable'),
    session.send('Runtime.addBinding', { name: 'vigieSay' }),
    session.send('Fetch.enable', { patterns: [{ urlPattern: `${url}*` }] }),
  ]);
  return isolated;
}

/** The same in Firefox, where every request passes by. */
export async function answerInFirefox(
  page: Page,
  { url, files }: OwnPage,
  hear: Hear,
): Promise<IsolatedWorld> {
  await page.exposeFunction('vigieSay', (text: unknown) => hear(text, 'own'));
  await page.setRequestInterception(true);
  page.on('request', (request: HTTPRequest) => {
    const file = request.url().startsWith(url) ? files.get(request.url().slice(url.length)) : undefined;
    const done = file
      ? request.respond({ status: 200, contentType: file.contentType, body: file.body })
      : request.continue();
    done.catch(() => {});
  });
  return isolatedInFirefox(page, { name: REPORT, hear: (text) => hear(text, 'isolated') });
}

/**
 * What the network does to everything of this page, WebRTC included. It works on sockets that are opened afterwards,
 * and only while something is set: a millisecond is the least (Chromium, services/network/throttling).
 */
export async function impair(page: Page, impairment: Impairment): Promise<Line> {
  const session = await page.createCDPSession();
  const bytes = (kilobits: number | null) => (kilobits === null ? -1 : (kilobits * 1000) / 8);
  const set: Line['set'] = (state, { delay, loss, download, upload }) =>
    session.send('Network.emulateNetworkConditions', {
      offline: state === 'off',
      latency: Math.max(1, delay),
      downloadThroughput: bytes(download),
      uploadThroughput: bytes(upload),
      packetLoss: state === 'on' ? loss * 100 : 100,
      packetQueueLength: 20,
    });
  await session.send('Network.enable');
  await set('on', impairment);
  return { set };
}

/** A network that can be cut: no packet of media passes then; while it is `off` the page believes that it is offline, too. */
export interface Line {
  set(state: 'on' | 'off' | 'no-media', impairment: Impairment): Promise<void>;
}

/**
 * Has a page of Chromium stand still until the function that it gives is called: neither timers nor scripts run in it, and what comes
 * waits. A debugger's pause does what a closed lid does for seconds; a page that is frozen (Page Lifecycle) would lose its WebSockets,
 * which a laptop that sleeps does not (seen in Chromium 156).
 */
export async function holdStill(page: Page): Promise<() => Promise<void>> {
  const session = await page.createCDPSession();
  await session.send('Debugger.enable');
  const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
  await session.send('Debugger.pause');
  await paused;
  return async () => {
    await session.send('Debugger.resume');
    await session.send('Debugger.disable');
    void session.detach().catch(() => {});
  };
}
