/** The pages in real browsers: what axe-core finds, and what they do with and without JavaScript. */
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aFailedCall, aRun } from '../support/history/runs.ts';
import { look } from '../support/report/browse.ts';
import { launchChromium, launchFirefox } from '../support/sandbox/bots.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type Gallery, startGallery } from '../support/server/gallery.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await startGallery();
});
afterAll(() => gallery?.close());

const PAGES: Readonly<Record<string, (gallery: Gallery) => string>> = {
  overview: () => '/',
  status: () => '/status',
  check: () => '/checks/meet',
  'check of domains': () => '/checks/domains',
  run: ({ run }) => `/runs/${run}`,
  'run that is on': ({ on }) => `/runs/${on}`,
  evidence: ({ run }) => `/runs/${run}/evidence`,
  runbook: () => '/runbooks/VigieStreamMissing.md',
  'not there': () => '/runs/none',
};

describe.each([
  { name: 'Chromium', launch: launchChromium },
  { name: 'Firefox', launch: launchFirefox },
])('in $name', ({ name, launch }) => {
  let browser: Browser;
  let server: TestServer | null = null;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  afterEach(() => server?.close());

  // What Chromium shows is looked at whole; of Firefox, which cannot be told its colours, the pages with most on them.
  const whole = name === 'Chromium';
  const looks = [
    { scheme: whole ? 'light' : null, width: 1280, lang: 'en' },
    { scheme: whole ? 'dark' : null, width: 360, lang: 'fr' },
  ] as const;
  const shown = Object.keys(PAGES)
    .filter((page) => whole || page === 'run' || page === 'status')
    .flatMap((page) => looks.map((how) => ({ page, ...how })));

  it.each(shown)('$page, $scheme, $width wide, $lang: axe finds nothing', async ({ page, lang, ...how }) => {
    const url = `${gallery.url}${PAGES[page]!(gallery)}?lang=${lang}`;
    const seen = await look(browser, url, how);
    expect(seen.violations).toEqual([]);
    expect(seen.overflows).toEqual([]);
    for (const request of seen.requests) expect(request.startsWith(`${gallery.url}/`)).toBe(true);
    const known = page === 'not there' ? /404/ : /^$/;
    expect(seen.console.filter((line) => !known.test(line))).toEqual([]);
  });

  const listening = async (): Promise<string> => {
    server = testServer({ access: () => ({ token: null, open: true }) });
    server.scheduler.update([fakeCheck({ ms: 3_600_000, schedule: { everyMs: 3_600_000 } })]);
    return server.app.listen({ host: '127.0.0.1', port: 0 });
  };
  const heading = (page: Page) => page.$eval('h1', (h1) => h1.textContent);

  it('a page is renewed in place: focus and folds stay', async () => {
    const url = await listening();
    server!.store.append(aRun());
    const page = await browser.newPage();
    await page.goto(`${url}/`);
    expect(await heading(page)).toBe('meet passes');
    await page.focus('.brand');
    await page.$eval('h2 a', (link) => link.focus());
    server!.store.append(aFailedCall());
    await page.waitForFunction("document.querySelector('h1').textContent === 'meet fails'");
    expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe('/checks/meet');
    expect(await page.$eval('#announced', (element) => element.textContent)).toBe('meet fails – Vigie');
    expect(await page.title()).toBe('meet fails – Vigie');
    await page.close();
  });

  it('says so when Vigie does not answer any more', async () => {
    const url = await listening();
    const page = await browser.newPage();
    await page.goto(`${url}/`);
    const said = 'document.getElementById("lost").getClientRects().length > 0';
    expect(await page.evaluate(said)).toBe(false);
    await server!.close();
    server = null;
    await page.waitForFunction(said);
    await page.close();
  });

  it('a run is started from a page, watched, and its end is seen', async () => {
    const url = await listening();
    server!.scheduler.update([fakeCheck({ ms: 1500, schedule: { everyMs: 3_600_000 }, name: 'brief' })]);
    await expect.poll(() => server!.store.latest('brief'), { timeout: 10_000 }).not.toBeNull();
    const page = await browser.newPage();
    await page.goto(`${url}/checks/brief`);
    await Promise.all([page.waitForNavigation(), page.click('form.start button')]);
    expect(page.url()).toMatch(/\/runs\/\w+-\w+$/);
    await page.waitForFunction("document.querySelector('.badge.good') !== null");
    expect(await page.$eval('.summary', (summary) => summary.textContent)).toBe('all is well');
    await page.close();
  });
});

it('without JavaScript a page loads itself again, and has everything on it', async () => {
  const browser = await launchChromium();
  const server = testServer();
  try {
    server.scheduler.update([fakeCheck({ ms: 3_600_000 })]);
    server.store.append(aRun());
    const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    await page.goto(`${url}/`);
    expect(await page.$eval('h1', (h1) => h1.textContent)).toBe('meet passes');
    server.store.append(aFailedCall());
    await page.waitForNavigation();
    expect(await page.$eval('h1', (h1) => h1.textContent)).toBe('meet fails');
  } finally {
    await browser.close();
    await server.close();
  }
});
