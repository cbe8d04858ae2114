import { expect, it } from 'vitest';
import { delayInWords, inSeconds, roughDuration } from '../../src/base/durations.ts';
import { median, middleValue } from '../../src/base/median.ts';

it('a duration is shown in seconds, with a tenth', () => {
  expect(inSeconds(9120)).toBe('9.1 s');
  expect(inSeconds(40)).toBe('0.0 s');
});

it('a delay is shown in the unit that shows it best', () => {
  expect(delayInWords(63.4)).toBe('63 ms');
  expect(delayInWords(1830)).toBe('1.8 s');
  expect(delayInWords(1830, 2)).toBe('1.83 s');
});

it('a rough duration has seconds or minutes', () => {
  expect(roughDuration(89_000)).toBe('89 s');
  expect(roughDuration(95_000)).toBe('2 min');
});

it('a median is the middle, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(middleValue([4, 1, 2, 3])).toBe(3);
  expect(middleValue([])).toBeNull();
});
