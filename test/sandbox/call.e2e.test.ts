/** A call of three in Chromium: everybody gets everybody, and each switch breaks what it says and nothing else. */
import type { Browser } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { launchChromium, type Seat, sitDown } from '../support/sandbox/bots.ts';
import type { Received } from '../support/sandbox/page/protocol.ts';

const NAMES = ['A', 'B', 'C'];
const COLOURS: Record<string, number> = { A: 0, B: 1, C: 2 };
const DEADLINE = { timeout: 20_000, interval: 100 };

let sandbox: Sandbox;
let browser: Browser;
let seats: Seat[];

beforeAll(async () => {
  sandbox = await startSandbox();
  browser = await launchChromium();
  seats = await Promise.all(NAMES.map((name) => sitDown(browser, sandbox.url, name, 'room')));
});

afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
});

afterEach(async () => {
  sandbox.faults.fix('all');
});

/** Everything that everybody has, by `audio A->B`. */
async function matrix(): Promise<Map<string, Received>> {
  const cells = new Map<string, Received>();
  const all = await Promise.all(seats.map((seat) => seat.received()));
  for (const [index, received] of all.entries()) {
    for (const entry of received) {
      const sender = seats.find(({ id }) => id === entry.owner)!.name;
      cells.set(`${entry.kind} ${sender}->${seats[index]!.name}`, entry);
    }
  }
  return cells;
}

const CELLS = NAMES.flatMap((to) =>
  NAMES.filter((from) => from !== to).map((from) => `${from}->${to}`),
).flatMap((pair) => [`audio ${pair}`, `video ${pair}`]);

const progress = (entry: Received) => (entry.kind === 'audio' ? entry.packets : entry.framesDecoded!);

/** Waits until each of these went on by so much since `before`. */
async function advance(cells: readonly string[], by: number): Promise<void> {
  const before = await matrix();
  await vi.waitFor(async () => {
    const now = await matrix();
    for (const cell of cells) {
      expect(progress(now.get(cell)!) - progress(before.get(cell)!), cell).toBeGreaterThanOrEqual(by);
    }
  }, DEADLINE);
}

/** The dominant colour of a picture: 0 red, 1 green, 2 blue. */
function dominant({ colour }: Received): number {
  return colour === null ? -1 : colour.indexOf(Math.max(...colour));
}

describe('nothing broken', () => {
  it('everybody sees and hears everybody', async () => {
    await vi.waitFor(async () => {
      const cells = await matrix();
      expect([...cells.keys()].toSorted()).toEqual(CELLS.toSorted());
      for (const [cell, entry] of cells) {
        if (entry.kind === 'audio') expect(entry.audioEnergy, cell).toBeGreaterThan(0.01);
        else expect(dominant(entry), cell).toBe(COLOURS[cell.charAt(6)]);
      }
    }, DEADLINE);
    await advance(CELLS, 10);
  });

  it('has endpoint ids and source names as Jitsi has, and SSRCs of the bridge’s own choice', async () => {
    for (const [cell, { owner, source, ssrc }] of await matrix()) {
      expect(owner).toMatch(/^[0-9a-f]{8}$/);
      expect(source).toBe(`${owner}-${cell.startsWith('audio') ? 'a0' : 'v0'}`);
      expect(ssrc).toBeGreaterThan(0);
    }
  });

  it('notifies a page of what happens, with the events of lib-jitsi-meet in their order', async () => {
    const events = await seats[0]!.events();
    const order = ['conference.joined', 'conference.media_session.started', 'conference.dataChannelOpened'];
    expect(events.filter((event) => order.includes(event))).toEqual(order);
    const [, , ...remote] = events.filter((event) => event === 'conference.trackAdded');
    expect(remote).toHaveLength(4);
    expect(events.lastIndexOf('conference.trackAdded')).toBeGreaterThan(events.indexOf(order[2]!));
    expect(events).toContain(`conference.userJoined ${seats[1]!.id}`);
    expect(events).toContain('conference.connectionEstablished');
  });

  it('reports to the senders what arrives', async () => {
    await vi.waitFor(async () => {
      for (const { kind, roundTrips } of await seats[0]!.sent()) expect(roundTrips, kind).toBeGreaterThan(0);
    }, DEADLINE);
  });
});

