/** How things are said on the pages: outcomes, verdicts, times. */
import type { MediaKind, Verdict } from '../../checks/call/result.ts';
import type { Kind, Outcome } from '../../checks/check.ts';
import type { VersionChange } from '../../history/versions.ts';
import { Html, html } from './html.ts';

/** How something looks; each has a colour, a sign and words, and is never told by the colour alone. */
export type Tone = 'good' | 'warn' | 'bad' | 'unsure' | 'quiet';

export const OUTCOME_WORDS: Record<Outcome, { tone: Tone; word: string; state: string }> = {
  pass: { tone: 'good', word: 'pass', state: 'Works' },
  degraded: { tone: 'warn', word: 'degraded', state: 'Works, below its thresholds' },
  fail: { tone: 'bad', word: 'fail', state: 'Broken' },
  error: { tone: 'unsure', word: 'error', state: 'Could not tell' },
};

export const VERDICT_TONES: Record<Verdict, Tone> = {
  ok: 'good',
  missing: 'bad',
  lost: 'bad',
  frozen: 'bad',
  silent: 'bad',
  wrong: 'bad',
  late: 'warn',
};

export const MEDIA_WORDS: Record<MediaKind, string> = { audio: 'audio', video: 'video' };

export const KIND_WORDS: Record<Kind, string> = {
  call: 'call',
  signaling: 'signaling',
  mail: 'mail',
  zone: 'zone',
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
export function badge(outcome: Outcome): Html {
  const { tone, word } = OUTCOME_WORDS[outcome];
  return html`<span class="badge ${tone}">${sign(tone)}${word}</span>`;
}

/** `0.8 s`, `9.1 s`, `45 s`, `3 min`, `2 h 5 min`, `4 days`. */
export function span(ms: number): string {
  const s = ms / 1000;
  if (s < 20) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  const min = Math.round(s / 60);
  if (min < 120) return `${min} min`;
  const h = Math.floor(min / 60);
  if (h < 48) return min % 60 ? `${h} h ${min % 60} min` : `${h} h`;
  return `${Math.round(h / 24)} days`;
}

/** The clock time of an instant, with the day where it is not today's; always UTC. */
export function clock(iso: string, now: Date): string {
  const date = new Date(iso).toISOString();
  const time = `${date.slice(11, 19)} UTC`;
  return date.slice(0, 10) === now.toISOString().slice(0, 10) ? time : `${date.slice(0, 10)} ${time}`;
}

/** An instant as an element: the clock time, and how long ago or ahead in words. */
export function instant(iso: string, now: Date): Html {
  const away = Date.parse(iso) - now.getTime();
  const words = Math.abs(away) < 1000 ? 'now' : away < 0 ? `${span(-away)} ago` : `in ${span(away)}`;
  return html`<time datetime="${iso}">${clock(iso, now)}</time> <span class="dim">(${words})</span>`;
}

/** `lib-jitsi-meet changed from X to Y at …`, with a link to the run that showed it. */
export function changeSentence({ subject, from, to, at, run }: VersionChange, now: Date): Html {
  return html`${subject} changed from <code>${from}</code> to <code>${to}</code> at <a href="/runs/${run}">${clock(at, now)}</a>.`;
}

/** `1 run`, `3 runs`. */
export function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

/** A file's size for people: `812 B`, `34 kB`, `1.2 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
