/** A check's options as plain data, and a digest by which runs with equal options are known. */
import { createHash } from 'node:crypto';

/** Options as JSON has them: sets as lists, secrets as `[secret]`, addresses without what may be one, keys in order. */
export function plainOptions(options: unknown): unknown {
  const text = JSON.stringify(options, (_key, value: unknown) => {
    if (value instanceof Set) return [...value].map(String).sort((a, b) => (a < b ? -1 : 1));
    if (typeof value === 'string') return withoutSecret(value);
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

/** An address without user, password and query, where tokens are put; any other text as it is. */
function withoutSecret(text: string): string {
  const url = /^[a-z]+:\/\//i.test(text) ? URL.parse(text) : null;
  if (!url || !(url.username || url.password || url.search)) return text;
  [url.username, url.password, url.search] = ['', '', ''];
  return url.href;
}
