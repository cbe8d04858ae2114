/** Watches the checks and notifies the configured targets; asks for the heartbeat's address while checks run. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Language } from '../base/language.ts';
import { describeError } from '../base/strays.ts';
import type { Logger } from '../checks/check.ts';
import { works } from '../checks/outcome.ts';
import type { Histories } from '../compare/histories.ts';
import type { NotifyConfig } from '../config/notify.ts';
import { endOf, staleFor } from '../history/stale.ts';
import type { RunStore } from '../history/store.ts';
import type { CheckStatus } from '../schedule/scheduler.ts';
import type { OtherPlace } from '../view/places.ts';
import { type Condition, conditionOf, elsewhereOf, rankOf } from './condition.ts';
import { DeliveryError, deliver, request } from './deliver.ts';
import { itemOf, messageOf, type Telling } from './message.ts';
import { noteStart, OwnFaults, type OwnState } from './own-faults.ts';
import { type NotifiedOfAll, notifiedOfAll, Target } from './target.ts';

/** How things are is looked at after each run, and so often: for what comes about without one. */
const LOOK_MS = 5000;
/** After a failed attempt; twice as long after each further one. */
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 300_000;
/** Notes in the history. */
const NOTIFIED_NOTE = 'notified';
const STARTS_NOTE = 'starts';

export interface NotifierOptions {
  readonly store: RunStore;
  /** The pasts of its checks; they learn of a run before the notifier does. */
  readonly histories: Histories;
  readonly checks: () => readonly CheckStatus[];
  readonly own: () => OwnState;
  /** Where this Vigie runs, and what is seen from other places. */
  readonly place?: () => string | null;
  readonly others?: () => readonly OtherPlace[];
  readonly log: Logger;
}

interface Sender {
  readonly target: Target;
  busy: boolean;
  tries: number;
  /** Nothing is tried before. */
  retryAt: number;
  readonly counts: { sent: number; failed: number; lastSentAt: number | null; lastDelayMs: number | null };
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #faults: OwnFaults;
  readonly #startedAt = Date.now();
  readonly #abort = new AbortController();
  readonly #unsubscribe: () => void;
  /** Since when each condition is as bad as it is. */
  readonly #since = new Map<string, { readonly rank: number; readonly at: number }>();
  readonly #sending = new Set<Promise<void>>();
  readonly #looking: NodeJS.Timeout;
  #senders: Sender[] = [];
  #language: Language = 'en';
  #waitMs = 0;
  #base: string | null = null;
  #heart: { timer: NodeJS.Timeout; ok: number; failed: number } | null = null;
  #soon: NodeJS.Timeout | null = null;

  constructor(options: NotifierOptions) {
    this.#options = options;
    const { store } = options;
    const starts = noteStart(store.note(STARTS_NOTE), this.#startedAt);
    store.keepNote(STARTS_NOTE, JSON.stringify(starts));
    this.#faults = new OwnFaults(starts);
    this.#unsubscribe = store.subscribe(() => this.#lookIn(0));
    this.#looking = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** From now on these targets; those that are there already keep what they were notified of. `base`: where people reach the pages. */
  configure({ language, wait, targets, heartbeat }: NotifyConfig, base: string | null): void {
    const known =
      this.#senders.length > 0 ? this.#notifiedByTarget() : read(this.#options.store.note(NOTIFIED_NOTE));
    const before = new Map(this.#senders.map((sender) => [sender.target.config.name, sender]));
    this.#language = language;
    this.#waitMs = wait;
    this.#base = base?.replace(/\/+$/, '') ?? null;
    this.#senders = targets.map((config) => ({
      target: new Target(config, known[config.name]),
      busy: false,
      tries: 0,
      retryAt: 0,
      counts: before.get(config.name)?.counts ?? { sent: 0, failed: 0, lastSentAt: null, lastDelayMs: null },
    }));
    this.#setHeartbeat(heartbeat);
    this.#lookIn(0);
  }

