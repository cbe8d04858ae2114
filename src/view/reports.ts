/** What a reports check found: each domain's volumes, and who sent. */
import { instantInUtc } from '../base/instants.ts';
import {
  type ReportedDomain,
  type ReportedSource,
  type ReportsResult,
  SOURCE_KINDS,
  type SourceKind,
} from '../checks/reports/result.ts';
import { reportsWords } from '../checks/reports/words/index.ts';
import type { PageFace } from './face.ts';
import { data, scrolling, sign, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

export const reportsFace: PageFace<'reports'> = {
  summary,
  details: (result, { t }) => html`<p>${basis(result, t)}</p>${overview(result, t, SHOWN_DETAILS)}
    ${result.domains.length > 0 && legend(t)}
    ${worstFirst(result.domains)
      .slice(0, SHOWN_DETAILS)
      .map((domain) => sources(domain, t))}`,
  cells: ({ domains }, t) =>
    domains.slice(0, SHOWN_DETAILS).map((domain) => ({
      key: domain.domain,
      label: domain.domain,
      tone: toneOf(domain),
      word: percent(oursOf(domain).pass, oursOf(domain).messages, t),
    })),
};

/** Number of domains on the first page, and on the run's. */
const SHOWN = 10;
const SHOWN_DETAILS = 100;

const TONES: Readonly<Record<SourceKind, Tone>> = {
  own: 'good',
  known: 'good',
  forwarder: 'quiet',
  sender: 'warn',
  stranger: 'quiet',
};

/** Domains that somebody has to look at come first; among equals those with the most messages. */
function worstFirst(domains: readonly ReportedDomain[]): ReportedDomain[] {
  return domains.toSorted((one, other) => urgency(one) - urgency(other));
}

function urgency(domain: ReportedDomain): number {
  const tone = toneOf(domain);
  if (tone === 'bad' || tone === 'warn') return tone === 'bad' ? 0 : 1;
  return countOf(domain, ['sender']) > 0 || deliveredOf(domain) > 0 ? 2 : 3;
}

function summary(result: ReportsResult, t: Words): Html {
  return html`<p>${reportsWords[t.lang].summary(result)}</p>${overview(result, t, SHOWN)}`;
}

/** What the numbers are made of: a run counts the reports of a time, not only those that it read. */
function basis({ reports, from, read }: ReportsResult, t: Words): string {
  const { basis: say } = t.reports;
  const parts = [say.reports(reports, from === null ? null : from.slice(0, 10)), say.read(read.reports)];
  if (read.unreadable > 0) parts.push(say.unreadable(read.unreadable));
  if (read.waiting > 0) parts.push(say.waiting(read.waiting));
  return `${parts.join(', ')}.`;
}

function legend(t: Words): Html {
  const { whose } = t.reports.legend;
  const names = reportsWords[t.lang].sources;
  return html`<details><summary>${t.reports.legend.title}</summary><ul>${SOURCE_KINDS.map(
    (kind) => html`<li><b>${names[kind]}</b>${t.colon} ${whose[kind]}</li>`,
  )}</ul></details>`;
}

function overview({ domains, moreDomains }: ReportsResult, t: Words, shown: number): Html | null {
  if (domains.length === 0) return null;
  const { reports: say } = t;
  const rest = domains.length - shown + moreDomains;
  return html`${scrolling(
    say.caption,
    html`<table class="list stack">
    <thead><tr><th scope="col">${t.zone.domain}</th><th scope="col">${say.messages}</th><th scope="col">${say.ours}</th><th scope="col">${say.oursPass}</th><th scope="col">${say.others}</th><th scope="col">${say.strangers}</th><th scope="col">${say.policy}</th><th scope="col">${say.latest}</th></tr></thead>
    <tbody>${worstFirst(domains)
      .slice(0, shown)
      .map((domain) => row(domain, t))}</tbody></table>`,
  )}${rest > 0 && html`<p class="dim">${say.more(rest)}</p>`}`;
}

function row(domain: ReportedDomain, t: Words): Html {
  const { messages, policy, latest } = domain;
  const tone = toneOf(domain);
  const ours = oursOf(domain);
  const delivered = deliveredOf(domain);
  const { reports: say } = t;
  return html`<tr><th scope="row">${domain.domain}</th><td data-label="${say.messages}">${messages}</td>
    <td data-label="${say.ours}">${ours.messages}</td>
    <td data-label="${say.oursPass}"><span class="stream ${tone}">${sign(tone)}<b>${percent(ours.pass, ours.messages, t)}</b></span></td>
    <td data-label="${say.others}">${countOf(domain, ['forwarder', 'sender'])}</td>
    <td data-label="${say.strangers}">${countOf(domain, ['stranger'])}${delivered > 0 && html`<div class="dim">${say.deliveredOf(delivered)}</div>`}</td><td data-label="${say.policy}">${policy ?? '?'}</td>
    <td data-label="${say.latest}">${instantInUtc(latest)}</td></tr>`;
}

/** What our own and known servers send: what strangers try says nothing about the domain. */
function oursOf({ byKind }: ReportedDomain): { messages: number; pass: number } {
  const ours = byKind.filter(({ kind }) => kind === 'own' || kind === 'known');
  const sum = (what: 'messages' | 'pass') => ours.reduce((total, each) => total + each[what], 0);
  return { messages: sum('messages'), pass: sum('pass') };
}

function toneOf(domain: ReportedDomain): Tone {
  const { messages, pass } = oursOf(domain);
  if (messages === 0) return 'quiet';
  const failing = messages - pass;
  return failing === 0 ? 'good' : failing * 100 > messages ? 'bad' : 'warn';
}

function countOf({ byKind }: ReportedDomain, kinds: readonly SourceKind[]): number {
  return byKind.reduce((sum, { kind, messages }) => sum + (kinds.includes(kind) ? messages : 0), 0);
}

/** Of strangers' messages those that were delivered, as far as their sources are listed. */
function deliveredOf({ sources: its }: ReportedDomain): number {
  return its.reduce((sum, { kind, delivered }) => sum + (kind === 'stranger' ? delivered : 0), 0);
}

function sources(reported: ReportedDomain, t: Words): Html {
  const { domain, sources: its, moreSources, reporters } = reported;
  const { reports: say } = t;
  // What is broken is open.
  return html`<details${toneOf(reported) === 'bad' && html` open`}><summary>${domain}${t.colon} ${say.sources(its.length + moreSources)}</summary>
    ${scrolling(
      say.sentAs(domain),
      html`<table class="list stack">
    <thead><tr><th scope="col">${say.source}</th><th scope="col">${say.whose}</th><th scope="col">${say.messages}</th><th scope="col">${say.passes('DMARC')}</th><th scope="col">${say.passes('DKIM')}</th><th scope="col">${say.passes('SPF')}</th><th scope="col">${say.delivered}</th><th scope="col">${say.found}</th></tr></thead>
    <tbody>${its.map((source) => sourceRow(source, t))}</tbody></table>`,
    )}<p class="dim">${say.by(reporters.join(', '))}</p></details>`;
}

function sourceRow(source: ReportedSource, t: Words): Html {
  const { kind, messages, pass, dkim, spf, delivered, name, detail } = source;
  const { reports: say } = t;
  const tone: Tone = kind === 'own' && pass < messages ? 'bad' : TONES[kind];
  return html`<tr><th scope="row">${source.source}${name !== null && html`<div class="dim">${data(name)}</div>`}</th>
    <td data-label="${say.whose}"><span class="stream ${tone}">${sign(tone)}<b>${reportsWords[t.lang].sources[kind]}</b></span></td>
    <td data-label="${say.messages}">${messages}</td><td data-label="${say.passes('DMARC')}">${pass}</td><td data-label="${say.passes('DKIM')}">${dkim}</td>
    <td data-label="${say.passes('SPF')}">${spf}</td><td data-label="${say.delivered}">${delivered}</td>
    <td data-label="${say.found}" class="dim">${data(detail)}</td></tr>`;
}

/** `100 %` only where nothing is missing. */
function percent(part: number, of: number, t: Words): string {
  if (of === 0) return '–';
  const share = part === of ? '100' : Math.min(99.9, (part * 100) / of).toFixed(1);
  return `${share.replace('.', t.decimal)} %`;
}
