/** The one map of all kinds of check. */
import type { CheckKind, Kind } from './check.ts';

export const checkKinds = {} satisfies Partial<Record<Kind, CheckKind<never>>>;
