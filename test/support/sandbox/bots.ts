/** Starts browsers and seats them in a call of the sandbox, for its tests. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findBrowser } from '../../../src/browsers/executable.ts';
import type { Bot, Received } from './page/protocol.ts';

const BOT = stripTypeScriptTypes(readFileSync(new URL('page/bot.ts', import.meta.url), 'utf8'))
  .replace(/^export /gm, '')
  .replace(/^import\s[^;]*;\n/gm, '');

const LAUNCH_MS = 30_000;

export async function launchChromium(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: await findBrowser('chromium'),
    timeout: LAUNCH_MS,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--mute-audio',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  });
}

export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    timeout: LAUNCH_MS,
    extraPrefsFirefox: {
      'media.autoplay.default': 0,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
    },
  });
}

export class Seat {
  readonly name: string;
  readonly page: Page;
  readonly id: string;

  constructor(name: string, page: Page, id: string) {
    this.name = name;
    this.page = page;
    this.id = id;
  }

  received(): Promise<Received[]> {
    return this.page.evaluate(() => bot.received());
  }

  sent(): ReturnType<Bot['sent']> {
    return this.page.evaluate(() => bot.sent());
  }

  async events(): Promise<string[]> {
    return this.page.evaluate(() => bot.events.map(({ name, details }) => `${name} ${details}`.trim()));
  }
}

/** Opens the sandbox's page and puts the bot into it. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.log(`page: ${message.text()}`);
  });
  await page.goto(`${url}base.html`);
  await page.addScriptTag({ url: `${url}config.js` });
  await page.addScriptTag({ url: `${url}libs/lib-jitsi-meet.min.js` });
  await page.addScriptTag({ content: `{${BOT}}` });
  return page;
}

export async function sitDown(
  browser: Browser,
  url: string,
  name: string,
  room: string,
  kinds: readonly ('audio' | 'video')[] = ['audio', 'video'],
): Promise<Seat> {
  const page = await openPage(browser, url);
  const id = await page.evaluate((...seat) => bot.join(...seat), name, room, kinds);
  return new Seat(name, page, id);
}
