/** What a zod issue means, in words: what was expected, what was found, what was probably meant. */
import type { z } from 'zod';
import { DAY_MS, DURATION_PATTERN, parseDuration } from '../base/durations.ts';
import { redact } from '../base/redact.ts';
import { suggestion } from '../base/suggest.ts';
import { oneOf } from '../base/words.ts';
import { isMapping } from './walk.ts';

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** The message for a union that has no words of its own and of whose options none is near. */
export const UNION_WORDS = 'expected a value of another form';

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

/** The wording where a schema brings none of its own; for the `error` of zod's `parse`. */
export function expectation(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values.map((value) => show(value)))}`;
    case 'too_small':
      return bound(issue.origin, 'at least', issue.minimum, issue.inclusive !== false);
    case 'too_big':
      return bound(issue.origin, 'at most', issue.maximum, issue.inclusive !== false);
    case 'invalid_format':
      return issue.format === 'url'
        ? 'expected a URL, such as "https://meet.example.org/"'
        : `expected ${formatWords(issue)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return UNION_WORDS;
    case 'unrecognized_keys':
      return 'unknown key';
    case 'invalid_key':
      return 'expected another key';
    case 'invalid_element':
    case 'custom':
      return 'expected another value';
  }
}

function formatWords(issue: Extract<RawIssue, { code: 'invalid_format' }>): string {
  return issue.format === 'regex' && issue.pattern
    ? `a text of the form ${issue.pattern}`
    : `a value of the form "${issue.format}"`;
}

function bound(origin: string, words: string, limit: number | bigint, inclusive: boolean): string {
  if (origin === 'string' && words === 'at least' && limit === 1) return 'expected a text that is not empty';
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' in the list' : '';
  if (!inclusive) return `expected ${words === 'at least' ? 'more than' : 'less than'} ${limit}${unit}`;
  return `expected ${words} ${limit}${unit}`;
}

/** A value as it stands in a message: short, and never the inside of something long. */
export function found(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isMapping(value)) return 'a mapping';
  return show(value);
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  // A password in an address would be in the log as well, where a reload is refused.
  const text = typeof value === 'string' ? redact(value) : String(value as number | boolean | bigint);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return typeof value === 'string' ? JSON.stringify(short) : short;
}

/** The message for an unknown key, given those that are known there. */
export function unknownKey(key: string, known: readonly string[]): { message: string; hint: string | null } {
  const hint = suggestion(key, known);
  if (hint !== null) return { message: 'unknown key', hint };
  return { message: `unknown key; expected ${oneOf([...known].sort())}`, hint: null };
}

/** A guess at what was meant by a value that is not right; null without one. */
export function guess(issue: Issue, value: unknown, meta: z.core.GlobalMeta | undefined): string | null {
  if (meta?.pattern === DURATION_PATTERN) {
    const likely = likelyDuration(value, meta.range as readonly [number, number]);
    return likely === null ? null : `did you mean "${likely}"?`;
  }
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    return suggestion(
      value,
      issue.values.filter((known) => typeof known === 'string'),
    );
  }
  if (issue.code === 'invalid_type' && issue.expected === 'boolean' && typeof value === 'string') {
    if (/^(yes|on)$/i.test(value)) return 'did you mean true?';
    if (/^(no|off)$/i.test(value)) return 'did you mean false?';
  }
  return null;
}

const LONG_UNITS: Record<string, string> = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
};

/**
 * `20` and `"20"` may mean `20s`, or what else is in the range; `20 sec` and `20 S` mean `20s`. Null where the
 * value is a duration (out of its range).
 */
function likelyDuration(value: unknown, [min, max]: readonly [number, number]): string | null {
  const match = /^(\d+(?:\.\d+)?) *([A-Za-z]*)$/.exec(String(value as string | number));
  if (!match || (typeof value === 'string' && parseDuration(value) !== null)) return null;
  const unit = match[2]!.toLowerCase();
  if (/^w(eeks?)?$/.test(unit)) {
    const days = Number(match[1]) * 7;
    const ms = days * DAY_MS;
    return ms >= min && ms <= max ? `${days}d` : null;
  }
  const units = unit === '' ? ['s', 'ms', 'm', 'h', 'd'] : [LONG_UNITS[unit] ?? unit];
  return (
    units
      .map((known) => `${match[1]}${known}`)
      .find((text) => {
        const ms = parseDuration(text);
        return ms !== null && ms >= min && ms <= max;
      }) ?? null
  );
}

/** Of a union's issues, those of the option that was meant: the one that fits best. */
export function flatten(issues: readonly Issue[], value: unknown): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    // Issues inside of the value alone: it is of this option's form, and these are what is wrong with it.
    const inside = issue.errors.filter((option) => option.every((inner) => inner.path.length > 0));
    // Otherwise a schema's own words for all of its options are better than those for one of them.
    if (inside.length === 0 && issue.message !== UNION_WORDS) return [issue];
    const near = issue.errors.filter((option) =>
      option.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'),
    );
    const best = (inside.length > 0 ? inside : near).toSorted((a, b) => a.length - b.length)[0];
    if (!best) return [issue];
    const actual = get(value, issue.path);
    return flatten(best, actual).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

/** What stands at a path; undefined where nothing does. */
export function get(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}
