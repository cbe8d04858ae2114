/** Durations: as the configuration writes them, and as sentences and tables show them. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: HOUR_MS, d: DAY_MS } as const;

/** A duration as it is written; as a regular expression for editors, too. */
export const DURATION_PATTERN = '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$';

/** Reads `500ms`, `20s`, `5m`, `1h30m` into milliseconds; null when it is not a duration. */
export function parseDuration(text: string): number | null {
  if (!new RegExp(DURATION_PATTERN).test(text)) return null;
  let total = 0;
  for (const [, figure, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(figure) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return total;
}

/** Milliseconds as the configuration writes them: 5400000 is `1h30m`. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const figure = Math.floor(rest / UNIT_MS[unit]);
    rest -= figure * UNIT_MS[unit];
    if (figure > 0) text += `${figure}${unit}`;
  }
  return text || '0s';
}

/** How a language separates the whole from the fraction of a number. */
export type DecimalMark = '.' | ',';

/** `9.1 s`: how long something took, to a tenth of a second. */
export function inSeconds(ms: number, mark: DecimalMark = '.'): string {
  return `${seconds(ms, mark)} s`;
}

/** `9.1 s`, `45 s`: how long something took, to a tenth of a second only where that matters. */
export function aboutSeconds(ms: number, mark: DecimalMark = '.'): string {
  return ms < 10_000 ? inSeconds(ms, mark) : `${Math.round(ms / 1000)} s`;
}

/** `2.5 s`, `20 s`: a configured time, without a fraction where it has none. */
export function limitInSeconds(ms: number, mark: DecimalMark = '.'): string {
  return `${String(Number((ms / 1000).toFixed(1))).replace('.', mark)} s`;
}

/** `0.5`, `9.1`: seconds to a tenth, without their unit. */
export function seconds(ms: number, mark: DecimalMark = '.'): string {
  return (ms / 1000).toFixed(1).replace('.', mark);
}

/** `850 ms`, `1.2 s`: a delay, in the unit that shows it best; `digits` after the point of seconds. */
export function delayInWords(ms: number, digits = 1): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(digits)} s`;
}

/** `45 s`, `12 min`: about how long something takes. */
export function roughDuration(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
