/** Which checks are in maintenance; what somebody said by hand outlasts the process. */

import { z } from 'zod';
import { DAY_MS } from '../base/durations.ts';
import type { RunStore } from '../history/store.ts';
import type { ScheduledCheck } from './check.ts';
import { type Maintenance, type Span, spanOf, stillOn } from './maintenance.ts';

const NOTE = 'maintenance';
const spans = z.record(z.string(), z.object({ from: z.number(), until: z.number() }));
/** Without a run that shows the state afterwards, a maintenance ends after so many intervals, within these bounds. */
const PATIENCE_INTERVALS = 2;
const LEAST_PATIENCE_MS = 5 * 60_000;
const MOST_PATIENCE_MS = DAY_MS;

export class MaintenanceBook {
  readonly #store: RunStore;
  readonly #byHand: Map<string, Span>;

  constructor(store: RunStore) {
    this.#store = store;
    this.#byHand = new Map(Object.entries(read(store.note(NOTE))));
  }

  /** Null ends it now: the next run shows the state. */
  put(name: string, span: Span | null): void {
    const before = this.#byHand.get(name);
    const now = Date.now();
    if (span) this.#byHand.set(name, before ? { ...span, from: Math.min(before.from, span.from) } : span);
    else if (before && before.until > now) this.#byHand.set(name, { ...before, until: now });
    this.#keep();
  }

  of(
    { name, about }: Pick<ScheduledCheck, 'name' | 'about'>,
    intervalMs: number,
    now: number,
  ): Maintenance | null {
    const byHand = this.#byHand.get(name);
    if (!byHand && about.maintenance.length === 0) return null;
    const patience = Math.min(MOST_PATIENCE_MS, Math.max(LEAST_PATIENCE_MS, PATIENCE_INTERVALS * intervalMs));
    const latest = this.#store.latest(name);
    const started = latest && Date.parse(latest.startedAt);
    const isOn = (span: Span | null): span is Span =>
      span !== null && span.from <= now && stillOn(span, now, started, patience);
    if (byHand && !isOn(byHand)) {
      this.#byHand.delete(name);
      this.#keep();
    }
    const planned = spanOf(about.maintenance, now, patience);
    const on = [
      ...(byHand && isOn(byHand) ? [shown(byHand, 'hand')] : []),
      ...(isOn(planned) ? [shown(planned, 'schedule')] : []),
    ];
    // Of both, the one that lasts longer.
    return on.sort((a, b) => b.until.localeCompare(a.until))[0] ?? null;
  }

  #keep(): void {
    const all = this.#byHand.size > 0 ? JSON.stringify(Object.fromEntries(this.#byHand)) : null;
    this.#store.keepNote(NOTE, all);
  }
}

function shown({ from, until }: Span, by: Maintenance['by']): Maintenance {
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString(), by };
}

function read(note: string | null): Readonly<Record<string, Span>> {
  if (note === null) return {};
  try {
    return spans.parse(JSON.parse(note));
  } catch {
    return {};
  }
}
