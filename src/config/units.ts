/** Building blocks for the configuration's schema: values with units, names, addresses, secrets. */
import { inspect } from 'node:util';
import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as it is written; as a regular expression for editors, too. */
export const DURATION_PATTERN = '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$';

/** Reads `500ms`, `20s`, `5m`, `1h30m` into milliseconds; null when it is not a duration. */
export function parseDuration(text: string): number | null {
  if (!new RegExp(DURATION_PATTERN).test(text)) return null;
  let total = 0;
  for (const [, figure, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(figure) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return total;
}

/** Milliseconds as the configuration writes them: 5400000 is `1h30m`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const figure = Math.floor(rest / UNIT_MS[unit]);
    rest -= figure * UNIT_MS[unit];
    if (figure > 0) text += `${figure}${unit}`;
  }
  return text || '0s';
}

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

/**
 * The path of a file that has to be there and readable; the loader says so where it is not, and makes a path
 * that is relative to the configuration's file absolute.
 */
export function file() {
  const expected = 'expected the path of a file';
  return z.string({ error: expected }).min(1, expected).meta({ file: true });
}
