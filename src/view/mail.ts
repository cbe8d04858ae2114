/** What a mail check found: each test message, and whether receivers authenticate it. */
import type {
  BlocklistResult,
  MailResult,
  MessageResult,
  ProbeResult,
  RelayAddress,
  ShapeResult,
  SubmissionState,
} from '../checks/mail/result.ts';
import { mailWords } from '../checks/mail/words/index.ts';
import type { Cell, PageFace } from './face.ts';
import { data, sign, span, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

export const mailFace: PageFace<'mail'> = {
  summary: (mail, t) => mailTable(mail, { details: false, t }),
  details: (mail, { t }) => mailTable(mail, { details: true, t }),
  cells: ({ letters }, t) => letters.flatMap((message) => cellsOfMessage(message, t)),
};

/** How something of a message is shown. */
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

/** The messages as a table; with `details`, the reasons, the probes of the relay and what arrived late as well. */
function mailTable(
  { letters, probes, late, shapes = [], identity = [], blocklists = [] }: MailResult,
  { details, t }: { details: boolean; t: Words },
): Html {
  return html`<div class="scroll"><table class="list stack">
    <caption class="hidden">${t.mail.letters}</caption>
    <thead><tr><th scope="col">${t.mail.from}</th><th scope="col">${t.mail.relay}</th><th scope="col">${t.mail.arrived}</th><th scope="col">DKIM</th><th scope="col">SPF</th><th scope="col">DMARC</th></tr></thead>
    <tbody>${letters.map(
      (message) => html`<tr><th scope="row">${message.from}</th>
        <td data-label="${t.mail.relay}">${mark(submission(message, t))}</td>
        <td data-label="${t.mail.arrived}">${mark(arrival(message, t))}</td>
        ${MECHANISMS.map(
          (name) =>
            html`<td data-label="${name.toUpperCase()}">${mark(mechanism(message[name], t))}${details && reason(message, name, t)}${details && receiverSays(message, name, t)}</td>`,
        )}</tr>`,
    )}</tbody></table></div>
    ${details && identity.length > 0 && identityTable(identity, t)}
    ${details && blocklists.length > 0 && blocklistTable(blocklists, t)}
    ${details && probes.length > 0 && probeTable(probes, t)}
    ${details && shapes.length > 0 && shapeTable(shapes, t)}
    ${details && late.length > 0 && html`<p>${t.mail.late(late.length, late.map(({ lateMs }) => span(lateMs, t)).join(', '))}</p>`}`;
}

const MECHANISMS = ['dkim', 'spf', 'dmarc'] as const;

/** How far a message got, and each mechanism. */
function cellsOfMessage(message: MessageResult, t: Words): Cell[] {
  const marks = [
    { what: t.mail.relay, key: 'relay', ...submission(message, t) },
    { what: t.mail.arrived, key: 'arrived', ...arrival(message, t) },
    ...MECHANISMS.map((key) => ({ what: key.toUpperCase(), key, ...mechanism(message[key], t) })),
  ];
  return marks.map(({ what, key, tone, word }) => ({
    key: `${message.from} ${key}`,
    label: `${message.from} ${what}`,
    tone,
    word,
  }));
}

function mark({ tone, word }: Mark): Html {
  return html`<span class="stream ${tone}">${sign(tone)}<b>${word}</b></span>`;
}

/** How far the submission of a message got. */
function submission({ submission: { state } }: MessageResult, t: Words): Mark {
  return { tone: SUBMISSION[state], word: t.mail.submission[state] };
}

/** Whether a message arrived. */
function arrival({ delivery, bounce }: MessageResult, t: Words): Mark {
  if (delivery) return { tone: 'good', word: t.mail.after(span(delivery.ms, t)) };
  const status = bounce?.status ? ` (${bounce.status})` : '';
  return { tone: 'bad', word: bounce ? `${t.mail.cameBack}${status}` : t.mail.notSeen };
}

/** The result of one mechanism. */
function mechanism(verdict: MessageResult[(typeof MECHANISMS)[number]], t: Words): Mark {
  if (verdict === null) return { tone: 'quiet', word: t.mail.notJudged };
  if (verdict.result === 'temperror') return { tone: 'unsure', word: t.mail.couldNotTell };
  if (verdict.result !== 'pass') return { tone: 'bad', word: verdict.result };
  const aligned = 'aligned' in verdict ? verdict.aligned : true;
  return aligned ? { tone: 'good', word: 'pass' } : { tone: 'bad', word: t.mail.otherDomain };
}

/** What the server of the mailbox states about it. */
function receiverSays({ receiver }: MessageResult, name: (typeof MECHANISMS)[number], t: Words): Html | null {
  const result = receiver?.[name];
  return result ? html`<div class="dim">${t.mail.receiver} ${data(result)}</div>` : null;
}

/** Why a mechanism did not pass; null where there is no more to say. */
function reason(message: MessageResult, name: (typeof MECHANISMS)[number], t: Words): Html | null {
  const text = message[name]?.reason;
  if (!text) return null;
  const its = reasonIn(message, name, t);
  return html`<div class="dim">${its ?? data(text)}</div>`;
}

/** The reason in the language of the page; null in runs of earlier versions, which have it in English alone. */
function reasonIn(
  { dkim, spf, dmarc }: MessageResult,
  name: (typeof MECHANISMS)[number],
  t: Words,
): string | null {
  const { reasons } = mailWords[t.lang];
  if (name === 'dkim') return dkim?.cause ? reasons.dkim(dkim.cause) : null;
  if (name === 'spf') return spf?.cause ? reasons.spf(spf.cause) : null;
  return dmarc?.cause ? reasons.dmarc(dmarc.cause) : null;
}

/** How receivers see the relay: one row for each of its addresses. */
function identityTable(addresses: readonly RelayAddress[], t: Words): Html {
  const { mail: say } = t;
  return html`<h2>${say.identity}</h2><div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.address}</th><th scope="col">${say.name}</th><th scope="col">HELO</th><th scope="col">TLS</th></tr></thead>
    <tbody>${addresses.map(
      (
        one,
      ) => html`<tr><th scope="row">${one.address}${!one.seen && html`<div class="dim">${say.unseen}</div>`}</th>
        <td data-label="${say.name}">${mark(confirmation(one, t))}${one.names.map((name) => html`<div class="dim">${data(name)}</div>`)}</td>
        <td data-label="HELO">${one.helo && data(one.helo)}</td><td data-label="TLS">${one.tls}</td></tr>`,
    )}</tbody></table></div>`;
}

function blocklistTable(lists: readonly BlocklistResult[], t: Words): Html {
  const { mail: say } = t;
  return html`<h2>${say.blocklists}</h2><div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.blocklist}</th><th scope="col">${say.result}</th></tr></thead>
    <tbody>${lists.map(({ list, state, listed }) => {
      const known: Mark =
        listed.length > 0 ? { tone: 'bad', word: say.listed } : { tone: 'good', word: say.notListed };
      const names = listed.map(({ subject }) => html`<div class="dim">${data(subject)}</div>`);
      return html`<tr><th scope="row">${list}</th><td data-label="${say.result}">${mark(state === 'ok' ? known : { tone: 'unsure', word: say.couldNotTell })}${names}</td></tr>`;
    })}</tbody></table></div>`;
}

function confirmation({ confirmed, names, seen }: RelayAddress, { mail: say }: Words): Mark {
  if (confirmed === null) return { tone: 'unsure', word: say.couldNotTell };
  if (confirmed) return { tone: 'good', word: say.confirmed };
  return { tone: seen ? 'bad' : 'unsure', word: names.length > 0 ? say.unconfirmed : say.nameless };
}

function shapeTable(shapes: readonly ShapeResult[], t: Words): Html {
  const { mail: say } = t;
  const tones = { signed: 'good', unsigned: 'bad', lost: 'bad', unknown: 'unsure' } as const;
  return html`<h2>${say.shapes}</h2><p>${say.tested(shapes[0]!.testedAt.slice(0, 16).replace('T', ' '))}</p><div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.shape}</th><th scope="col">${say.result}</th></tr></thead>
    <tbody>${shapes.map(
      ({ shape, became }) =>
        html`<tr><th scope="row">${mailWords[t.lang].shapes[shape]}</th><td data-label="${say.result}">${mark({ tone: tones[became], word: say.became[became] })}</td></tr>`,
    )}</tbody></table></div>`;
}

function probeTable(probes: readonly ProbeResult[], t: Words): Html {
  const { mail: say } = t;
  return html`<h2>${say.lets}</h2><div class="scroll"><table class="list stack">
    <thead><tr><th scope="col">${say.attempt}</th><th scope="col">${say.result}</th><th scope="col">${say.said}</th></tr></thead>
    <tbody>${probes.map(({ name, result, response }) => {
      const tone: Tone =
        result === 'refused' || result === 'unsigned' ? 'good' : result === 'unknown' ? 'unsure' : 'bad';
      return html`<tr><th scope="row">${mailWords[t.lang].probes[name]}</th><td data-label="${say.result}">${mark({ tone, word: say.probed[result] })}</td><td data-label="${say.said}">${response && data(response)}</td></tr>`;
    })}</tbody></table></div>`;
}
