/** What was sent and what arrived of it, over time: a panel for each sender and kind, the broken ones first. */
import type { CallRecording, RecordedParticipant } from '../../checks/call/keep/recording.ts';
import { type CallResult, type CallStream, MEDIA_KINDS, type MediaKind } from '../../checks/call/result.ts';
import { said, sign, VERDICT_TONES } from '../format.ts';
import { type Html, html } from '../html.ts';
import { perceives } from '../matrix.ts';
import { reasonOf } from '../reason.ts';
import type { Words } from '../words/index.ts';
import { chart, type Mark, type Span } from './chart.ts';
import { beginningOf, firstBreak, type Moment } from './moments.ts';
import { heardLevel, medianOf, type Point, received, SILENCE_DB, sent } from './series.ts';

/** A whole run that is no longer than this is shown whole, a longer one around its break. */
const WHOLE_MS = 45_000;
const BEFORE_MS = 15_000;
const AFTER_MS = 25_000;
/** Rates are compared over this time before and after a break, less the moment of the break itself. */
const COMPARED_MS = 6000;
const MOMENT_MS = 1100;

interface Panel {
  readonly sender: RecordedParticipant;
  readonly kind: MediaKind;
  /** The streams of this sender and kind that are not well, in all steps. */
  readonly broken: readonly CallStream[];
}

/** All panels; null of a call without statistics. */
export function streamPanels(call: CallResult, recording: CallRecording, t: Words): Html | null {
  if (recording.participants.every(({ samples }) => samples.length < 2)) return null;
  const panels = recording.participants.flatMap((sender) =>
    MEDIA_KINDS.filter((kind) => isSent(sender.name, kind, call)).map(
      (kind): Panel => ({
        sender,
        kind,
        broken: call.streams.filter(
          (stream) => stream.sender === sender.name && stream.kind === kind && stream.verdict !== 'ok',
        ),
      }),
    ),
  );
  const broken = panels.filter((panel) => panel.broken.length > 0);
  const well = panels.filter((panel) => panel.broken.length === 0);
  const draw = (panel: Panel) => drawPanel(panel, call, recording, t);
  return html`${broken.length > 0 && html`<h2 id="streams">${t.drawn.broke}</h2><div class="panels">${broken.map(draw)}</div>`}
    ${well.length > 0 && html`<details class="fold"><summary>${broken.length > 0 ? t.drawn.others : t.drawn.streams}</summary><div class="panels">${well.map(draw)}</div></details>`}`;
}

/** Sound and picture always are; a screen where somebody shares one. */
const isSent = (sender: string, kind: MediaKind, { steps }: CallResult): boolean =>
  kind !== 'screen' || steps.some(({ sharing = [] }) => sharing.includes(sender));

/** One line of a panel's graphs: what the sender sends, or what one receiver gets of it. */
interface Row {
  readonly who: string;
  readonly look: string;
  readonly packets: readonly Point[];
  /** Frames or level; of the sender's own sound, nothing: nobody hears it there. */
  readonly content: readonly Point[];
}

/** The sender first. */
function rowsOf(
  { sender, kind, broken }: Panel,
  call: CallResult,
  { participants }: CallRecording,
  t: Words,
): Row[] {
  const roomOf = (name: string) => call.participants.find((one) => one.name === name)?.room;
  const receivers = participants.filter(
    ({ name }) => name !== sender.name && roomOf(name) === roomOf(sender.name),
  );
  return [
    {
      who: t.drawn.sends(sender.name),
      look: 'source',
      packets: sent(sender, kind, 'packets'),
      content: kind === 'audio' ? [] : sent(sender, kind, 'frames'),
    },
    ...receivers.map((receiver, index) => ({
      who: perceives(kind, t)(receiver.name, sender.name),
      look: broken.some((stream) => stream.receiver === receiver.name) ? 'broken' : `r${index % 4}`,
      packets: received(receiver, sender, kind, 'packets'),
      content: kind === 'audio' ? heardLevel(receiver, sender) : received(receiver, sender, kind, 'frames'),
    })),
  ];
}

