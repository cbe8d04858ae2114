/**
 * What is counted of runs since the start: how many there were, by outcome, and how long they took, in buckets that fit
 * their kind. Written directly, with the run that each value was last raised by beside it: an exemplar, which leads to it.
 */
import { type Kind, OUTCOMES, type Outcome, type Run } from '../../checks/check.ts';
import { endOf } from '../../history/stale.ts';
import type { CheckStatus } from '../../schedule/scheduler.ts';
import { seconds } from './collector.ts';
import { type Exemplar, Exposition, type Family, type Format, sample } from './exposition.ts';
import { metricsFaces } from './faces.ts';

const RUNS: Family = {
  name: 'vigie_check_runs_total',
  help: 'Runs that ended, by outcome.',
  type: 'counter',
};
const DURATION: Family = {
  name: 'vigie_check_duration_seconds',
  help: 'How long runs took.',
  type: 'histogram',
};

/** Seconds; a mail is delivered in one, a call takes ten, a choreography a minute, the longest deadline two. */
const BUCKETS = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120];

interface Raised {
  count: number;
  /** What raised it last. */
  exemplar: Exemplar | null;
}

interface Tally {
  readonly check: string;
  readonly kind: Kind;
  readonly bounds: readonly number[];
  readonly outcomes: Readonly<Record<Outcome, Raised>>;
  /** As many as bounds, and one for what is above all of them; each counts its own runs alone. */
  readonly buckets: readonly Raised[];
  sum: number;
  /** Its lines change with its next run alone. */
  readonly written: Map<Format, Blocks>;
}

type Blocks = ReadonlyMap<Family, string>;

const none = (): Raised => ({ count: 0, exemplar: null });

function fresh(check: string, kind: Kind): Tally {
  const bounds = metricsFaces[kind].durationBuckets ?? BUCKETS;
  return {
    check,
    kind,
    bounds,
    outcomes: { pass: none(), degraded: none(), fail: none(), error: none() },
    buckets: [...bounds.map(none), none()],
    sum: 0,
    written: new Map(),
  };
}

export class CountedRuns {
  readonly #tallies = new Map<string, Tally>();

  /** Counts a run that has ended. */
  count(run: Run): void {
    const tally = this.#of(run.check, run.kind);
    const took = seconds(run.durationMs);
    const at = endOf(run) / 1000;
    const raise = (raised: Raised, value: number) => {
      raised.count += 1;
      raised.exemplar = { labels: { run: run.id }, value, at };
    };
    raise(tally.outcomes[run.outcome], 1);
    const index = tally.bounds.findIndex((bound) => took <= bound);
    raise(tally.buckets.at(index)!, took);
    tally.sum += took;
    tally.written.clear();
  }

  /** The exposition for these checks, no line feed at its end; others are forgotten. */
  text(checks: readonly CheckStatus[], format: Format): string {
    const current = new Set(checks.map(({ name, kind }) => keyOf(name, kind)));
    for (const key of this.#tallies.keys()) if (!current.has(key)) this.#tallies.delete(key);
    const exposition = new Exposition([RUNS, DURATION]);
    for (const { name, kind } of checks) {
      const tally = this.#of(name, kind);
      const blocks = tally.written.get(format) ?? write(tally, format);
      tally.written.set(format, blocks);
      exposition.addAll(blocks);
    }
    return exposition.text();
  }

  #of(check: string, kind: Kind): Tally {
    const key = keyOf(check, kind);
    const known = this.#tallies.get(key);
    if (known) return known;
    const tally = fresh(check, kind);
    this.#tallies.set(key, tally);
    return tally;
  }
}

const keyOf = (check: string, kind: Kind): string => `${check} ${kind}`;

function write({ check, kind, bounds, outcomes, buckets, sum }: Tally, format: Format): Blocks {
  const labels = { check, kind };
  const shown = ({ exemplar }: Raised) => (format === 'openmetrics' ? exemplar : null);
  const runs = OUTCOMES.map((outcome) => {
    const its = outcomes[outcome];
    return sample(RUNS.name, { ...labels, outcome }, its.count, shown(its));
  });
  let total = 0;
  const lines = buckets.map((bucket, index) => {
    total += bucket.count;
    const le = boundText(bounds[index] ?? Number.POSITIVE_INFINITY, format);
    return sample(`${DURATION.name}_bucket`, { le, ...labels }, total, shown(bucket));
  });
  const last = [sample(`${DURATION.name}_sum`, labels, sum), sample(`${DURATION.name}_count`, labels, total)];
  return new Map([
    [RUNS, runs.join('')],
    [DURATION, [...lines, ...last].join('')],
  ]);
}

/** A bound as the format wants it: OpenMetrics has one way to write a number, with a decimal point. */
function boundText(bound: number, format: Format): string {
  if (bound === Number.POSITIVE_INFINITY) return '+Inf';
  return format === 'openmetrics' && Number.isInteger(bound) ? bound.toFixed(1) : String(bound);
}
