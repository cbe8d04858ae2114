/** The metrics: a view of the last run of each check, and of what was counted since the start. */
import { Counter, Registry } from 'prom-client';
import { KINDS, type Kind, type Run } from '../../checks/check.ts';
import { Histories } from '../../compare/histories.ts';
import { staleFor } from '../../history/stale.ts';
import type { RunStore } from '../../history/store.ts';
import type { CheckStatus } from '../../schedule/scheduler.ts';
import { aboutText } from './about.ts';
import { gauge } from './collector.ts';
import { CommonMetrics } from './common.ts';
import { CountedRuns } from './counted.ts';
import { asOpenMetrics, type Format } from './exposition.ts';
import { metricsFaces } from './faces.ts';
import { historyMetrics } from './history.ts';
import { type Notifications, notificationsText } from './notifications.ts';
import { rateMetrics } from './rates.ts';
import { type Rendered, rendered } from './rendered.ts';

export interface ReloadState {
  /** Whether the configuration that was last read is the one in use. */
  readonly successful: boolean;
  /** When the configuration in use was read. */
  readonly at: Date;
}

export interface MetricsSource {
  readonly version: string;
  readonly store: RunStore;
  /** The pasts of its checks; without them, their own are read. */
  readonly histories?: Histories;
  /** The checks that are configured now. */
  readonly checks: () => readonly CheckStatus[];
  readonly lastReload: () => ReloadState;
  /** Where this Vigie runs; null where that is not configured. */
  readonly place?: () => string | null;
  /** How many tokens were refused. */
  readonly tokensRefused?: () => number;
  /** How many exceptions inside Vigie nobody took. */
  readonly internalErrors?: () => number;
  /** Whether the last run's evidence could be written; null where none is kept. */
  readonly evidenceWritable?: () => boolean | null;
  readonly notifications?: () => Notifications;
}

export interface Metrics {
  /** The exposition, as of now. */
  scrape(format?: Format): Promise<string>;
  /** Ends the counting. */
  close(): void;
}

/** Metrics in a registry of their own: what a scrape gives is built anew from the source each time. */
export function createMetrics({
  version,
  store,
  histories = new Histories(store),
  checks,
  lastReload,
  place = () => null,
  tokensRefused = () => 0,
  internalErrors = () => 0,
  evidenceWritable = () => null,
  notifications = () => ({ targets: [], heartbeats: null }),
}: MetricsSource): Metrics {
  const registry = new Registry();
  const build = gauge(registry, 'vigie_build_info', 'The version of Vigie that runs; always 1.', ['version']);
  const reloaded = gauge(
    registry,
    'vigie_config_last_reload_successful',
    'Whether the configuration was accepted when it was last read; when not, the one before is still in use.',
    [],
  );
  const reloadedAt = gauge(
    registry,
    'vigie_config_last_reload_success_timestamp_seconds',
    'When the configuration in use was read.',
    [],
  );
  const common = new CommonMetrics(store);
  const counted = new CountedRuns();
  const kinds = KINDS.map(renderedKind);
  const keeping = historyMetrics(registry);
  const started = gauge(
    registry,
    'vigie_start_timestamp_seconds',
    'When this process began to serve: restarts show as changes.',
    [],
  );
  const evidence = gauge(
    registry,
    'vigie_evidence_writable',
    'Whether the evidence of the last run could be written (1), or not (0); absent where none is kept.',
    [],
  );
  const errors = new Counter({
    name: 'vigie_internal_errors_total',
    help: 'Exceptions inside Vigie that nothing handled; the service went on, and its log has them.',
    registers: [registry],
  });
  const refused = new Counter({
    name: 'vigie_tokens_refused_total',
    help: 'Requests to start a run that were refused for a wrong token, or for too many of them.',
    registers: [registry],
  });
  const rates = rateMetrics(store, histories);
  build.set({ version }, 1);
  started.set(Date.now() / 1000);
  /** The last run of each check that ended in this process. */
  const own = new Map<string, string>();
  const close = store.subscribe((run) => {
    counted.count(run);
    rates.count(run);
    own.set(run.check, run.id);
  });

  return {
    close,
    // All is filled and read in one go, without a pause in which another scrape could come between.
    async scrape(format = 'prometheus') {
      const all = checks();
      // Of a disabled check nothing is stated: what it last said must not be taken for the state of things.
      const current = all.filter(({ enabled }) => enabled);
      const now = new Date();
      const latest = new Map<string, Run>();
      const believed = new Map<string, Run>();
      for (const { name, kind, intervalMs } of current) {
        const run = store.latest(name);
        if (run?.kind !== kind) continue;
        latest.set(name, run);
        // A run of an earlier process counts as the state of things while no other is overdue.
        const ours = own.get(name) === run.id;
        if (ours || staleFor(run, intervalMs, now) === null) believed.set(name, run);
      }
      keeping.fill(store.keeping);
      const { successful, at } = lastReload();
      reloaded.set(successful ? 1 : 0);
      reloadedAt.set(at.getTime() / 1000);
      refused.reset();
      refused.inc(tokensRefused());
      errors.reset();
      errors.inc(internalErrors());
      const writable = evidenceWritable();
      if (writable === null) evidence.remove();
      else evidence.set(writable ? 1 : 0);
      const runs = [...believed.values()];
      const written = [common.text(current, latest, believed), counted.text(current, format)];
      const texts = await Promise.all([
        registry.metrics(),
        rates.text(current, believed, now),
        ...kinds.map((kind) => kind.text(runs)),
      ]);
      const notified = notificationsText(notifications());
      const parts = [...written, ...texts, aboutText(all, place()), ...(notified ? [notified] : [])];
      const text = `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
      return format === 'openmetrics' ? asOpenMetrics(text) : text;
    },
  };
}

function renderedKind<K extends Kind>(kind: K): Rendered {
  return rendered(kind, metricsFaces[kind].collector);
}
