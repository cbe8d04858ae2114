/** What a signaling check found: the parts of the path into a call. */
import { instantInUtc } from '../base/instants.ts';
import type { Language } from '../base/language.ts';
import { findingIn, type Said } from '../checks/sentence.ts';
import type { SignalingPart, SignalingResult } from '../checks/signaling/result.ts';
import { signalingWords } from '../checks/signaling/words/index.ts';
import type { PageFace, Particulars } from './face.ts';
import { data, said, sign, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

export const signalingFace: PageFace<'signaling'> = {
  summary,
  details,
  cells: ({ parts }, t) =>
    parts.map((part) => ({
      key: `${part.name} ${part.target ?? ''}`,
      label: `${t.part[part.name]}${part.target === null ? '' : ` (${part.target})`}`,
      ...partState(part, t),
    })),
};

/** How a part's state is shown. */
function partState({ ok }: SignalingPart, t: Words): { tone: Tone; word: string } {
  const tone = ok === null ? 'quiet' : ok ? 'good' : 'bad';
  return { tone, word: t.signaling.states[`${ok}`] };
}

/** What is broken, or in how short a time all answered. */
function summary({ parts }: SignalingResult, t: Words): Html {
  const working = parts.filter(({ ok }) => ok === true);
  const broken = parts.filter(({ ok }) => ok === false);
  const slowest = working.reduce<SignalingPart | null>(
    (worst, part) => ((part.ms ?? 0) > (worst?.ms ?? -1) ? part : worst),
    null,
  );
  const first = slowest?.ms == null ? '' : t.signaling.slowest(t.part[slowest.name], slowest.ms);
  return html`<p>${t.signaling.answer(working.length, t.count.part(working.length + broken.length))}${first}.</p>
    ${broken.length > 0 && table(broken, t)}`;
}

function details({ parts, certificates }: SignalingResult, { t }: Particulars): Html {
  return html`${parts.length > 0 && table(parts, t)}
    ${
      certificates.length > 0 &&
      html`<h2>${t.signaling.certificates}</h2>${certificates.map(
        ({ host, chain, daysLeft, validTo }) =>
          html`<p><code>${host}</code>${t.colon} ${data(chain.join(' ← '))}, ${daysLeft === null || validTo === null ? t.signaling.noDate : t.signaling.valid(daysLeft, instantInUtc(validTo))}.</p>`,
      )}`
    }`;
}

/** What there is to say of a part; in English where the run is of a Vigie that kept no remark. */
function remarkIn({ remark, detail }: SignalingPart, language: Language): Said {
  if (!remark) return { text: detail, language: 'en' };
  if (remark.kind !== 'finding') return { text: signalingWords[language].remark(remark), language };
  const { cause } = remark;
  return findingIn('signaling', { id: cause.id, outcome: 'fail', text: detail, cause }, language);
}

function table(parts: readonly SignalingPart[], t: Words): Html {
  const { signaling: say } = t;
  return html`<div class="scroll"><table class="list stack">
    <caption class="hidden">${say.caption}</caption>
    <thead><tr><th scope="col">${say.part}</th><th scope="col">${say.state}</th><th scope="col">${say.after}</th><th scope="col">${say.address}</th><th scope="col">${say.remarks}</th></tr></thead>
    <tbody>${parts.map((part) => {
      const { name, target, ms } = part;
      const { tone, word } = partState(part, t);
      return html`<tr><th scope="row">${t.part[name]}</th>
        <td data-label="${say.state}"><span class="stream ${tone}">${sign(tone)}<b>${word}</b></span></td>
        <td data-label="${say.after}">${ms === null ? '–' : `${ms} ms`}</td>
        <td data-label="${say.address}">${target === null ? '–' : html`<code>${target}</code>`}</td>
        <td data-label="${say.remarks}">${said(remarkIn(part, t.lang))}</td></tr>`;
    })}</tbody></table></div>`;
}
