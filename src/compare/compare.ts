/**
 * Two recordings compared: is it worse, better, the same, or are there too few runs to decide?
 *
 * Claims of a regression are wrong in at most one comparison of twenty in which nothing changed, all lines taken
 * together; the same holds for improvements. That allowance is shared out (docs/baseline.md says why): most of it
 * belongs to the one question whether calls are complete, and once that is answered with "no longer", to where.
 */
import { median } from '../base/median.ts';
import type { Run } from '../checks/check.ts';
import { tarone } from '../statistics/many.ts';
import { medianRatioInterval } from '../statistics/medians.ts';
import { type More, moreForRanks, moreForRates, moreForSight, ratePower } from '../statistics/power.ts';
import { rankTest } from '../statistics/ranks.ts';
import { boschloo, type Count, fisher, fisherLeast } from '../statistics/rates.ts';
import { INCOMPLETE, type Level, observe, PAUSED, type Sort } from './observe.ts';
import { type Pressure, pressureOf } from './pressure.ts';
import { matters, THRESHOLDS, type Thresholds } from './thresholds.ts';

export const VERDICTS = ['regression', 'too few runs', 'improvement', 'no change shown'] as const;
/** Of a line, or of the whole. */
export type Verdict = (typeof VERDICTS)[number];

/** So often may a comparison in which nothing changed claim a regression; and so often an improvement. */
export const ALPHA = 0.05;

/** How the allowance is shared: parts of `ALPHA` that add up to 1. */
const SHARES = { incomplete: 0.75, deployment: 0.15, rates: 0.05, times: 0.05 } as const;
type Family = keyof typeof SHARES;

export interface TimeSide {
  /** Runs that have a value. */
  readonly of: number;
  /** Milliseconds; null without values. */
  readonly median: number | null;
}

interface LineBase {
  /** Stable, for programs. */
  readonly key: string;
  readonly level: Level;
  /** Of a rate, what is bad about a hit. */
  readonly text: string;
  readonly verdict: Verdict;
  /** Corrected for all comparisons: to be held against 0.05. Of the direction that the change has; 1 where there is none. */
  readonly p: number;
  /** For `too few runs`: how many would do. */
  readonly more: More | null;
}

/** A share of runs in which something bad happened. */
export interface RateLine extends LineBase {
  readonly sort: 'rate';
  readonly before: Count;
  readonly after: Count;
}

/** Milliseconds; of a distortion percent. */
export interface TimeLine extends LineBase {
  readonly sort: Exclude<Sort, 'rate'>;
  readonly before: TimeSide;
  readonly after: TimeSide;
  /** Of the medians, after by before; null where one is missing. */
  readonly ratio: number | null;
  /** One value for each run that has one: for drawings, and for `ratioInterval`. */
  readonly values: { readonly before: readonly number[]; readonly after: readonly number[] };
}

export type Line = RateLine | TimeLine;

export interface Comparison {
  readonly verdict: Verdict;
  readonly runs: { readonly before: number; readonly after: number };
  /** Runs that could not tell, and are left out. */
  readonly errors: { readonly before: number; readonly after: number };
  /** Whether calls are complete: the line that matters most. Null where no run could tell anything. */
  readonly complete: RateLine | null;
  /** With this number of runs, a rate of incomplete calls from here on would have been shown in four cases of five; null: none. */
  readonly sees: number | null;
  /** How many more runs are needed before anything can be decided at all; null where there are enough. */
  readonly blind: More | null;
  /** All lines, the most telling first; `complete` is not among them. */
  readonly lines: readonly Line[];
  readonly thresholds: Thresholds;
  /** Where it was not even, times and pauses are shown, and nothing is claimed of them. */
  readonly pressure: Pressure;
}

/** Recordings that would not even show that this share of calls fails now are too short to say "no change". */
const GROSS = 0.5;

/** What all runs of both sides say of one thing. */
interface Pair {
  readonly key: string;
  readonly level: Level;
  readonly sort: Sort;
  readonly text: string;
  readonly before: number[];
  readonly after: number[];
}

