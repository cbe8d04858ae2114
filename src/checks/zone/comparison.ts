/** What every comparison of a record with the template comes to, and helpers that all of them use. */
import { list } from '../../base/words.ts';
import type { Difference, Level } from './result.ts';

export interface Comparison {
  readonly level: Exclude<Level, 'unknown'>;
  readonly differences: readonly Difference[];
  /** Explanations for a person: why, and what most likely happened. Sentences. */
  readonly notes: readonly string[];
}

export function comparison(
  level: Comparison['level'],
  differences: readonly Difference[] = [],
  notes: readonly string[] = [],
): Comparison {
  return { level, differences, notes };
}

/** Shortens what would fill a screen, such as a key, in the middle. */
export function short(text: string, length = 60): string {
  const half = Math.floor((length - 1) / 2);
  return text.length <= length ? text : `${text.slice(0, half)}…${text.slice(-half)}`;
}

/**
 * Marks of zone-file syntax inside a text: a form took them literally. Null when there are none.
 * A semicolon needs no backslash and a text no quotes in a form; in a zone file they never reach the answer.
 */
export function literalMarks(text: string): string | null {
  const marks = [...new Set(text.match(/["\\]/g) ?? [])];
  if (marks.length === 0) return null;
  const names = marks.map((mark) => (mark === '"' ? 'quotation marks' : 'backslashes'));
  return `It contains ${list(names)}: the form took them as part of the text. Enter the value without them.`;
}
