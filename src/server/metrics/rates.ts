/**
 * Rates: how many runs in a row, what share over which time, and whether failures come and go. From the history, so that
 * they are there right after a restart; alert rules need no waiting time of their own for it.
 */
import { giveWay } from '../../base/giving-way.ts';
import { arrives, type CallStream } from '../../checks/call/result.ts';
import { type Kind, OUTCOMES, type Run } from '../../checks/check.ts';
import { decidedRuns } from '../../checks/outcome.ts';
import type { Histories } from '../../compare/histories.ts';
import type { CheckHistory, IntermittentCause } from '../../compare/intermittence.ts';
import { RATE_WINDOWS, RECENT_RUNS } from '../../compare/outcome-log.ts';
import { streamName, subjectKey, subjectOf, subjectsOf } from '../../compare/traits.ts';
import type { RunStore } from '../../history/store.ts';
import type { CheckStatus } from '../../schedule/scheduler.ts';
import { Exposition, type Family, sample } from './exposition.ts';

const gauge = (name: string, help: string): Family => ({ name, help, type: 'gauge' });
const counter = (name: string, help: string): Family => ({ name, help, type: 'counter' });

const CONSECUTIVE = gauge(
  'vigie_check_consecutive',
  'How many of the latest runs in a row had the outcome; runs that could not tell neither break nor extend a row of the others.',
);
const RECENT = gauge(
  'vigie_check_recent_runs',
  `How many of the last ${RECENT_RUNS} runs had the outcome, whenever they were.`,
);
const RECENT_ONSETS = gauge(
  'vigie_check_recent_onsets',
  `Separate failures among the last ${RECENT_RUNS} runs: an outage is one, however many runs it has.`,
);
const FAILURE_RATIO = gauge(
  'vigie_check_failure_ratio',
  'Share of the runs started in the window that failed, of those that could tell; absent without any.',
);
const ERROR_RATIO = gauge(
  'vigie_check_error_ratio',
  'Share of the runs started in the window that could not tell; absent without any run.',
);
const WINDOW_RUNS = gauge(
  'vigie_check_window_runs',
  'Runs started in the window that could tell: what the failure ratio is a share of.',
);
const INTERMITTENT = gauge(
  'vigie_check_intermittent',
  'Whether the check fails in a share of runs that chance does not explain (1), by an exact test over a day or a week.',
);
const INTERMITTENT_FAILURES = gauge(
  'vigie_check_intermittent_failures',
  'Failed runs in the window of an intermittent check; absent of others.',
);
const INTERMITTENT_RUNS = gauge(
  'vigie_check_intermittent_runs',
  'Runs in the window of an intermittent check that could tell; absent of others.',
);
const INTERMITTENT_SUBJECT = gauge(
  'vigie_check_intermittent_subject',
  'Runs of the last day that lost a stream, step, part or mechanism that fails intermittently; absent of others.',
);
const INTERMITTENT_CAUSE = gauge(
  'vigie_check_intermittent_cause',
  'Failed runs of an intermittent check that share a trait which working runs lack; absent where nothing stands out.',
);
const FINDINGS = gauge('vigie_check_findings', 'Findings of the last run, by id and outcome.');
const STREAM_RUNS = counter(
  'vigie_call_stream_runs_total',
  'Runs in which the stream was judged, by result: ok, late (arrives, too old) or lost.',
);
const STREAM_MISSES = gauge(
  'vigie_call_stream_consecutive_misses',
  'How many of the latest runs in a row lost the stream.',
);
const STEP_RUNS = counter(
  'vigie_call_step_runs_total',
  'Runs in which the step was judged, by result: ok, lost.',
);
const PART_RUNS = counter(
  'vigie_signaling_part_runs_total',
  'Runs in which the part was judged, by result: ok, failed.',
);
const PART_MISSES = gauge(
  'vigie_signaling_part_consecutive_failures',
  'How many of the latest runs in a row found the part broken.',
);
const MECHANISM_RUNS = counter(
  'vigie_mail_mechanism_runs_total',
  'Runs in which delivery or an authentication mechanism was judged, by result: ok, failed.',
);

const FAMILIES = [
  CONSECUTIVE,
  RECENT,
  RECENT_ONSETS,
  FAILURE_RATIO,
  ERROR_RATIO,
  WINDOW_RUNS,
  INTERMITTENT,
  INTERMITTENT_FAILURES,
  INTERMITTENT_RUNS,
  INTERMITTENT_SUBJECT,
  INTERMITTENT_CAUSE,
  FINDINGS,
  STREAM_RUNS,
  STREAM_MISSES,
  STEP_RUNS,
  PART_RUNS,
  PART_MISSES,
  MECHANISM_RUNS,
];

