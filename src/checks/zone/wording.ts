/** The sentences about records: what is wrong and what to do, for whoever has to edit the zone. */
import { list } from '../../base/words.ts';
import type { Question } from './assess.ts';
import { type Comparison, short } from './comparison.ts';
import type { Difference, ZoneRecordKind } from './result.ts';

export const TITLES: Readonly<Record<ZoneRecordKind, string>> = {
  mx: 'MX',
  spf: 'SPF',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  'dmarc-report': 'DMARC report',
};

/** One sentence, perhaps two, about a record that was compared. */
export function describe(question: Question, domain: string, compared: Comparison): string {
  const title = TITLES[question.record];
  const notes = compared.notes.map((note) => ` ${note}`).join('');
  switch (compared.level) {
    case 'exact':
      return `${title} is as the template has it.`;
    case 'equivalent':
      return `${title} means the same as the template, written differently.${notes}`;
    case 'extra':
      return `${title} does what the template asks, and more: ${phrases(compared.differences)}.${notes}`;
    case 'missing':
      return `${absent(question, domain)}${notes}`;
    case 'multiple':
      return `${domain} has too many ${title} records.${notes}`;
    case 'different':
      return `${domain}: ${title} is wrong: ${phrases(compared.differences)}.${notes}`;
  }
}

function absent(question: Question, domain: string): string {
  switch (question.record) {
    case 'mx':
      return `${domain} has no MX record: its mail does not arrive here.`;
    case 'spf':
      return `${domain} has no SPF record.`;
    case 'dkim':
      return `${domain} has no DKIM key at ${question.name}: its signatures cannot be verified.`;
    case 'dmarc':
      return `${domain} has no DMARC record at ${question.name}.`;
    case 'dmarc-report':
      return `${question.zone} does not allow reports about ${domain}: nothing at ${question.name}, so receivers send none.`;
  }
}

/** `found "~all", expected "-all"`; at most a few, the rest counted. */
export function phrases(differences: readonly Difference[]): string {
  const most = 4;
  const said = differences.slice(0, most).map(phrase);
  if (differences.length > most) said.push(`${differences.length - most} more`);
  return list(said);
}

function phrase({ tag, expected, found }: Difference): string {
  const has = found === null ? null : short(found);
  const wants = expected === null ? null : short(expected);
  const named = (value: string) => (value.includes(tag) || tag === 'host' ? value : `${tag}=${value}`);
  if (tag === 'syntax') return `"${has}" is not understood`;
  if (wants === null) return `${named(has ?? '')} is not in the template`;
  if (has === null) return `${named(wants)} is missing`;
  return `${tag} is "${has}" and should be "${wants}"`;
}
