/** The values of a file as it was read, some of which were reported already. */
import { get } from './explain.ts';
import type { Path } from './problem.ts';
import { UNKNOWN } from './source.ts';
import { isMapping } from './walk.ts';

/** The entries whose keys are wanted. */
export function pick(
  from: Record<string, unknown>,
  wanted: (key: string) => boolean,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => wanted(key)));
}

/** Replaces the value at a path. */
export function put(value: unknown, path: Path, to: unknown): void {
  const parent = get(value, path.slice(0, -1)) as Record<PropertyKey, unknown>;
  parent[path.at(-1)!] = to;
}

/** Whether the value at a path, or something around it, was reported while the file was read. */
export function isReported(raw: unknown, path: Path): boolean {
  return path.some((_, index) => get(raw, path.slice(0, index + 1)) === UNKNOWN);
}

/** A copy in which what is already reported is null. */
export function withoutUnknown<Value>(value: Value): Value {
  if (value === UNKNOWN) return null as Value;
  if (Array.isArray(value)) return value.map((item) => withoutUnknown(item)) as Value;
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknown(item)])) as Value;
}
