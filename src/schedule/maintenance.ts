/** Whether a check is in maintenance: by its configured windows, or because somebody said so. */

import { parse } from 'node-cron';
import type { MaintenanceWindow } from '../base/about.ts';
import { DAY_MS } from '../base/durations.ts';

const SECOND_MS = 1000;

export interface Maintenance {
  /** ISO 8601. */
  readonly from: string;
  /** ISO 8601: when it ends; its last moments are those until a run has shown the state afterwards. */
  readonly until: string;
  readonly by: 'schedule' | 'hand';
}

/** From when until when, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** The last tick of a cron expression at or before `at` and not before `earliest`, in UTC; null where there is none. */
export function previousTick(cron: string, at: number, earliest: number): number | null {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(cron);
  const descending = (values: readonly number[]) => [...values].sort((a, b) => b - a);
  const [seconds, minutes, hours] = [descending(second), descending(minute), descending(hour)];
  const weekdays = new Set(dayOfWeek.map((day) => Number(day) % 7));
  for (let day = at - (at % DAY_MS); day > earliest - DAY_MS; day -= DAY_MS) {
    const date = new Date(day);
    if (!month.includes(date.getUTCMonth() + 1) || !weekdays.has(date.getUTCDay())) continue;
    if (!dayOfMonth.includes(date.getUTCDate())) continue;
    for (const h of hours) {
      for (const m of minutes) {
        for (const s of seconds) {
          const tick = day + ((h * 60 + m) * 60 + s) * SECOND_MS;
          if (tick <= at) return tick >= earliest ? tick : null;
        }
      }
    }
  }
  return null;
}

/** The span of these windows that holds `at` or, of those that ended no longer ago than `after`, the one that ended last. */
export function spanOf(windows: readonly MaintenanceWindow[], at: number, after: number): Span | null {
  let found: Span | null = null;
  for (const { cron, duration } of windows) {
    const from = previousTick(cron, at, at - duration - after);
    if (from !== null && (!found || from + duration > found.until)) found = { from, until: from + duration };
  }
  return found;
}

/**
 * Whether a maintenance that lasts until `until` is still one: it ends with the first run that began after it, so that what is
 * told is the state afterwards; without one, after `patience`.
 */
export function stillOn({ until }: Span, now: number, lastStart: number | null, patience: number): boolean {
  if (now < until) return true;
  return (lastStart === null || lastStart < until) && now < until + patience;
}
