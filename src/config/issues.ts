/** What zod reports of a configuration, looked at again: which key was meant, and what only follows from a mistake. */
import type { z } from 'zod';
import { nearest } from '../base/suggest.ts';
import { get } from './explain.ts';
import type { Path } from './problem.ts';
import type { Surroundings } from './walk.ts';

/** The keys that unknown ones were probably meant to be, with their paths. */
export function misspeltKeys(
  issues: readonly z.core.$ZodIssue[],
  around: Surroundings,
  also: readonly string[],
): readonly Path[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const known = [...(around.keys(issue.path) ?? []), ...(issue.path.length === 0 ? also : [])];
    return issue.keys.flatMap((key) => {
      const meant = nearest(key, known);
      return meant === null ? [] : [[...issue.path, meant]];
    });
  });
}

/** Whether an issue only follows from a misspelt key: its right name is missing, or a rule across keys misses it. */
export function follows(issue: z.core.$ZodIssue, misspelt: readonly Path[], value: unknown): boolean {
  if (issue.code === 'unrecognized_keys') return false;
  const path = JSON.stringify(issue.path);
  return misspelt.some(
    (meant) =>
      get(value, meant) === undefined &&
      (path === JSON.stringify(meant) ||
        (issue.code === 'custom' && path === JSON.stringify(meant.slice(0, -1)))),
  );
}

/** What a text would be as the value that is expected; undefined where it is none. */
export function retyped(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (expected !== 'number' && expected !== 'int') return undefined;
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