describe('a cut', () => {
  it.each<[string, (cell: string) => boolean]>([
    ['audio A->B', (cell) => cell === 'audio A->B'],
    ['video A->B', (cell) => cell === 'video A->B'],
    ['C->A', (cell) => cell.endsWith('C->A')],
    ['audio B', (cell) => cell.startsWith('audio B')],
    ['video B', (cell) => cell.startsWith('video B')],
    ['uplink C', (cell) => cell.includes(' C->')],
    ['downlink B', (cell) => cell.endsWith('->B')],
  ])('%s stops those packets only, and fixing it brings them back', async (words, isCut) => {
    const cut = CELLS.filter(isCut);
    const whole = CELLS.filter((cell) => !isCut(cell));
    sandbox.faults.break([words]);
    // What was on its way when the switch was thrown has arrived once the others have gone on.
    await advance(whole, 10);
    const before = await matrix();
    await advance(whole, 15);
    const after = await matrix();
    for (const cell of cut) expect(after.get(cell)!.packets - before.get(cell)!.packets, cell).toBe(0);
    sandbox.faults.fix([words]);
    await advance(CELLS, 10);
  });
});

describe('a mix-up', () => {
  it('swapped A B: whoever is announced as A carries B and the other way round', async () => {
    sandbox.faults.break(['swapped A B']);
    const swapped: Record<string, number> = { A: 1, B: 0, C: 2 };
    const everybodyShows = (colours: Record<string, number>) =>
      vi.waitFor(async () => {
        const cells = await matrix();
        for (const cell of CELLS.filter((each) => each.startsWith('video'))) {
          expect(dominant(cells.get(cell)!), cell).toBe(colours[cell.charAt(6)]);
        }
      }, DEADLINE);
    await everybodyShows(swapped);
    await advance(CELLS, 10);
    sandbox.faults.fix('all');
    await everybodyShows(COLOURS);
    await advance(CELLS, 10);
  });

  it('frozen A: the picture stands still while its packets flow', async () => {
    sandbox.faults.break(['frozen A']);
    const cells = ['video A->B', 'video A->C'];
    const digests = async () => {
      const now = await matrix();
      return cells.map((cell) => now.get(cell)!.digest);
    };
    // The encoder sharpens a still picture for a while: it stands once it has not changed for twenty frames.
    await vi.waitFor(async () => {
      const before = await digests();
      await advance(CELLS, 20);
      expect(await digests()).toEqual(before);
    }, DEADLINE);
    const others = (await matrix()).get('video B->A')!.digest;
    await advance(['video B->A'], 5);
    expect((await matrix()).get('video B->A')!.digest).not.toBe(others);
    const before = await digests();
    sandbox.faults.fix('all');
    await vi.waitFor(async () => {
      const now = await digests();
      for (const [index, digest] of now.entries()) expect(digest).not.toBe(before[index]);
    }, DEADLINE);
  });

  it('silent A: packets flow, nothing is heard', async () => {
    const energyOver = async (by: number) => {
      const before = await matrix();
      await advance(CELLS, by);
      const now = await matrix();
      return (cell: string) => now.get(cell)!.audioEnergy! - before.get(cell)!.audioEnergy!;
    };
    sandbox.faults.break(['silent A']);
    await vi.waitFor(async () => {
      const energy = await energyOver(25);
      expect(energy('audio A->B')).toBeLessThan(1e-6);
      expect(energy('audio A->C')).toBeLessThan(1e-6);
      expect(energy('audio B->A')).toBeGreaterThan(0.001);
    }, DEADLINE);
    sandbox.faults.fix('all');
    await vi.waitFor(
      async () => expect((await energyOver(25))('audio A->B')).toBeGreaterThan(0.001),
      DEADLINE,
    );
  });
});

