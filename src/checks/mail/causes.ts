/** The causes of the findings of a `mail` check, each by its id. */
import type { CauseOf, CauseSchemas } from '../causes.ts';

export const mailCauses = {} satisfies CauseSchemas;

export type MailCause = CauseOf<typeof mailCauses>;
