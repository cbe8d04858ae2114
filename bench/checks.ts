/** Checks of a service that is only looked at. */
import type { Kind } from '../src/checks/check.ts';
import type { CheckStatus } from '../src/schedule/scheduler.ts';

/** One that waits for its next run. */
export function idleCheck(kind: Kind, name: string): CheckStatus {
  return {
    name,
    kind,
    heavy: kind === 'call',
    target: null,
    intervalMs: 300_000,
    activity: null,
    skipped: { overlap: 0, queue: 0, missed: 0 },
  };
}
