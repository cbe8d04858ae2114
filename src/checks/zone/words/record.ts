/** What is said about one record: put together here, in the words of each language. */
import type { Sentences } from '../../wording.ts';
import { contrast, type Deviation, short } from '../comparison.ts';
import type { RecordFacts } from '../facts.ts';
import type { DroppedTerm, Note } from '../notes.ts';
import type { Level, UnknownReason, ZoneRecordKind } from '../result.ts';

/** What a sentence about a record is made of; a finding's cause has it, too. */
export type Described = Pick<
  RecordFacts,
  'record' | 'name' | 'zone' | 'level' | 'found' | 'differences' | 'notesData' | 'keeps' | 'reason'
>;

type How = Deviation['how'];

export interface RecordWords {
  /** As a label. */
  readonly titles: Readonly<Record<ZoneRecordKind, string>>;
  /** As the subject of a sentence, at its beginning. */
  readonly subjects: Readonly<Record<ZoneRecordKind, string>>;
  readonly levels: Readonly<Record<Level, string>>;
  readonly list: (words: readonly string[]) => string;
  readonly notes: Sentences<Note>;
  /** Parts of sentences; both values are short, and differ where both are given. */
  readonly differences: Readonly<Record<How, (tag: string, expected: string, found: string) => string>>;
  /** What is absent without harm. */
  readonly without: (tag: string, expected: string) => string;
  readonly furtherDifferences: (count: number) => string;
  readonly exact: (subject: string) => string;
  readonly equivalent: (subject: string) => string;
  readonly extra: (subject: string, differences: string) => string;
  readonly different: (domain: string, record: ZoneRecordKind, differences: string) => string;
  readonly multiple: (domain: string, record: ZoneRecordKind) => string;
  readonly missing: Readonly<Record<ZoneRecordKind, (domain: string, name: string, zone: string) => string>>;
  /** For the host in a registrar's form. */
  readonly dotMx: string;
  readonly replaceMx: string;
  readonly replace: string;
  readonly keeps: (terms: string) => string;
  readonly unknown: {
    readonly [Id in UnknownReason['id']]: (
      subject: string,
      reason: Extract<UnknownReason, { readonly id: Id }>,
    ) => string;
  };
}

/** One sentence about a record, with what explains it and what to do. */
export function recordSentence(words: RecordWords, domain: string, facts: Described): string {
  return [
    statement(words, domain, facts),
    ...facts.notesData.map((each) => noteSentence(words, each)),
    ...remedy(words, facts),
  ].join(' ');
}

export function noteSentence(words: RecordWords, note: Note): string {
  // Each renders the note under whose id it stands.
  const render = words.notes[note.id] as (note: Note) => string;
  return render(note);
}

export function unknownSentence(words: RecordWords, record: ZoneRecordKind, reason: UnknownReason): string {
  const render = words.unknown[reason.id] as (subject: string, reason: UnknownReason) => string;
  return render(words.subjects[record], reason);
}

function statement(words: RecordWords, domain: string, facts: Described): string {
  const { record, level, name, zone, reason } = facts;
  const subject = words.subjects[record];
  switch (level) {
    case 'exact':
      return words.exact(subject);
    case 'equivalent':
      return words.equivalent(subject);
    case 'extra':
      return words.extra(subject, phrases(words, facts.differences, words.without));
    case 'different':
      return words.different(domain, record, phrases(words, facts.differences));
    case 'multiple':
      return words.multiple(domain, record);
    case 'missing':
      return words.missing[record](domain, name, zone);
    case 'unknown':
      return reason ? unknownSentence(words, record, reason) : '';
  }
}

/** `all is "~all", expected "-all"`; at most a few, the rest counted. */
function phrases(
  words: RecordWords,
  differences: readonly Deviation[],
  missing: RecordWords['without'] = (tag, expected) => words.differences.missing(tag, expected, ''),
): string {
  const most = 4;
  const said = differences.slice(0, most).map(({ tag, expected, found, how }) => {
    const values = contrast(expected ?? '', found ?? '');
    const [wanted, written] = how === 'changed' ? values : [short(expected ?? ''), short(found ?? '')];
    return how === 'missing' ? missing(tag, wanted) : words.differences[how](tag, wanted, written);
  });
  if (differences.length > most) said.push(words.furtherDifferences(differences.length - most));
  return words.list(said);
}

function remedy(words: RecordWords, { record, level, found, keeps }: Described): string[] {
  if (record === 'mx' && level === 'missing') return [words.dotMx];
  if ((level !== 'different' && level !== 'multiple') || found.length === 0) return [];
  // Others may be there for other domains' reports.
  if (record === 'dmarc-report') return [];
  return [
    ...(record === 'mx' ? [words.replaceMx, words.dotMx] : [words.replace]),
    ...(keeps.length > 0 ? [words.keeps(words.list(keeps))] : []),
  ];
}

/** `p=none`, or the value alone where it names its tag. */
export function named(tag: string, value: string): string {
  const rest = value.replace(/^[-+~?]/, '');
  const itself = rest.startsWith(tag) && !/^[\w-]/.test(rest.slice(tag.length));
  return tag === 'host' || itself ? value : `${tag}=${value}`;
}

/** `include:a.example (it needs …)`, each with why it is left out. */
export function droppedTerms(
  terms: readonly DroppedTerm[],
  why: Readonly<Record<DroppedTerm['why'], (term: DroppedTerm) => string>>,
): string[] {
  return terms.map((term) => `${short(term.term)} (${why[term.why](term)})`);
}
