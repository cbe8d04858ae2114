/** Opens a report as a person would, and says what is wrong with it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'puppeteer-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Look {
  /** Null: whatever the browser has; Firefox cannot be told. */
  readonly scheme: 'light' | 'dark' | null;
  readonly width: number;
}

export interface Seen {
  /** Requests beside the one for the page itself. */
  readonly requests: string[];
  readonly console: string[];
  /** What axe-core finds: rule and where. */
  readonly violations: string[];
  /** What makes the page wider than the window: the innermost elements that reach beyond it, with their text. */
  readonly overflows: string[];
  readonly screenshot: Uint8Array;
}

interface AxeResults {
  violations: { id: string; nodes: { target: string[] }[] }[];
}

/** Without JavaScript of its own: what a report shows must not need any. */
export async function look(browser: Browser, url: string, { scheme, width }: Look): Promise<Seen> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const requests: string[] = [];
  const lines: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => lines.push(message.text()));
  page.on('pageerror', (error) => lines.push(String(error)));
  await page.setViewport({ width, height: 900, isMobile: width < 600, hasTouch: width < 600 });
  if (scheme) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url);
  const overflows = (await page.evaluate(BEYOND)) as string[];
  const screenshot = await page.screenshot({ fullPage: true });
  const violations = await audit(page);
  await context.close();
  return { requests, console: lines, violations, overflows, screenshot };
}

/** Runs in the page, which is all browser: the innermost elements beyond its width. */
const BEYOND = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const right = (each) => Math.round(each.getBoundingClientRect().right);
  const wide = [...document.body.querySelectorAll('*')].filter((each) => right(each) > clientWidth);
  const innermost = wide.filter((each) => !wide.some((other) => other !== each && each.contains(other)));
  return [
    scrollWidth + ' of ' + clientWidth + ' pixels',
    ...innermost.map((each) => [each.tagName, each.getAttribute('class'), right(each), each.textContent.slice(0, 80)].join(' ')),
  ];
})()`;

/** With everything unfolded, too: what is folded is not looked at. */
async function audit(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found: string[] = [];
  for (const open of [false, true]) {
    if (open)
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    for (const { id, nodes } of violations)
      for (const { target } of nodes) found.push(`${id}: ${target.join(' ')}`);
  }
  return [...new Set(found)];
}
