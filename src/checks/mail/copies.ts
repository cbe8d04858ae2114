/**
 * Test messages that arrived more than once: what was seen of each token, in this process, for a second copy often comes when the
 * run has ended.
 */
import type { RepeatedMessage } from './result.ts';
import { tokenTime } from './token.ts';

const MAX_TOKENS = 5_000;
/** Copies of one message that are kept apart; a loop makes hundreds. */
const MAX_COPIES = 100;

/** One arrival: what sets it apart from others, and what it was. */
export interface Copy {
  /** Where it lies (a mailbox, a folder, a UID); our own server takes each once. */
  readonly place: string;
  readonly at: Date;
  /** Of its bytes; null where they were not read. */
  readonly print: string | null;
}

interface Seen {
  readonly copies: Copy[];
  /** Copies after the first, since they were last reported. */
  fresh: number;
}

/** Of every check: oldest first. */
const seen = new Map<string, Seen>();

/** Notes an arrival; true when it is another copy of a message that has arrived before. */
export function noteCopy(token: string, copy: Copy): boolean {
  const known = seen.get(token);
  if (!known) {
    seen.set(token, { copies: [copy], fresh: 0 });
    if (seen.size > MAX_TOKENS) seen.delete(seen.keys().next().value!);
    return false;
  }
  if (known.copies[0]!.place === copy.place) return false;
  if (known.copies.some(({ place }) => place === copy.place) || known.copies.length >= MAX_COPIES)
    return true;
  known.copies.push(copy);
  known.fresh += 1;
  return true;
}

/** The messages of a check of which copies came since this was last asked. */
export function takeRepeated(tag: string): RepeatedMessage[] {
  const repeated: RepeatedMessage[] = [];
  for (const [token, one] of seen) {
    if (one.fresh === 0 || !token.startsWith(tag)) continue;
    one.fresh = 0;
    const { copies } = one;
    const prints = copies.map(({ print }) => print);
    repeated.push({
      token,
      sentAt: new Date(tokenTime(token) ?? copies[0]!.at).toISOString(),
      copies: copies.length,
      apartMs: copies.at(-1)!.at.getTime() - copies[0]!.at.getTime(),
      identical: prints.includes(null) ? null : new Set(prints).size === 1,
    });
  }
  return repeated;
}
