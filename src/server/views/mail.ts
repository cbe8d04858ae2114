/** What a mail check found: each letter, and what the world would make of it. */
import type { MailLetter, MailResult, ProbeResult, SubmissionState } from '../../checks/mail/result.ts';
import { type Html, html } from './html.ts';
import { sign, span, type Tone } from './words.ts';

const SUBMISSION: Record<SubmissionState, { tone: Tone; word: string }> = {
  accepted: { tone: 'good', word: 'accepted' },
  refused: { tone: 'bad', word: 'refused' },
  deferred: { tone: 'bad', word: 'deferred' },
  uncertain: { tone: 'unsure', word: 'uncertain' },
  failed: { tone: 'bad', word: 'failed' },
  unknown: { tone: 'unsure', word: 'could not try' },
};

const PROBES: Record<ProbeResult['name'], string> = {
  stranger: 'a stranger who does not log in',
  'foreign-envelope': 'an envelope sender that the account does not own',
  'foreign-from': 'a From that the account does not own',
};

/** The letters as a table; with `details`, what the relay said to strangers and what came late as well. */
export function mailTable({ letters, probes, late }: MailResult, { details }: { details: boolean }): Html {
  return html`<div class="scroll"><table class="list stack">
    <caption class="hidden">Letters</caption>
    <thead><tr><th scope="col">from</th><th scope="col">relay</th><th scope="col">arrived</th><th scope="col">DKIM</th><th scope="col">SPF</th><th scope="col">DMARC</th></tr></thead>
    <tbody>${letters.map(
      (letter) => html`<tr><th scope="row">${letter.from}</th>
        <td data-label="relay">${mark(SUBMISSION[letter.submission.state])}</td>
        <td data-label="arrived">${arrival(letter)}</td>
        <td data-label="DKIM">${mechanism(letter.dkim)}</td><td data-label="SPF">${mechanism(letter.spf)}</td><td data-label="DMARC">${mechanism(letter.dmarc)}</td></tr>`,
    )}</tbody></table></div>
    ${details && probes.length > 0 && probeTable(probes)}
    ${details && late.length > 0 && html`<p>Of earlier runs, ${late.length} came late: ${late.map(({ lateMs }) => span(lateMs)).join(', ')}.</p>`}`;
}

function mark({ tone, word }: { tone: Tone; word: string }): Html {
  return html`<span class="stream ${tone}">${sign(tone)}<b>${word}</b></span>`;
}

function arrival({ delivery, bounce }: MailLetter): Html {
  if (delivery) return mark({ tone: 'good', word: `after ${span(delivery.ms)}` });
  return mark({
    tone: 'bad',
    word: bounce ? `came back${bounce.status ? ` (${bounce.status})` : ''}` : 'not seen',
  });
}

function mechanism(verdict: MailLetter['dkim'] | MailLetter['spf'] | MailLetter['dmarc']): Html {
  if (verdict === null) return mark({ tone: 'quiet', word: 'not judged' });
  if (verdict.result === 'temperror') return mark({ tone: 'unsure', word: 'could not tell' });
  if (verdict.result !== 'pass') return mark({ tone: 'bad', word: verdict.result });
  const aligned = 'aligned' in verdict ? verdict.aligned : true;
  return mark(aligned ? { tone: 'good', word: 'pass' } : { tone: 'bad', word: 'other domain' });
}

function probeTable(probes: readonly ProbeResult[]): Html {
  return html`<h2>What the relay lets through</h2><div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">attempt</th><th scope="col">result</th><th scope="col">it said</th></tr></thead>
    <tbody>${probes.map(({ name, result, response }) => {
      const tone: Tone =
        result === 'refused' || result === 'unsigned' ? 'good' : result === 'unknown' ? 'unsure' : 'bad';
      return html`<tr><th scope="row">${PROBES[name]}</th><td data-label="result">${mark({ tone, word: result })}</td><td data-label="it said">${response}</td></tr>`;
    })}</tbody></table></div>`;
}
