import { expect, it } from 'vitest';
import { noteCopy, takeRepeated } from '../../../src/checks/mail/copies.ts';
import { newToken, tagOf } from '../../../src/checks/mail/token.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 29) + ms);

it('a copy is one that lies elsewhere; each is reported once, to its own check', () => {
  const token = newToken('one');
  const copy = (place: string, ms: number, print: string | null = null) => ({ place, at: at(ms), print });
  expect(noteCopy(token, copy('inbox 1', 0))).toBe(false);
  // The same message, found again because it could not be deleted.
  expect(noteCopy(token, copy('inbox 1', 10))).toBe(false);
  expect(takeRepeated(tagOf('one'))).toEqual([]);
  expect(noteCopy(token, copy('inbox 2', 1500))).toBe(true);
  expect(noteCopy(token, copy('inbox 2', 2000))).toBe(true);
  expect(takeRepeated(tagOf('other'))).toEqual([]);
  expect(takeRepeated(tagOf('one'))).toMatchObject([{ token, copies: 2, apartMs: 1500, identical: null }]);
  expect(takeRepeated(tagOf('one'))).toEqual([]);
});

it.each([
  [['a', 'a'], true],
  [['a', 'b'], false],
  [['a', null], null],
])('copies with the prints %j: identical is %s', (prints, identical) => {
  const token = newToken('prints');
  for (const [index, print] of prints.entries())
    noteCopy(token, { place: `mx ${index}`, at: at(index), print });
  expect(takeRepeated(tagOf('prints'))).toMatchObject([{ identical }]);
});

it('a loop makes no more copies than are kept apart', () => {
  const token = newToken('loop');
  for (let index = 0; index < 1_000; index++)
    noteCopy(token, { place: `mx ${index}`, at: at(index), print: 'a' });
  expect(takeRepeated(tagOf('loop'))).toMatchObject([{ copies: 100 }]);
});
