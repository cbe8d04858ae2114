/** A comparison in words: the same on the terminal, in JUnit and on the page. */

import { delayInWords } from '../base/durations.ts';
import { LIBRARY } from '../history/versions.ts';
import { rateInterval } from '../statistics/rates.ts';
import {
  type Comparison,
  type Line,
  type RateLine,
  ratioInterval,
  type TimeLine,
  type Verdict,
} from './compare.ts';
import { type Differences, deployedVersions, type Recording } from './recording.ts';

/** Everything that a report of a comparison shows. */
export interface Compared {
  readonly before: Recording;
  readonly after: Recording;
  readonly comparison: Comparison;
  readonly differences: Differences;
}

/** The verdict on the whole, in a sentence or two. */
export function headline({ before, comparison }: Compared): string {
  const { verdict, complete, lines } = comparison;
  const all = complete ? [complete, ...lines] : lines;
  const claimed = all.filter((line) => line.verdict === verdict);
  switch (verdict) {
    case 'regression':
      return `${before.check} is worse than before: ${claimed[0]!.text}, ${change(claimed[0]!)}.`;
    case 'improvement':
      return `${before.check} is better than before: ${claimed[0]!.text}, ${change(claimed[0]!)}.`;
    case 'no change shown':
      return `No change of ${before.check} was shown.${visible(comparison)}`;
    case 'too few runs':
      return `There are too few runs to decide whether ${before.check} is worse than before. ${missing(comparison)}`;
  }
}

/** What that number of runs would have shown. */
function visible({ sees, runs }: Comparison): string {
  if (sees === null) return '';
  return ` ${counted(runs.before)} before and ${runs.after} after would most likely have shown it if ${percent(sees)} of the runs or more were incomplete now.`;
}

function missing({ complete, lines, runs, errors, blind }: Comparison): string {
  for (const side of ['before', 'after'] as const) {
    if (runs[side] > 0) continue;
    return errors[side] > 0 ? `None of the runs ${side} could tell anything.` : `There is no run ${side}.`;
  }
  const open = [...(complete ? [complete] : []), ...lines].find(
    ({ level, more }) => level === 'deployment' && more !== null,
  );
  if (!open) {
    return `With ${counted(runs.before)} before and ${runs.after} after it would hardly show if every other run failed now; ${moreWords({ more: blind })} would do.`;
  }
  const text = `${open.text[0]!.toUpperCase()}${open.text.slice(1)}`;
  return `${text}: ${change(open)}. If that is how it is now, ${moreWords(open)} would most likely show it.`;
}

/** `60 more runs of each` or `40 more runs after, or 25 more of each`. */
export function moreWords({ more }: Pick<Line, 'more'>): string {
  const { each, after } = more ?? { each: null, after: null };
  const afterWords = after === null ? null : `${counted(after, 'more ')} after`;
  const eachWords = each === null ? null : `${counted(each, 'more ')} of each`;
  return [afterWords, eachWords].filter((words) => words !== null).join(', or ') || 'more runs';
}

/** From what to what: `0 of 20 before, 7 of 20 after`, `63 ms before, 214 ms after`. */
export function change(line: Line): string {
  return `${side(line, 'before')} before, ${side(line, 'after')} after`;
}

/** The same, short: `63 ms → 214 ms`. */
export function arrow(line: Line): string {
  return `${side(line, 'before')} → ${side(line, 'after')}`;
}

export function side(line: Line, which: 'before' | 'after'): string {
  if (line.sort === 'rate') return `${line[which].hits} of ${line[which].of}`;
  return figure(line, line[which].median);
}

/** A value of a line with its unit. */
export function figure({ sort }: Pick<TimeLine, 'sort'>, value: number | null): string {
  if (sort !== 'distortion') return milliseconds(value);
  return value === null ? 'none' : percent(value / 100);
}

/** How much it changed, and between what it truly lies: `× 2.58 (2.51 – 2.66)`, `(0 – 17 % → 18 – 67 %)`. */
export function sureness(line: Line): string {
  return line.sort === 'rate' ? rateWords(line) : ratioWords(line);
}

function ratioWords(line: TimeLine): string {
  const interval = ratioInterval(line);
  if (!interval) return '';
  return `× ${line.ratio!.toFixed(2)} (${interval[0].toFixed(2)} – ${interval[1].toFixed(2)})`;
}

function rateWords({ before, after }: RateLine): string {
  if (before.of === 0 || after.of === 0) return '';
  const words = (of: typeof before) =>
    rateInterval(of)
      .map((share) => percent(share).replace(' %', ''))
      .join(' – ');
  return `(${words(before)} % → ${words(after)} %)`;
}

/** `p 0.003`, corrected. */
export function pWords(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(p < 0.0995 ? 3 : 2)}`;
}

/**
 * The versions that both sides know: `lib-jitsi-meet 9.0.4211 → 9.0.4230; prosody 0.12.3 → 0.12.5`. Servers whose version
 * is the same are left out; null where there is nothing to report.
 */
export function versionWords({ before, after }: Pick<Compared, 'before' | 'after'>): string | null {
  const second = deployedVersions(after);
  const shown = [...deployedVersions(before)].flatMap(([subject, its]) => {
    const [was, is] = [its.join(' and '), second.get(subject)?.join(' and ')];
    if (is === undefined) return [];
    if (was !== is) return [`${subject} ${was} → ${is}`];
    return subject === LIBRARY ? [`${subject} ${was} on both sides`] : [];
  });
  return shown.join('; ') || null;
}

/** `before.json: 20 runs, 1 of them could not tell`. */
export function sideWords(which: 'before' | 'after', { comparison, ...both }: Compared): string {
  const { runs, errors } = comparison;
  const error =
    errors[which] > 0
      ? `; ${errors[which]} could not tell and ${errors[which] === 1 ? 'is' : 'are'} left out`
      : '';
  return `${both[which].name}: ${counted(runs[which])}${error}`;
}

/** Rates in which nothing bad ever happened, on either side. */
export function isQuiet(line: Line): boolean {
  return line.sort === 'rate' && line.before.hits === 0 && line.after.hits === 0;
}

/** Warnings first. */
export function remarks({ comparison, differences: { refused, notes } }: Compared): string[] {
  return [
    ...refused.map((text) => `Not the same on both sides: ${text}. This alone could explain a difference.`),
    ...uneven(comparison),
    ...notes,
  ];
}

/** That the machine was busier on one side, where it was. */
export function uneven({ pressure: { before, after, uneven } }: Comparison): string[] {
  if (!uneven || before === null || after === null) return [];
  return [
    `This machine was under CPU pressure for ${percent(before)} of the time before and ${percent(after)} after: times and pauses are shown but not judged.`,
  ];
}

export function milliseconds(ms: number | null): string {
  if (ms === null) return 'none';
  return delayInWords(ms, 2);
}

export function percent(share: number): string {
  const figure = share * 100;
  return `${figure > 0 && figure < 9.95 ? figure.toFixed(1) : Math.round(figure)} %`;
}

function counted(n: number, kind = ''): string {
  return `${n} ${kind}${n === 1 ? 'run' : 'runs'}`;
}

export const VERDICT_WORDS: Record<Verdict, string> = {
  regression: 'REGRESSION',
  'too few runs': 'TOO FEW RUNS',
  improvement: 'IMPROVEMENT',
  'no change shown': 'NO CHANGE SHOWN',
};
