/** Colours for a terminal, and the words and signs of outcomes: colour is never the only sign. */
import { styleText } from 'node:util';
import type { Outcome } from '../checks/check.ts';

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Paints when `color` is true, otherwise gives the text as it is. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

export const OUTCOME_WORDS: Readonly<Record<Outcome, readonly [word: string, style: Style]>> = {
  pass: ['PASS', 'green'],
  degraded: ['DEGRADED', 'yellow'],
  fail: ['FAIL', 'red'],
  error: ['COULD NOT TELL', 'magenta'],
};
