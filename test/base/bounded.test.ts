import { expect, it } from 'vitest';
import { bearable, bounded, cutOff } from '../../src/base/bounded.ts';

const BOUNDS = { text: 10, items: 3, depth: 3 };

it('plain data is cut off where it is too long, too many or too deep', () => {
  expect(bounded('x'.repeat(1e6), BOUNDS)).toBe('xxxxxxxxx…');
  expect(bounded([1, 2, 3, 4], BOUNDS)).toEqual([1, 2, 3]);
  expect(bounded({ a: { b: { c: { d: 1 } } } }, BOUNDS)).toEqual({ a: { b: { c: null } } });
  expect(bounded({ a: Number.NaN, b: 1e300, c: null }, BOUNDS)).toEqual({ a: null, b: 1e300, c: null });
});

it('names from outside cannot become the prototype of an object', () => {
  const read = bounded(JSON.parse('{"__proto__": {"admin": true}}') as object, BOUNDS);
  expect('admin' in read).toBe(false);
});

it('a text is cut off between characters', () => {
  expect(cutOff('12345678😀x', 10).isWellFormed()).toBe(true);
});

it('what strangers said is printable and without secrets', () => {
  expect(bearable({ a: '\u001b[2Jx', token: 's3cr3t' }, { ...BOUNDS, text: 100 })).toEqual({
    a: '[2Jx',
    token: '[redacted]',
  });
});

it('what is within the bounds is not copied', () => {
  const within = { a: ['x', 'y'] };
  const data = { within, long: 'x'.repeat(20) };
  const kept = bounded(data, BOUNDS);
  expect(kept.within).toBe(within);
  expect(kept.long).toHaveLength(10);
  expect(data.long).toHaveLength(20);
});
