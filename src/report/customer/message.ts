/** A complete message to the customer of a domain: what is wrong with its records, and what to enter where. */

import { printable } from '../../base/escape.ts';
import type { Language } from '../../base/language.ts';
import { recordOk, type ZoneDomain, type ZoneRecord } from '../../checks/zone/result.ts';
import { zoneWords } from '../../checks/zone/words/index.ts';
import { entryOf, REGISTRAR_NAMES, type Registrar, registrarOf } from './forms.ts';
import { type CustomerWords, customerWords } from './words.ts';

export interface CustomerOptions {
  readonly language: Language;
  /** Null: by the name servers of the domain. */
  readonly registrar: Registrar | null;
  /** When the records were looked up, ISO 8601. */
  readonly at: string;
}

/** The message as plain text: a subject, a blank line, the body. */
export function customerMessage(domain: ZoneDomain, options: CustomerOptions): string {
  const words = customerWords[options.language];
  const titles = zoneWords[options.language].record.titles;
  // What the operator publishes is no business of the customer.
  const its = domain.records.filter(({ record }) => record !== 'dmarc-report');
  const titlesOf = (ok: boolean | null) =>
    its.filter(({ level }) => recordOk(level) === ok).map(({ record }) => titles[record]);
  const wrong = its.filter(({ level }) => recordOk(level) === false);
  const unknown = titlesOf(null);
  const opening = [
    `${options.language === 'fr' ? 'Objet :' : 'Subject:'} ${words.subject(domain.domain)}`,
    '',
    words.greeting,
    '',
    words.checked(domain.domain, options.at.slice(0, 10)),
  ];
  const closing = ['', words.regards];
  if (domain.exists === false) return lines([...opening, '', words.gone(domain.domain), ...closing]);
  return lines([
    ...opening,
    ...(wrong.length > 0
      ? ['', words.toChange(wrong.length, titlesOf(true))]
      : unknown.length === 0
        ? ['', words.allRight]
        : []),
    ...(unknown.length > 0 ? ['', words.unknown(unknown)] : []),
    ...(wrong.length > 0 ? toPublish(domain, wrong, words, options) : []),
    ...closing,
  ]);
}

function toPublish(
  { domain, nameServers }: ZoneDomain,
  wrong: readonly ZoneRecord[],
  words: CustomerWords,
  { registrar, language }: CustomerOptions,
): string[] {
  const form = registrar ?? registrarOf(nameServers.map(({ name }) => name));
  const publish = wrong.flatMap((record) => record.publish);
  const zone = publish[0]?.zone ?? domain;
  const titles = zoneWords[language].record.titles;
  return [
    '',
    words.where(REGISTRAR_NAMES[form], zone),
    words.form[form],
    ...wrong.flatMap((record, index) => [
      '',
      `${index + 1}. ${words.heading(titles[record.record], record.name, words.purpose[record.record])}`,
      ...present(record, words),
      ...explained(record, language),
      ...entries(record, form, words),
    ]),
    ...(publish.length > 0 ? ['', words.file, '', ...publish.map(({ bind }) => `    ${bind}`)] : []),
    '',
    words.afterwards,
  ];
}

function present({ level, found }: ZoneRecord, words: CustomerWords): string[] {
  if (found.length === 0) return [`   ${words.missing}`];
  const heading = level === 'multiple' ? words.several(found.length) : words.found;
  return [`   ${heading}`, ...found.map((text) => `       ${printable(text)}`)];
}

/** What most likely happened, where it is known. */
function explained({ notesData = [] }: ZoneRecord, language: Language): string[] {
  const { notes } = zoneWords[language].record;
  return notesData
    .filter(({ id }) => FOR_CUSTOMERS.has(id))
    .map((note) => `   ${(notes[note.id] as (note: unknown) => string)(note)}`);
}

/** The mistakes of typing; the others are for people who run mail servers. */
const FOR_CUSTOMERS: ReadonlySet<string> = new Set([
  'missing-dot',
  'null-mx-beside',
  'glued-terms',
  'joined-strings',
  'literal-marks',
  'one-level-too-deep',
  'wrong-name',
  'alias',
  'key-cut-off',
  'leading-space',
]);

function entries({ publish, found }: ZoneRecord, form: Registrar, words: CustomerWords): string[] {
  if (publish.length === 0) return [`   ${words.notAdvised}`];
  const fields = words.fields[form];
  const width = Math.max(...Object.values(fields).map((field) => field.length));
  return [
    `   ${found.length > 0 ? words.replace : words.add}`,
    ...publish.flatMap((record) => {
      const { fields: its, line } = entryOf(record, form);
      if (line !== null) return ['', `   ${words.line}`, '', `       ${line}`];
      return [
        '',
        ...its.map(
          ([field, value]) => `       ${fields[field].padEnd(width)}  ${value === '' ? words.empty : value}`,
        ),
      ];
    }),
  ];
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
