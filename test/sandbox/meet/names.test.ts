import { expect, it } from 'vitest';
import { nameParticipants } from '../../../src/sandbox/meet/names.ts';

function names(...displayNames: string[]): string[] {
  const participants = displayNames.map((displayName, index) => ({ id: String(index), displayName }));
  const named = nameParticipants(participants);
  return participants.map(({ id }) => named.get(id)!);
}

it('a room calls bots by their display name, in whatever order they come', () => {
  expect(names('C', 'A', 'B')).toEqual(['C', 'A', 'B']);
  expect(names('B')).toEqual(['B']);
});

it('a room gives people the letters left, by order of display name', () => {
  expect(names('Zoé', 'B', 'Ana')).toEqual(['C', 'B', 'A']);
  expect(names('', '')).toEqual(['A', 'B']);
});

it('a room gives one letter to one participant only', () => {
  expect(names('A', 'A')).toEqual(['A', 'B']);
});

it('a room has no letter for participants after Z', () => {
  const everybody = names(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split(''), 'late');
  expect(everybody.at(-1)).toBe('');
});