/** Compares runs of one check before and after something happened. */
export function compareRuns(
  before: readonly Run[],
  after: readonly Run[],
  thresholds: Thresholds = THRESHOLDS,
): Comparison {
  const decided = [before, after].map((runs) => runs.filter(({ outcome }) => outcome !== 'error'));
  const [first, second] = decided as [Run[], Run[]];
  const pairs = collect(first, second);
  const worse = judge(pairs, 'worse');
  const better = judge(pairs, 'better');
  const pressure = pressureOf(first, second);
  const lines = pairs.map((pair, index) => {
    const line = lineOf(pair, worse[index]!, better[index]!, thresholds);
    return pressure.uneven && ofPressure(pair) ? withoutClaim(line) : line;
  });
  const complete = lines.find((line): line is RateLine => line.key === INCOMPLETE) ?? null;
  const others = lines.filter((line) => line !== complete).sort(byTelling);
  const blind = moreForSight(first.length, second.length, GROSS, ALPHA * SHARES.incomplete);
  return {
    verdict: overall(complete, others, blind !== null),
    runs: { before: first.length, after: second.length },
    errors: { before: before.length - first.length, after: after.length - second.length },
    complete,
    sees: complete && visible(complete),
    blind,
    lines: others,
    thresholds,
    pressure,
  };
}

/** What CPU pressure of a machine alone changes. */
const ofPressure = ({ sort, key }: Pair): boolean => sort !== 'rate' || key === PAUSED;

const withoutClaim = (line: Line): Line => ({ ...line, verdict: 'no change shown', more: null });

function collect(before: readonly Run[], after: readonly Run[]): Pair[] {
  const pairs = new Map<string, Pair>();
  const add = (run: Run, side: 'before' | 'after') => {
    for (const { key, level, sort, text, value } of observe(run)) {
      let pair = pairs.get(key);
      if (!pair) {
        pair = { key, level, sort, text, before: [], after: [] };
        pairs.set(key, pair);
      }
      pair[side].push(value);
    }
  };
  for (const run of before) add(run, 'before');
  for (const run of after) add(run, 'after');
  for (const [key, pair] of pairs) {
    if (!key.startsWith('finding ')) continue;
    // What a run did not complain of did not happen.
    fill(pair.before, before.length);
    fill(pair.after, after.length);
  }
  return [...pairs.values()];
}

function fill(values: number[], length: number): void {
  while (values.length < length) values.push(0);
}

/** What the tests say of one pair in one direction. */
interface Judged {
  /** Corrected. */
  readonly p: number;
  /** The level at which this one thing alone would have to be significant, for planning. */
  readonly alpha: number;
}

function familyOf({ key, level, sort }: Pair): Family {
  if (key === INCOMPLETE) return 'incomplete';
  if (level === 'deployment') return 'deployment';
  return sort === 'rate' ? 'rates' : 'times';
}

/** Tests every pair in one direction; what is more than before is worse. */
function judge(pairs: readonly Pair[], direction: 'worse' | 'better'): Judged[] {
  const judged: Judged[] = new Array<Judged>(pairs.length);
  let passedOn = 0;
  for (const family of ['incomplete', 'deployment', 'rates', 'times'] as const) {
    // A claim uses its allowance up for nothing: it passes to the question where.
    const share = SHARES[family] + (family === 'rates' ? passedOn : 0);
    const alpha = ALPHA * share;
    const members = pairs.map((_, index) => index).filter((index) => familyOf(pairs[index]!) === family);
    const raw = members.map((index) => test(pairs[index]!, direction));
    const corrected = tarone(
      raw.map(({ p }) => p),
      raw.map(({ least }) => least),
      alpha,
    );
    for (const [i, index] of members.entries()) {
      const able = raw.filter(({ least }) => least <= alpha).length;
      judged[index] = { p: Math.min(1, corrected[i]! / share), alpha: planned(family) / Math.max(1, able) };
      if (family === 'incomplete' && judged[index].p <= ALPHA) passedOn = SHARES.incomplete;
    }
  }
  return judged;
}

/** The allowance of a family for planning: where streams are lost, calls are incomplete, and have passed theirs on. */
function planned(family: Family): number {
  return ALPHA * (SHARES[family] + (family === 'rates' ? SHARES.incomplete : 0));
}

/** One test; `least` is the smallest p that it can give. */
function test(pair: Pair, direction: 'worse' | 'better'): { p: number; least: number } {
  const [first, second] = direction === 'worse' ? [pair.before, pair.after] : [pair.after, pair.before];
  if (first.length === 0 || second.length === 0) return { p: 1, least: 1 };
  if (pair.sort !== 'rate') return rankTest(first, second);
  const [a, b] = [count(first), count(second)];
  if (b.hits / b.of <= a.hits / a.of) return { p: 1, least: fisherLeast(a, b) };
  return pair.key === INCOMPLETE
    ? { p: boschloo(a, b), least: 0 }
    : { p: fisher(a, b), least: fisherLeast(a, b) };
}

