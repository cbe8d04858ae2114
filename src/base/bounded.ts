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
  if (Array.isArray(data)) return itemsOf(data, bounds, depth);
  return membersOf(data as Readonly<Record<string, unknown>>, bounds, depth);
}

function itemsOf(data: readonly unknown[], bounds: Bounds, depth: number): readonly unknown[] {
  const length = Math.min(data.length, bounds.items);
  let kept: unknown[] | null = length < data.length ? [] : null;
  for (let index = 0; index < length; index++) {
    const item = copyOf(data[index], bounds, depth + 1);
    if (item !== data[index]) kept ??= data.slice(0, index);
    kept?.push(item);
  }
  return kept ?? data;
}

function membersOf(data: Readonly<Record<string, unknown>>, bounds: Bounds, depth: number): object {
  const names = Object.keys(data);
  const length = Math.min(names.length, bounds.items);
  // An object of another class is not plain data: of that, a copy.
  const within = length === names.length && Object.getPrototypeOf(data) === Object.prototype;
  let kept: [string, unknown][] | null = within ? null : [];
  for (let index = 0; index < length; index++) {
    const name = names[index]!;
    const written = cutOff(printable(name.slice(0, 2 * NAME)), NAME);
    const value = copyOf(data[name], bounds, depth + 1);
    if (written !== name || value !== data[name]) {
      kept ??= names.slice(0, index).map((each) => [each, data[each]]);
    }
    kept?.push([written, value]);
  }
  return kept ? Object.fromEntries(kept) : data;
}

/** The same, without secrets: for what is reported of a stranger's answers. */
export function bearable<Data>(data: Data, bounds: Bounds): Data {
  return redacted(bounded(data, bounds));
}