/** Bounds of what an intermittent check shows beside itself. */
const MOST_SUBJECTS = 12;
const MOST_CAUSES = 3;
/** Results of a subject's runs, so that a rate has both from the first run on. */
const RESULTS = {
  stream: ['ok', 'late', 'lost'],
  step: ['ok', 'lost'],
  part: ['ok', 'failed'],
  mechanism: ['ok', 'failed'],
} as const;

type Labels = Readonly<Record<string, string>>;

export interface RateMetrics {
  /** Takes a run that has ended into account. */
  count(run: Run): void;
  /**
   * The exposition for these checks, no line feed at its end; `current` has the latest run of each check whose state may be
   * believed: rows of outcomes are stated of those alone, shares over windows of all.
   */
  text(checks: readonly CheckStatus[], current: ReadonlyMap<string, Run>, now: Date): Promise<string>;
}

/** Counters of one subject: its labels, and how often each result was seen in this process. */
interface Counted {
  readonly family: Family;
  readonly labels: Labels;
  readonly results: Map<string, number>;
}

interface Followed {
  readonly history: CheckHistory;
  /** Streams by the key of their subject, for labels. */
  readonly streams: Map<string, Labels>;
  readonly counted: Map<string, Counted>;
  /** What a run brings changes with the next run alone. */
  cached: { readonly run: string | null; readonly blocks: Blocks } | null;
  /** What windows bring changes when a run enters or leaves one. */
  shares: { readonly version: number; readonly blocks: Blocks } | null;
}

/** Lines by family, joined: of a hundred checks, thousands of lines stay the same from scrape to scrape. */
type Blocks = ReadonlyMap<Family, string>;

class Lines {
  readonly blocks = new Map<Family, string>();

  add(family: Family, labels: Labels, value: number): void {
    this.blocks.set(family, (this.blocks.get(family) ?? '') + sample(family.name, labels, value));
  }
}

/** Of the checks' pasts, which are read one check at a time, when they are first asked for. */
export function rateMetrics(store: RunStore, histories: Histories): RateMetrics {
  const followed = new Map<string, Followed>();

  const follow = (check: string, kind: Kind): Followed => {
    const known = followed.get(check);
    const history = histories.of(check, kind);
    if (known?.history === history) return known;
    const fresh = { history, streams: new Map(), counted: new Map(), cached: null, shares: null };
    followed.set(check, fresh);
    const latest = store.latest(check);
    if (latest?.kind === kind) noteStreams(fresh, latest);
    return fresh;
  };

  return {
    count(run) {
      const its = follow(run.check, run.kind);
      noteStreams(its, run);
      countResults(its, run);
      its.cached = null;
    },
    async text(checks, current, now) {
      const missing = checks.filter(({ name, kind }) => !histories.known(name, kind));
      for (const { name, kind } of missing) {
        // A month of a hundred checks is not read in one go: whoever else waits has its turn.
        await giveWay();
        follow(name, kind);
      }
      const names = new Set(checks.map(({ name }) => name));
      histories.keep(names);
      for (const name of followed.keys()) if (!names.has(name)) followed.delete(name);
      const exposition = new Exposition(FAMILIES);
      for (const { name: check, kind } of checks) {
        const its = follow(check, kind);
        const version = its.history.outcomes.version(now.getTime());
        if (its.shares?.version !== version) {
          its.shares = { version, blocks: windows({ check, kind }, its.history, now.getTime()) };
        }
        exposition.addAll(its.shares.blocks);
        exposition.addAll(intermittent({ check, kind }, its.history.intermittent(now.getTime())));
        const run = current.get(check) ?? null;
        if (its.cached?.run !== (run?.id ?? null)) its.cached = null;
        its.cached ??= { run: run?.id ?? null, blocks: ofRun({ check, kind }, its, run) };
        exposition.addAll(its.cached.blocks);
      }
      return exposition.text();
    },
  };
}

function windows(labels: Labels, { outcomes }: CheckHistory, now: number): Blocks {
  const lines = new Lines();
  const counts = outcomes.counts(now);
  for (const { name: window } of RATE_WINDOWS) {
    const all = counts.get(window)!;
    const { fail, error } = all;
    const decided = decidedRuns(all);
    const of = { ...labels, window };
    lines.add(WINDOW_RUNS, of, decided);
    if (decided > 0) lines.add(FAILURE_RATIO, of, fail / decided);
    if (decided + error > 0) lines.add(ERROR_RATIO, of, error / (decided + error));
  }
  return lines.blocks;
}

