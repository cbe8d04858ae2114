/** How things look and are put on the pages: outcomes, verdicts, times. The words are in ../words/. */
import { inSeconds } from '../base/durations.ts';
import type { StreamVerdict } from '../checks/call/result.ts';
import type { Outcome } from '../checks/check.ts';
import type { Said } from '../checks/sentence.ts';
import type { VersionChange } from '../history/versions.ts';
import { Html, html } from './html.ts';
import type { Words } from './words/index.ts';

/** How something looks; each has a colour, a sign and words, and is never shown by the colour alone. */
export type Tone = 'good' | 'warn' | 'bad' | 'unsure' | 'quiet';

export const OUTCOME_TONES: Record<Outcome, Tone> = {
  pass: 'good',
  degraded: 'warn',
  fail: 'bad',
  error: 'unsure',
};

export const VERDICT_TONES: Record<StreamVerdict, Tone> = {
  ok: 'good',
  missing: 'bad',
  lost: 'bad',
  frozen: 'bad',
  silent: 'bad',
  wrong: 'bad',
  late: 'warn',
};

/** Signs of 16 by 16: a tick, a triangle, a cross, a question mark, a ring. Drawn, so that no font can lack them. */
const SIGNS: Record<Tone, string> = {
  good: '<path d="M3 8.5l3.2 3.2L13 4.8"/>',
  warn: '<path d="M8 2.6 14.2 13.4H1.8z"/><path d="M8 6.6v3.2M8 11.4v.4"/>',
  bad: '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9"/>',
  unsure: '<path d="M5.2 5.6A2.8 2.8 0 1 1 8.6 8.4C8.1 8.6 8 9 8 9.8M8 12.4v.5"/>',
  quiet: '<circle cx="8" cy="8" r="2.4"/>',
};

export function sign(tone: Tone): Html {
  return Html.trusted(`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true">${SIGNS[tone]}</svg>`);
}

/** An outcome with its sign. */
export function badge(outcome: Outcome, t: Words): Html {
  const tone = OUTCOME_TONES[outcome];
  return html`<span class="badge ${tone}">${sign(tone)}${t.outcome[outcome]}</span>`;
}

/** The same of a check that has not run yet. */
export function noBadge(t: Words): Html {
  return html`<span class="badge quiet">${sign('quiet')}${t.overview.noRun}</span>`;
}

/** `0.8 s`, `9.1 s`, `45 s`, `3 min`, `2 h 5 min`, `4 days`. */
export function span(ms: number, t: Words): string {
  if (ms < 20_000) return inSeconds(ms, t.decimal);
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  const min = Math.round(ms / 60_000);
  if (min < 120) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 ? `${h} h ${min % 60} min` : `${h} h`;
  return t.count.days(Math.round(h / 24));
}

/** The clock time of an instant, with the day where it is not today's; always UTC. */
export function clock(iso: string, now: Date): string {
  const date = new Date(iso).toISOString();
  const time = `${date.slice(11, 19)} UTC`;
  return date.slice(0, 10) === now.toISOString().slice(0, 10) ? time : `${date.slice(0, 10)} ${time}`;
}

/** How long ago or ahead, in words. */
export function away(iso: string, now: Date, t: Words): string {
  const ms = Date.parse(iso) - now.getTime();
  if (Math.abs(ms) < 1000) return t.time.now;
  return ms < 0 ? t.time.ago(span(-ms, t)) : t.time.ahead(span(ms, t));
}

/** An instant as an element: the clock time, and how long ago or ahead in words. */
export function instant(iso: string, now: Date, t: Words): Html {
  return html`<time datetime="${iso}">${clock(iso, now)}</time> <span class="dim">(${away(iso, now, t)})</span>`;
}

/** `lib-jitsi-meet changed from X to Y at …`, with a link to the run that showed it. */
export function changeSentence({ subject, from, to, at, run }: VersionChange, now: Date, t: Words): Html {
  return html`${t.check.versionChanged(subject)} ${t.check.from} <code>${from}</code> ${t.check.to} <code>${to}</code> ${t.check.at} <a href="/runs/${run}">${clock(at, now)}</a>.`;
}

/** Text that checks and deployments wrote: data, always in English. */
export function data(text: string): Html {
  return html`<span lang="en">${text}</span>`;
}

/** Words in a table, with their language. */
export function said({ text, language }: Said): Html {
  return html`<span lang="${language}">${text}</span>`;
}

/** A file's size for people: `812 B`, `34 kB`, `1.2 MB`. */
export function fileSize(bytes: number, t: Words): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6
    ? `${Math.round(bytes / 1000)} kB`
    : `${(bytes / 1e6).toFixed(1).replace('.', t.decimal)} MB`;
}

/** A table that may be wider than a phone: it scrolls on its own, by the keyboard as well. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${table}</div>`;
}
