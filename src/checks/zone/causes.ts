/** The causes of the findings of a `zone` check, each by its id. */
import type { CauseOf, CauseSchemas } from '../causes.ts';

export const zoneCauses = {} satisfies CauseSchemas;

export type ZoneCause = CauseOf<typeof zoneCauses>;