describe('a bad way', () => {
  // A receiver's jitter buffer gives up what it once needed only slowly, and may keep half a second of it.
  const SHRINKS = { timeout: 60_000, interval: 100 };

  it('slow 1s: everything is a second older, and no older when it is fixed', {
    timeout: 180_000,
  }, async () => {
    const oldest = async (cells = CELLS) => {
      const now = await matrix();
      return cells.map((cell) => now.get(cell)!.ageMs ?? Number.NaN);
    };
    const videos = CELLS.filter((cell) => cell.startsWith('video'));
    await vi.waitFor(async () => {
      for (const age of await oldest(videos)) expect(age).toBeLessThan(1000);
    }, SHRINKS);
    sandbox.faults.break(['slow 1s']);
    await vi.waitFor(async () => {
      for (const age of await oldest(videos)) expect(age).toBeGreaterThan(1000);
    }, DEADLINE);
    await advance(CELLS, 20);
    sandbox.faults.fix(['slow']);
    await vi.waitFor(async () => {
      for (const age of await oldest(videos)) expect(age).toBeLessThan(1000);
    }, SHRINKS);
  });

  it('loss 20%: packets are missing, pictures go on', async () => {
    const lost = async () => [...(await matrix()).values()].map((entry) => entry.lost);
    const before = await lost();
    sandbox.faults.break(['loss 20%']);
    await vi.waitFor(async () => {
      const audio = CELLS.filter((cell) => cell.startsWith('audio'));
      const now = await matrix();
      for (const cell of audio) expect(now.get(cell)!.lost, cell).toBeGreaterThan(10);
    }, DEADLINE);
    await advance(CELLS, 10);
    expect((await lost()).reduce((sum, each) => sum + each)).toBeGreaterThan(
      before.reduce((sum, each) => sum + each),
    );
  });
});

describe('what a receiver or sender asks for', () => {
  it('mutes and unmutes, for the others to see', async () => {
    const [a] = seats as [Seat];
    for (const kind of ['audio', 'video'] as const) {
      await a.page.evaluate((which) => bot.mute(which, true), kind);
      await vi.waitFor(async () => expect((await matrix()).get(`${kind} A->B`)!.muted).toBe(true), DEADLINE);
      expect(await seats[1]!.events()).toContain('conference.trackMuteChanged');
      const before = await matrix();
      await advance(
        CELLS.filter((cell) => cell !== `${kind} A->B` && cell !== `${kind} A->C`),
        20,
      );
      const after = await matrix();
      expect(after.get(`${kind} A->B`)!.packets - before.get(`${kind} A->B`)!.packets).toBeLessThan(5);
      await a.page.evaluate((which) => bot.mute(which, false), kind);
      await vi.waitFor(async () => expect((await matrix()).get(`${kind} A->B`)!.muted).toBe(false), DEADLINE);
      await advance(CELLS, 5);
    }
  });

  it('sends no picture where a height of 0 is asked for', async () => {
    const [a, b] = seats as [Seat, Seat];
    const source = `${a.id}-v0`;
    await b.page.evaluate(
      (name) => bot.constrain({ lastN: -1, constraints: { [name]: { maxHeight: 0 } } }),
      source,
    );
    const others = CELLS.filter((cell) => cell !== 'video A->B');
    await vi.waitFor(async () => {
      const before = (await matrix()).get('video A->B')!.packets;
      await advance(others, 10);
      expect((await matrix()).get('video A->B')!.packets).toBe(before);
    }, DEADLINE);
    await b.page.evaluate(() =>
      bot.constrain({ lastN: -1, defaultConstraints: { maxHeight: 180 }, constraints: {} }),
    );
    await advance(CELLS, 5);
  });
});
