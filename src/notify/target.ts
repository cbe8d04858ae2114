/**
 * One target: what it was notified of, and what it is to be notified of. There is no queue: what is sent is the difference between how
 * things are and what was delivered last, so that nothing is lost by a restart or a receiver that is down, and what is over
 * before it could be delivered is not sent any more.
 */
import { z } from 'zod';
import type { TargetConfig } from '../config/notify.ts';
import { type Condition, rankOf, STATES } from './condition.ts';
import type { Telling } from './message.ts';

/** What was delivered of a condition. */
const notified = z.object({
  state: z.enum(STATES),
  severity: z.enum(['critical', 'warning']),
  /** When it began, and when its last notification was sent, in milliseconds since 1970. */
  since: z.number(),
  at: z.number(),
});
type Notified = z.output<typeof notified>;
export const notifiedOfAll = z.record(z.string(), notified);
export type NotifiedOfAll = z.output<typeof notifiedOfAll>;

/** How long an improvement short of recovery has to last: else two states that alternate would be sent each time. */
const HOLD_MS = 30 * 60_000;

export class Target {
  readonly config: TargetConfig;
  readonly #notified: Map<string, Notified>;
  /** Since when something is less bad than its last notification said. */
  readonly #better = new Map<string, number>();
  /** Since when something is worth telling and was not. */
  readonly #due = new Map<string, number>();

  constructor(config: TargetConfig, known: NotifiedOfAll = {}) {
    this.config = config;
    this.#notified = new Map(Object.entries(known));
  }

  get notified(): NotifiedOfAll {
    return Object.fromEntries(this.#notified);
  }

  /** How many conditions wait to be sent. */
  get pending(): number {
    return this.#due.size;
  }

  /** What is to be sent now, if the first of it has waited for `waitMs`; and how long it still has to wait otherwise. */
  due(
    conditions: readonly Condition[],
    since: (condition: Condition) => number,
    now: number,
    waitMs: number,
  ) {
    const keys = new Set(conditions.map(({ key }) => key));
    // What is not watched any more is neither broken nor over.
    for (const known of [this.#notified, this.#due, this.#better]) {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    }
    const all = conditions.flatMap((condition) => this.#telling(condition, since(condition), now) ?? []);
    const due = new Set(all.map(({ condition }) => condition.key));
    for (const key of this.#due.keys()) if (!due.has(key)) this.#due.delete(key);
    for (const key of due) if (!this.#due.has(key)) this.#due.set(key, now);
    const leftMs = all.length === 0 ? null : Math.min(...this.#due.values()) + waitMs - now;
    return { tellings: leftMs !== null && leftMs <= 0 ? all : [], leftMs };
  }

  /** Notes what was delivered. */
  delivered(tellings: readonly Telling[], now: number): void {
    for (const { condition, status, severity, since } of tellings) {
      const { key, state } = condition;
      this.#due.delete(key);
      this.#better.delete(key);
      if (status === 'resolved') this.#notified.delete(key);
      else this.#notified.set(key, { state, severity, since, at: now });
    }
  }

  #telling(condition: Condition, since: number, now: number): Telling | null {
    const { key } = condition;
    const before = this.#notified.get(key) ?? null;
    if (condition.quiet) return null;
    const selected = condition.severity !== 'none' && this.#selects(condition);
    const rank = selected ? rankOf(condition) : 0;
    const severity = condition.severity === 'critical' ? 'critical' : 'warning';
    if (!before) return rank > 0 ? { condition, status: 'firing', since, severity } : null;
    if (rank === 0) {
      if (this.config.resolved)
        return { condition, status: 'resolved', since: before.since, severity: before.severity };
      this.#notified.delete(key);
      return null;
    }
    const toldRank = rankOf(before);
    if (rank >= toldRank) this.#better.delete(key);
    else if (!this.#better.has(key)) this.#better.set(key, now);
    const better = this.#better.get(key);
    if (rank > toldRank || (better !== undefined && now - better >= HOLD_MS)) {
      return { condition, status: 'firing', since: Math.min(since, before.since), severity };
    }
    if (now - before.at >= this.config.remind) {
      return { condition, status: 'reminder', since: before.since, severity };
    }
    return null;
  }

  #selects({ severity, check }: Condition): boolean {
    const { severity: least, groups, labels = {} } = this.config;
    if (least === 'critical' && severity !== 'critical') return false;
    // What is wrong with Vigie itself concerns everybody.
    if (!check) return true;
    if (groups && (check.group === null || !groups.includes(check.group))) return false;
    return Object.entries(labels).every(([name, value]) => check.labels[name] === value);
  }
}