  /** For metrics. */
  get counts() {
    return {
      targets: this.#senders.map(({ target, counts }) => ({
        target: target.config.name,
        ...counts,
        pending: target.pending,
      })),
      heartbeats: this.#heart && { ok: this.#heart.ok, failed: this.#heart.failed },
    };
  }

  /** Looks at how things are, and sends the notifications that follow. */
  look(now = Date.now()): void {
    if (this.#senders.length === 0 || this.#abort.signal.aborted) return;
    const conditions = this.#conditions(now);
    let nextMs = Number.POSITIVE_INFINITY;
    for (const sender of this.#senders) {
      const { tellings, leftMs } = sender.target.due(
        conditions,
        (condition) => this.#sinceOf(condition, now),
        now,
        this.#waitMs,
      );
      if (leftMs !== null && leftMs > 0) nextMs = Math.min(nextMs, leftMs);
      if (tellings.length === 0 || sender.busy) continue;
      if (now < sender.retryAt) nextMs = Math.min(nextMs, sender.retryAt - now);
      else this.#send(sender, tellings);
    }
    if (nextMs < LOOK_MS) this.#lookIn(nextMs);
  }

  /** Looks, and waits until all that follows from it has been sent or refused. */
  async settle(): Promise<void> {
    this.look();
    while (this.#sending.size > 0) {
      await Promise.all(this.#sending);
      this.look();
    }
  }

  /** Nothing is looked at any more; what is being sent may still arrive within the time. */
  async stop(graceMs: number): Promise<void> {
    clearInterval(this.#looking);
    if (this.#soon) clearTimeout(this.#soon);
    if (this.#heart) clearInterval(this.#heart.timer);
    this.#unsubscribe();
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all(this.#sending);
    clearTimeout(timer);
    this.#abort.abort();
  }

  #lookIn(ms: number): void {
    if (this.#soon) clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.look(), ms).unref();
  }

  #conditions(now: number): Condition[] {
    const { store, histories, checks, own } = this.#options;
    const others = this.#options.others?.() ?? [];
    const ofChecks = checks()
      .filter(({ enabled }) => enabled)
      .map((status) => {
        const { name: check, kind } = status;
        const latest = store.latest(check);
        return conditionOf(
          {
            status,
            history: histories.of(check, kind),
            intermittent: histories.intermittent(check, kind, now),
            latest: latest?.kind === kind ? latest : null,
            last: (outcome) =>
              latest?.kind === kind && latest.outcome === outcome
                ? latest
                : (store.list({ check, kind, outcome, limit: 1 })[0] ?? null),
            elsewhere: elsewhereOf(status, others),
            since: this.#startedAt,
          },
          now,
        );
      });
    const faults = new Set<string>(this.#faults.of(own(), now));
    const notified = this.#senders.flatMap(({ target }) => Object.keys(target.notified));
    const keys = [...faults].map((fault) => `vigie:${fault}`);
    const over = notified.filter((key) => key.startsWith('vigie:') && !keys.includes(key));
    const ofVigie = [...new Set([...keys, ...over])].map(
      (key): Condition => ({
        key,
        state: over.includes(key) ? 'ok' : 'own',
        severity: key === 'vigie:crash-loop' ? 'critical' : 'warning',
        check: null,
        run: null,
        count: 0,
        intermittent: [],
        elsewhere: null,
        quiet: false,
      }),
    );
    return [...ofChecks, ...ofVigie];
  }

  /** Since when it is so bad: as the history knows it, else since it was first seen. */
  #sinceOf(condition: Condition, now: number): number {
    const rank = rankOf(condition);
    const known = this.#since.get(condition.key);
    if (known?.rank === rank) return known.at;
    const at = this.#began(condition) ?? now;
    this.#since.set(condition.key, { rank, at });
    return at;
  }

  #began({ check, state, run }: Condition): number | null {
    if (!check || !run) return null;
    if (state === 'stale') return endOf(run);
    const latest = this.#options.store.latest(check.name);
    const isStill = state === 'failing' && latest && !works(latest.outcome);
    const since = isStill ? this.#options.store.since(check.name, check.kind) : null;
    return Date.parse(since?.at ?? run.startedAt);
  }

  #send(sender: Sender, tellings: readonly Telling[]): void {
    sender.busy = true;
    const { target, counts } = sender;
    const { name, kind } = target.config;
    const now = new Date();
    const from = { language: this.#language, base: this.#base, place: this.#options.place?.() ?? null };
    const items = tellings.map((telling) => itemOf(telling, from));
    const message = messageOf(randomUUID(), items, this.#language, now);
    const sent = deliver(target.config, message, this.#abort.signal).then(
      () => {
        target.delivered(tellings, Date.now());
        sender.tries = 0;
        counts.sent += 1;
        counts.lastSentAt = Date.now();
        const ended = tellings.flatMap(({ condition: { run }, status }) =>
          run && status === 'firing' ? [endOf(run)] : [],
        );
        if (ended.length > 0) counts.lastDelayMs = counts.lastSentAt - Math.max(...ended);
        this.#options.store.keepNote(NOTIFIED_NOTE, JSON.stringify(this.#notifiedByTarget()));
        this.#options.log.info(
          { target: name, status: message.status, items: message.items.length },
          `notified ${name}`,
        );
      },
      (error: unknown) => {
        const known = error instanceof DeliveryError;
        const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** sender.tries);
        const retryMs = Math.max(backoff, (known && error.retryAfterMs) || 0);
        sender.tries = Math.min(sender.tries + 1, 20);
        sender.retryAt = Date.now() + retryMs;
        counts.failed += 1;
        if (this.#abort.signal.aborted) return;
        const reason = known ? error.message : describeError(error);
        this.#options.log.error(
          { target: name, kind, reason, retryInS: Math.round(retryMs / 1000) },
          `${name} could not be notified: ${reason}`,
        );
      },
    );
    this.#keepUntilSettled(
      sent.finally(() => {
        sender.busy = false;
        this.#lookIn(0);
      }),
    );
  }

  #keepUntilSettled(sent: Promise<void>): void {
    const settled = sent.finally(() => this.#sending.delete(settled));
    this.#sending.add(settled);
  }

  #notifiedByTarget(): Record<string, NotifiedOfAll> {
    return Object.fromEntries(this.#senders.map(({ target }) => [target.config.name, target.notified]));
  }

  #setHeartbeat(heartbeat: NotifyConfig['heartbeat']): void {
    const before = this.#heart;
    if (before) clearInterval(before.timer);
    this.#heart = null;
    if (!heartbeat) return;
    const beat = () => this.#keepUntilSettled(this.#beat(heartbeat.url.reveal()));
    const heart = {
      timer: setInterval(beat, heartbeat.every).unref(),
      ok: before?.ok ?? 0,
      failed: before?.failed ?? 0,
    };
    this.#heart = heart;
    beat();
  }

  /** Only while checks run: a process that answers and does nothing is no lookout. */
  async #beat(url: string): Promise<void> {
    const heart = this.#heart;
    if (!heart || !this.#isAlive()) return;
    try {
      await request(url, this.#abort.signal, { method: 'GET' });
      heart.ok += 1;
    } catch (error) {
      heart.failed += 1;
      if (this.#abort.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.warn({ reason }, `the heartbeat could not be sent: ${reason}`);
    }
  }

  /** Some check ran when it should have, or the first have not had their time yet. */
  #isAlive(): boolean {
    const now = new Date();
    const enabled = this.#options.checks().filter((check) => check.enabled);
    return (
      enabled.length === 0 ||
      enabled.some(({ name, intervalMs }) => {
        const run = this.#options.store.latest(name);
        const young = now.getTime() - this.#startedAt < 3 * intervalMs;
        return young || (run !== null && staleFor(run, intervalMs, now) === null);
      })
    );
  }
}

const NOTE = z.record(z.string(), notifiedOfAll);

function read(note: string | null): Readonly<Record<string, NotifiedOfAll>> {
  if (note === null) return {};
  try {
    return NOTE.parse(JSON.parse(note));
  } catch {
    return {};
  }
}