function intermittent(labels: Labels, found: readonly IntermittentCause[]): Blocks {
  const lines = new Lines();
  // What only a part of it does counts as well: a check that fails for another reason must not hide it.
  lines.add(INTERMITTENT, labels, found.length > 0 ? 1 : 0);
  // The check as a whole comes first, where it is one of them.
  const [shown] = found;
  if (!shown) return lines.blocks;
  const { window, failures, runs, common } = shown;
  lines.add(INTERMITTENT_FAILURES, { ...labels, window }, failures);
  lines.add(INTERMITTENT_RUNS, { ...labels, window }, runs);
  const subjects = found.flatMap(({ subject, failures: losses }) =>
    subject ? [{ ...subject, losses }] : [],
  );
  for (const { aspect, name, losses } of subjects.slice(0, MOST_SUBJECTS)) {
    lines.add(INTERMITTENT_SUBJECT, { ...labels, aspect, subject: name }, losses);
  }
  for (const { trait, value, failing } of common.slice(0, MOST_CAUSES)) {
    lines.add(INTERMITTENT_CAUSE, { ...labels, trait, value, of: String(failing.of) }, failing.hits);
  }
  return lines.blocks;
}

/** Everything that changes with a run alone. */
function ofRun(
  labels: { readonly check: string; readonly kind: Kind },
  { history, streams, counted }: Followed,
  run: Run | null,
): Blocks {
  const lines = new Lines();
  const add = (family: Family, its: Labels, value: number) => lines.add(family, its, value);
  for (const { family, labels: its, results } of counted.values()) {
    for (const [result, count] of results) add(family, { ...its, result }, count);
  }
  if (!run) return lines.blocks;
  const [rows, recent] = [history.outcomes.consecutive(), history.outcomes.recent()];
  for (const outcome of OUTCOMES) {
    add(CONSECUTIVE, { ...labels, outcome }, rows[outcome]);
    add(RECENT, { ...labels, outcome }, recent[outcome]);
  }
  add(RECENT_ONSETS, labels, history.outcomes.recentOnsets());
  for (const [key, findings] of Map.groupBy(run.findings, ({ id, outcome }) => `${id} ${outcome}`)) {
    const [finding = '', outcome = ''] = key.split(' ');
    add(FINDINGS, { ...labels, finding, outcome }, findings.length);
  }
  const { check } = labels;
  for (const [key, misses] of history.rowsOfLosses()) {
    const { aspect, name } = subjectOf(key);
    const stream = streams.get(key);
    if (stream) add(STREAM_MISSES, { check, ...stream }, misses);
    if (aspect === 'part') add(PART_MISSES, { check, part: name }, misses);
  }
  return lines.blocks;
}

function streamLabels({ step, receiver, sender, kind }: CallStream): Labels {
  return { step, receiver, sender, media: kind };
}

function noteStreams({ streams }: Followed, { call }: Run): void {
  for (const stream of call?.streams ?? []) {
    streams.set(subjectKey({ aspect: 'stream', name: streamName(stream) }), streamLabels(stream));
  }
}

function countResults({ counted, streams }: Followed, run: Run): void {
  if (run.outcome === 'error') return;
  const { check } = run;
  const results = new Map<string, string>();
  for (const stream of run.call?.streams ?? []) {
    const result = stream.verdict === 'late' ? 'late' : arrives(stream) ? 'ok' : 'lost';
    results.set(subjectKey({ aspect: 'stream', name: streamName(stream) }), result);
  }
  for (const [key, ok] of subjectsOf(run)) {
    const { aspect, name } = subjectOf(key);
    const of = { check, ...labelsOf(aspect, name, streams.get(key)) };
    const its = counted.get(key) ?? {
      family: FAMILY_OF[aspect],
      labels: of,
      results: new Map<string, number>(RESULTS[aspect].map((result) => [result, 0])),
    };
    counted.set(key, its);
    const result = results.get(key) ?? (ok ? 'ok' : RESULTS[aspect].at(-1)!);
    its.results.set(result, (its.results.get(result) ?? 0) + 1);
  }
}

const FAMILY_OF = {
  stream: STREAM_RUNS,
  step: STEP_RUNS,
  part: PART_RUNS,
  mechanism: MECHANISM_RUNS,
} as const;

function labelsOf(aspect: keyof typeof RESULTS, name: string, stream: Labels | undefined): Labels {
  if (aspect === 'stream') return stream ?? { step: '', receiver: '', sender: '', media: '' };
  return { [aspect]: name };
}
