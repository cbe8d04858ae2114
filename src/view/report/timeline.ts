/** What happened to whom and when: a lane for each participant, the steps as bands, and all of it as lists. */

import { inSeconds } from '../../base/durations.ts';
import type { CallRecording, RecordedEvent, RecordedParticipant } from '../../checks/call/keep/recording.ts';
import type { StatsSample } from '../../checks/call/page/protocol.ts';
import type { CallResult } from '../../checks/call/result.ts';
import { sign, type Tone } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { Words } from '../words/index.ts';
import { position, type Span, timeAxis } from './chart.ts';
import { type Said, sayEvent } from './events.ts';
import { beginningOf, firstBreak, type Moment } from './moments.ts';
import { wholeOf } from './streams.ts';

const LANE = 46;
const BAR = { y: 6, height: 14 };
const DOTS_Y = 32;
/** What happened so long before and after the first break is shown beside it. */
const BEFORE_MS = 4000;
const AFTER_MS = 3000;
const TOGETHER_MS = 400;

export function timeline(call: CallResult, recording: CallRecording, t: Words): Html | null {
  const { participants, startedAt } = recording;
  if (startedAt === 0 || participants.every((participant) => participant.timeline.length === 0)) return null;
  const window = wholeOf(recording);
  const bands = stepBands(call, recording, window);
  const wrong = call.streams.filter(({ verdict }) => verdict !== 'ok');
  const breaks = wrong.flatMap(({ lostAt }) => (lostAt === null ? [] : [Date.parse(lostAt)]));
  const { drawn: say } = t;
  return html`<h2 id="timeline">${say.happened}</h2>
    <p class="dim">${say.zero(utc(startedAt))}</p>
    ${nearBreak(recording, firstBreak(wrong, call, recording, t), t)}
    <div class="lanes">
    ${bands.length > 0 && stepNames(bands, window, t)}
    ${participants.map((participant) => lane(participant, { recording, window, bands, breaks, t }))}
    <svg width="100%" height="22" aria-hidden="true">${timeAxis(window, startedAt, 22)}</svg>
    </div>
    <ul class="keys dim"><li>${key('bridge')} ${say.overBridge}</li><li>${key('direct')} ${say.direct}</li><li>${key('none')} ${say.noMedia}</li>
    ${breaks.length > 0 && html`<li>${key('break')} ${say.stopped}</li>`}${participants.some(({ stalls }) => stalls.length > 0) && html`<li>${key('stall')} ${say.stood}</li>`}</ul>
    ${participants.map((participant) => eventList(participant, recording, t))}`;
}

interface Band extends Span {
  readonly name: string;
}

/** Steps on Vigie's clock; one lasts until the next: what comes after it is complete is the watch. */
function stepBands(call: CallResult, recording: CallRecording, window: Span): Band[] {
  const begun = call.steps.map(({ name }) => ({ name, from: beginningOf(call, recording, name) }));
  return begun.map((step, index) => ({ ...step, to: begun[index + 1]?.from ?? window.to }));
}

function stepNames(bands: readonly Band[], window: Span, t: Words): Html {
  return html`<svg width="100%" height="18" role="img" aria-label="${t.drawn.steps}${t.colon} ${bands.map(({ name }) => name).join(', ')}">${bands.map(
    ({ name, from, to }, index) =>
      html`<svg x="${position(from, window)}" width="${width(from, to, window)}" height="18" class="clip"><rect class="band b${index % 2}" width="100%" height="18"/><text class="step" x="4" y="13">${name}</text></svg>`,
  )}</svg>`;
}

interface View {
  readonly recording: CallRecording;
  readonly window: Span;
  readonly bands: readonly Band[];
  readonly breaks: readonly number[];
  readonly t: Words;
}

function lane(participant: RecordedParticipant, { recording, window, bands, breaks, t }: View): Html {
  const { name, browser, stalls } = participant;
  const said = participant.timeline.map((event) => ({ event, ...sayEvent(event, recording, t) }));
  const telling = said.filter(({ tone }) => tone === 'bad' || tone === 'warn');
  const summary =
    telling.length > 0
      ? telling.map(({ event, text }) => `${seconds(event.at, recording)} ${text}`).join('; ')
      : t.drawn.ordinary;
  return html`<div class="lane"><p class="who">${name} <span class="dim">${browser}</span></p>
    <svg width="100%" height="${LANE}" role="img" aria-label="${name}${t.colon} ${summary}">
    ${bands.map(({ from, to }, index) => html`<rect class="band b${index % 2}" x="${position(from, window)}" width="${width(from, to, window)}" height="${LANE}"/>`)}
    ${pathsOf(participant, window.to).map(({ from, to, look }) => html`<rect class="way ${look}" x="${position(from, window)}" width="${width(from, to, window)}" y="${BAR.y}" height="${BAR.height}"/>`)}
    ${stalls.map(({ from, to }) => html`<rect class="way stall" x="${position(from, window)}" width="${width(from, to, window)}" y="${BAR.y}" height="${BAR.height}"/>`)}
    ${breaks.map((at) => html`<line class="mark broke" x1="${position(at, window)}" x2="${position(at, window)}" y1="0" y2="${LANE}"/>`)}
    ${said.map(({ event, text, tone }) => html`<circle class="dot ${tone}" cx="${position(event.at, window)}" cy="${DOTS_Y}" r="${tone === 'quiet' ? 3 : 4.5}"><title>${seconds(event.at, recording)} ${text}</title></circle>`)}
    </svg></div>`;
}

interface PathSpan extends Span {
  readonly look: 'bridge' | 'direct' | 'none';
}

