/** The causes of the findings of a `call` check, each by its id. */
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { webCauses } from '../web/causes.ts';

export const callCauses = {
  ...webCauses,
} satisfies CauseSchemas;

export type CallCause = CauseOf<typeof callCauses>;
