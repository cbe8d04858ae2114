/** Metrics that every check has, whatever its kind. */

import { Counter, Histogram, type Registry } from 'prom-client';
import { OUTCOMES, type Outcome, type Run } from '../../checks/check.ts';
import { works } from '../../checks/outcome.ts';
import { phaseLabel } from '../../checks/phase.ts';
import { endOf } from '../../history/stale.ts';
import type { RunStore } from '../../history/store.ts';
import { type CheckStatus, SKIP_REASONS } from '../../schedule/scheduler.ts';
import { gauge, seconds } from './collector.ts';
import { metricsFaces } from './faces.ts';

const CHECK = ['check', 'kind'] as const;

/** Seconds; a mail is delivered in one, a call takes ten, a choreography a minute, the longest deadline two. */
const DURATION_BUCKETS = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120];

type Labels = Record<(typeof CHECK)[number], string>;

export interface CommonMetrics {
  /** Counts a run that has ended. */
  count(run: Run): void;
  /**
   * Fills everything anew: these checks are configured now, `latest` has the last run of each that has one, and
   * `current` those of them that may still be taken for the state of things.
   */
  fill(
    checks: readonly CheckStatus[],
    latest: ReadonlyMap<string, Run>,
    current: ReadonlyMap<string, Run>,
    store: RunStore,
  ): void;
}

/** The instant at which a run ended, in seconds since 1970. */
const endedAt = (run: Run): number => endOf(run) / 1000;

export function commonMetrics(registry: Registry): CommonMetrics {
  const g = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    gauge(registry, name, help, labels);
  const success = g(
    'vigie_check_success',
    'Whether the target worked (pass, degraded: 1) or not (fail: 0) in the last run; absent where it could not tell.',
    CHECK,
  );
  const outcome = g('vigie_check_outcome', 'The outcome of the last run is 1, the others 0.', [
    ...CHECK,
    'outcome',
  ] as const);
  const phase = g('vigie_check_phase_duration_seconds', 'How long each phase of the last run took.', [
    ...CHECK,
    'phase',
  ] as const);
  const lastRun = g(
    'vigie_check_last_run_timestamp_seconds',
    'When the last run ended, of any outcome.',
    CHECK,
  );
  const lastSuccess = g(
    'vigie_check_last_success_timestamp_seconds',
    'When the last run ended in which the target worked.',
    CHECK,
  );
  const interval = g('vigie_check_interval_seconds', 'The longest time between two scheduled runs.', CHECK);
  const target = g('vigie_target_info', 'The version of what is watched, as it was last seen; always 1.', [
    'check',
    'version',
  ] as const);
  const software = g(
    'vigie_target_software_info',
    'The version of a server of what is watched, as last reported; always 1.',
    [...CHECK, 'part', 'version'] as const,
  );
  const runs = new Counter({
    name: 'vigie_check_runs_total',
    help: 'Runs that ended, by outcome.',
    labelNames: [...CHECK, 'outcome'] as const,
    registers: [registry],
  });
  const skipped = new Counter({
    name: 'vigie_check_skipped_total',
    help: 'Scheduled runs that did not take place, by reason.',
    labelNames: [...CHECK, 'reason'] as const,
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'vigie_check_duration_seconds',
    help: 'How long runs took.',
    labelNames: CHECK,
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });

  const all = [success, outcome, phase, lastRun, lastSuccess, interval, target, software, runs, skipped];

  /** Everything counted so far, by check and kind; the exposed counters are rebuilt from it. */
  const counted = new Map<string, { labels: Labels; outcomes: Record<Outcome, number> }>();
  const tally = (labels: Labels) => {
    const key = JSON.stringify([labels.check, labels.kind]);
    let found = counted.get(key);
    if (!found) {
      found = { labels, outcomes: { pass: 0, degraded: 0, fail: 0, error: 0 } };
      counted.set(key, found);
      duration.zero(labels);
    }
    return found;
  };
  const forgetAllBut = (current: ReadonlySet<string>) => {
    for (const [key, { labels }] of counted) {
      if (current.has(key)) continue;
      counted.delete(key);
      duration.remove(labels);
    }
  };

  const fillState = (labels: Labels, run: Run) => {
    if (run.outcome !== 'error') success.set(labels, works(run.outcome) ? 1 : 0);
    for (const each of OUTCOMES) outcome.set({ ...labels, outcome: each }, run.outcome === each ? 1 : 0);
    for (const each of run.phases) phase.inc({ ...labels, phase: phaseLabel(each) }, seconds(each.ms));
  };
  /** What speaks of its own time stays true, however long ago that was. */
  const fillTimes = (labels: Labels, run: Run, store: RunStore) => {
    lastRun.set(labels, endedAt(run));
    const working = store.lastWorking(run.check);
    if (working?.kind === run.kind) lastSuccess.set(labels, endedAt(working));
    // A run that could not tell must not look like an upgrade.
    const version = store.version(run.check, run.kind);
    if (version !== null) target.set({ check: run.check, version }, 1);
    const versions = store.versions(run.check);
    for (const part of metricsFaces[run.kind].parts) {
      const its = versions.get(part);
      if (its !== undefined) software.set({ ...labels, part, version: its }, 1);
    }
  };

  return {
    count(run) {
      const { check, kind } = run;
      tally({ check, kind }).outcomes[run.outcome] += 1;
      duration.observe({ check, kind }, seconds(run.durationMs));
    },
    fill(checks, latest, current, store) {
      for (const metric of all) metric.reset();
      forgetAllBut(new Set(checks.map(({ name, kind }) => JSON.stringify([name, kind]))));
      for (const { name: check, kind, intervalMs, skipped: skips } of checks) {
        const labels = { check, kind };
        interval.set(labels, seconds(intervalMs));
        const { outcomes } = tally(labels);
        for (const each of OUTCOMES) runs.inc({ ...labels, outcome: each }, outcomes[each]);
        for (const reason of SKIP_REASONS) skipped.inc({ ...labels, reason }, skips[reason]);
        const run = latest.get(check);
        if (run) fillTimes(labels, run, store);
        const now = current.get(check);
        if (now) fillState(labels, now);
      }
    },
  };
}
