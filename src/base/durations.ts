/** Durations: as the configuration writes them, and as sentences and tables show them. */

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

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

/** `9.1 s`: how long something took, to a tenth of a second. */
export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `850 ms`, `1.2 s`: a delay, in the unit that shows it best; `digits` after the point of seconds. */
export function delayInWords(ms: number, digits = 1): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(digits)} s`;
}

/** `45 s`, `12 min`: about how long something takes. */
export function roughDuration(ms: number): string {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
