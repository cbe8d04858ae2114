/** Coming and going in the sandbox's calls, what keeps somebody out, Firefox, and what is left behind. */
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { launchChromium, launchFirefox, openPage, type Seat, sitDown } from '../support/sandbox/bots.ts';

const DEADLINE = { timeout: 20_000, interval: 100 };

let sandbox: Sandbox;
let browser: Browser;
const seats: Seat[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
});

afterEach(async () => {
  sandbox.faults.fix('all');
  await Promise.all(seats.splice(0).map(({ page }) => page.close()));
  await vi.waitFor(async () => expect(await rooms()).toEqual([]), DEADLINE);
});

async function rooms(): Promise<string[]> {
  const state = (await (await fetch(`${sandbox.url}sandbox/switches`)).json()) as {
    rooms: { room: string; participants: { name: string }[] }[];
  };
  return state.rooms.map(
    ({ room, participants }) => `${room}: ${participants.map(({ name }) => name).join('')}`,
  );
}

async function sit(name: string, room: string, in_ = browser): Promise<Seat> {
  const seat = await sitDown(in_, sandbox.url, name, room);
  seats.push(seat);
  return seat;
}

/** Sound and picture of somebody, as `gets` wants them. */
function all({ id }: { readonly id: string }): string[] {
  return [`audio ${id}`, `video ${id}`];
}

/** Waits until exactly this is flowing to `seat`: kind and endpoint id. */
async function gets(seat: Seat, wanted: readonly string[]): Promise<void> {
  await vi.waitFor(async () => {
    const received = await seat.received();
    const flowing = received.filter(
      ({ packets, kind, framesDecoded }) => packets > 0 && (kind === 'audio' || framesDecoded),
    );
    expect(flowing.map(({ kind, owner }) => `${kind} ${owner}`).toSorted()).toEqual(wanted.toSorted());
  }, DEADLINE);
}

it('the sandbox keeps rooms apart, and ends them when the last has left', async () => {
  const [a1, b1, a2, b2] = await Promise.all([
    sit('A', 'one'),
    sit('B', 'one'),
    sit('A', 'two'),
    sit('B', 'two'),
  ]);
  await Promise.all([gets(a1, all(b1)), gets(b1, all(a1)), gets(a2, all(b2)), gets(b2, all(a2))]);
  expect((await rooms()).toSorted()).toEqual(expect.arrayContaining([expect.stringMatching(/^one: /)]));
  await a2.page.evaluate(() => bot.leave());
  await b2.page.evaluate(() => bot.leave());
  await vi.waitFor(
    async () => expect((await rooms()).map((room) => room.slice(0, 3))).toEqual(['one']),
    DEADLINE,
  );
  expect(await a2.events()).toContain(`conference.left ${a2.id}`);
});

it('the sandbox takes whoever comes later in, and whoever comes back after a reload', async () => {
  const a = await sit('A', 'room');
  expect(await a.received()).toEqual([]);
  const b = await sit('B', 'room');
  await Promise.all([gets(a, all(b)), gets(b, all(a))]);
  const c = await sit('C', 'room');
  await Promise.all([
    gets(a, [...all(b), ...all(c)]),
    gets(b, [...all(a), ...all(c)]),
    gets(c, [...all(a), ...all(b)]),
  ]);

  await b.page.close();
  seats.splice(seats.indexOf(b), 1);
  await Promise.all([gets(a, all(c)), gets(c, all(a))]);
  const events = await a.events();
  expect(events).toContain(`conference.userLeft ${b.id}`);
  expect(events.filter((event) => event === 'conference.trackRemoved')).toHaveLength(2);

  const again = await sit('B', 'room');
  expect(again.id).not.toBe(b.id);
  await Promise.all([
    gets(a, [...all(again), ...all(c)]),
    gets(again, [...all(a), ...all(c)]),
    gets(c, [...all(a), ...all(again)]),
  ]);
});

