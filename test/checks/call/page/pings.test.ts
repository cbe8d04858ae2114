/** A page asks the XMPP server now and then, through whatever its library has for it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measurePings } from '../../../../src/checks/call/page/pings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is said in this time by a page whose server does this with each question. */
async function said(ms: number, ping: ((timeoutMs: number) => Promise<unknown>) | undefined) {
  const events: unknown[] = [];
  measurePings({ ...(ping && { xmpp: { ping } }) }, (name, detail) => events.push([name, detail]));
  await vi.advanceTimersByTimeAsync(ms);
  return events;
}
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const event = (ms: number, answered = true) => ['xmpp-ping', { ms, answered }];

describe('questions to the XMPP server', () => {
  it('are three soon after joining, then two a minute', async () => {
    expect(await said(5900, () => later(20))).toEqual([event(20), event(20), event(20)]);
    expect(await said(66_000, () => later(20))).toHaveLength(5);
    expect(await said(7_200_000, () => later(20))).toHaveLength(120);
  });

  it('count where the server has no such answer, and where it gives none in time', async () => {
    const refused = () => later(30).then(() => Promise.reject({ tagName: 'iq' }));
    expect(await said(1500, refused)).toEqual([event(30)]);
    const silent = (timeoutMs: number) => later(timeoutMs).then(() => Promise.reject(undefined));
    expect(await said(6500, silent)).toEqual([event(5000, false)]);
  });

  it('are not counted where the connection is gone', async () => {
    expect(await said(6500, () => Promise.reject(new Error('not connected')))).toEqual([]);
  });

  it('are not asked of a library that cannot', async () => {
    expect(await said(6500, undefined)).toEqual([]);
  });
});
