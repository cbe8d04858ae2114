import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Outbox } from '../../../src/sandbox/meet/outbox.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('an outbox sends at once where there is no delay', () => {
  const sent: number[] = [];
  new Outbox().put(0, () => sent.push(1));
  expect(sent).toEqual([1]);
});

it('an outbox keeps every packet for the delay and keeps the order', () => {
  const outbox = new Outbox();
  const sent: [number, number][] = [];
  for (const index of [0, 1, 2]) {
    setTimeout(() => outbox.put(500, () => sent.push([index, performance.now()])), index * 100);
  }
  const start = performance.now();
  vi.advanceTimersByTime(1000);
  expect(sent.map(([index, time]) => [index, Math.round(time - start)])).toEqual([
    [0, 500],
    [1, 600],
    [2, 700],
  ]);
});

it('an outbox lets nothing overtake what waits when the delay goes away', () => {
  const outbox = new Outbox();
  const sent: string[] = [];
  outbox.put(500, () => sent.push('slow'));
  outbox.put(0, () => sent.push('fast'));
  vi.advanceTimersByTime(499);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(sent).toEqual(['slow', 'fast']);
});

it('an outbox sends nothing and keeps no timer once closed', () => {
  const outbox = new Outbox();
  const sent: string[] = [];
  outbox.put(500, () => sent.push('late'));
  outbox.close();
  outbox.put(0, () => sent.push('later'));
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
