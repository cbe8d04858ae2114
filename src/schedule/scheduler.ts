/**
 * When what runs. Heavy checks (browsers) share one lock, light ones a lane of their own beside it; a
 * check has at most one run, waiting or running, whoever asked for it. See docs/service.md, "When a run
 * takes longer than its interval".
 */

import { type Shown, shownOf } from '../base/about.ts';
import { createLane, type Place } from '../base/lane.ts';
import type { EvidenceSink, Kind, Logger, Progress, Run, Trigger } from '../checks/check.ts';
import { newRunId } from '../checks/run.ts';
import type { RunStore } from '../history/store.ts';
import type { ScheduledCheck } from './check.ts';
import type { Maintenance } from './maintenance.ts';
import { MaintenanceBook } from './maintenance-book.ts';
import { pastOf } from './past.ts';
import { longestPauseMs, startTicker, type Ticker } from './ticker.ts';

/**
 * Why a tick ran nothing. `overlap`: the check's last run was still on. `queue`: it was still waiting
 * for its turn behind others. `missed`: the machine slept or the process got no time.
 */
export const SKIP_REASONS = ['overlap', 'queue', 'missed'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** A run that has not ended: it waits for its turn, or is on. */
export interface Activity {
  readonly id: string;
  readonly check: string;
  readonly kind: Kind;
  readonly state: 'waiting' | 'running';
  readonly trigger: Trigger;
  /** Who started it by hand, where that is known. */
  readonly startedBy: string | null;
  /** ISO 8601: when it was asked for. */
  readonly queuedAt: string;
  /** ISO 8601: when it started; null while it waits. */
  readonly startedAt: string | null;
  /** The check's last sign of life. */
  readonly progress: Progress | null;
}

export interface CheckStatus extends Shown {
  readonly name: string;
  readonly kind: Kind;
  readonly heavy: boolean;
  readonly target: string | null;
  /** The longest time between two scheduled runs. */
  readonly intervalMs: number;
  /** The maintenance that it is in; null when it is in none. */
  readonly maintenance: Maintenance | null;
  readonly activity: Activity | null;
  readonly skipped: Readonly<Record<SkipReason, number>>;
}

/** What came of asking for a run: it was taken, or the run that is in its way. */
export type Request =
  | { readonly taken: true; readonly activity: Activity; readonly done: Promise<Run | null> }
  | { readonly taken: false; readonly activity: Activity };

export interface SchedulerOptions {
  readonly store: RunStore;
  readonly log: Logger;
  /** Number of light checks at a time. */
  readonly lightAtOnce?: number;
  /** Where this Vigie runs: runs carry it; null where that is not configured. */
  readonly place?: () => string | null;
  /** Where the files of a run go; null keeps none. */
  readonly evidence?: (check: string, id: string) => EvidenceSink | null;
}

/** Heavy checks of one interval tick at least so far apart, while the interval has room for it. */
const STAGGER_MS = 30_000;
const LIGHT_AT_ONCE = 4;
/** Light checks whose last run took longer, and those that never ran, have places of their own: targets that hang hold up none that answer. */
const SLOW_MS = 2000;
/** A failure is confirmed by a run that starts so much later: what takes a moment is over by then. */
const CONFIRM_AFTER_MS = 5000;
/** How often it is looked whether a maintenance has ended. */
const MAINTENANCE_LOOK_MS = 5000;

interface Ticket {
  activity: Activity;
  readonly abort: AbortController;
  /** Null until the lane has been entered. */
  place: Place | null;
  /** Resolves with the run, or null for one that was dropped before it started. */
  readonly done: Promise<Run | null>;
  readonly settle: (run: Run | null) => void;
}

interface Entry {
  /** What is said of it may change without a pause in its runs. */
  check: ScheduledCheck;
  readonly intervalMs: number;
  /** Failed runs in a row, those that could not tell left out. */
  failures: number;
  confirming: NodeJS.Timeout | null;
  /** A run has been started because its maintenance has ended. */
  settling: boolean;
  readonly skipped: Record<SkipReason, number>;
  ticker: Ticker | null;
  ticket: Ticket | null;
}

export class Scheduler {
  readonly #store: RunStore;
  readonly #log: Logger;
  readonly #place: () => string | null;
  readonly #evidence: (check: string, id: string) => EvidenceSink | null;
  readonly #heavy = createLane(1);
  readonly #light;
  readonly #slow;
  #entries = new Map<string, Entry>();
  /** Tickets whose run is on, also those whose check has been removed since. */
  readonly #running = new Set<Ticket>();
  readonly #maintenance: MaintenanceBook;
  readonly #looking: NodeJS.Timeout;
  #stopped = false;

  constructor({
    store,
    log,
    lightAtOnce = LIGHT_AT_ONCE,
    place = () => null,
    evidence = () => null,
  }: SchedulerOptions) {
    this.#store = store;
    this.#log = log;
    this.#place = place;
    this.#evidence = evidence;
    this.#light = createLane(lightAtOnce);
    this.#slow = createLane(lightAtOnce);
    this.#maintenance = new MaintenanceBook(store);
    this.#looking = setInterval(() => this.#settle(), MAINTENANCE_LOOK_MS).unref();
  }

  /**
   * From now on these checks, and no others. An unchanged one (by its fingerprint) keeps its timer and
   * its run in hand. A new or changed one runs at once, then on its schedule. The run in hand of a
   * removed or changed one is aborted and not recorded.
   */
  update(checks: readonly ScheduledCheck[]): void {
    if (this.#stopped) return;
    const before = this.#entries;
    this.#entries = new Map();
    const created: [Entry, number][] = [];
    const peers = { heavy: 0, light: 0 };
    for (const check of checks) {
      const index = check.heavy ? peers.heavy++ : peers.light++;
      const old = before.get(check.name);
      if (old?.check.fingerprint === check.fingerprint) {
        before.delete(check.name);
        old.check = check;
        this.#entries.set(check.name, old);
        continue;
      }
      const skipped = old?.check.kind === check.kind ? old.skipped : { overlap: 0, queue: 0, missed: 0 };
      const intervalMs = longestPauseMs(check.schedule);
      const failed = this.#store.latest(check.name)?.outcome === 'fail';
      const entry: Entry = {
        check,
        intervalMs,
        failures: failed ? Number.POSITIVE_INFINITY : 0,
        confirming: null,
        settling: false,
        skipped,
        ticker: null,
        ticket: null,
      };
      this.#entries.set(check.name, entry);
      created.push([entry, index]);
    }
    for (const old of before.values()) this.#retire(old);
    for (const [entry, index] of created) if (entry.check.about.enabled) this.#begin(entry, index);
  }

  /**
   * Asks for a run now, through the same lane and deadline as a scheduled one. Null: no such check, or it is disabled.
   * @param by who asks: the run carries it
   */
  request(name: string, by: string | null = null): Request | null {
    const entry = this.#entries.get(name);
    if (!entry?.check.about.enabled || this.#stopped) return null;
    if (entry.ticket) return { taken: false, activity: entry.ticket.activity };
    const ticket = this.#enqueue(entry, 'hand', by);
    return { taken: true, activity: ticket.activity, done: ticket.done };
  }

  /** In the order of the configuration. */
  checks(): CheckStatus[] {
    return [...this.#entries.values()].map(({ check, intervalMs, skipped, ticket }) => ({
      name: check.name,
      kind: check.kind,
      ...shownOf(check.about),
      heavy: check.heavy,
      target: check.target,
      intervalMs,
      maintenance: this.#maintenance.of(check, intervalMs, Date.now()),
      activity: ticket?.activity ?? null,
      skipped: { ...skipped },
    }));
  }

  /** Puts a check into maintenance from now until then; null ends the one that was begun so. False: no such check. */
  maintain(name: string, until: Date | null): boolean {
    if (!this.#entries.has(name)) return false;
    this.#maintenance.put(name, until && { from: Date.now(), until: until.getTime() });
    return true;
  }

  /** When a check is due next, ISO 8601; null for one that is not there or was stopped. */
  nextRun(name: string): string | null {
    return this.#entries.get(name)?.ticker?.next()?.toISOString() ?? null;
  }

  /** The run with this id, while it waits or is on. */
  activity(id: string): Activity | null {
    for (const { ticket } of this.#entries.values()) if (ticket?.activity.id === id) return ticket.activity;
    return null;
  }

  /**
   * No further runs. Those in hand may end by themselves within `graceMs`, or until `hurry` aborts; then
   * they are aborted, and awaited until they have cleaned up. An aborted run is not recorded.
   */
  async stop({ graceMs, hurry }: { graceMs: number; hurry?: AbortSignal }): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#looking);
    for (const entry of this.#entries.values()) {
      if (entry.confirming) clearTimeout(entry.confirming);
      entry.ticker?.stop();
      entry.ticker = null;
      if (entry.ticket?.place?.leave()) this.#drop(entry.ticket, entry);
    }
    const ended = Promise.all([...this.#running].map((ticket) => ticket.done));
    await within(ended, graceMs, hurry);
    for (const ticket of this.#running) ticket.abort.abort();
    await ended;
  }

  #begin(entry: Entry, index: number): void {
    const { check } = entry;
    const peers = [...this.#entries.values()].filter(({ check: peer }) => peer.heavy === check.heavy).length;
    const offsetMs = index * Math.min(STAGGER_MS, entry.intervalMs / peers);
    entry.ticker = startTicker(check.schedule, offsetMs, {
      tick: () => this.#tick(entry),
      missed: (count) => this.#skip(entry, 'missed', count),
    });
    this.#enqueue(entry, 'schedule');
  }

  #tick(entry: Entry): void {
    if (entry.ticket) this.#skip(entry, entry.ticket.activity.state === 'running' ? 'overlap' : 'queue', 1);
    else this.#enqueue(entry, 'schedule');
  }

  #skip(entry: Entry, reason: SkipReason, count: number): void {
    entry.skipped[reason] += count;
    this.#log.warn({ check: entry.check.name, reason, count }, `${entry.check.name}: ${SKIPPED[reason]}`);
  }

  #enqueue(entry: Entry, trigger: Trigger, startedBy: string | null = null): Ticket {
    const { name, kind } = entry.check;
    const { promise: done, resolve: settle } = Promise.withResolvers<Run | null>();
    const now = new Date();
    const ticket: Ticket = {
      activity: {
        id: newRunId(now),
        check: name,
        kind,
        state: 'waiting',
        trigger,
        startedBy,
        queuedAt: now.toISOString(),
        startedAt: null,
        progress: null,
      },
      abort: new AbortController(),
      place: null,
      done,
      settle,
    };
    entry.ticket = ticket;
    ticket.place = this.#laneOf(entry.check).enter(() => this.#run(entry, ticket));
    return ticket;
  }

  #laneOf({ name, heavy }: ScheduledCheck) {
    if (heavy) return this.#heavy;
    const last = this.#store.latest(name);
    return last && last.durationMs <= SLOW_MS ? this.#light : this.#slow;
  }

  async #run(entry: Entry, ticket: Ticket): Promise<void> {
    const { check } = entry;
    const { id } = ticket.activity;
    this.#running.add(ticket);
    ticket.activity = { ...ticket.activity, state: 'running', startedAt: new Date().toISOString() };
    this.#log.debug({ check: check.name, run: id }, `${check.name}: run started`);
    let run: Run | null = null;
    try {
      const ran = await check.run(
        {
          name: check.name,
          signal: ticket.abort.signal,
          evidence: this.#evidence(check.name, id),
          log: this.#log,
          past: pastOf(this.#store, check.name),
          progress: (progress) => {
            ticket.activity = { ...ticket.activity, progress };
          },
        },
        id,
      );
      const place = this.#place();
      const { trigger, startedBy } = ticket.activity;
      const placed: Run = {
        ...ran,
        trigger,
        ...(startedBy !== null && { startedBy }),
        ...(place !== null && { place }),
      };
      run = placed;
      // What we cut short ourselves says nothing about the target, nor about us.
      if (!ticket.abort.signal.aborted) {
        this.#store.append(placed);
        this.#confirm(entry, placed);
      }
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause);
      this.#log.error({ check: check.name, run: id, error }, `${check.name}: the run could not be recorded`);
    } finally {
      this.#running.delete(ticket);
      if (entry.ticket === ticket) entry.ticket = null;
      ticket.settle(run);
    }
  }

  /** A first failure is looked at again at once, as often as is configured. */
  #confirm(entry: Entry, { outcome }: Run): void {
    if (outcome === 'error') return;
    entry.failures = outcome === 'fail' ? entry.failures + 1 : 0;
    const { about } = entry.check;
    if (outcome !== 'fail' || entry.failures > about.confirm || this.#stopped) return;
    if (this.#maintenance.of(entry.check, entry.intervalMs, Date.now()) || entry.confirming) return;
    entry.confirming = setTimeout(() => {
      entry.confirming = null;
      if (!entry.ticket && this.#entries.get(entry.check.name) === entry) this.#enqueue(entry, 'confirm');
    }, CONFIRM_AFTER_MS).unref();
  }

  /** The notification after a maintenance is of the state then: a run shows it. */
  #settle(): void {
    const now = Date.now();
    for (const entry of this.#entries.values()) {
      const maintenance = this.#maintenance.of(entry.check, entry.intervalMs, now);
      const over = maintenance !== null && Date.parse(maintenance.until) <= now;
      if (!over) entry.settling = false;
      else if (!entry.settling && !entry.ticket && entry.check.about.enabled) {
        entry.settling = true;
        this.#enqueue(entry, 'maintenance');
      }
    }
  }

  #retire(entry: Entry): void {
    if (entry.confirming) clearTimeout(entry.confirming);
    entry.ticker?.stop();
    const { ticket } = entry;
    if (!ticket) return;
    if (ticket.place?.leave()) this.#drop(ticket, entry);
    else ticket.abort.abort();
  }

  #drop(ticket: Ticket, entry: Entry): void {
    entry.ticket = null;
    ticket.settle(null);
  }
}

const SKIPPED: Record<SkipReason, string> = {
  overlap: 'skipped, because its last run is still on',
  queue: 'skipped, because it still waits for its turn',
  missed: 'its time went by unnoticed: the machine slept, or had no time for it',
};

/** Waits for `ended`, at most `ms`, or until `hurry` aborts. */
async function within(ended: Promise<unknown>, ms: number, hurry?: AbortSignal): Promise<void> {
  if (ms <= 0 || hurry?.aborted) return;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const onHurry = () => resolve();
  hurry?.addEventListener('abort', onHurry, { once: true });
  try {
    await Promise.race([ended, over]);
  } finally {
    clearTimeout(timer);
    hurry?.removeEventListener('abort', onHurry);
  }
}
