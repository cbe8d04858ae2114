/** Connects to a browser that runs, whoever started it, and opens pages in it. */
import type { Browser, BrowserContext, ConnectionTransport, Page } from 'puppeteer-core';
import type { BrowserName } from './browser.ts';

/** A single command to a browser that takes longer means that the browser hangs. */
const COMMAND_MS = 15_000;

/** How a browser is reached: over a socket, or over pipes that it shares with Vigie alone. */
export type Address =
  | { readonly browserWSEndpoint: string }
  | { readonly browserURL: string }
  | { readonly transport: ConnectionTransport };

/** Connects over CDP (Chromium) or WebDriver BiDi (Firefox); rejects as soon as `signal` aborts. */
export async function attach(
  name: BrowserName,
  address: Address,
  insecure: boolean,
  signal: AbortSignal,
): Promise<Browser> {
  const { default: puppeteer } = await import('puppeteer-core');
  return unlessAborted(
    signal,
    puppeteer.connect({
      ...address,
      acceptInsecureCerts: insecure,
      defaultViewport: null,
      protocolTimeout: COMMAND_MS,
      protocol: name === 'chromium' ? 'cdp' : 'webDriverBiDi',
    }),
  );
}

/** The browser's version without its name, such as `156.0.8078.79`. */
export async function versionOf(browser: Browser): Promise<string> {
  return (await browser.version()).replace(/^[^\d]*/, '');
}

/** A page in a context of its own. */
export function openIn(context: BrowserContext, name: BrowserName): Promise<Page> {
  // Tabs of one Firefox window would be in the background but one; Chromium's contexts have windows of their own.
  return context.newPage(name === 'firefox' ? { type: 'window' } : {});
}

/** The result of `work`, or a rejection as soon as `signal` aborts. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(new Error('no answer in time'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
