/** When a check is due: plain intervals and cron expressions behind one small port. */

import { createTask, parse } from 'node-cron';
import { HOUR_MS } from '../base/durations.ts';
import type { Schedule } from '../base/schedule.ts';

export interface Ticker {
  /** When it ticks next; null when it never will, or was stopped. */
  next(): Date | null;
  stop(): void;
}

export interface TickListener {
  tick(): void;
  /** Ticks that went by unnoticed: the machine slept, or the process was stopped or starved. */
  missed(count: number): void;
}

/** `setTimeout` takes 32 bits of milliseconds; a longer way is walked in pieces of this length. */
const LONGEST_TIMER_MS = HOUR_MS;

/**
 * Ticks until stopped. An interval's ticks lie on a grid, `offsetMs` after now and then every `everyMs`
 * (the first one interval after that), so that a slow run does not shift those that follow. A tick that
 * was missed is reported, never caught up.
 */
export function startTicker(schedule: Schedule, offsetMs: number, listener: TickListener): Ticker {
  return 'cron' in schedule
    ? startCron(schedule.cron, listener)
    : startInterval(schedule.everyMs, offsetMs, listener);
}

function startInterval(everyMs: number, offsetMs: number, listener: TickListener): Ticker {
  // The monotonic clock: a step of the wall clock (NTP) must neither burst nor stall the schedule.
  const base = performance.now() + offsetMs;
  let due = 1;
  let timer: NodeJS.Timeout | null = null;
  const wait = () => {
    const left = base + due * everyMs - performance.now();
    timer = setTimeout(wake, Math.max(0, Math.min(Math.ceil(left), LONGEST_TIMER_MS)));
  };
  const wake = () => {
    const reached = Math.floor((performance.now() - base) / everyMs);
    if (reached >= due) {
      if (reached > due) listener.missed(reached - due);
      due = reached + 1;
      wait();
      listener.tick();
    } else wait();
  };
  wait();
  return {
    next: () => (timer ? new Date(Date.now() + Math.max(0, base + due * everyMs - performance.now())) : null),
    stop: () => {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}

function startCron(expression: string, listener: TickListener): Ticker {
  const task = createTask(expression, () => listener.tick(), {
    timezone: 'UTC',
    suppressMissedWarning: true,
  });
  task.on('execution:missed', () => listener.missed(1));
  void task.start();
  let stopped = false;
  return {
    next: () => (stopped ? null : task.getNextRun()),
    stop: () => {
      stopped = true;
      void task.destroy();
    },
  };
}

/** Number of coming hours with a tick that are looked at for the longest pause: ten days where every hour has one. */
const HOURS_AHEAD = 250;

/**
 * The longest time between two ticks, in milliseconds: what "stale" is measured by. A cron check that
 * rests at night or over the weekend is not stale then. Pauses longer than what lies ahead of us here
 * (ten days at least) are not seen.
 */
export function longestPauseMs(schedule: Schedule): number {
  if ('everyMs' in schedule) return schedule.everyMs;
  // Hours that have a tick, and the ticks within such an hour, each separately: `* 8-18 * * 1-5` has
  // three thousand ticks a week, but its longest pause shows in fifty hours.
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(schedule.cron);
  const within = minute.flatMap((m) => second.map((s) => (m * 60 + s) * 1000)).sort((a, b) => a - b);
  const everyHour = [[0], [0], hour, dayOfMonth, month, dayOfWeek].map((field) => field.join(',')).join(' ');
  const hourly = createTask(everyHour, () => undefined, { timezone: 'UTC' });
  try {
    const hours = hourly.getNextRuns(HOURS_AHEAD).map((hour) => hour.getTime());
    const overnight = longestGap(hours) - within.at(-1)! + within[0]!;
    return Math.max(longestGap(within), overnight);
  } finally {
    void hourly.destroy();
  }
}

function longestGap(sorted: readonly number[]): number {
  return sorted.slice(1).reduce((longest, at, i) => Math.max(longest, at - sorted[i]!), 0);
}
