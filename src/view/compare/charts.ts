/** The drawings of a comparison: SVG that needs neither scripts nor anything from elsewhere. */

import { median } from '../../base/median.ts';
import type { RateLine, TimeLine } from '../../compare/compare.ts';
import { change, figure } from '../../compare/words.ts';
import { type Html, html } from '../html.ts';

const SIDES = ['before', 'after'] as const;
/** Units of the drawings; they are scaled to their place. */
const WIDTH = 240;
const LABEL = 44;
const ROW = 22;

/** Two bars, before and after: how many of the runs. */
export function bars(line: RateLine): Html {
  const room = WIDTH - LABEL;
  return html`<svg viewBox="0 0 ${WIDTH} ${2 * 14}" role="img" aria-label="${line.text}: ${change(line)}">${SIDES.map(
    (which, row) => {
      const { hits, of } = line[which];
      const wide = of === 0 ? 0 : (room * hits) / of;
      const y = row * 14;
      return html`<text x="0" y="${y + 10}">${which}</text><rect class="track" x="${LABEL}" y="${y + 3}" width="${room}" height="7" rx="2"/>
        ${hits > 0 && html`<rect class="lost" stroke="none" x="${LABEL}" y="${y + 3}" width="${round(Math.max(2, wide))}" height="7" rx="2"/>`}`;
    },
  )}</svg>`;
}

/** Two rows of dots, one for each run, from 0 to `most` (milliseconds, or percent), with a stroke at each median. */
export function strip(line: TimeLine, most: number): Html {
  const end = nice(most);
  const x = (ms: number) => round(LABEL + ((WIDTH - LABEL - 6) * ms) / end);
  const ticks = [0, end / 2, end];
  const height = 2 * ROW + 14;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${line.text}: ${change(line)}">
    ${ticks.map(
      (ms, index) => html`<line class="grid" x1="${x(ms)}" x2="${x(ms)}" y1="0" y2="${2 * ROW}"/>
      <text x="${x(ms)}" y="${height - 2}" text-anchor="${index === 2 ? 'end' : 'middle'}">${figure(line, ms)}</text>`,
    )}
    ${SIDES.map((which, row) => {
      const values = line.values[which];
      const top = row * ROW;
      return html`<text x="0" y="${top + ROW / 2 + 4}">${which}</text>
        <g class="dots ${which}">${values.map(
          (ms, run) =>
            html`<circle cx="${x(ms)}" cy="${round(top + 4 + ((run * 7) % 13) * ((ROW - 8) / 12))}" r="2.2"/>`,
        )}</g>
        ${values.length > 0 && html`<line class="median ${which}" x1="${x(median(values))}" x2="${x(median(values))}" y1="${top + 1}" y2="${top + ROW - 1}"/>`}`;
    })}</svg>`;
}

/** The end of a scale: 1, 2 or 5 times a power of ten, or between them where that leaves too much room. */
function nice(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((end) => end >= most) ?? most;
}

const round = (value: number): number => Math.round(value * 10) / 10;
