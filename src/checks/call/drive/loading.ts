/**
 * Why a page did not get as far as running our own script: the deployment's are slow to arrive, or do not end. A browser that
 * still answers elsewhere shows that it is not the one that hangs.
 */
import type { CDPSession, HTTPRequest, Page } from 'puppeteer-core';
import { BrowserFault } from '../../../browsers/faults.ts';
import type { RunningBrowser } from '../../../browsers/launch.ts';
import type { CallCauseOf } from '../causes.ts';

/** A browser that opens no page within this time hangs itself. */
const PROBE_MS = 5000;

export type ScriptTrouble = Omit<CallCauseOf<'scripts-not-run'>, 'id'>;

/** The deployment's scripts kept a page from starting, or hold it up. */
export class ScriptsNotRun extends Error {
  readonly trouble: ScriptTrouble;
  constructor(trouble: ScriptTrouble) {
    super(`${trouble.path}: ${trouble.how}`);
    this.name = 'ScriptsNotRun';
    this.trouble = trouble;
  }
}

/** Scripts of the deployment that the page could not load. */
export class NotLoaded extends Error {
  readonly urls: readonly string[];
  constructor(urls: readonly string[]) {
    super(`could not load ${urls.join(' and ')}`);
    this.name = 'NotLoaded';
    this.urls = urls;
  }
}

interface Script {
  done: boolean;
  bytes: number | null;
  length: number | null;
}

/** Watches the deployment's scripts arrive while `load` runs. @throws {ScriptsNotRun}, or what `load` throws */
export async function watchingScripts(
  { page, browser, participant, base }: Watched,
  load: () => Promise<unknown>,
): Promise<void> {
  const scripts = new Map<string, Script>();
  const isTheirs = (url: string) => url.startsWith(base) && /\.js(\?|$)/.test(url);
  const requested = (request: HTTPRequest) => {
    if (isTheirs(request.url())) scripts.set(request.url(), { done: false, bytes: null, length: null });
  };
  const done = (request: HTTPRequest) => {
    const script = scripts.get(request.url());
    if (script) script.done = true;
  };
  page.on('request', requested).on('requestfinished', done).on('requestfailed', done);
  const session = browser.name === 'chromium' ? await countBytes(page, scripts) : null;
  const start = performance.now();
  try {
    await load();
  } catch (cause) {
    const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
    const seconds = Math.round((performance.now() - start) / 1000);
    // An endless script is CPU pressure itself: whether another page works says more than how busy the machine is.
    const ours = !timedOut || !(await answers(browser));
    const trouble = ours ? null : troubleOf([...scripts], participant, seconds);
    throw trouble ? new ScriptsNotRun(trouble) : cause;
  } finally {
    page.off('request', requested).off('requestfinished', done).off('requestfailed', done);
    void session?.detach().catch(() => {});
  }
}

/** What of a page and its browser shows whose fault a page is that does not answer. */
export interface Held {
  readonly browser: RunningBrowser;
  readonly participant: string;
}

/** Does something with a page that a script of the deployment may hold. @throws {ScriptsNotRun}, or what `work` throws */
export async function unlessHeld<T>(held: Held, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } catch (cause) {
    throw (isSilence(cause) && (await heldByScripts(held, performance.now() - start))) || cause;
  }
}

/** Whether a page did not answer, in puppeteer's words or in ours. */
function isSilence(cause: unknown): boolean {
  if (cause instanceof BrowserFault) return cause.trouble.how === 'no-answer';
  return cause instanceof Error && (cause.name === 'TimeoutError' || / timed out\b/.test(cause.message));
}

/** The scripts of a page that has not answered for this long; null where it is the browser that hangs. */
export async function heldByScripts(
  { browser, participant }: Held,
  ms: number,
): Promise<ScriptsNotRun | null> {
  if (!(await answers(browser))) return null;
  const seconds = Math.round(ms / 1000);
  return new ScriptsNotRun({ participant, how: 'holding', path: '', seconds, bytes: null, length: null });
}

export interface Watched {
  readonly page: Page;
  readonly browser: RunningBrowser;
  readonly participant: string;
  /** The deployment, with a slash at its end. */
  readonly base: string;
}

/** What of the scripts is to blame; null where none was asked for. The one that has not arrived comes first. */
export function troubleOf(
  scripts: readonly (readonly [url: string, script: Script])[],
  participant: string,
  seconds: number,
): ScriptTrouble | null {
  const pending = scripts.find(([, { done }]) => !done);
  const [url, script] = pending ?? scripts.at(-1) ?? [];
  if (url === undefined || !script) return null;
  const path = new URL(url).pathname.slice(0, 200);
  const { bytes, length } = script;
  return { participant, how: pending ? 'arriving' : 'running', path, seconds, bytes, length };
}

/** How much of each script has arrived, which Chromium alone says. */
async function countBytes(page: Page, scripts: Map<string, Script>): Promise<CDPSession | null> {
  const urls = new Map<string, string>();
  const session = await page.createCDPSession();
  const at = (id: string) => scripts.get(urls.get(id) ?? '');
  session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
  session.on('Network.responseReceived', ({ requestId, response }) => {
    const script = at(requestId);
    const length = Number(response.headers['content-length'] ?? response.headers['Content-Length']);
    if (script && Number.isSafeInteger(length) && length >= 0) script.length = length;
  });
  session.on('Network.dataReceived', ({ requestId, dataLength }) => {
    const script = at(requestId);
    if (script) script.bytes = (script.bytes ?? 0) + dataLength;
  });
  await session.send('Network.enable');
  return session;
}

/** Whether the browser itself still works: another page of it does. */
async function answers(browser: RunningBrowser): Promise<boolean> {
  const probe = browser.open().then(async (page) => {
    const answer: unknown = await page.evaluate('1 + 1');
    void page.close().catch(() => {});
    return answer === 2;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_MS);
  });
  try {
    return await Promise.race([probe.catch(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}
