/** The causes of the findings of a `call` check, each by its id. */
import type { CauseOf, CauseSchemas } from '../causes.ts';

export const callCauses = {} satisfies CauseSchemas;

export type CallCause = CauseOf<typeof callCauses>;
