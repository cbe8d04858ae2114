/** What a mail check found: each letter, and what the world would make of it. */
import type { MailLetter, MailResult, ProbeResult, SubmissionState } from '../checks/mail/result.ts';
import type { Cell, PageFace } from './face.ts';
import { data, sign, span, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

export const mailFace: PageFace<'mail'> = {
  summary: (mail, t) => mailTable(mail, { details: false, t }),
  details: (mail, { t }) => mailTable(mail, { details: true, t }),
  cells: ({ letters }, t) => letters.flatMap((letter) => cellsOfLetter(letter, t)),
};

/** How something of a letter is shown. */
interface Mark {
  readonly tone: Tone;
  readonly word: string;
}

const SUBMISSION: Record<SubmissionState, Tone> = {
  accepted: 'good',
  refused: 'bad',
  deferred: 'bad',
  uncertain: 'unsure',
  failed: 'bad',
  unknown: 'unsure',
};

/** The letters as a table; with `details`, what the relay said to strangers and what came late as well. */
function mailTable(
  { letters, probes, late }: MailResult,
  { details, t }: { details: boolean; t: Words },
): Html {
  return html`<div class="scroll"><table class="list stack">
    <caption class="hidden">${t.mail.letters}</caption>
    <thead><tr><th scope="col">${t.mail.from}</th><th scope="col">${t.mail.relay}</th><th scope="col">${t.mail.arrived}</th><th scope="col">DKIM</th><th scope="col">SPF</th><th scope="col">DMARC</th></tr></thead>
    <tbody>${letters.map(
      (letter) => html`<tr><th scope="row">${letter.from}</th>
        <td data-label="${t.mail.relay}">${mark(submission(letter, t))}</td>
        <td data-label="${t.mail.arrived}">${mark(arrival(letter, t))}</td>
        <td data-label="DKIM">${mark(mechanism(letter.dkim, t))}</td><td data-label="SPF">${mark(mechanism(letter.spf, t))}</td><td data-label="DMARC">${mark(mechanism(letter.dmarc, t))}</td></tr>`,
    )}</tbody></table></div>
    ${details && probes.length > 0 && probeTable(probes, t)}
    ${details && late.length > 0 && html`<p>${t.mail.late(late.length, late.map(({ lateMs }) => span(lateMs, t)).join(', '))}</p>`}`;
}

/** How far a letter came, and each mechanism. */
function cellsOfLetter(letter: MailLetter, t: Words): Cell[] {
  const marks = [
    { what: t.mail.relay, key: 'relay', ...submission(letter, t) },
    { what: t.mail.arrived, key: 'arrived', ...arrival(letter, t) },
    { what: 'DKIM', key: 'dkim', ...mechanism(letter.dkim, t) },
    { what: 'SPF', key: 'spf', ...mechanism(letter.spf, t) },
    { what: 'DMARC', key: 'dmarc', ...mechanism(letter.dmarc, t) },
  ];
  return marks.map(({ what, key, tone, word }) => ({
    key: `${letter.from} ${key}`,
    label: `${letter.from} ${what}`,
    tone,
    word,
  }));
}

function mark({ tone, word }: Mark): Html {
  return html`<span class="stream ${tone}">${sign(tone)}<b>${word}</b></span>`;
}

/** What the relay made of a letter. */
function submission({ submission: { state } }: MailLetter, t: Words): Mark {
  return { tone: SUBMISSION[state], word: t.mail.submission[state] };
}

/** Whether a letter arrived. */
function arrival({ delivery, bounce }: MailLetter, t: Words): Mark {
  if (delivery) return { tone: 'good', word: t.mail.after(span(delivery.ms, t)) };
  const status = bounce?.status ? ` (${bounce.status})` : '';
  return { tone: 'bad', word: bounce ? `${t.mail.cameBack}${status}` : t.mail.notSeen };
}

/** What one mechanism said of a letter. */
function mechanism(verdict: MailLetter['dkim'] | MailLetter['spf'] | MailLetter['dmarc'], t: Words): Mark {
  if (verdict === null) return { tone: 'quiet', word: t.mail.notJudged };
  if (verdict.result === 'temperror') return { tone: 'unsure', word: t.mail.couldNotTell };
  if (verdict.result !== 'pass') return { tone: 'bad', word: verdict.result };
  const aligned = 'aligned' in verdict ? verdict.aligned : true;
  return aligned ? { tone: 'good', word: 'pass' } : { tone: 'bad', word: t.mail.otherDomain };
}

function probeTable(probes: readonly ProbeResult[], t: Words): Html {
  const { mail: say } = t;
  return html`<h2>${say.lets}</h2><div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.attempt}</th><th scope="col">${say.result}</th><th scope="col">${say.said}</th></tr></thead>
    <tbody>${probes.map(({ name, result, response }) => {
      const tone: Tone =
        result === 'refused' || result === 'unsigned' ? 'good' : result === 'unknown' ? 'unsure' : 'bad';
      return html`<tr><th scope="row">${say.probe[name]}</th><td data-label="${say.result}">${mark({ tone, word: say.probed[result] })}</td><td data-label="${say.said}">${response && data(response)}</td></tr>`;
    })}</tbody></table></div>`;
}
