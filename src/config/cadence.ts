/** How often a schedule comes round, and whether runs that exclude each other find the time for it. */
import { parse } from 'node-cron';
import { formatDuration, HOUR_MS } from '../base/durations.ts';
import type { Schedule } from '../base/schedule.ts';

const MINUTE_SECONDS = 60;

/** The shortest time between two ticks of a valid cron expression, as far as it is less than a minute; else a minute. */
export function shortestGapMs(cron: string): number {
  const { second, minute } = parse(cron);
  const sorted = [...second].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, index) => at - sorted[index]!);
  const minutes = new Set(minute);
  // From the last second of a minute to the first of the next one, where that has ticks, too.
  if (minute.some((at) => minutes.has((at + 1) % 60)))
    gaps.push(sorted[0]! + MINUTE_SECONDS - sorted.at(-1)!);
  return Math.min(MINUTE_SECONDS, ...gaps) * 1000;
}

/** The mean time between two ticks, in an hour that has any. */
function busyIntervalMs(schedule: Schedule): number {
  if ('everyMs' in schedule) return schedule.everyMs;
  const { second, minute } = parse(schedule.cron);
  return HOUR_MS / (second.length * minute.length);
}

export interface Exclusive {
  readonly name: string;
  readonly schedule: Schedule;
  /** The longest that a run may take. */
  readonly longestMs: number;
}

/** Why checks that run one at a time cannot all keep their schedule; null where they can. */
export function crowded(checks: readonly Exclusive[]): { check: string; message: string } | null {
  const shares = checks
    .map((check) => ({ ...check, share: check.longestMs / busyIntervalMs(check.schedule) }))
    .sort((a, b) => b.share - a.share);
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  const [most] = shares;
  if (most === undefined || total <= 1) return null;
  const longest = formatDuration(Math.ceil(most.longestMs / 1000) * 1000);
  const often = formatDuration(Math.round(busyIntervalMs(most.schedule) / 1000) * 1000);
  const message =
    most.share > 1
      ? `a run may take ${longest} and one is due every ${often}; runs that are still waiting then are skipped. Run it less often, or observe for a shorter time`
      : `${shares.length} checks need browsers, of which one runs at a time; their longest runs add up to ${Math.round(total * 100)} % of the time (this one: ${longest} every ${often}), so that some are skipped. Run them less often`;
  return { check: most.name, message };
}
