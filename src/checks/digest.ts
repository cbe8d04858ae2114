/** A check's options as plain data, and a digest by which runs with equal options are known. */
import { createHash } from 'node:crypto';

/** Options as JSON has them: sets as lists, secrets as `[secret]`, keys in order. */
export function plainOptions(options: unknown): unknown {
  const text = JSON.stringify(options, (_key, value: unknown) => {
    if (value instanceof Set) return [...value].map(String).sort((a, b) => (a < b ? -1 : 1));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return text === undefined ? null : JSON.parse(text);
}

/** Equal for equal options, secrets aside: twelve hexadecimal digits. */
export function optionsDigest(options: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(plainOptions(options)))
    .digest('hex')
    .slice(0, 12);
}
