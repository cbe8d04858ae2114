/** What a zone check found: each domain's records, and what to publish. */
import { instantInUtc } from '../base/instants.ts';
import type { Said } from '../checks/sentence.ts';
import { factsOf } from '../checks/zone/facts.ts';
import type { InboundResult } from '../checks/zone/inbound/result.ts';
import {
  type Level,
  type Publish,
  recordOk,
  type ZoneDomain,
  type ZoneRecord,
  type ZoneResult,
} from '../checks/zone/result.ts';
import type { SelectorState } from '../checks/zone/rotation/result.ts';
import type { UsersResult } from '../checks/zone/users/result.ts';
import { zoneWords } from '../checks/zone/words/index.ts';
import { recordSentence } from '../checks/zone/words/record.ts';
import type { PageFace, Particulars } from './face.ts';
import { clock, said, scrolling, sign, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';
import { registrationTable, transportTable } from './zone-transport.ts';

export const zoneFace: PageFace<'zone'> = {
  summary,
  details,
  cells: ({ domains }, t) =>
    domains.flatMap(({ domain, records }) =>
      records.map(({ record, level }) => ({
        key: `${domain} ${record}`,
        label: `${domain} ${record}`,
        tone: toneOf(level),
        word: t.level[level],
      })),
    ),
};

/** Number of domains that need attention on the first page; the run's page has them all. */
const SHOWN = 10;

/** The domains that need attention. */
function summary({ domains, source, inbound }: ZoneResult, t: Words): Html {
  const wrong = domains.filter(needsAttention);
  return html`<p>${t.zone.asAsked(domains.length - wrong.length, domains.length)}</p>
    ${source.cached && html`<p class="dim">${t.zone.cached(clock(source.cached, new Date(0)))}</p>`}
    ${inbound && html`<p>${inboundLine(inbound, t)}</p>`}
    ${inbound?.users && html`<p>${usersLine(inbound.users, t)}</p>`}
    ${wrong.length > 0 && table(wrong.slice(0, SHOWN), t)}
    ${wrong.length > SHOWN && html`<p class="dim">${t.zone.more(wrong.length - SHOWN)}</p>`}`;
}

/** Everything: what is wrong with its record to publish, then all the rest. */
function details(
  { domains, inbound, selectors = [], dane = [], registrations }: ZoneResult,
  { t }: Particulars,
): Html {
  const wrong = domains.filter(needsAttention);
  const right = domains.filter((domain) => !needsAttention(domain));
  return html`${wrong.map((domain) => html`<h2>${domain.domain}</h2>${table([domain], t)}${publish(domain, t)}`)}
    ${selectors.length > 0 && selectorTable(selectors, t)}
    ${inbound && inboundTable(inbound, t)}
    ${transportTable(domains, dane, t)}
    ${registrations && registrationTable(domains, registrations, t)}
    ${right.length > 0 && html`<details><summary>${t.zone.right(right.length)}</summary>${table(right, t)}</details>`}`;
}

/** How many domains get mail as expected, and how many of each other kind. */
function inboundLine({ counts }: Pick<InboundResult, 'counts'>, t: Words): string {
  const { asExpected, ...others } = t.zone.inbound;
  const parts = (Object.keys(others) as (keyof typeof others)[])
    .filter((kind) => counts[kind] > 0)
    .map((kind) => others[kind](counts[kind]));
  const mark = t.lang === 'fr' ? ' ; ' : '; ';
  return [asExpected(counts.asExpected), ...parts].join(mark);
}

/** Of users' addresses their numbers: the addresses are personal, and on no page. */
function usersLine({ counts, elsewhere, more }: UsersResult, t: Words): string {
  const say = t.zone.users;
  const mark = t.lang === 'fr' ? ' ; ' : '; ';
  const kinds = ['refused', 'unknown', 'untested'] as const;
  const parts = kinds.filter((kind) => counts[kind] > 0).map((kind) => say[kind](counts[kind]));
  if (elsewhere > 0) parts.push(say.elsewhere(elsewhere));
  if (more) parts.push(say.more);
  return [say.accepted(counts.accepted), ...parts].join(mark);
}

/** The mail exchangers, and how they treat the domains. */
function inboundTable({ exchangers, counts, users }: InboundResult, t: Words): Html {
  const { zone: say } = t;
  return html`<h2>${say.mailServers}</h2><p>${inboundLine({ counts }, t)}</p>${users && html`<p>${usersLine(users, t)}</p>`}${scrolling(
    say.mailServers,
    html`<table class="list">
    <thead><tr><th scope="col">${say.mailServer}</th><th scope="col">STARTTLS</th><th scope="col">${say.certificate}</th><th scope="col">${say.testedAt}</th></tr></thead>
    <tbody>${exchangers.map(({ host, address, starttls, tls, certificate, testedAt }) => {
      const tone: Tone = starttls === 'ok' ? 'good' : starttls === 'unknown' ? 'unsure' : 'bad';
      return html`<tr><th scope="row">${host}${address !== null && html`<div class="dim">${address}</div>`}</th>
        <td><span class="stream ${tone}">${sign(tone)}<b>${tls ?? say.starttls[starttls]}</b></span></td>
        <td>${certificate?.validTo && say.until(instantInUtc(certificate.validTo))}</td><td>${instantInUtc(testedAt)}</td></tr>`;
    })}</tbody></table>`,
  )}`;
}

/** The DKIM selectors: which signs, where each is published, and the key. */
function selectorTable(selectors: readonly SelectorState[], t: Words): Html {
  const { selectors: say } = t.zone;
  const moment = (iso: string | null) => (iso === null ? '–' : instantInUtc(iso));
  return html`<h2>${say.caption}</h2>${scrolling(
    say.caption,
    html`<table class="list">
    <thead><tr><th scope="col">${say.selector}</th><th scope="col">${say.role}</th><th scope="col">${say.domains}</th><th scope="col">${say.size}</th><th scope="col">${say.since}</th><th scope="col">${say.signedAt}</th></tr></thead>
    <tbody>${selectors.map(({ selector, template, role, domains, algorithm, bits, since, signedAt }) => {
      const states = (Object.keys(say.states) as (keyof typeof say.states)[]).filter(
        (state) => domains[state] > 0,
      );
      return html`<tr><th scope="row">${selector}${template && html`<div class="dim">${say.template}</div>`}</th>
        <td>${say.roles[role]}</td><td>${states.map((state) => `${say.states[state]} ${domains[state]}`).join(', ')}</td>
        <td>${algorithm === null ? '–' : `${algorithm} ${bits}`}</td><td>${moment(since)}</td><td>${moment(signedAt)}</td></tr>`;
    })}</tbody></table>`,
  )}`;
}

function needsAttention({ records }: ZoneDomain): boolean {
  return records.some(({ level }) => recordOk(level) !== true);
}

function table(domains: readonly ZoneDomain[], t: Words): Html {
  const columns = [...new Set(domains.flatMap(({ records }) => records.map(({ record }) => record)))];
  return scrolling(
    t.zone.records,
    html`<table class="list">
    <thead><tr><th scope="col">${t.zone.domain}</th>${columns.map((record) => html`<th scope="col">${record}</th>`)}</tr></thead>
    <tbody>${domains.map(
      ({ domain, records }) =>
        html`<tr><th scope="row">${domain}</th>${columns.map(
          (column) =>
            html`<td>${records.filter(({ record }) => record === column).map((each) => cell(domain, each, t))}</td>`,
        )}</tr>`,
    )}</tbody></table>`,
  );
}

function cell(domain: string, record: ZoneRecord, t: Words): Html {
  const { level } = record;
  const tone = toneOf(level);
  const { text, language } = sentenceOf(domain, record, t);
  return html`<span class="stream ${tone}" title="${text}"${language !== t.lang && html` lang="${language}"`}>${sign(tone)}<b>${t.level[level]}</b></span>`;
}

/** How a record's level is shown. */
function toneOf(level: Level): Tone {
  const ok = recordOk(level);
  return ok === null ? 'unsure' : ok ? 'good' : 'bad';
}

/** A record's sentence; English where the run is of a Vigie that kept sentences alone. */
function sentenceOf(domain: string, record: ZoneRecord, t: Words): Said {
  const facts = factsOf(record);
  return facts
    ? { text: recordSentence(zoneWords[t.lang].record, domain, facts), language: t.lang }
    : { text: record.text, language: 'en' };
}

function publish({ domain, records }: ZoneDomain, t: Words): Html {
  const wrong = records.filter(({ level }) => recordOk(level) !== true);
  return html`<ul class="plain">${wrong.map(
    (record) =>
      html`<li><p>${said(sentenceOf(domain, record, t))}</p>${
        record.publish.length > 0 &&
        html`<p class="dim">${t.zone.zoneFile}</p><pre>${record.publish.map(({ bind }) => bind).join('\n')}</pre>
        <p class="dim">${t.zone.form}</p><pre>${record.publish.map(fields).join('\n\n')}</pre>`
      }</li>`,
  )}</ul>`;
}

/** As registrars' forms ask for it; the names of the fields are those of DNS and stay English. */
function fields({ zone, name, type, priority, value }: Publish): string {
  const form = { zone, name, type, ...(priority !== undefined && { priority }), value };
  return Object.entries(form)
    .map(([field, content]) => `${field.padEnd('priority'.length)}  ${content}`)
    .join('\n');
}
