/** For how long a run says how things are. */
import type { Run } from '../checks/check.ts';

/** What was not looked at for this number of its intervals may have changed meanwhile. */
const STALE_INTERVALS = 3;

/** The instant at which a run ended, in milliseconds since 1970. */
export function endOf({ startedAt, durationMs }: Pick<Run, 'startedAt' | 'durationMs'>): number {
  return Date.parse(startedAt) + durationMs;
}

/** How long ago a check's last run ended, in milliseconds, where that is too long to go by it; else null. */
export function staleFor(run: Run, intervalMs: number, now: Date): number | null {
  const age = now.getTime() - endOf(run);
  return age > STALE_INTERVALS * intervalMs ? age : null;
}
