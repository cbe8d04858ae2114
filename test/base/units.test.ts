import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/base/durations.ts';
import { formatSize, parseSize, Secret } from '../../src/base/units.ts';

test.for([
  ['500ms', 500],
  ['20s', 20_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['30d', 2_592_000_000],
  ['0s', 0],
] as const)('%s is %d ms', ([text, ms]) => {
  expect(parseDuration(text)).toBe(ms);
});

test.for(['', '20', 's', '20 s', '-5s', '5S', '5sec', '1h 30m', '1e3s'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test.for([
  [5_400_000, '1h30m'],
  [400, '400ms'],
  [1500, '1s500ms'],
  [0, '0s'],
  [86_400_000, '1d'],
] as const)('%d ms is written %s, and read again', ([ms, text]) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});

test('a secret shows itself to nobody who does not ask', () => {
  const secret = new Secret('hunter2');
  const shown = [
    String(secret),
    [secret].join(),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true }),
  ];
  for (const text of shown) expect(text).not.toContain('hunter2');
  expect(secret.reveal()).toBe('hunter2');
});

test.for([
  ['812B', 812],
  ['500kB', 500_000],
  ['20MB', 20_000_000],
  ['1.5GB', 1_500_000_000],
] as const)('%s is %d bytes, and written so again', ([text, bytes]) => {
  expect(parseSize(text)).toBe(bytes);
  expect(formatSize(bytes)).toBe(text);
});

test.for(['', '20', 'MB', '20 MB', '-5MB', '20mb', '20MiB', '1e3kB'])('"%s" is no size', (text) => {
  expect(parseSize(text)).toBeNull();
});
