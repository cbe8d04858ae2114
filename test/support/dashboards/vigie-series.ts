/**
 * The series that a Vigie gives for a pattern of runs, in promtool's notation: what it counts is counted by its own code, so
 * that rules are tested on what they will see.
 */
import type { Outcome } from '../../../src/checks/check.ts';
import { OUTCOMES } from '../../../src/checks/check.ts';
import { CheckHistory } from '../../../src/compare/intermittence.ts';
import { OutcomeLog, RATE_WINDOWS } from '../../../src/compare/outcome-log.ts';
import { aRun } from '../history/runs.ts';

/** P pass, D degraded, F fail, E could not tell, a dot: no run in this interval. */
const LETTERS: Readonly<Record<string, Outcome>> = { P: 'pass', D: 'degraded', F: 'fail', E: 'error' };

export interface Watched {
  /** One letter for each interval. */
  readonly pattern: string;
  readonly everyS?: number;
  readonly check?: string;
  readonly kind?: string;
  readonly job?: string;
  readonly instance?: string;
  readonly place?: string;
  /** Seconds between two scrapes. */
  readonly stepS?: number;
  /** Runs before the first scrape, which the history has. */
  readonly past?: string;
  /** Vigie is not there in these spans, in seconds: from, to. */
  readonly gaps?: readonly (readonly [number, number])[];
}

export type Series = readonly (readonly [string, string])[];

/** promtool's clock begins in 1970, and the history before that: runs are dated a hundred days later. */
const LATER_S = 8_640_000;

/** The series of one check on one Vigie, from second 0 on. */
export function seriesOf({
  pattern,
  everyS = 300,
  check = 'web',
  kind = 'signaling',
  job = 'vigie',
  instance = 'i',
  place,
  stepS = 60,
  past = '',
  gaps = [],
}: Watched): Series {
  const target = { job, instance, ...(place !== undefined && { place }) };
  const of = { ...target, check, kind };
  const history = new CheckHistory('call', new OutcomeLog());
  const values = new Map<string, (number | null)[]>();
  const samples = Math.floor((pattern.length * everyS) / stepS);
  const set = (name: string, labels: Readonly<Record<string, string>>, index: number, value: number) => {
    const all = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    const key = `${name}{${all.join(',')}}`;
    const row = values.get(key) ?? new Array<number | null>(samples).fill(null);
    row[index] = value;
    values.set(key, row);
  };
  const add = (letter: string, atS: number): Outcome | null => {
    const outcome = LETTERS[letter];
    if (!outcome) return null;
    history.add(
      aRun({ check, kind: 'call', outcome, startedAt: new Date((atS + LATER_S) * 1000).toISOString() }),
    );
    return outcome;
  };
  let latest: Outcome | null = null;
  let lastRunS: number | null = null;
  let lastSuccessS: number | null = null;
  const took = (letter: string, atS: number) => {
    const outcome = add(letter, atS);
    if (!outcome) return;
    [latest, lastRunS] = [outcome, atS];
    if (outcome === 'pass' || outcome === 'degraded') lastSuccessS = atS;
  };
  for (const [index, letter] of past.split('').entries()) took(letter, -(past.length - index) * everyS);
  let next = 0;
  for (let index = 0; index < samples; index++) {
    const nowS = index * stepS;
    while (next * everyS <= nowS && next < pattern.length) {
      took(pattern[next]!, next * everyS);
      next += 1;
    }
    const gone = gaps.some(([from, to]) => nowS >= from && nowS < to);
    set('up', target, index, gone ? 0 : 1);
    if (gone) continue;
    const put = (name: string, labels: Readonly<Record<string, string>>, value: number) =>
      set(name, { ...of, ...labels }, index, value);
    set('vigie_build_info', { ...target, version: '1' }, index, 1);
    put('vigie_check_interval_seconds', {}, everyS);
    put('vigie_check_intermittent', {}, history.intermittent((nowS + LATER_S) * 1000).length > 0 ? 1 : 0);
    for (const { name: window } of RATE_WINDOWS) {
      const { pass, degraded, fail, error } = history.outcomes.counts((nowS + LATER_S) * 1000).get(window)!;
      const reported = pass + degraded + fail;
      put('vigie_check_window_runs', { window }, reported);
      if (reported > 0) put('vigie_check_failure_ratio', { window }, fail / reported);
      if (reported + error > 0) put('vigie_check_error_ratio', { window }, error / (reported + error));
    }
    if (latest === null || lastRunS === null) continue;
    if (latest !== 'error') put('vigie_check_success', {}, latest === 'fail' ? 0 : 1);
    put('vigie_check_last_run_timestamp_seconds', {}, lastRunS);
    if (lastSuccessS !== null) put('vigie_check_last_success_timestamp_seconds', {}, lastSuccessS);
    put('vigie_check_recent_onsets', {}, history.outcomes.recentOnsets());
    const [rows, recent] = [history.outcomes.consecutive(), history.outcomes.recent()];
    for (const outcome of OUTCOMES) {
      put('vigie_check_outcome', { outcome }, latest === outcome ? 1 : 0);
      put('vigie_check_consecutive', { outcome }, rows[outcome]);
      put('vigie_check_recent_runs', { outcome }, recent[outcome]);
    }
  }
  return [...values].map(([series, row]) => [series, notation(row)] as const);
}

/** Values as promtool reads them: `1x19 _x3`. A value that goes away is stale, as after a scrape that lacks it. */
function notation(row: readonly (number | null)[]): string {
  const parts: string[] = [];
  for (let start = 0; start < row.length; ) {
    let end = start;
    while (end + 1 < row.length && row[end + 1] === row[start]) end += 1;
    const count = end - start + 1;
    const value = row[start]!;
    // `1x2` is three values, `_x2` is two missing ones.
    if (value !== null) parts.push(`${value}x${count - 1}`);
    else if (start === 0) parts.push(`_x${count}`);
    else parts.push('stale', ...(count > 1 ? [`_x${count - 1}`] : []));
    start = end + 1;
  }
  return parts.join(' ');
}
