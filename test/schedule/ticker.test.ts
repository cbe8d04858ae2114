import { expect, it } from 'vitest';
import { longestPauseMs } from '../../src/schedule/ticker.ts';

const HOUR = 3_600_000;

it.each([
  ['* * * * *', 60_000],
  ['*/10 * * * * *', 10_000],
  ['5,20 * * * *', 45 * 60_000],
  ['0 3 * * *', 24 * HOUR],
  ['@daily', 24 * HOUR],
  ['*/15 8-18 * * *', 13.25 * HOUR], // from 18:45 to 8:00
  ['* 8-18 * * 1-5', 61 * HOUR + 60_000], // from Friday 18:59 to Monday 8:00
  ['30 4 1 * *', 31 * 24 * HOUR],
])('the longest pause of %s is %i ms', (cron, expected) => {
  expect(longestPauseMs({ cron })).toBe(expected);
});

it('an interval is its own longest pause', () => {
  expect(longestPauseMs({ everyMs: 180_000 })).toBe(180_000);
});
