/**
 * Colours that people with any colour vision tell apart: those of Okabe and Ito ("Color Universal Design", 2008).
 * Colour is never the only sign: every mapped value has a text of its own.
 */
import type { ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';

export const COLOR = {
  good: '#0072B2',
  poor: '#E69F00',
  bad: '#D55E00',
  unknown: '#999999',
  /** Neither good nor bad. */
  plain: '#56B4E9',
} as const;

/** For series that mean neither good nor bad, in an order in which neighbours differ. */
export const SERIES = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#F0E442'] as const;

/** Names, or ends of names, of series, each with a colour of its own. */
export function ends(...names: string[]): (readonly [string, string])[] {
  return names.map((name, index) => [`${name}$`, SERIES[index % SERIES.length]!] as const);
}

interface Word {
  readonly text: string;
  readonly color: string;
}

function mapped(words: readonly Word[], absent: string): ValueMapping[] {
  return [
    {
      type: MappingType.ValueToText,
      options: Object.fromEntries(words.map((word, index) => [String(index), { ...word, index }])),
    },
    {
      type: MappingType.SpecialValue,
      options: {
        // Not for NaN: Grafana asks `isNaN` of the value as it is, and so of each label of a table.
        match: SpecialValueMatch.Null,
        result: { text: absent, color: COLOR.unknown, index: words.length },
      },
    },
  ];
}

/** What a panel of one number shows where there is none: neither good nor bad. */
export function nothing(text: string, index: number): ValueMapping {
  return {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Null, result: { text, color: COLOR.unknown, index } },
  };
}

/** 0 and 1 in words. */
export function yesNo(no: string, yes: string): ValueMapping[] {
  return mapped(
    [
      { text: `✗ ${no}`, color: COLOR.bad },
      { text: `✓ ${yes}`, color: COLOR.good },
    ],
    '–',
  );
}

/** The outcomes as `outcomeCode` numbers them. */
export const OUTCOME_WORDS: ValueMapping[] = mapped(
  [
    { text: '✓ works', color: COLOR.good },
    { text: '△ degraded', color: COLOR.poor },
    { text: '✗ fails', color: COLOR.bad },
    { text: '? could not tell', color: COLOR.unknown },
  ],
  'no run yet',
);

/** From low to high: red below `poor`, amber below `good`, blue from there on. */
export function better(poor: number, good: number): { value: number | null; color: string }[] {
  return [
    { value: null, color: COLOR.bad },
    { value: poor, color: COLOR.poor },
    { value: good, color: COLOR.good },
  ];
}

/** From low to high: blue, amber from `poor` on, red from `bad` on. */
export function worse(poor: number, bad: number): { value: number | null; color: string }[] {
  return [
    { value: null, color: COLOR.good },
    { value: poor, color: COLOR.poor },
    { value: bad, color: COLOR.bad },
  ];
}

/** One colour whatever the value. */
export const PLAIN: { value: number | null; color: string }[] = [{ value: null, color: COLOR.plain }];
