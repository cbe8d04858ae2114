/** A comparison as plain data for programs; docs/baseline.md describes it. */
import type { Line } from '../../compare/compare.ts';
import { ratioInterval } from '../../compare/compare.ts';
import { deployedVersions, type Recording } from '../../compare/recording.ts';
import { telling } from '../../compare/telling.ts';
import { type Compared, headline, uneven } from '../../compare/words.ts';
import { LIBRARY } from '../../history/versions.ts';
import { rateInterval } from '../../statistics/rates.ts';

export function comparisonJson(compared: Compared): object {
  const { before, after, comparison, differences } = compared;
  const { verdict, runs, errors, complete, lines, sees, blind, thresholds, pressure } = comparison;
  const side = (recording: Recording, which: 'before' | 'after') => ({
    name: recording.name,
    check: recording.check,
    kind: recording.kind,
    place: recording.place,
    versions: deployedVersions(recording).get(LIBRARY) ?? [],
    software: servers(recording),
    runs: runs[which],
    errors: errors[which],
  });
  return {
    schema: 1,
    verdict,
    summary: headline(compared),
    before: side(before, 'before'),
    after: side(after, 'after'),
    warnings: differences.refused,
    notes: [...uneven(comparison), ...differences.notes],
    thresholds,
    cpuPressure: pressure,
    sees,
    blind,
    complete: complete && line(complete),
    telling: telling(comparison).map(({ key }) => key),
    lines: lines.map(line),
  };
}

/** Its servers' versions, by part. */
function servers(recording: Recording): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...deployedVersions(recording)].filter(([subject]) => subject !== LIBRARY));
}

function line(each: Line): object {
  const { key, level, sort, text, verdict, p, more } = each;
  const base = { key, level, sort, text, verdict, p: rounded(p), more };
  if (each.sort === 'rate') {
    const figures = (of: typeof each.before) => ({
      ...of,
      interval: of.of === 0 ? null : rateInterval(of).map(rounded),
    });
    return { ...base, before: figures(each.before), after: figures(each.after) };
  }
  return {
    ...base,
    before: each.before,
    after: each.after,
    ratio: each.ratio === null ? null : rounded(each.ratio),
    interval: ratioInterval(each)?.map(rounded) ?? null,
  };
}

const rounded = (value: number): number => Number(value.toPrecision(6));
