/** The one map of all kinds of check. */
import type { CheckKind, Kind } from './check.ts';
import { mailKind } from './mail/index.ts';

export const checkKinds = {
  mail: mailKind,
} satisfies Partial<Record<Kind, CheckKind<unknown>>>;
