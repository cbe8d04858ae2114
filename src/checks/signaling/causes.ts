/** The causes of the findings of a `signaling` check, each by its id. */
import type { CauseOf, CauseSchemas } from '../causes.ts';

export const signalingCauses = {} satisfies CauseSchemas;

export type SignalingCause = CauseOf<typeof signalingCauses>;
