/** Makes the pictures of the pages: run by scripts/screenshots. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { launchChromium } from '../sandbox/bots.ts';
import { type Gallery, startGallery } from './gallery.ts';

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 1.5 };
/** A page may be longer than what is worth showing of it. */
const TALLEST = 1800;

interface Shot {
  readonly file: string;
  readonly path: (gallery: Gallery) => string;
  readonly scheme: 'light' | 'dark';
  readonly phone?: true;
}

const SHOTS: readonly Shot[] = [
  { file: 'overview', path: () => '/', scheme: 'light' },
  { file: 'overview-phone-dark', path: () => '/', scheme: 'dark', phone: true },
  { file: 'status', path: () => '/status', scheme: 'light' },
  { file: 'status-phone-dark-fr', path: () => '/status?lang=fr', scheme: 'dark', phone: true },
  { file: 'check', path: () => '/checks/meet', scheme: 'light' },
  { file: 'check-phone-fr', path: () => '/checks/meet?lang=fr', scheme: 'light', phone: true },
  { file: 'run-dark', path: ({ run }) => `/runs/${run}`, scheme: 'dark' },
  { file: 'run-phone', path: ({ run }) => `/runs/${run}`, scheme: 'light', phone: true },
  { file: 'run-on-phone', path: ({ on }) => `/runs/${on}`, scheme: 'light', phone: true },
  { file: 'evidence', path: ({ run }) => `/runs/${run}/evidence`, scheme: 'light' },
];

async function take(browser: Browser, gallery: Gallery, shot: Shot, directory: string): Promise<void> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(shot.phone ? PHONE : DESKTOP);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: shot.scheme }]);
  await page.goto(`${gallery.url}${shot.path(gallery)}`);
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const { width } = shot.phone ? PHONE : DESKTOP;
  const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST) };
  const path = `${join(directory, shot.file)}.png` as const;
  await page.screenshot({ path, clip, captureBeyondViewport: true });
  await context.close();
  process.stdout.write(`${path}\n`);
}

const [directory = 'docs/images', only] = process.argv.slice(2);
await mkdir(directory, { recursive: true });
const gallery = await startGallery();
const browser = await launchChromium();
try {
  for (const shot of SHOTS) if (!only || shot.file === only) await take(browser, gallery, shot, directory);
} finally {
  await browser.close();
  await gallery.close();
}
