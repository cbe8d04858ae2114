/** Checks of a service that is only looked at. */
import { PLAIN, shownOf } from '../src/base/about.ts';
import type { Kind } from '../src/checks/check.ts';
import type { CheckStatus } from '../src/schedule/scheduler.ts';

/** One that waits for its next run. */
export function idleCheck(kind: Kind, name: string): CheckStatus {
  return {
    name,
    kind,
    ...shownOf(PLAIN),
    maintenance: null,
    heavy: kind === 'call',
    target: null,
    intervalMs: 300_000,
    activity: null,
    skipped: { overlap: 0, queue: 0, missed: 0 },
  };
}
