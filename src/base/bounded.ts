/** The gate for what strangers said, where it becomes part of a run: printable, bounded, without secrets. */
import { printable } from './escape.ts';
import { redacted } from './redact.ts';

export interface Bounds {
  /** Characters of each text. */
  readonly text: number;
  /** Items of each list, and names of each object. */
  readonly items: number;
  readonly depth: number;
}

const NAME = 200;

/** A copy of plain data within these bounds; what is beyond them is cut off. Numbers that JSON does not have are null. */
export function bounded<Data>(data: Data, bounds: Bounds): Data {
  return copyOf(data, bounds, 0) as Data;
}

/** A text of at most `max` characters, with an ellipsis where it was longer. */
export function cutOff(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}

function copyOf(data: unknown, bounds: Bounds, depth: number): unknown {
  // Cut off before it is looked at: a stranger's text may be as long as it likes.
  if (typeof data === 'string') return cutOff(printable(data.slice(0, 2 * bounds.text)), bounds.text);
  if (typeof data === 'number') return Number.isFinite(data) ? data : null;
  if (typeof data !== 'object' || data === null) return data;
  if (depth >= bounds.depth) return null;
  if (Array.isArray(data)) {
    return data.slice(0, bounds.items).map((item: unknown) => copyOf(item, bounds, depth + 1));
  }
  const entries = Object.entries(data)
    .slice(0, bounds.items)
    .map(([name, value]: [string, unknown]) => [
      cutOff(printable(name.slice(0, 2 * NAME)), NAME),
      copyOf(value, bounds, depth + 1),
    ]);
  return Object.fromEntries(entries);
}

/** The same, without secrets: for what is reported of a stranger's answers. */
export function bearable<Data>(data: Data, bounds: Bounds): Data {
  return redacted(bounded(data, bounds));
}