it('bridge-channel: no track without it, every track once it is fixed', async () => {
  sandbox.faults.break(['bridge-channel B']);
  const [a, b, c] = await Promise.all([sit('A', 'room'), sit('B', 'room'), sit('C', 'room')]);
  await Promise.all([gets(a, [...all(b), ...all(c)]), gets(c, [...all(a), ...all(b)])]);
  expect(await b.received()).toEqual([]);
  const events = await b.events();
  expect(events).toContain('conference.connectionEstablished');
  expect(events).not.toContain('conference.dataChannelOpened');
  sandbox.faults.fix('all');
  await gets(b, [...all(a), ...all(c)]);

  sandbox.faults.break(['bridge-channel']);
  await vi.waitFor(async () => {
    expect(await b.events()).toContain('conference.dataChannelClosed');
  }, DEADLINE);
  const before = (await b.received()).map(({ packets }) => packets);
  await vi.waitFor(async () => {
    for (const [index, { packets }] of (await b.received()).entries()) {
      expect(packets).toBeGreaterThan(before[index]! + 10);
    }
  }, DEADLINE);
});

it('no-ice: no media, and all of it when it is fixed', async () => {
  sandbox.faults.break(['no-ice']);
  const [a, b] = await Promise.all([sit('A', 'room'), sit('B', 'room')]);
  await vi.waitFor(async () => {
    expect((await a.received()).map(({ packets }) => packets)).toEqual([0, 0]);
    expect(await a.events()).not.toContain('conference.connectionEstablished');
  }, DEADLINE);
  sandbox.faults.fix('all');
  await Promise.all([gets(a, all(b)), gets(b, all(a))]);
  sandbox.faults.break(['no-ice']);
  await vi.waitFor(async () => {
    expect(await a.events()).toContain('conference.connectionInterrupted');
  }, DEADLINE);
  const before = (await a.received()).map(({ packets }) => packets);
  sandbox.faults.fix('all');
  await vi.waitFor(async () => {
    for (const [index, { packets }] of (await a.received()).entries()) {
      expect(packets).toBeGreaterThan(before[index]!);
    }
  }, DEADLINE);
});

it('join-refused: a page is notified', async () => {
  sandbox.faults.break(['join-refused']);
  const page = await openPage(browser, sandbox.url);
  const error = page.evaluate(() => bot.join('A', 'room'));
  await expect(error).rejects.toThrow('connection.conferenceRequestFailed');
  await page.close();
});

it('Firefox and Chromium see each other', async () => {
  const firefox = await launchFirefox();
  try {
    const a = await sit('A', 'room');
    const b = await sit('B', 'room');
    const c = await sitDown(firefox, sandbox.url, 'C', 'room', ['video']);
    await Promise.all([
      gets(a, [...all(b), `video ${c.id}`]),
      gets(b, [...all(a), `video ${c.id}`]),
      gets(c, [...all(a), ...all(b)]),
    ]);
  } finally {
    await firefox.close();
  }
});

it('50 joins and leaves leave no socket and no timer behind', async () => {
  const a = await sit('A', 'room');
  const page = await openPage(browser, sandbox.url);
  const joinAndLeave = async () => {
    const id = await page.evaluate(() => bot.join('B', 'room', ['audio']));
    await gets(a, [`audio ${id}`]);
    await page.evaluate(() => bot.leave());
    await gets(a, []);
  };
  const count = () => {
    const open = process.getActiveResourcesInfo();
    const of = (what: string) => open.filter((each) => each.includes(what)).length;
    return { udp: of('UDP'), tcp: of('TCP'), timers: of('Timeout') };
  };
  // The first round gives A the media session that it then keeps.
  await joinAndLeave();
  const before = await quiet(count);
  for (let round = 0; round < 50; round++) await joinAndLeave();
  const after = await quiet(count);
  expect(after.udp).toBe(before.udp);
  expect(after.tcp).toBeLessThanOrEqual(before.tcp);
  expect(after.timers).toBeLessThanOrEqual(before.timers);
  await page.close();
});

/** The least of what is open in two seconds: what comes and goes on its own is not counted. */
async function quiet<T extends Record<string, number>>(count: () => T): Promise<T> {
  const least: Record<string, number> = count();
  const end = performance.now() + 2000;
  await vi.waitFor(() => {
    for (const [what, open] of Object.entries(count())) least[what] = Math.min(least[what]!, open);
    expect(performance.now()).toBeGreaterThan(end);
  }, DEADLINE);
  return least as T;
}
