/** Browsers that run elsewhere: by their remote debugging port, or the WebSocket of a grid. */
import type { Browser } from 'puppeteer-core';
import { attach, openIn, versionOf } from './attach.ts';
import type { BrowserName } from './browser.ts';
import { BrowserFault } from './faults.ts';
import type { LaunchOptions, RunningBrowser } from './launch.ts';

const CONNECT_MS = 15_000;
const CLOSE_MS = 2000;

/**
 * Connects to a browser at `endpoint`: `ws:` or `wss:` (CDP for Chromium, WebDriver BiDi for Firefox), or `http:` or
 * `https:`, the remote debugging port of a Chromium. It is left running: only what we opened in it is closed.
 * @throws {BrowserFault} `browser-start` when it cannot be reached.
 */
export async function connect(
  name: BrowserName,
  endpoint: string,
  options: LaunchOptions,
): Promise<RunningBrowser> {
  const where = withoutSecrets(endpoint);
  const address = /^wss?:/.test(endpoint) ? { browserWSEndpoint: endpoint } : { browserURL: endpoint };
  let browser: Browser;
  try {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(CONNECT_MS)]);
    browser = await attach(name, address, options.insecure, signal);
  } catch (cause) {
    throw new BrowserFault('browser-start', {
      how: 'not-reached',
      browser: name,
      at: where,
      reason: firstLine(cause).replaceAll(endpoint, where),
    });
  }
  const version = await versionOf(browser);
  const contexts: { close(): Promise<void> }[] = [];
  let closing = false;
  return {
    name,
    version,
    remote: true,
    sandboxed: null,
    outOfMemory: async () => false,
    open: async () => {
      const context = await browser.createBrowserContext();
      contexts.push(context);
      return openIn(context, name);
    },
    died: new Promise((resolve) => {
      browser.once('disconnected', () => {
        if (closing) return;
        resolve(new BrowserFault('browser-died', { how: 'disconnected', browser: name, at: where }));
      });
    }),
    close: async () => {
      closing = true;
      await Promise.race([
        Promise.allSettled(contexts.map((context) => context.close())),
        new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref()),
      ]);
      await browser.disconnect().catch(() => {});
    },
  };
}

/** The address without a token that a grid may want in it. */
function withoutSecrets(endpoint: string): string {
  const url = URL.parse(endpoint);
  return url
    ? `${url.protocol}//${url.host}${url.search || url.username ? ' (with its token)' : ''}`
    : 'its address';
}

const firstLine = (cause: unknown): string => (cause as Error).message.split('\n')[0] ?? '';
