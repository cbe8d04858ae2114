/** What a `signaling` check has to say in each language. */
import type { KindWords } from '../../wording.ts';
import type { SignalingCause } from '../causes.ts';
import type { SignalingDoing } from '../doing.ts';
import type { Reason } from '../reasons.ts';
import type { Remark } from '../remarks.ts';

/** A remark that has words of its own; the others are findings. */
export type OwnRemark = Exclude<Remark, { readonly kind: 'finding' }>;

export interface SignalingWords extends KindWords<SignalingCause> {
  /** Why a part does not work, as a clause without a full stop. */
  readonly reason: (why: Reason) => string;
  /** A few words on a part. */
  readonly remark: (remark: OwnRemark) => string;
  /** What it is doing, in a few words. */
  readonly progress: (doing: SignalingDoing) => string;
}