/** Where lines lie over each other, the sender's dashes show on the others, and what is broken on all. */
function drawingOrder(rows: readonly Row[]): Row[] {
  const rank = ({ look }: Row) => ['source', 'broken'].indexOf(look);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/** What a panel has a graph and a column of. */
interface Measure {
  readonly column: string;
  readonly title: string;
  readonly of: (row: Row) => readonly Point[];
  readonly say: (value: number | null, t: Words) => string;
  readonly range?: readonly [number, number];
}

const rounded = (value: number | null): string => (value === null ? '–' : String(Math.round(value)));
const decibels = (value: number | null, t: Words): string =>
  value === null ? '–' : value <= SILENCE_DB ? t.drawn.silence : `${Math.round(value)} dB`.replace('-', '−');

function measuresOf(kind: MediaKind, { drawn }: Words): Measure[] {
  const content = ({ content: points }: Row) => points;
  return [
    { ...drawn.packets, of: ({ packets }) => packets, say: rounded },
    kind === 'audio'
      ? { ...drawn.level, of: content, say: decibels, range: [SILENCE_DB, 0] }
      : { ...drawn.frames, of: content, say: rounded },
  ];
}

function drawPanel(panel: Panel, call: CallResult, recording: CallRecording, t: Words): Html {
  const { sender, kind, broken } = panel;
  const broke = firstBreak(broken, call, recording, t);
  const window = windowOf(panel, broke, call, recording);
  const marks = marksOf(panel, broke, t);
  const rows = rowsOf(panel, call, recording, t);
  const measures = measuresOf(kind, t);
  const title = { audio: t.drawn.sound, video: t.drawn.picture, screen: t.drawn.screen }[kind](sender.name);
  const shown = (row: Row, { of, say }: Measure) =>
    of(row).length === 0 ? '' : comparison(of(row), window, broke?.at ?? null, (value) => say(value, t));
  const graph = (measure: Measure) => {
    const all = rows.filter((row) => measure.of(row).length > 0);
    return chart({
      title: measure.title,
      description: `${title}, ${measure.column}${t.colon} ${all.map((row) => `${row.who} ${shown(row, measure)}`).join('; ')}.`,
      window,
      origin: recording.startedAt,
      marks,
      lines: drawingOrder(all).map((row) => ({ look: row.look, points: measure.of(row) })),
      ...(measure.range ? { range: measure.range } : {}),
    });
  };
  return html`<article class="panel">
    <h3>${title}</h3>
    ${broken.length > 0 && html`<ul class="plain">${broken.map((stream) => verdictOf(stream, call.steps.length > 1, t))}</ul>`}
    <div class="charts">${measures.map((measure) => html`<figure>${graph(measure)}</figure>`)}</div>
    <table class="legend"><caption class="hidden">${title}${broke && `, ${t.drawn.aroundBreak}`}</caption>
    <thead><tr><th scope="col">${broke ? t.drawn.beforeAfter : t.drawn.mostly}</th>${measures.map(({ column }) => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr><th scope="row">${swatch(row.look)}${row.who}</th>
        ${measures.map((measure) => html`<td>${shown(row, measure)}</td>`)}</tr>`,
    )}</tbody></table>
  </article>`;
}

function verdictOf(stream: CallStream, several: boolean, t: Words): Html {
  const { receiver, verdict, lostAt, step } = stream;
  const reason = reasonOf(stream, t);
  const tone = VERDICT_TONES[verdict];
  const { drawn: say } = t;
  return html`<li><span class="stream ${tone}">${sign(tone)}<b>${t.verdict[verdict]}</b></span> ${say.for} <b>${receiver}</b>${several && ` ${say.inStep(step)}`}${lostAt && html`, ${say.lastMarkAt} <b>${lostAt.slice(11, 23)} UTC</b>`}${reason && html`${t.colon} ${said(reason)}`}</li>`;
}

function swatch(look: string): Html {
  return html`<svg class="swatch" width="26" height="10" aria-hidden="true"><line class="line ${look}" x1="1" x2="25" y1="5" y2="5"/></svg>`;
}

/** `50 → 0`, or one figure where nothing broke. */
function comparison(
  points: readonly Point[],
  window: Span,
  splitAt: number | null,
  say: (value: number | null) => string,
): string {
  if (splitAt === null) return say(medianOf(points, window.from, window.to));
  const before = medianOf(points, splitAt - COMPARED_MS, splitAt - MOMENT_MS / 2);
  const after = medianOf(points, splitAt + MOMENT_MS, splitAt + MOMENT_MS + COMPARED_MS);
  return `${say(before)} → ${say(after)}`;
}

function marksOf(panel: Panel, broke: Moment | null, t: Words): Mark[] {
  const noticed = panel.broken.flatMap(({ noticedAt }) =>
    noticedAt === null ? [] : [Date.parse(noticedAt)],
  );
  return [
    ...(broke === null ? [] : [{ ...broke, look: 'broke' } as const]),
    ...(noticed.length === 0
      ? []
      : [{ at: Math.min(...noticed), label: t.drawn.noticed, look: 'noticed' } as const]),
  ];
}

/** The part of the run that a panel shows. */
function windowOf({ broken }: Panel, broke: Moment | null, call: CallResult, recording: CallRecording): Span {
  const whole = wholeOf(recording);
  if (whole.to - whole.from <= WHOLE_MS || broken.length === 0) return whole;
  // What never arrived broke in the step that waited for it.
  const at = broke?.at ?? beginningOf(call, recording, broken[0]!.step);
  return clipped({ from: at - BEFORE_MS, to: at + AFTER_MS }, whole);
}

const clipped = (span: Span, whole: Span): Span => ({
  from: Math.max(whole.from, Math.min(span.from, whole.to - MOMENT_MS)),
  to: Math.min(whole.to, Math.max(span.to, whole.from + MOMENT_MS)),
});

/** From joining to the end, with a moment on either side. */
export function wholeOf({ startedAt, endedAt, participants }: CallRecording): Span {
  const times = participants.flatMap(({ timeline, samples }) => [
    ...timeline.map(({ at }) => at),
    ...samples.map(({ at }) => at),
  ]);
  const to = times.reduce((latest, at) => Math.max(latest, at), endedAt);
  return { from: startedAt - 300, to: Math.max(to, startedAt + MOMENT_MS) };
}
