/** What changed in the records of domains, in words that can be sent to their customers. */
import type { Language } from '../base/language.ts';
import { zoneWords } from '../checks/zone/words/index.ts';
import type { Change, DomainChanges, RecordChange } from '../compare/zone-changes.ts';
import { scrolling } from './format.ts';
import { type Html, html } from './html.ts';
import type { Words } from './words/index.ts';

interface ChangeWords {
  readonly record: Readonly<Record<RecordChange['id'], (title: string, name: string) => string>>;
  readonly listed: string;
  readonly unlisted: string;
  readonly gone: string;
  readonly back: string;
  readonly before: string;
  readonly now: string;
  readonly nothing: string;
  readonly title: (from: string, to: string) => string;
  readonly none: (from: string, to: string) => string;
}

export const changeWords: Readonly<Record<Language, ChangeWords>> = {
  en: {
    record: {
      corrected: (title, name) => `The ${title} record at ${name} was corrected.`,
      broken: (title, name) => `The ${title} record at ${name} was changed and is wrong now.`,
      changed: (title, name) => `The ${title} record at ${name} was changed; it is still correct.`,
      'changed-still-wrong': (title, name) =>
        `The ${title} record at ${name} was changed and is still wrong.`,
    },
    listed: 'The domain is hosted with us now.',
    unlisted: 'The domain is no longer hosted with us.',
    gone: 'The domain no longer exists in the DNS: it has expired, or its registration has ended.',
    back: 'The domain exists in the DNS again.',
    before: 'before',
    now: 'now',
    nothing: 'nothing',
    title: (from, to) => `What changed in the DNS between ${from} and ${to} (UTC)`,
    none: (from, to) => `Nothing changed in the DNS between ${from} and ${to} (UTC).`,
  },
  fr: {
    record: {
      corrected: (title, name) => `L’enregistrement ${title} à ${name} a été corrigé.`,
      broken: (title, name) =>
        `L’enregistrement ${title} à ${name} a été modifié et est incorrect maintenant.`,
      changed: (title, name) => `L’enregistrement ${title} à ${name} a été modifié ; il reste correct.`,
      'changed-still-wrong': (title, name) =>
        `L’enregistrement ${title} à ${name} a été modifié et reste incorrect.`,
    },
    listed: 'Le domaine est maintenant hébergé chez nous.',
    unlisted: 'Le domaine n’est plus hébergé chez nous.',
    gone: 'Le domaine n’existe plus dans le DNS : il a expiré, ou son enregistrement a pris fin.',
    back: 'Le domaine existe de nouveau dans le DNS.',
    before: 'avant',
    now: 'maintenant',
    nothing: 'rien',
    title: (from, to) => `Ce qui a changé dans le DNS entre le ${from} et le ${to} (UTC)`,
    none: (from, to) => `Rien n’a changé dans le DNS entre le ${from} et le ${to} (UTC).`,
  },
};

/** One sentence. */
export function changeSentence(change: Change, language: Language): string {
  const words = changeWords[language];
  if (!('record' in change)) return words[change.id];
  return words.record[change.id](zoneWords[language].record.titles[change.record], change.name);
}

/** What was published before, or now, each record on its own. */
export function published(found: readonly string[], language: Language): readonly string[] {
  return found.length === 0 ? [changeWords[language].nothing] : found;
}

/** `2026-11-22 15:00`. */
export function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** Number of domains on a page; more is a change of the template, or of the resolver. */
const SHOWN = 50;

/** A section of the page of a run; null where nothing changed. */
export function changesSection(
  changes: readonly DomainChanges[],
  from: string,
  to: string,
  t: Words,
): Html | null {
  if (changes.length === 0) return null;
  const words = changeWords[t.lang];
  const title = words.title(minute(from), minute(to));
  const rest = changes.length - SHOWN;
  return html`<h2>${title}</h2>${scrolling(
    title,
    html`<table class="list"><thead><tr><th scope="col">${t.zone.domain}</th><th scope="col">${t.check.changes}</th><th scope="col">${words.before}</th><th scope="col">${words.now}</th></tr></thead>
    <tbody>${changes
      .slice(0, SHOWN)
      .flatMap(({ domain, changes: its }) =>
        its.map(
          (change) =>
            html`<tr><th scope="row">${domain}</th><td>${changeSentence(change, t.lang)}</td>${
              'record' in change
                ? html`<td>${list(change.before, t)}</td><td>${list(change.after, t)}</td>`
                : html`<td></td><td></td>`
            }</tr>`,
        ),
      )}</tbody></table>`,
  )}${rest > 0 && html`<p class="dim">${t.zone.more(rest)}</p>`}`;
}

function list(found: readonly string[], t: Words): readonly Html[] {
  return published(found, t.lang).map((text) => html`<div><code>${text}</code></div>`);
}
