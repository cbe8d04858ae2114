/** What may be wrong with an account: causes that every check with accounts shares. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { at, text, whole } from '../schema.ts';

/** Participants of a call whom it is about; absent in checks without any. */
const whom = { participants: z.array(text).exactOptional() };
/** The server's own words, where it gave any. */
const said = text.nullable().describe('what the XMPP server said; null: nothing');

export const accountCauses = {
  /** Our own configuration: nothing is known of the deployment. */
  'account-unusable': z.object({
    ...whom,
    why: z.enum(['file', 'not-a-jwt', 'not-a-private-pem', 'too-long']),
    path: text.nullable(),
    reason: text.nullable(),
  }),
  /** User and password are not accepted. */
  'account-refused': z.object({ ...whom, domain: text, said }),
  /** The deployment has no accounts of this sort. */
  'account-not-offered': z.object({ ...whom, domain: text, by: z.enum(['user', 'jwt']) }),
  'jwt-expired': z.object({ ...whom, expiredAt: at, said }),
  'jwt-not-yet-valid': z.object({ ...whom, validFrom: at, said }),
  /** The deployment finds a token expired, or not valid yet, that is valid by our clock. */
  'jwt-clock-skew': z.object({
    ...whom,
    finds: z.enum(['expired', 'not-yet-valid']),
    secondsAhead: whole.nullable().describe('how far its clock is ahead of ours; null: not known'),
    said,
  }),
  'jwt-signature-invalid': z.object({ ...whom, algorithm: text.nullable(), said }),
  'jwt-room-mismatch': z.object({ ...whom, forRoom: text.nullable(), room: text, said }),
  /** For another reason: issuer, audience, a claim that is missing. */
  'jwt-refused': z.object({ ...whom, said }),
} satisfies CauseSchemas;

export type AccountCause = CauseOf<typeof accountCauses>;
