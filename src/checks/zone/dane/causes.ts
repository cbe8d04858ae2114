/** The causes of findings about DANE, each by its id. */
import { z } from 'zod';
import type { CauseOf, CauseSchemas } from '../../causes.ts';
import { text } from '../../schema.ts';

export const daneCauses = {
  /** No record announces the certificate of the server. */
  'zone-dane-mismatch': z.object({ host: text, records: z.array(text) }),
  /** Senders ignore the records. */
  'zone-dane-ineffective': z.object({
    host: text,
    records: z.array(text),
    reason: z.enum(['unusable', 'unsigned']),
  }),
  'zone-dane-unknown': z.object({ host: text, reason: z.enum(['unvalidated', 'unknown']) }),
  /** Advice, where that is asked for. */
  'zone-dane-missing': z.object({ hosts: z.array(text) }),
} satisfies CauseSchemas;

export type DaneCause = CauseOf<typeof daneCauses>;
