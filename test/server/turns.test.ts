/** Who is answered when, where many ask at once. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '../../src/server/turns.ts';

type Request = Parameters<Turns['take']>[0];
const from = (ip: string, { url = '/', destroyed = false } = {}) =>
  ({ ip, routeOptions: { url }, raw: { socket: { destroyed } } }) as unknown as Request;

it('addresses take turns, one request at a time', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const ask = (ip: string, n: number) => turns.take(from(ip)).then(() => void order.push(`${ip}${n}`));
  const all = [1, 2, 3, 4, 5].map((n) => ask('flood', n));
  all.push(ask('guest', 1), ask('guest', 2));
  await turn();
  expect(order).toEqual(['flood1']);
  await Promise.all(all);
  expect(order).toEqual(['flood1', 'guest1', 'flood2', 'guest2', 'flood3', 'flood4', 'flood5']);
});

it('too many of one address are refused, of others not; a scrape waits for no page', async () => {
  const turns = new Turns();
  const waiting = Array.from({ length: 100 }, () => turns.take(from('flood')));
  expect(() => turns.take(from('flood'))).toThrow('Too many requests');
  const order: string[] = [];
  await Promise.all([
    turns.take(from('flood', { url: '/metrics' })).then(() => order.push('metrics')),
    turns.take(from('guest')).then(() => order.push('guest')),
    waiting[99]!.then(() => order.push('last')),
  ]);
  expect(order).toEqual(['metrics', 'guest', 'last']);
});

it('whoever has gone takes no turn', async () => {
  const turns = new Turns();
  const gone = Promise.allSettled(
    Array.from({ length: 50 }, () => turns.take(from('gone', { destroyed: true }))),
  );
  let answered = false;
  void turns.take(from('guest')).then(() => {
    answered = true;
  });
  for (let look = 0; look < 3; look += 1) await turn();
  expect(answered).toBe(true);
  expect((await gone).every(({ status }) => status === 'rejected')).toBe(true);
});
