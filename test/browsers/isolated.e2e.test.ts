/** The isolated world of a page: what the page's own scripts see of it, and what it takes of theirs. */
import type { Page } from 'puppeteer-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Binding,
  type IsolatedWorld,
  isolatedInChromium,
  isolatedInFirefox,
} from '../../src/browsers/isolated.ts';
import { launch } from '../../src/browsers/launch.ts';

/** A page's scripts that change whatever an honest script might use. */
const HOSTILE = `
  for (const name of ['JSON', 'Math', 'Date', 'Map', 'Promise', 'AudioContext', 'CanvasRenderingContext2D'])
    globalThis[name] = () => 'forged';
  Array.prototype.map = String.prototype.slice = Function.prototype.call = () => 'forged';
  performance.now = () => 1e300;
  Object.defineProperty(Object.prototype, 'secret', { get: () => 'forged', set(value) { globalThis.stolen = value; } });
  globalThis.addEventListener = globalThis.setInterval = () => {};`;

async function isolated(page: Page, name: 'chromium' | 'firefox', binding: Binding): Promise<IsolatedWorld> {
  if (name === 'firefox') return isolatedInFirefox(page, binding);
  const session = await page.createCDPSession();
  await session.send('Runtime.enable');
  return isolatedInChromium(session, binding);
}

describe.each(['chromium', 'firefox'] as const)('in %s', (name) => {
  it('it and its page share the document and nothing else', { timeout: 60_000 }, async () => {
    const browser = await launch(name, { insecure: false, signal: new AbortController().signal });
    onTestFinished(() => browser.close());
    const page = await browser.open();
    const heard: unknown[] = [];
    await page.goto('data:text/html,<p id=shared>from the page</p>');
    await page.evaluate(HOSTILE);
    const world = await isolated(page, name, { name: 'report', hear: (text) => heard.push(text) });
    await world.enter(
      `const secret = 'known here';
       const own = { secret };
       globalThis.ask = () => [typeof forged, own.secret, String([1, 2].map((x) => x * 2)), Math.max(1, 2),
         performance.now() < 1e9, document.querySelector('p').id].join();
       report(JSON.stringify({ from: 'isolated' }));`,
    );
    expect(await world.evaluate('ask()')).toBe('undefined,known here,2,4,2,true,shared');
    expect(heard).toEqual(['{"from":"isolated"}']);
    expect(
      await page.evaluate(
        `[typeof report, typeof own, typeof ask, typeof globalThis.stolen, Object.keys(globalThis).includes('report')].join()`,
      ),
    ).toBe('undefined,undefined,undefined,undefined,false');
    await expect(world.evaluate('missing.thing')).rejects.toThrow('missing');
    // A new document has a new one.
    await page.goto('data:text/html,<p id=next>');
    await world.enter(`globalThis.ask = () => document.querySelector('p').id; report('again');`);
    expect(await world.evaluate('ask()')).toBe('next');
    expect(heard.at(-1)).toBe('again');
  });
});
