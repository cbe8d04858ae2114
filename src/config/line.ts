/** Texts of the configuration that people read. */
import { z } from 'zod';

/** A line for people: nothing that would break a line of a message, a label or a page. */
export const line = (longest: number, example: string) => {
  const expected = `expected a line of at most ${longest} characters, such as ${example}`;
  return z
    .string({ error: expected })
    .min(1, expected)
    .max(longest, expected)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, expected);
};