/** When a participant was in the room: from joining until it left, was cut off, or its page began anew. */
function staysOf({ timeline: events }: RecordedParticipant, end: number): Span[] {
  return events.flatMap(({ name, at }, index) => {
    if (name !== 'joined') return [];
    const over = events.slice(index + 1).find((event) => ENDS.test(event.name));
    return [{ from: at, to: over?.at ?? end }];
  });
}
const ENDS = /^(signaling|deployment|disconnected|failed)$|conference\.?left/i;

/** How a participant's media went: by its statistics, which say what is in use and whether it is connected. */
function pathsOf(participant: RecordedParticipant, end: number): PathSpan[] {
  return staysOf(participant, end).flatMap((stay) => pathsIn(participant, stay));
}

function pathsIn({ timeline: events, samples }: RecordedParticipant, stay: Span): PathSpan[] {
  const connected = events.filter(
    ({ name, detail }) => name === 'peer-connectionstatechange' && detail.connection === 'connected',
  );
  const ways: PathSpan[] = [{ ...stay, look: 'none' }];
  let since = stay.from;
  for (const sample of samples.filter(({ at }) => at >= stay.from && at <= stay.to)) {
    const last = ways.at(-1)!;
    const look = lookOf(sample);
    if (look !== last.look) {
      // Statistics come once a second; that a connection came up was reported at once.
      const reported = connected.findLast(({ at }) => at > since && at <= sample.at)?.at;
      const from = look === 'none' ? sample.at : (reported ?? sample.at);
      ways[ways.length - 1] = { ...last, to: from };
      ways.push({ from, to: stay.to, look });
    }
    since = sample.at;
  }
  return ways;
}

function lookOf({ p2pActive, peers }: StatsSample): PathSpan['look'] {
  const up = peers.some(({ p2p, connectionState }) => p2p === p2pActive && connectionState === 'connected');
  if (!up) return 'none';
  return p2pActive ? 'direct' : 'bridge';
}

/** What everybody went through around the first break, in one list. */
function nearBreak(recording: CallRecording, broke: Moment | null, t: Words): Html | null {
  if (broke === null) return null;
  const { at, label } = broke;
  const { drawn: say } = t;
  const near = recording.participants
    .flatMap((participant) =>
      participant.timeline.map((event) => ({
        name: participant.name,
        at: event.at,
        ...sayEvent(event, recording, t),
      })),
    )
    .filter((event) => event.at >= at - BEFORE_MS && event.at <= at + AFTER_MS)
    .sort((a, b) => a.at - b.at);
  if (near.length === 0) {
    return html`<p>${say.nothingTold(BEFORE_MS / 1000, AFTER_MS / 1000, `${label}, ${utc(at)} UTC`)}</p>`;
  }
  return html`<h3>${say.firstBreak}${t.colon} ${label}, ${utc(at)} UTC</h3><table class="list events"><thead><tr><th scope="col">${say.fromIt}</th><th scope="col">${say.who}</th><th scope="col">${say.what}</th></tr></thead>
    <tbody>${gathered(near).map(
      ({ name, at: when, text, tone }) =>
        html`<tr class="${tone}"><td class="figure">${offset(when - at)}</td><th scope="row">${name}</th><td>${tone !== 'quiet' && sign(tone)} ${text}</td></tr>`,
    )}</tbody></table>`;
}

interface TimedEvent extends Said {
  readonly name: string;
  readonly at: number;
}

/** What one participant received in one moment, in one row: joining alone is a dozen events. */
function gathered(events: readonly TimedEvent[]): TimedEvent[] {
  const rows: TimedEvent[] = [];
  for (const event of events) {
    const index = rows.findLastIndex((row) => row.name === event.name);
    const row = rows[index];
    if (row && event.at - row.at < TOGETHER_MS && (row.tone === 'bad') === (event.tone === 'bad')) {
      rows[index] = { ...row, text: `${row.text}; ${event.text}`, tone: worse(row.tone, event.tone) };
    } else {
      rows.push(event);
    }
  }
  return rows;
}

const WORST: readonly Tone[] = ['bad', 'warn', 'good', 'quiet', 'unsure'];
const worse = (a: Tone, b: Tone): Tone => (WORST.indexOf(a) < WORST.indexOf(b) ? a : b);

function eventList(
  { name, timeline: events }: RecordedParticipant,
  recording: CallRecording,
  t: Words,
): Html | null {
  if (events.length === 0) return null;
  const row = (event: RecordedEvent, { text, tone }: Said) =>
    html`<tr class="${tone}"><td class="figure">${seconds(event.at, recording)}</td><td class="figure dim">${utc(event.at)}</td><td>${tone !== 'quiet' && sign(tone)} ${text}</td></tr>`;
  return html`<details class="fold"><summary>${t.drawn.events(events.length, name)}</summary><table class="list events"><thead><tr><th scope="col">${t.drawn.second}</th><th scope="col">UTC</th><th scope="col">${t.drawn.what}</th></tr></thead>
    <tbody>${events.map((event) => row(event, sayEvent(event, recording, t)))}</tbody></table></details>`;
}

const width = (from: number, to: number, window: Span): string =>
  `${(Number.parseFloat(position(to, window)) - Number.parseFloat(position(from, window))).toFixed(2)}%`;

const key = (look: string): Html =>
  html`<svg class="swatch" width="16" height="12" aria-hidden="true"><rect class="way ${look}" width="16" height="12"/></svg>`;

const seconds = (at: number, { startedAt }: CallRecording): string => inSeconds(at - startedAt);
const offset = (ms: number): string => `${ms < 0 ? '−' : '+'}${inSeconds(Math.abs(ms))}`;
export const utc = (at: number): string => new Date(at).toISOString().slice(11, 23);
