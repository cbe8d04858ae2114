/** The DKIM selectors of the domains, each over all domains, as data. */
import { z } from 'zod';
import type { Immutable } from '../../../base/immutable.ts';
import { at, flag, text, whole } from '../../schema.ts';

/**
 * `signs`: test messages were last signed with it; `replaced`: they were signed with it before; `idle`: none was seen signed with it while
 * another signs; `unknown`: no signature was seen.
 */
export const SELECTOR_ROLES = ['signs', 'replaced', 'idle', 'unknown'] as const;

export const selectorState = z.strictObject({
  selector: text,
  template: flag.describe('the one that the template asks for; the others are in `rotation.selectors`'),
  role: z.enum(SELECTOR_ROLES),
  domains: z
    .strictObject({ published: whole, revoked: whole, missing: whole, unusable: whole, unknown: whole })
    .describe('domains by what they publish there; `revoked`: an empty `p=`'),
  without: z.array(text).describe('domains whose key is missing, revoked or unusable, at most 20'),
  algorithm: z.enum(['rsa', 'ed25519']).nullable(),
  bits: whole.nullable().describe('of the key that most domains publish'),
  fingerprint: text.nullable().describe('of that key: the first half of its SHA-256, in hexadecimal'),
  variants: whole.describe('number of different keys that domains publish there'),
  since: at.nullable().describe('since when that key has been seen by this check; null without a history'),
  signedAt: at
    .nullable()
    .describe('when a test message signed with it last arrived; null where none was seen'),
});
export type SelectorState = Immutable<z.output<typeof selectorState>>;
