import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eachGivingWay } from '../../src/base/lane.ts';

const LIMITS = { quick: 2, all: 4, slowMs: 20 };

it('few items are worked on at a time, each once and in their order', async () => {
  const begun: number[] = [];
  let most = 0;
  let running = 0;
  await eachGivingWay([1, 2, 3, 4, 5], { ...LIMITS, slowMs: 60_000 }, async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await sleep(1);
    running -= 1;
  });
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it('those that take long make room for the next, up to the bound', async () => {
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun: number[] = [];
  const all = eachGivingWay([1, 2, 3, 4, 5], LIMITS, async (item) => {
    begun.push(item);
    if (begun.length === LIMITS.all) setTimeout(release, 100);
    await stuck;
    if (item === 1) expect(begun).toEqual([1, 2, 3, 4]);
  });
  await all;
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

it('nothing to do is done at once, and a failure is passed on', async () => {
  await eachGivingWay([], LIMITS, () => Promise.reject(new Error('never')));
  const failing = eachGivingWay([1, 2], LIMITS, () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
});
