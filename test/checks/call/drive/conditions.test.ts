/** What is done on purpose to a participant: since when nothing keeps its page from the servers. */
import { expect, it, vi } from 'vitest';
import { now } from '../../../../src/checks/call/drive/clock.ts';
import { Conditions } from '../../../../src/checks/call/drive/conditions.ts';

it('a page is kept from the servers while its network is cut, and not after', async () => {
  const conditions = new Conditions(null, true);
  expect(conditions.calmSince).toBe(0);
  await conditions.cut(false);
  expect(conditions.calmSince).toBe(Number.POSITIVE_INFINITY);
  const before = now();
  await conditions.cut(true);
  expect(conditions.calmSince).toBeGreaterThanOrEqual(before);
  expect(conditions.calmSince).toBeLessThanOrEqual(now());
});

it('a network that is replaced keeps nobody from the servers, and is given back once', async () => {
  const conditions = new Conditions(null, true);
  const cut = vi.spyOn(conditions, 'cut');
  await conditions.move('another');
  expect(conditions).toMatchObject({ moving: true, network: 'another', relayed: null, calmSince: 0 });
  conditions.connectedAnew();
  conditions.connectedAnew();
  expect(conditions.moving).toBe(false);
  expect(cut).toHaveBeenCalledTimes(1);
  expect(cut).toHaveBeenCalledWith(true);
});
