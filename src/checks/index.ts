/** The one map of all kinds of check. */

import { callKind } from './call/index.ts';
import type { CheckKind, Kind } from './check.ts';
import { mailKind } from './mail/index.ts';
import { reportsKind } from './reports/index.ts';
import { signalingKind } from './signaling/index.ts';
import { zoneKind } from './zone/index.ts';

export const checkKinds = {
  call: callKind,
  signaling: signalingKind,
  mail: mailKind,
  reports: reportsKind,
  zone: zoneKind,
} satisfies Record<Kind, CheckKind<Kind, unknown>>;
