/** Has a participant's page opened: our own, the room's own page of the web app, or a site's page that embeds it. */
import type { HTTPRequest, Page } from 'puppeteer-core';
import { BrowserFault } from '../../../browsers/faults.ts';
import type { EmbedOrders } from '../page/protocol.ts';
import { type Embedded, embed } from './embedding.ts';
import { type Held, NotLoaded, unlessHeld, watchingScripts } from './loading.ts';
import { freshDocument, LOAD_MS, type OwnPage, writeInto } from './own-page.ts';
import { LOADED, readLoaded } from './page-messages.ts';
import { NETWORK_CHANGED } from './server-answers.ts';

const OPEN = { waitUntil: 'domcontentloaded', timeout: LOAD_MS } as const;

const watched = (page: Page, held: Held, { base }: OwnPage) => ({ ...held, page, base });

/**
 * Loads our own page with the deployment's `config.js` and library, whose version it gives. `again`: it may be there already.
 * Where the network of this machine changed meanwhile, which is no fault of the deployment's, it is loaded once more.
 * @throws {NotLoaded} when the deployment's part did not load
 */
export async function openOwnPage(
  page: Page,
  held: Held,
  own: OwnPage,
  again: boolean,
): Promise<string | null> {
  let changed = false;
  const failed = (request: HTTPRequest) => {
    changed ||= request.failure()?.errorText === NETWORK_CHANGED;
  };
  page.on('requestfailed', failed);
  try {
    return await loadOwnPage(page, held, own, again);
  } catch (cause) {
    if (!changed || !(cause instanceof NotLoaded)) throw cause;
    return await loadOwnPage(page, held, own, true);
  } finally {
    page.off('requestfailed', failed);
  }
}

async function loadOwnPage(page: Page, held: Held, own: OwnPage, again: boolean): Promise<string | null> {
  const { base, url, files } = own;
  const { browser } = held;
  await watchingScripts(watched(page, held, own), async () => {
    // A Chromium that others started refuses private addresses to a document that came from no network.
    if (browser.name === 'firefox' || browser.remote)
      await writeInto(page, freshDocument(base), files.get('')!.body);
    else if (again && page.url() === url) await page.reload(OPEN);
    else await page.goto(url, OPEN);
  });
  const loaded = readLoaded(await unlessHeld(held, () => page.evaluate(LOADED)));
  if (!loaded) throw new NotLoaded(['config.js']);
  const missing = [...loaded.failed];
  if (missing.length === 0 && !loaded.config) missing.push('config.js');
  if (missing.length === 0 && loaded.version === null) missing.push('libs/lib-jitsi-meet.min.js');
  if (missing.length > 0) throw new NotLoaded(missing);
  if (!loaded.bot)
    throw new BrowserFault('browser-start', { how: 'page-not-started', browser: browser.name });
  return loaded.version;
}

/** Opens the room's own page, as whoever follows a link; one that is there already is loaded anew. */
export async function openRoom(page: Page, held: Held, own: OwnPage, address: string): Promise<void> {
  await watchingScripts(watched(page, held, own), () =>
    page.url().split('#')[0] === address.split('#')[0] ? page.reload(OPEN) : page.goto(address, OPEN),
  );
}

/** Opens a page of `site` that embeds the room; its frame, and what was seen of the embedding. */
export async function openEmbedding(
  page: Page,
  held: Held,
  own: OwnPage,
  site: string,
  orders: EmbedOrders,
): Promise<Embedded> {
  let embedded: Embedded = { frame: null, notes: [] };
  await unlessHeld(held, () =>
    watchingScripts(watched(page, held, own), async () => {
      embedded = await embed(page, site, own.base, orders);
    }),
  );
  return embedded;
}
