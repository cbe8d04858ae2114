/** Who receives whom: receivers as rows, senders as columns, audio, video and a shared screen in each cell. */
import {
  type CallResult,
  type CallStream,
  expectedStreams,
  kindsOf,
  type MediaKind,
  presentIn,
  roomsOf,
} from '../checks/call/result.ts';
import { sign, span, type Tone, VERDICT_TONES } from './format.ts';
import { type Html, html } from './html.ts';
import { reasonOf } from './reason.ts';
import type { Words } from './words/index.ts';

/** The step to show where there is room for one: the first in which something is wrong, else the last. */
export function tellingStep({ steps, streams }: CallResult): string | null {
  const wrong = streams.find((stream) => stream.verdict !== 'ok');
  return wrong?.step ?? steps.at(-1)?.name ?? streams.at(-1)?.step ?? null;
}

/**
 * The matrix of one step, one for each room. A stream that the run does not have is one that could not be judged, or, while
 * the run is on (`pending`), one that has not been judged yet.
 */
export function matrix(call: CallResult, step: string, manner: Manner): Html {
  return html`${roomsOf(call).map(({ room, call: one }) => roomMatrix(one, step, room, manner))}`;
}

function roomMatrix(call: CallResult, step: string, room: number | null, { pending, t }: Manner): Html {
  const names = presentIn(call, step).map(({ name }) => name);
  const streams = call.streams.filter((stream) => stream.step === step);
  const find = (receiver: string, sender: string, kind: MediaKind) =>
    streams.find((s) => s.receiver === receiver && s.sender === sender && s.kind === kind);
  const browser = (name: string) => call.participants.find((p) => p.name === name)?.browser ?? '';
  const recovered = call.steps.find(({ name }) => name === step)?.recoveredMs ?? null;
  return html`<div class="scroll"><table class="matrix">
    <caption>${room !== null && html`<b>${t.matrix.room(room)}</b> `}${caption(streams, expectedStreams(call, step), step, { pending, t })}${recovered !== null && ` ${t.matrix.recovered(span(recovered, t))}`} <span class="axes">${t.matrix.axes}</span></caption>
    <thead><tr><td></td>${names.map(
      (name) =>
        html`<th scope="col"><span class="who">${name}</span> <span class="dim">${browser(name)}</span></th>`,
    )}</tr></thead>
    <tbody>${names.map(
      (receiver) =>
        html`<tr><th scope="row"><span class="who">${receiver}</span> <span class="dim">${browser(receiver)}</span></th>${names.map(
          (sender) =>
            receiver === sender
              ? html`<td class="self"><span aria-hidden="true">–</span></td>`
              : html`<td>${kindsOf(call, step, sender).map((kind) => cell(find(receiver, sender, kind), kind, { pending, t }))}</td>`,
        )}</tr>`,
    )}</tbody>
  </table></div>`;
}

interface Manner {
  readonly pending: boolean;
  readonly t: Words;
}

function caption(streams: readonly CallStream[], all: number, step: string, { pending, t }: Manner): string {
  const ok = streams.filter((stream) => stream.verdict === 'ok').length;
  const well = ok === all ? t.matrix.all(all) : t.matrix.some(ok, all);
  return `${step}${t.colon} ${well}${pending ? ` ${t.matrix.soFar}` : ''}.`;
}

/** `B hears A`, `B sees A`, `B sees A’s screen`. */
export const perceives = (
  kind: MediaKind,
  { call: say }: Words,
): ((receiver: string, sender: string) => string) =>
  ({ audio: say.hears, video: say.sees, screen: say.seesScreen })[kind];

/** How the verdict on a stream is shown. */
export function verdict(stream: CallStream, t: Words): { tone: Tone; word: string } {
  const muted = stream.muted && stream.verdict === 'ok';
  return { tone: VERDICT_TONES[stream.verdict], word: muted ? t.matrix.muted : t.verdict[stream.verdict] };
}

function cell(stream: CallStream | undefined, kind: MediaKind, { pending, t }: Manner): Html {
  const { tone, word }: { tone: Tone; word: string } = stream
    ? verdict(stream, t)
    : pending
      ? { tone: 'quiet', word: t.matrix.waiting }
      : { tone: 'unsure', word: t.matrix.unknown };
  const first = stream?.firstMs == null ? word : `${word}, ${t.matrix.firstAfter(span(stream.firstMs, t))}`;
  return html`<span class="stream ${tone}" title="${(stream && reasonOf(stream, t)?.text) ?? first}">${sign(tone)}<span>${t.media[kind]} <b>${word}</b></span></span>`;
}
