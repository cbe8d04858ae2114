import { expect, test } from 'vitest';
import { nearest } from '../../src/base/suggest.ts';

const KNOWN = ['participants', 'watch', 'maxLatency', 'url', 'every'];

test.for([
  ['participnts', 'participants'],
  ['max_latency', 'maxLatency'],
  ['max-latency', 'maxLatency'],
  ['MAXLATENCY', 'maxLatency'],
  ['uri', 'url'],
  ['evry', 'every'],
] as const)('%s may mean %s', ([word, meant]) => {
  expect(nearest(word, KNOWN)).toBe(meant);
});

test.for(['colour', 'x', 'relay', ''])('"%s" is like none of them', (word) => {
  expect(nearest(word, KNOWN)).toBeNull();
});
