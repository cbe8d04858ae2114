/** Who receives whom: receivers as rows, senders as columns, audio and video in each cell. */
import { type CallResult, type MediaKind, presentIn, type Stream } from '../../checks/call/result.ts';
import { type Html, html } from './html.ts';
import { MEDIA_WORDS, sign, span, type Tone, VERDICT_TONES } from './words.ts';

const MEDIA: readonly MediaKind[] = ['audio', 'video'];

/** The step to show where there is room for one: the first in which something is wrong, else the last. */
export function tellingStep({ steps, streams }: CallResult): string | null {
  const wrong = streams.find((stream) => stream.verdict !== 'ok');
  return wrong?.step ?? steps.at(-1)?.name ?? streams.at(-1)?.step ?? null;
}

/**
 * The matrix of one step. A stream that the run does not have is one that could not be judged, or, while
 * the run is on (`pending`), one that has not been judged yet.
 */
export function matrix(call: CallResult, step: string, { pending }: { pending: boolean }): Html {
  const names = presentIn(call, step).map(({ name }) => name);
  const streams = call.streams.filter((stream) => stream.step === step);
  const find = (receiver: string, sender: string, kind: MediaKind) =>
    streams.find((s) => s.receiver === receiver && s.sender === sender && s.kind === kind);
  const browser = (name: string) => call.participants.find((p) => p.name === name)?.browser ?? '';
  return html`<div class="scroll"><table class="matrix">
    <caption>${caption(streams, names.length, step, pending)} <span class="axes">Rows receive, columns send.</span></caption>
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
              : html`<td>${MEDIA.map((kind) => cell(find(receiver, sender, kind), kind, pending))}</td>`,
        )}</tr>`,
    )}</tbody>
  </table></div>`;
}

function caption(streams: readonly Stream[], participants: number, step: string, pending: boolean): string {
  const all = participants * (participants - 1) * MEDIA.length;
  const ok = streams.filter((stream) => stream.verdict === 'ok').length;
  const well = ok === all ? `all ${all} streams ok` : `${ok} of ${all} streams ok`;
  return `${step}: ${well}${pending ? ' so far' : ''}.`;
}

function cell(stream: Stream | undefined, kind: MediaKind, pending: boolean): Html {
  const [tone, word]: [Tone, string] = stream
    ? [VERDICT_TONES[stream.verdict], stream.muted && stream.verdict === 'ok' ? 'muted' : stream.verdict]
    : pending
      ? ['quiet', 'waiting']
      : ['unsure', 'unknown'];
  const title =
    stream?.reason ?? (stream?.firstMs == null ? word : `${word}, first after ${span(stream.firstMs)}`);
  return html`<span class="stream ${tone}" title="${title}">${sign(tone)}<span>${MEDIA_WORDS[kind]} <b>${word}</b></span></span>`;
}
