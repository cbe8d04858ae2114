/** What the domains publish about the encryption of mail to them, and when their registrations end. */
import { DAY_MS } from '../base/durations.ts';
import { instantInUtc } from '../base/instants.ts';
import type { DaneHost } from '../checks/zone/dane/result.ts';
import type { ExpiryCounts } from '../checks/zone/expiry/result.ts';
import type { ZoneDomain } from '../checks/zone/result.ts';
import type { Transport } from '../checks/zone/transport/result.ts';
import { scrolling, sign, type Tone } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** Rows that are open to view; the others are one click away. */
const SHOWN = 10;
/** What there is to do soon. */
const SOON_MS = 60 * DAY_MS;

export function transportTable(domains: readonly ZoneDomain[], dane: readonly DaneHost[], t: Words): Html {
  const { transport: say } = t.zone;
  const published = domains.flatMap(({ domain, transport }) => (transport ? [{ domain, transport }] : []));
  // Hosts without records are no news where nothing else is published.
  const hosts = dane.filter(({ state }) => state !== 'none' || published.length > 0);
  if (published.length === 0 && hosts.length === 0) return html``;
  const order = [...published].sort((one, other) => rank(one.transport) - rank(other.transport));
  return html`<h2>${say.caption}</h2>
    ${published.length > 0 && rows(order, t)}
    ${
      hosts.length > 0 &&
      scrolling(
        'DANE',
        html`<table class="list">
    <thead><tr><th scope="col">${t.zone.mailServer}</th><th scope="col">DANE</th></tr></thead>
    <tbody>${hosts.map(({ host, state }) => html`<tr><th scope="row">${host}</th><td>${mark(TONES[state], say.dane[state])}</td></tr>`)}</tbody></table>`,
      )
    }`;
}

type Publishing = { readonly domain: string; readonly transport: Transport };

function rows(all: readonly Publishing[], t: Words): Html {
  const { transport: say } = t.zone;
  const some = (its: readonly Publishing[]) =>
    scrolling(
      say.caption,
      html`<table class="list">
    <thead><tr><th scope="col">${t.zone.domain}</th><th scope="col">MTA-STS</th><th scope="col">TLS-RPT</th></tr></thead>
    <tbody>${its.map(
      ({ domain, transport: { mtaSts, tlsRpt } }) =>
        html`<tr><th scope="row">${domain}</th><td>${stsCell(mtaSts, t)}</td><td>${tlsRpt ? mark(tlsRpt.recordFault ? 'bad' : 'good', say.rpt[tlsRpt.recordFault ? 'unusable' : 'ok']) : '–'}</td></tr>`,
    )}</tbody></table>`,
    );
  const rest = all.slice(SHOWN);
  return html`${some(all.slice(0, SHOWN))}${
    rest.length > 0 && html`<details><summary>${say.further(rest.length)}</summary>${some(rest)}</details>`
  }`;
}

function stsCell(mtaSts: Transport['mtaSts'], t: Words): Html | string {
  const { transport: say } = t.zone;
  if (!mtaSts) return '–';
  const { policy, recordFault, policyFault, unmatched } = mtaSts;
  if (recordFault || policyFault) return mark('bad', say.unusable);
  if (!policy) return mark('unsure', say.unknown);
  const left = unmatched.length > 0;
  const tone: Tone = left ? (policy.mode === 'enforce' ? 'bad' : 'unsure') : 'good';
  return html`${mark(tone, say.modes[policy.mode])}${left && html`<div class="dim">${say.leavesOut(unmatched.join(', '))}</div>`}`;
}

/** Those with a fault first. */
function rank({ mtaSts, tlsRpt }: Transport): number {
  const bad = mtaSts?.recordFault || mtaSts?.policyFault || tlsRpt?.recordFault;
  return bad || (mtaSts?.unmatched.length ?? 0) > 0 ? 0 : 1;
}

const TONES: Readonly<Record<DaneHost['state'], Tone>> = {
  none: 'unsure',
  ok: 'good',
  mismatch: 'bad',
  unusable: 'bad',
  unsigned: 'bad',
  unvalidated: 'unsure',
  unchecked: 'good',
  unknown: 'unsure',
};

function mark(tone: Tone, word: string): Html {
  return html`<span class="stream ${tone}">${sign(tone)}<b>${word}</b></span>`;
}

/** The registrations that end first. */
export function registrationTable(domains: readonly ZoneDomain[], counts: ExpiryCounts, t: Words): Html {
  const { registrations: say } = t.zone;
  const byName = new Map(
    domains.flatMap(({ registration }) => (registration ? [[registration.registered, registration]] : [])),
  );
  const next = [...byName.values()].sort((one, other) => one.expires.localeCompare(other.expires));
  const kinds = (Object.keys(say.counts) as (keyof typeof say.counts)[]).filter((kind) => counts[kind] > 0);
  return html`<h2>${say.caption}</h2>
    <p>${kinds.map((kind) => `${say.counts[kind]}${t.lang === 'fr' ? ' : ' : ': '}${counts[kind]}`).join(t.lang === 'fr' ? ' ; ' : '; ')}</p>
    ${
      next.length > 0 &&
      scrolling(
        say.caption,
        html`<table class="list">
    <thead><tr><th scope="col">${t.zone.domain}</th><th scope="col">${say.ends}</th><th scope="col">${say.askedAt}</th></tr></thead>
    <tbody>${next.slice(0, SHOWN).map(({ registered, expires, ending, askedAt }) => {
      const left = Date.parse(expires) - Date.parse(askedAt);
      const tone: Tone = left < 0 || ending.length > 0 ? 'bad' : left < SOON_MS ? 'unsure' : 'good';
      return html`<tr><th scope="row">${registered}</th><td>${mark(tone, instantInUtc(expires))}${ending.length > 0 && html`<div class="dim" lang="en">${ending.join(', ')}</div>`}</td><td>${instantInUtc(askedAt)}</td></tr>`;
    })}</tbody></table>`,
      )
    }`;
}
