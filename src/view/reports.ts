/** What a reports check found: each domain's volumes, and who sent. */
import { instantInUtc } from '../base/instants.ts';
import type { ReportedDomain, ReportedSource, ReportsResult, SourceKind } from '../checks/reports/result.ts';
import { reportsWords } from '../checks/reports/words/index.ts';
import type { PageFace } from './face.ts';
import { data, scrolling, sign, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

export const reportsFace: PageFace<'reports'> = {
  summary,
  details: (result, { t }) => html`${overview(result, t, SHOWN_DETAILS)}
    ${result.domains.slice(0, SHOWN_DETAILS).map((domain) => sources(domain, t))}`,
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

function summary(result: ReportsResult, t: Words): Html {
  return html`<p>${reportsWords[t.lang].summary(result)}</p>${overview(result, t, SHOWN)}`;
}

function overview({ domains, moreDomains }: ReportsResult, t: Words, shown: number): Html | null {
  if (domains.length === 0) return null;
  const { reports: say } = t;
  const rest = domains.length - shown + moreDomains;
  return html`${scrolling(
    say.caption,
    html`<table class="list stack">
    <thead><tr><th scope="col">${t.zone.domain}</th><th scope="col">${say.messages}</th><th scope="col">${say.ours}</th><th scope="col">${say.oursPass}</th><th scope="col">${say.strangers}</th><th scope="col">${say.policy}</th><th scope="col">${say.latest}</th></tr></thead>
    <tbody>${domains.slice(0, shown).map((domain) => row(domain, t))}</tbody></table>`,
  )}${rest > 0 && html`<p class="dim">${say.more(rest)}</p>`}`;
}

function row(domain: ReportedDomain, t: Words): Html {
  const { messages, policy, latest } = domain;
  const tone = toneOf(domain);
  const ours = oursOf(domain);
  const { reports: say } = t;
  return html`<tr><th scope="row">${domain.domain}</th><td data-label="${say.messages}">${messages}</td>
    <td data-label="${say.ours}">${ours.messages}</td>
    <td data-label="${say.oursPass}"><span class="stream ${tone}">${sign(tone)}<b>${percent(ours.pass, ours.messages, t)}</b></span></td>
    <td data-label="${say.strangers}">${strangers(domain)}</td><td data-label="${say.policy}">${policy ?? '?'}</td>
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

function strangers({ byKind }: ReportedDomain): number {
  return byKind.find(({ kind }) => kind === 'stranger')?.messages ?? 0;
}

function sources({ domain, sources: its, moreSources, reporters }: ReportedDomain, t: Words): Html {
  const { reports: say } = t;
  return html`<details><summary>${domain}: ${say.sources(its.length + moreSources)}</summary>
    ${scrolling(
      say.sentAs(domain),
      html`<table class="list stack">
    <thead><tr><th scope="col">${say.source}</th><th scope="col">${say.whose}</th><th scope="col">${say.messages}</th><th scope="col">DMARC</th><th scope="col">DKIM</th><th scope="col">SPF</th><th scope="col">${say.delivered}</th><th scope="col">${say.found}</th></tr></thead>
    <tbody>${its.map((source) => sourceRow(source, t))}</tbody></table>`,
    )}<p class="dim">${say.by(reporters.join(', '))}</p></details>`;
}

function sourceRow(source: ReportedSource, t: Words): Html {
  const { kind, messages, pass, dkim, spf, delivered, name, detail } = source;
  const { reports: say } = t;
  const tone: Tone = kind === 'own' && pass < messages ? 'bad' : TONES[kind];
  return html`<tr><th scope="row">${source.source}${name !== null && html`<div class="dim">${data(name)}</div>`}</th>
    <td data-label="${say.whose}"><span class="stream ${tone}">${sign(tone)}<b>${reportsWords[t.lang].sources[kind]}</b></span></td>
    <td data-label="${say.messages}">${messages}</td><td data-label="DMARC">${pass}</td><td data-label="DKIM">${dkim}</td>
    <td data-label="SPF">${spf}</td><td data-label="${say.delivered}">${delivered}</td>
    <td data-label="${say.found}" class="dim">${data(detail)}</td></tr>`;
}

/** `100 %` only where nothing is missing. */
function percent(part: number, of: number, t: Words): string {
  if (of === 0) return '–';
  const share = part === of ? '100' : Math.min(99.9, (part * 100) / of).toFixed(1);
  return `${share.replace('.', t.decimal)} %`;
}
