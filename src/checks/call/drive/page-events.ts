/** What a browser says of a page beside what the page itself reports: its console, its end, its silence. */
import type { Page } from 'puppeteer-core';
import { BrowserFault } from '../../../browsers/faults.ts';
import { starved } from '../../../browsers/launch.ts';
import type { Held } from './loading.ts';

const CONSOLE_LINES = 500;
/** So much of a line of the console is kept, in characters. */
const CONSOLE_CHARS = 2000;

/** Adds to `lines` what the page writes to its console, its dialogs, which are answered, and what it could not load. */
export function keepConsole(page: Page, lines: string[]): void {
  const log = (line: string): void => {
    if (lines.length >= CONSOLE_LINES) return;
    lines.push(`${new Date().toISOString()} ${line.slice(0, CONSOLE_CHARS)}`);
  };
  // `alert()` would hold the page until somebody answers it.
  page.on('dialog', (dialog) => {
    log(`[${dialog.type()} dialog] ${dialog.message()}`);
    // A page that asks whether it may be left is left.
    const answer = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    void answer.catch(() => {});
  });
  page.on('console', (message) => log(`[${message.type()}] ${message.text()}`));
  page.on('pageerror', (cause) =>
    log(`[exception] ${cause instanceof Error ? cause.message : String(cause)}`),
  );
  page.on('requestfailed', (request) =>
    log(`[request failed] ${request.url()} ${request.failure()?.errorText ?? ''}`),
  );
}

/** Why a page crashed: for want of memory, where the browser says so. */
export async function crashOf({ browser, participant }: Held, cause: Error): Promise<BrowserFault> {
  if (await browser.outOfMemory()) return starved(browser.name);
  const how = { how: 'page-crashed', browser: browser.name, participant, reason: cause.message } as const;
  return new BrowserFault('browser-died', how);
}

/** How long a page has for a command. */
export const COMMAND_MS = 3000;

/**
 * Waits for a command to a page, but not for ever.
 * @throws {BrowserFault} `browser-hung`, once the time, in milliseconds, is over
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new BrowserFault('browser-hung', { how: 'no-answer', ms })), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
