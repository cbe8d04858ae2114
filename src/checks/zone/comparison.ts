/** What every comparison of a record with the template results in, and helpers that all of them use. */
import type { Tag } from '../records/tags.ts';
import type { Note } from './notes.ts';
import type { Difference, Level } from './result.ts';

/** A difference as comparisons make it: with what is wrong (`how`), which runs of earlier versions do not have. */
export type Deviation = Required<Difference>;

export interface Comparison {
  readonly level: Exclude<Level, 'unknown'>;
  readonly differences: readonly Deviation[];
  readonly notes: readonly Note[];
}

export function comparison(
  level: Comparison['level'],
  differences: readonly Deviation[] = [],
  notes: readonly Note[] = [],
): Comparison {
  return { level, differences, notes };
}

/** A tag, mechanism or host whose value is not the template's. Equal values are no difference. */
export function differing(tag: string, expected: string | null, found: string | null): Deviation[] {
  if (expected === found) return [];
  const how = found === null ? 'missing' : expected === null ? 'added' : 'changed';
  return [{ tag, expected, found, how }];
}

export function repeated(tag: string): Deviation {
  return { tag, expected: null, found: 'written twice', how: 'repeated' };
}

/** A part of a record that has no meaning. */
export function senseless(part: string): Deviation {
  return { tag: 'syntax', expected: null, found: short(part), how: 'syntax' };
}

/** Shortens what would fill a screen, such as a key, in the middle. */
export function short(text: string, length = 60): string {
  const half = Math.floor((length - 1) / 2);
  return text.length <= length ? text : `${text.slice(0, half)}…${text.slice(-half)}`;
}

/** Two different texts, shortened around the first place where they differ: the short forms differ, too. */
export function contrast(one: string, other: string, length = 60): readonly [string, string] {
  if (Math.max(one.length, other.length) <= length) return [one, other];
  let first = 0;
  while (first < one.length && one[first] === other[first]) first += 1;
  const start = Math.max(0, first - Math.floor(length / 2));
  const cut = (text: string) => {
    const piece = text.slice(start, start + length);
    return `${start > 0 ? '…' : ''}${piece}${start + length < text.length ? '…' : ''}`;
  };
  return [cut(one), cut(other)];
}

/**
 * Marks of zone-file syntax inside a text: a form took them literally. Null when there are none.
 * A semicolon needs no backslash and a text no quotes in a form; in a zone file they never reach the answer.
 */
export function literalMarks(text: string): Note | null {
  const marks = [...new Set(text.match(/["\\]/g) ?? [])];
  if (marks.length === 0) return null;
  return { id: 'literal-marks', marks: marks.map((mark) => (mark === '"' ? 'quotation-mark' : 'backslash')) };
}

/** Tags with the next tag in their value: a space, a comma or nothing stands where a semicolon has to. */
export function missingSemicolons(tags: readonly Tag[]): Note[] {
  return tags
    .filter(({ name, value }) => name !== 'n' && /[\s,:]\s*[a-z]{1,5}\s*=\s*[^=\s]/i.test(value))
    .slice(0, 1)
    .map(({ name, value }) => ({ id: 'missing-semicolon', tag: name, value: short(value) }));
}
