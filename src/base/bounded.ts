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

/**
 * Plain data within these bounds; what is beyond them is cut off. Numbers that JSON does not have are null. What is within them
 * is not copied: a run over thousands of domains would be held twice.
 */
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
    const items: readonly unknown[] = data.length > bounds.items ? data.slice(0, bounds.items) : data;
    const kept = items.map((item) => copyOf(item, bounds, depth + 1));
    return kept.length === data.length && kept.every((item, index) => item === data[index]) ? data : kept;
  }
  const all: [string, unknown][] = Object.entries(data);
  const kept = all
    .slice(0, bounds.items)
    .map(([name, value]): [string, unknown] => [
      cutOff(printable(name.slice(0, 2 * NAME)), NAME),
      copyOf(value, bounds, depth + 1),
    ]);
  const same =
    kept.length === all.length &&
    kept.every(([name, value], index) => name === all[index]![0] && value === all[index]![1]);
  // An object of another class is not plain data: of that, a copy.
  return same && Object.getPrototypeOf(data) === Object.prototype ? data : Object.fromEntries(kept);
}

/** The same, without secrets: for what is reported of a stranger's answers. */
export function bearable<Data>(data: Data, bounds: Bounds): Data {
  return redacted(bounded(data, bounds));
}
