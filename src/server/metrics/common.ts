/** Metrics that every check has, whatever its kind. */

import { OUTCOMES, type Run } from '../../checks/check.ts';
import { works } from '../../checks/outcome.ts';
import { phaseLabel } from '../../checks/phase.ts';
import { endOf } from '../../history/stale.ts';
import type { RunStore } from '../../history/store.ts';
import { type CheckStatus, SKIP_REASONS } from '../../schedule/scheduler.ts';
import { seconds } from './collector.ts';
import { Exposition, type Family, sample } from './exposition.ts';
import { metricsFaces } from './faces.ts';

const gauge = (name: string, help: string): Family => ({ name, help, type: 'gauge' });

const SUCCESS = gauge(
  'vigie_check_success',
  'Whether the target worked (pass, degraded: 1) or not (fail: 0) in the last run; absent where it could not tell.',
);
const OUTCOME = gauge('vigie_check_outcome', 'The outcome of the last run is 1, the others 0.');
const PHASE = gauge('vigie_check_phase_duration_seconds', 'How long each phase of the last run took.');
const LAST_RUN = gauge('vigie_check_last_run_timestamp_seconds', 'When the last run ended, of any outcome.');
const LAST_SUCCESS = gauge(
  'vigie_check_last_success_timestamp_seconds',
  'When the last run ended in which the target worked.',
);
const INTERVAL = gauge('vigie_check_interval_seconds', 'The longest time between two scheduled runs.');
const TARGET = gauge('vigie_target_info', 'The version of what is watched, as it was last seen; always 1.');
const SOFTWARE = gauge(
  'vigie_target_software_info',
  'The version of a server of what is watched, as last reported; always 1.',
);
const SKIPPED: Family = {
  name: 'vigie_check_skipped_total',
  help: 'Scheduled runs that did not take place, by reason.',
  type: 'counter',
};
const FAMILIES = [SUCCESS, OUTCOME, PHASE, LAST_RUN, LAST_SUCCESS, INTERVAL, TARGET, SOFTWARE, SKIPPED];

type Labels = Readonly<Record<string, string>>;
type Blocks = ReadonlyMap<Family, string>;

/** The instant at which a run ended, in seconds since 1970. */
const endedAt = (run: Run): number => endOf(run) / 1000;

export class CommonMetrics {
  readonly #store: RunStore;
  /** The state that a run brings, written once for each run. */
  #states = new Map<string, Blocks>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  /**
   * The exposition, no line feed at its end: these checks are configured now, `latest` has the last run of each that has
   * one, and `current` those of them that may still be taken for the state of things.
   */
  text(
    checks: readonly CheckStatus[],
    latest: ReadonlyMap<string, Run>,
    current: ReadonlyMap<string, Run>,
  ): string {
    const exposition = new Exposition(FAMILIES);
    const add = (family: Family, labels: Labels, value: number) =>
      exposition.addAll(new Map([[family, sample(family.name, labels, value)]]));
    const states = new Map<string, Blocks>();
    for (const { name: check, kind, intervalMs, skipped } of checks) {
      const labels = { check, kind };
      add(INTERVAL, labels, seconds(intervalMs));
      for (const reason of SKIP_REASONS) add(SKIPPED, { ...labels, reason }, skipped[reason]);
      const run = latest.get(check);
      if (run) this.#times(labels, run, add);
      const now = current.get(check);
      if (!now) continue;
      const state = this.#states.get(now.id) ?? stateOf(labels, now);
      states.set(now.id, state);
      exposition.addAll(state);
    }
    this.#states = states;
    return exposition.text();
  }

  /** What speaks of its own time stays true, however long ago that was. */
  #times(labels: Labels, run: Run, add: (family: Family, labels: Labels, value: number) => void): void {
    const { check, kind } = run;
    add(LAST_RUN, labels, endedAt(run));
    const working = this.#store.lastWorking(check);
    if (working?.kind === kind) add(LAST_SUCCESS, labels, endedAt(working));
    // A run that could not tell must not look like an upgrade.
    const version = this.#store.version(check, kind);
    if (version !== null) add(TARGET, { check, version }, 1);
    const versions = this.#store.versions(check);
    for (const part of metricsFaces[kind].parts) {
      const its = versions.get(part);
      if (its !== undefined) add(SOFTWARE, { ...labels, part, version: its }, 1);
    }
  }
}

function stateOf(labels: Labels, { outcome, phases }: Run): Blocks {
  const blocks = new Map<Family, string>();
  const add = (family: Family, its: Labels, value: number) =>
    blocks.set(family, (blocks.get(family) ?? '') + sample(family.name, its, value));
  if (outcome !== 'error') add(SUCCESS, labels, works(outcome) ? 1 : 0);
  for (const each of OUTCOMES) add(OUTCOME, { ...labels, outcome: each }, outcome === each ? 1 : 0);
  const times = Map.groupBy(phases, (phase) => phaseLabel(phase));
  for (const [phase, its] of times) {
    const ms = its.reduce((sum, each) => sum + each.ms, 0);
    add(PHASE, { ...labels, phase }, seconds(ms));
  }
  return blocks;
}
