/** What has to outlast a run, for keys have an age and signatures are seen now and then: kept in the history's notes. */
import { z } from 'zod';
import type { Past } from '../../check.ts';
import { at } from '../../schema.ts';

const NOTE = 'selectors';
/** Keys of a selector that are remembered, the latest ones. */
const MAX_KEYS = 8;
const MAX_SELECTORS = 32;

const schema = z.object({
  /** Since when signatures have been seen at all. */
  signaturesSince: at.nullable(),
  selectors: z.record(
    z.string(),
    z.object({
      /** By fingerprint: when each key was seen first. */
      seen: z.record(z.string(), at),
      /** Since when the selector has been looked at. */
      watchedSince: at,
      signedAt: at.nullable(),
    }),
  ),
});
export type Memory = z.output<typeof schema>;
export type Remembered = Memory['selectors'][string];

type Notes = Pick<Past, 'recall' | 'note'>;

/** What was kept; nothing where it cannot be read. */
export function recall(notes: Notes | undefined): Memory {
  const { signaturesSince, selectors } = read(notes?.recall(NOTE) ?? null);
  // A message names its selector: none of those names is one that every object has.
  return { signaturesSince, selectors: Object.assign(Object.create(null) as Memory['selectors'], selectors) };
}

function read(kept: string | null): Memory {
  const nothing: Memory = { signaturesSince: null, selectors: {} };
  if (kept === null) return nothing;
  try {
    return schema.safeParse(JSON.parse(kept)).data ?? nothing;
  } catch {
    return nothing;
  }
}

export function remember(notes: Notes | undefined, memory: Memory): void {
  const selectors = Object.entries(memory.selectors)
    .slice(-MAX_SELECTORS)
    .map(([selector, one]) => {
      const latest = Object.entries(one.seen)
        .sort(([, a], [, b]) => a.localeCompare(b))
        .slice(-MAX_KEYS);
      return [selector, { ...one, seen: Object.fromEntries(latest) }];
    });
  notes?.note(NOTE, JSON.stringify({ ...memory, selectors: Object.fromEntries(selectors) }));
}
