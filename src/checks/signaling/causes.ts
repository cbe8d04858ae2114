/** The causes of the findings of a `signaling` check, each by its id. */
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { webCauses } from '../web/causes.ts';

export const signalingCauses = {
  ...webCauses,
} satisfies CauseSchemas;

export type SignalingCause = CauseOf<typeof signalingCauses>;
