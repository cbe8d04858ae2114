/** What a signaling check found: the parts of the way into a call. */
import { PART_TITLES, type SignalingPart, type SignalingResult } from '../../checks/signaling/result.ts';
import { type Html, html } from './html.ts';
import { count, sign, type Tone } from './words.ts';

const STATES: Record<'true' | 'false' | 'null', { tone: Tone; word: string }> = {
  true: { tone: 'good', word: 'ok' },
  false: { tone: 'bad', word: 'broken' },
  null: { tone: 'quiet', word: 'not judged' },
};

/** For the first page: what is broken, or in how short a time all answered. */
export function signalingSummary({ parts }: SignalingResult): Html {
  const working = parts.filter(({ ok }) => ok === true);
  const broken = parts.filter(({ ok }) => ok === false);
  const slowest = working.reduce<SignalingPart | null>(
    (worst, part) => ((part.ms ?? 0) > (worst?.ms ?? -1) ? part : worst),
    null,
  );
  return html`<p>${working.length} of ${count(working.length + broken.length, 'part')} answer as they should${slowest && slowest.ms !== null && html`, the slowest (${PART_TITLES[slowest.name]}) after ${slowest.ms} ms`}.</p>
    ${broken.length > 0 && table(broken)}`;
}

/** Everything, for the run's own page. */
export function signalingDetails({ parts, certificates }: SignalingResult): Html {
  return html`${parts.length > 0 && table(parts)}
    ${
      certificates.length > 0 &&
      html`<h2>Certificates</h2>${certificates.map(
        ({ host, chain, daysLeft, validTo }) =>
          html`<p><code>${host}</code>: ${chain.join(' ← ')}, valid for ${count(daysLeft, 'more day')}, until ${validTo.slice(0, 10)}.</p>`,
      )}`
    }`;
}

function table(parts: readonly SignalingPart[]): Html {
  return html`<div class="scroll"><table class="list stack">
    <caption class="hidden">Parts of the way into a call</caption>
    <thead><tr><th scope="col">part</th><th scope="col">state</th><th scope="col">answered after</th><th scope="col">address</th><th scope="col">remarks</th></tr></thead>
    <tbody>${parts.map(({ name, target, ok, ms, detail }) => {
      const { tone, word } = STATES[`${ok}`];
      return html`<tr><th scope="row">${PART_TITLES[name]}</th>
        <td data-label="state"><span class="stream ${tone}">${sign(tone)}<b>${word}</b></span></td>
        <td data-label="answered after">${ms === null ? '–' : `${ms} ms`}</td>
        <td data-label="address">${target === null ? '–' : html`<code>${target}</code>`}</td>
        <td data-label="remarks">${detail}</td></tr>`;
    })}</tbody></table></div>`;
}
