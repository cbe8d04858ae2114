/**
 * How often what is checked: alerts wait for so many runs, not for so long.
 *
 * Prometheus's `for` is a fixed time, so that checks of different intervals need rules of their own.
 */
import { createTask } from 'node-cron';
import { parseDuration } from '../src/base/durations.ts';
import type { Schedule } from '../src/base/schedule.ts';
import type { Kind } from '../src/checks/check.ts';
import { KINDS } from '../src/checks/check.ts';
import { checkKinds } from '../src/checks/index.ts';
import type { Config } from '../src/config/schema.ts';

/** Checks of one kind that run equally often. */
export interface Cadence {
  readonly kind: Kind;
  /** From the start of one run to the start of the next. */
  readonly everyMs: number;
  /** A label matcher for these checks among all of their kind; empty: all of the kind. */
  readonly matcher: string;
}

/** Where nothing is configured Vigie watches its sandbox, more often than it would watch another deployment. */
const SANDBOX = { names: { call: 'sandbox', mail: 'sandbox-mail', zone: 'sandbox-zone' }, everyMs: 180_000 };

const usual = (kind: Kind): number => parseDuration(checkKinds[kind].defaultEvery)!;

/** For checks at the usual intervals, and for those of the sandbox. */
export function defaultCadences(): Cadence[] {
  const sandbox: Partial<Record<Kind, string>> = SANDBOX.names;
  return KINDS.flatMap((kind) => {
    const name = sandbox[kind];
    if (name === undefined) return [{ kind, everyMs: usual(kind), matcher: '' }];
    return [
      { kind, everyMs: usual(kind), matcher: `check!="${name}"` },
      { kind, everyMs: SANDBOX.everyMs, matcher: `check="${name}"` },
    ];
  });
}

/**
 * For the checks of a configuration. In each kind the most frequent interval is that of all checks which are
 * not named, so that a check that is added later does not go without alerts until the rules are made anew.
 */
export function cadencesOf({ checks }: Pick<Config, 'checks'>): Cadence[] {
  return KINDS.flatMap((kind) => {
    const byInterval = Map.groupBy(
      checks.filter((check) => check.kind === kind),
      ({ schedule }) => usualPauseMs(schedule),
    );
    if (byInterval.size === 0) return [{ kind, everyMs: usual(kind), matcher: '' }];
    const sorted = [...byInterval].sort(([a, its], [b, others]) => others.length - its.length || a - b);
    const named = (entries: typeof sorted) =>
      entries
        .flatMap(([, its]) => its.map(({ name }) => name))
        .sort()
        .join('|');
    return sorted.map(([everyMs, its], index) => {
      if (index > 0) return { kind, everyMs, matcher: `check=~"${named([[everyMs, its]])}"` };
      const others = named(sorted.slice(1));
      return { kind, everyMs, matcher: others === '' ? '' : `check!~"${others}"` };
    });
  });
}

/** So many coming ticks of a cron expression are looked at. */
const TICKS = 60;

/**
 * The usual time between two runs, in milliseconds: the median of the coming pauses. Unlike the longest one,
 * which `vigie_check_interval_seconds` tells, it is not that of a night or a weekend in which a check rests.
 */
export function usualPauseMs(schedule: Schedule): number {
  if ('everyMs' in schedule) return schedule.everyMs;
  const task = createTask(schedule.cron, () => undefined, { timezone: 'UTC' });
  try {
    const ticks = task.getNextRuns(TICKS).map((tick) => tick.getTime());
    const pauses = ticks.slice(1).map((at, index) => at - ticks[index]!);
    return pauses.sort((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? usual('zone');
  } finally {
    void task.destroy();
  }
}
