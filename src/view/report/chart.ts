/** Graphs over time as SVG that needs no script: as wide as there is room, with text that is never stretched. */
import { type Html, html } from '../html.ts';
import { type Point, thinned } from './series.ts';

export interface Line {
  /** The class that gives its colour and dashes. */
  readonly look: string;
  readonly points: readonly Point[];
}

/** A moment that is marked; labels are for two or three of them. */
export interface Mark {
  readonly at: number;
  readonly label: string;
  readonly look: 'broke' | 'noticed';
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Chart {
  /** Its text for whoever does not see it. */
  readonly description: string;
  /** What is drawn, with its unit. */
  readonly title: string;
  readonly window: Span;
  /** What counts as second 0. */
  readonly origin: number;
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  /** Values at the bottom and at the top; without them, from 0 to what the lines need. */
  readonly range?: readonly [number, number];
}

const HEIGHT = 138;
/** Room for two labels of marks above the plot. */
const TOP = 32;
const BOTTOM = 20;
const PLOT = HEIGHT - TOP - BOTTOM;
/** Units of the stretched drawing. */
const WIDE = 1000;
const POINTS = 300;

/** A graph with its title, to stand in a `figure`. */
export function chart({ description, title, window, origin, lines, marks, range }: Chart): Html {
  const shown = lines.map(({ look, points }) => ({ look, points: within(points, window) }));
  const values = shown.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const [low, high] = range ?? [0, nice(Math.max(1, ...values))];
  const y = (value: number) => PLOT - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * PLOT;
  return html`<figcaption class="dim">${title}</figcaption><svg class="chart" width="100%" height="${HEIGHT}" role="img" aria-label="${description}">
    ${[low, (low + high) / 2, high].map((value) => {
      const at = TOP + y(value);
      return html`<line class="grid" x1="0" x2="100%" y1="${at.toFixed(1)}" y2="${at.toFixed(1)}"/><text class="scale" x="2" y="${(at - 3).toFixed(1)}">${figure(value)}</text>`;
    })}
    ${timeAxis(window, origin, HEIGHT)}
    ${marks.filter(({ at }) => at >= window.from && at <= window.to).map((mark, index) => markLine(mark, window, index))}
    <svg x="0" y="${TOP}" width="100%" height="${PLOT}" viewBox="0 0 ${WIDE} ${PLOT}" preserveAspectRatio="none" class="lines">
    ${shown.map(({ look, points }) => html`<path class="line ${look}" d="${path(points, window, y)}"/>`)}
    </svg></svg>`;
}

/** Where a moment is on a drawing of the window, as a share of its width. */
export function position(at: number, { from, to }: Span): string {
  return `${((100 * (Math.min(to, Math.max(from, at)) - from)) / (to - from)).toFixed(2)}%`;
}

function within(points: readonly Point[], { from, to }: Span): readonly Point[] {
  return thinned(
    points.filter(({ at }) => at >= from && at <= to),
    POINTS,
  );
}

function path(points: readonly Point[], { from, to }: Span, y: (value: number) => number): string {
  let pen = 'M';
  const steps: string[] = [];
  for (const [index, { at, value }] of points.entries()) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const x = (((at - from) / (to - from)) * WIDE).toFixed(1);
    const alone = pen === 'M' && (points[index + 1]?.value ?? null) === null;
    // A point without neighbours is drawn as a dot: round ends of a line without length.
    steps.push(`${pen}${x} ${y(value).toFixed(1)}${alone ? 'h0' : ''}`);
    pen = 'L';
  }
  return steps.join('');
}

function markLine({ at, label, look }: Mark, window: Span, index: number): Html {
  const x = position(at, window);
  const late = Number.parseFloat(x) > 60;
  return html`<line class="mark ${look}" x1="${x}" x2="${x}" y1="${TOP - 10}" y2="${HEIGHT - BOTTOM}"/><text class="mark ${look}" x="${x}" y="${10 + (index % 2) * 12}" dx="${late ? -4 : 4}" text-anchor="${late ? 'end' : 'start'}">${label}</text>`;
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800];
/** Number of labels that fit on a phone. */
const LABELS = 7;

/** Seconds since the origin below a drawing of that height. */
export function timeAxis(window: Span, origin: number, height: number): Html {
  const seconds = (window.to - window.from) / 1000;
  const step = STEPS_S.find((each) => seconds / each <= LABELS) ?? 3600;
  const first = Math.ceil((window.from - origin) / 1000 / step) * step;
  const labels = Array.from({ length: LABELS + 2 }, (_, index) => first + index * step).filter(
    (second) => origin + second * 1000 <= window.to,
  );
  return html`${labels.map((second) => {
    const x = position(origin + second * 1000, window);
    const share = Number.parseFloat(x);
    const anchor = share < 4 ? 'start' : share > 94 ? 'end' : 'middle';
    return html`<line class="tick" x1="${x}" x2="${x}" y1="${height - BOTTOM}" y2="${height - BOTTOM + 4}"/><text class="scale" x="${x}" y="${height - 4}" text-anchor="${anchor}">${clockOf(second)}</text>`;
  })}`;
}

/** `12 s`; from two minutes on, `2:05`. */
function clockOf(second: number): string {
  if (Math.abs(second) < 120) return `${second} s`;
  return `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`;
}

/** The next round figure above. */
function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 2, 4, 5, 8, 10].map((factor) => factor * power).find((round) => round >= value * 1.02) ?? 20 * power
  );
}

const figure = (value: number): string => String(Math.round(value * 10) / 10);
