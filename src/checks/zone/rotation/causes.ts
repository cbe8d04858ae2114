/** The causes of findings about DKIM selectors and their keys, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../../causes.ts';
import { at, flag, text, whole } from '../../schema.ts';
import { selectorState } from './result.ts';

const shown = selectorState.pick({ selector: true, role: true, signedAt: true });

export const rotationCauses = {
  /** Advice: several selectors are published; which signs. */
  'zone-rotation-running': z.object({ selectors: z.array(shown) }),
  /** A selector is published at some domains and missing at others. */
  'zone-rotation-incomplete': z.object({
    selector: text,
    signs: flag.describe('test messages were last signed with it'),
    published: whole,
    missing: whole,
    domains: z.array(text).describe('at most 20'),
  }),
  /** Advice: another selector signs, for so long that this one may go. */
  'zone-selector-unused': z.object({
    selector: text,
    template: flag,
    signing: text.describe('the selector that signs instead'),
    signedAt: at.nullable(),
    days: whole,
    published: whole,
  }),
  /** Advice: the key is gone, or revoked, everywhere. */
  'zone-rotation-finished': z.object({ selector: text, revoked: whole, missing: whole }),
  /** Test messages are signed with a selector that is not checked. */
  'zone-selector-unlisted': z.object({ selector: text, domain: text, signedAt: at }),
  /** Advice. */
  'zone-key-age': z.object({ selector: text, since: at, days: whole, most: whole }),
  'zone-key-short': z.object({ selector: text, bits: whole }),
} satisfies CauseSchemas;

export type RotationCause = CauseOf<typeof rotationCauses>;