function count(values: readonly number[]): Count {
  return { of: values.length, hits: values.reduce((sum, value) => sum + value, 0) };
}

function lineOf(pair: Pair, worse: Judged, better: Judged, thresholds: Thresholds): Line {
  const { key, level, sort, text } = pair;
  const figures = (values: readonly number[]) =>
    values.length === 0 ? null : sort === 'rate' ? count(values).hits / values.length : median(values);
  const [from, to] = [figures(pair.before), figures(pair.after)];
  const known = from !== null && to !== null;
  const large = known && matters(sort, from, to, thresholds);
  const up = known && to > from;
  const p = !known || to === from ? 1 : up ? worse.p : better.p;
  const more = large && up && p > ALPHA ? moreOf(pair, worse.alpha) : null;
  const claimed: Verdict = up ? 'regression' : 'improvement';
  const few = !known || (more !== null && more.each !== null);
  const verdict: Verdict = large && p <= ALPHA ? claimed : few ? 'too few runs' : 'no change shown';
  const base: LineBase = { key, level, text, verdict, p, more: verdict === 'too few runs' ? more : null };
  if (sort === 'rate') return { ...base, sort, before: count(pair.before), after: count(pair.after) };
  return {
    ...base,
    sort,
    before: { of: pair.before.length, median: from },
    after: { of: pair.after.length, median: to },
    ratio: known ? to / from : null,
    values: { before: pair.before, after: pair.after },
  };
}

/** Of fewer values a bootstrap knows next to nothing: of one, that it is always the same. */
const INTERVAL_RUNS = 6;

type Interval = readonly [number, number];
/** The intervals of lines: a report shows some lines twice, and an interval costs a thousand resamples. */
const intervals = new WeakMap<TimeLine['values'], Interval>();

/** In which the ratio of a line's medians lies with 95 %, looked at alone; null where there are too few values to tell. */
export function ratioInterval({ values, ratio }: TimeLine): Interval | null {
  const few = Math.min(values.before.length, values.after.length) < INTERVAL_RUNS;
  if (ratio === null || few) return null;
  const interval = intervals.get(values) ?? medianRatioInterval(values.before, values.after);
  intervals.set(values, interval);
  return interval;
}

function moreOf(pair: Pair, alpha: number): More {
  if (pair.sort === 'rate') return moreForRates(count(pair.before), count(pair.after), alpha);
  const { superiority } = rankTest(pair.before, pair.after);
  if (superiority <= 0.5) return { each: null, after: null };
  return moreForRanks(pair.before.length, pair.after.length, superiority, alpha);
}

/** The smallest rate of incomplete calls after, that these numbers of runs would most likely have shown. */
function visible({ before, after }: RateLine): number | null {
  if (before.of === 0 || after.of === 0) return null;
  const base = before.hits / before.of;
  const shown = (rate: number) =>
    ratePower({ of: before.of, rate: base }, { of: after.of, rate }, ALPHA * SHARES.incomplete) >= 0.8;
  if (!shown(1)) return null;
  let [low, high] = [base, 1];
  for (let i = 0; i < 8; i++) {
    const middle = (low + high) / 2;
    if (shown(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function overall(complete: RateLine | null, lines: readonly Line[], blind: boolean): Verdict {
  if (!complete) return 'too few runs';
  const all = [complete, ...lines];
  if (all.some(({ verdict }) => verdict === 'regression')) return 'regression';
  // Something seems worse, but there are too few runs to be sure.
  const unsure = all.some(({ level, more }) => level === 'deployment' && more !== null);
  if (blind || unsure) return 'too few runs';
  return all.some(({ verdict }) => verdict === 'improvement') ? 'improvement' : 'no change shown';
}

/** Claims first, the surest of them before the others; of what is equally sure, the larger change. */
function byTelling(a: Line, b: Line): number {
  return VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || a.p - b.p || changeOf(b) - changeOf(a);
}

function changeOf(line: Line): number {
  return line.sort === 'rate'
    ? Math.abs(line.after.hits / line.after.of - line.before.hits / line.before.of) || 0
    : Math.abs(Math.log(line.ratio ?? 1));
}
