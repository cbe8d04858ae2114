/** Whose turn it is while there is long work to do. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { connected, giveWay, Slices } from '../../src/base/giving-way.ts';

it('one slice of all work is done in a turn of the loop, in the order in which it was asked for', async () => {
  const done: string[] = [];
  const work = ['a', 'b', 'c'].map((name) => giveWay().then(() => void done.push(name)));
  for (let n = 1; n <= 3; n += 1) {
    await turn();
    expect(done.length).toBeLessThanOrEqual(n);
  }
  await Promise.all(work);
  expect(done).toEqual(['a', 'b', 'c']);
});

it('whoever connects goes first, but not for ever', async () => {
  let done = false;
  const work = giveWay().then(() => {
    done = true;
  });
  for (let n = 0; n < 20; n += 1) {
    connected();
    await turn();
  }
  expect(done).toBe(false);
  const begun = performance.now();
  while (!done) {
    connected();
    await turn();
  }
  expect(performance.now() - begun).toBeGreaterThan(10);
  await work;
});

it('work of many steps lets others in between', async () => {
  let turns = 0;
  let over = false;
  const count = () => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const slices = new Slices();
  for (let step = 0; step < 40; step += 1) {
    const until = performance.now() + 2;
    while (performance.now() < until);
    await slices.pause();
  }
  over = true;
  expect(turns).toBeGreaterThanOrEqual(5);
});
