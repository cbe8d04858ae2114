/** The token that identifies one test message: in its recipient, its subject and its header. */
import { createHash, randomBytes } from 'node:crypto';

/** The header that carries the token. */
export const TOKEN_HEADER = 'X-Vigie-Token';

const TAG = 6;
const TIME = 9;
const RANDOM = 12;
const SHAPE = new RegExp(`v[a-z2-7]{${TAG}}[0-9a-z]{${TIME}}[a-z2-7]{${RANDOM}}`, 'g');
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648's alphabet in lower case: local parts and IMAP searches do not distinguish cases. */
function base32(bytes: Uint8Array, length: number): string {
  return Array.from(bytes.subarray(0, length), (byte) => BASE32[byte % 32]).join('');
}

/** What all tokens of one check begin with: messages of earlier runs are recognised by it. */
export function tagOf(check: string): string {
  return `v${base32(createHash('sha256').update(check).digest(), TAG)}`;
}

/** A new token: the check's tag, when it was made (base 36, ms), and 60 random bits. */
export function newToken(check: string, at = Date.now()): string {
  return tagOf(check) + at.toString(36).padStart(TIME, '0') + base32(randomBytes(RANDOM), RANDOM);
}

/** When a token was made, in ms since the epoch; null when it is not a token. */
export function tokenTime(token: string): number | null {
  if (token.length !== 1 + TAG + TIME + RANDOM || !token.match(SHAPE)) return null;
  return Number.parseInt(token.slice(1 + TAG, 1 + TAG + TIME), 36);
}

/** Every token in a text, once each, in order of appearance. Upper case is taken for lower case. */
export function tokensIn(text: string): string[] {
  return [...new Set(text.toLowerCase().match(SHAPE) ?? [])];
}
