/** Building blocks for the configuration's schema: values with units, names, addresses, secrets. */
import { inspect } from 'node:util';
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from './durations.ts';

/** A duration with its unit, such as `20s` or `5m`; the value is in milliseconds. */
export function duration(limits: { min?: string; max?: string } = {}) {
  const min = limits.min === undefined ? 0 : parseDuration(limits.min)!;
  const max = limits.max === undefined ? Number.POSITIVE_INFINITY : parseDuration(limits.max)!;
  const range =
    limits.min && limits.max
      ? ` between ${limits.min} and ${limits.max}`
      : limits.min
        ? ` of at least ${limits.min}`
        : limits.max
          ? ` of at most ${limits.max}`
          : '';
  const expected = `expected a duration with its unit${range}, such as "20s", "5m" or "1h30m"`;
  return z
    .string({ error: expected })
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms === null || ms < min || ms > max) {
        context.issues.push({ code: 'custom', message: expected, input: text });
        return z.NEVER;
      }
      return ms;
    })
    .meta({ type: 'string', pattern: DURATION_PATTERN, range: [min, max], examples: ['20s', '5m', '1h30m'] });
}

const UNIT_BYTES = { GB: 1e9, MB: 1e6, kB: 1e3, B: 1 } as const;

/** A size as it is written; as a regular expression for editors, too. */
export const SIZE_PATTERN = '^\\d+(\\.\\d+)?(B|kB|MB|GB)$';

/** Reads `500kB`, `20MB`, `1.5GB` into bytes (powers of ten); null when it is not a size. */
export function parseSize(text: string): number | null {
  if (!new RegExp(SIZE_PATTERN).test(text)) return null;
  const [, figure, unit] = /^([\d.]+)(.*)$/.exec(text)!;
  return Math.round(Number(figure) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]);
}

/** Bytes as whole kilobytes (powers of ten), with the unit as the language writes it. */
export function kilobytes(bytes: number, unit: 'kB' | 'ko'): string {
  return `${Math.round(bytes / 1000)} ${unit}`;
}

/** Bytes as the configuration writes them: 20000000 is `20MB`. */
export function formatSize(bytes: number): string {
  const [unit, factor] = Object.entries(UNIT_BYTES).find(([, many]) => bytes >= many) ?? ['B', 1];
  return `${Math.round((bytes / factor) * 10) / 10}${unit}`;
}

/** A size with its unit, such as `20MB`, of at least `min`; the value is in bytes. */
export function size(min: string) {
  const least = parseSize(min)!;
  const expected = `expected a size with its unit of at least ${min}, such as "20MB" or "1GB"`;
  return z
    .string({ error: expected })
    .transform((text, context) => {
      const bytes = parseSize(text);
      if (bytes !== null && bytes >= least) return bytes;
      context.issues.push({ code: 'custom', message: expected, input: text });
      return z.NEVER;
    })
    .meta({ type: 'string', pattern: SIZE_PATTERN, examples: ['20MB', '1GB'] });
}

/** A value that must never be printed: only `reveal()` gives it. JSON, templates and inspection show `[secret]`. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [inspect.custom](): string {
    return '[secret]';
  }
}

/** A secret, written as `${ENV}` or `file:/path` (the loader has replaced both by the value). */
export function secret() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a variable is written in the configuration
  const expected = 'expected a secret, best as "${NAME_OF_A_VARIABLE}" or "file:/path/to/it"';
  return z
    .string({ error: expected })
    .min(1, 'expected a secret that is not empty')
    .transform((value) => new Secret(value))
    .meta({ type: 'string', secret: true });
}

declare module 'zod/v4/core' {
  interface GlobalMeta {
    /** Files that can be given by a name, too: where a name leads (null for a path), and what is expected. */
    readonly named?: { readonly find: (text: string) => string | null; readonly expected: string };
  }
}

/**
 * The path of a file that has to be there and readable; the loader says so where it is not, and makes a path
 * that is relative to the configuration's file absolute.
 * @param named the file that a text names in another way than by its path; null where it is a path
 */
export function file(expected = 'expected the path of a file', named?: (text: string) => string | null) {
  return z
    .string({ error: expected })
    .min(1, expected)
    .meta({ file: true, ...(named && { named: { find: named, expected } }) });
}
