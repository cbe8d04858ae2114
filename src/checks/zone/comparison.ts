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

/** A tag of a tag list (RFC 6376 3.2), with its value as written, outer spaces removed. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** Reads `v=DKIM1; k=rsa; p=…`. Parts without `=` come back in `stray`. */
export function readTags(text: string): { tags: Tag[]; stray: string[]; repeated: string[] } {
  const tags: Tag[] = [];
  const stray: string[] = [];
  const repeated: string[] = [];
  for (const part of text.split(';').map((piece) => piece.trim())) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals <= 0) {
      stray.push(part);
      continue;
    }
    const name = part.slice(0, equals).trim().toLowerCase();
    if (tags.some((tag) => tag.name === name)) repeated.push(name);
    else tags.push({ name, value: part.slice(equals + 1).trim() });
  }
  return { tags, stray, repeated };
}

/** The value of a tag as written; null without it. */
export function tagValue(tags: readonly Tag[], name: string): string | null {
  return tags.find((tag) => tag.name === name)?.value ?? null;
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
