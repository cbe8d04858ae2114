/** Whether a page may read an answer of another origin (Fetch, "CORS check"). */
import type { Answer } from './client.ts';

/** What the answer allows instead of `origin`; null: nothing. Undefined where the page may read it. */
export function refusedOrigin(
  { url, headers }: Pick<Answer, 'url' | 'headers'>,
  origin: string,
): string | null | undefined {
  if (new URL(url).origin === origin) return undefined;
  // Several headers are one with commas, which is no origin: browsers refuse that as well.
  const allowed = headers['access-control-allow-origin'];
  return allowed === '*' || allowed === origin ? undefined : (allowed?.slice(0, 200) ?? null);
}
