/** SPF records against the template (RFC 7208). What they evaluate to is another matter: see `evaluate-spf.ts`. */
import type { NearlySpf } from '../records/spf.ts';
import {
  type Comparison,
  comparison,
  type Deviation,
  differing,
  literalMarks,
  senseless,
} from './comparison.ts';
import type { Note } from './notes.ts';
import { idleModifiers, meantTerms, readSpf, type Term } from './spf-terms.ts';

/** Those that cost one of the ten lookups (RFC 7208 4.6.4). */
const LOOKUPS = new Set(['include', 'a', 'mx', 'ptr', 'exists', 'redirect']);
const MAX_LOOKUPS = 10;

/**
 * The template's terms must all be there and decide as the template does; more senders are an extra.
 * @param strings the strings that a single record is published in
 */
export function compareSpf(
  expected: string,
  found: readonly string[],
  domain: string,
  strings: readonly string[] = [],
): Comparison {
  if (found.length === 0) return comparison('missing');
  const same = found.every((text) => text === expected);
  if (found.length > 1) {
    return comparison('multiple', [], [{ id: 'several-spf', count: found.length, same }]);
  }
  const [text = ''] = found;
  if (same) {
    return strings.length > 1 ? comparison('equivalent', [], [{ id: 'split-strings' }]) : comparison('exact');
  }
  const wanted = readSpf(expected, domain).terms;
  const record = readSpf(text, domain);
  const notes: Note[] = record.dead.length > 0 ? [{ id: 'after-all', terms: record.dead }] : [];
  notes.push(...idleModifiers(record).map((one): Note => ({ id: 'idle-modifier', ...one })));
  const invalid = record.terms.filter(({ kind }) => kind === 'invalid');
  if (invalid.length > 0) {
    return comparison(
      'different',
      invalid.map((term) => senseless(term.text)),
      [...whyInvalid(text, invalid, strings), ...notes],
    );
  }
  const missing = wanted.filter((term) => !record.terms.some((other) => other.text === term.text));
  const more = record.terms.filter((term) => !wanted.some((other) => other.text === term.text));
  if (missing.length === 0 && more.length === 0) return comparison('equivalent', [], notes);
  const differences = deviations(missing, more);
  const lookups = record.terms.filter(({ name }) => LOOKUPS.has(name)).length;
  if (lookups > MAX_LOOKUPS) notes.push({ id: 'too-many-lookups', count: lookups, most: MAX_LOOKUPS });
  const harmless =
    missing.length === 0 && lookups <= MAX_LOOKUPS && more.every((term) => harmlessExtra(term));
  return comparison(harmless ? 'extra' : 'different', differences, notes);
}

/** No record that counts, but one that was meant to. */
export function nearMiss(text: string, { flaws }: NearlySpf): Comparison {
  return comparison('different', [senseless(text)], [{ id: 'not-spf', flaws: [...flaws] }]);
}

function whyInvalid(text: string, terms: readonly Term[], strings: readonly string[]): Note[] {
  const marks = literalMarks(text);
  if (marks) return [marks];
  const spaced = strings.join(' ').split(/ +/);
  const reasons = terms.flatMap(({ why }): Note[] => {
    if (why?.id !== 'glued-terms') return why ? [why] : [];
    // A space between the strings would have made them the terms that were meant.
    const joined = !spaced.includes(why.term) && why.parts.every((part) => spaced.includes(part));
    return [joined ? { id: 'joined-strings', term: why.term, parts: why.parts } : why];
  });
  return reasons.length > 0 ? reasons : [{ id: 'invalid-term' }];
}

/** A further sender leaves the template's own senders as they are; a term that refuses may come before them. */
function harmlessExtra(term: Term): boolean {
  return term.kind === 'modifier' ? term.name !== 'redirect' : term.qualifier === '+' && term.name !== 'all';
}

function deviations(missing: readonly Term[], more: readonly Term[]): Deviation[] {
  const differences: Deviation[] = [];
  const rest = [...more];
  for (const term of missing) {
    // `~all` in place of `-all` is one difference, not two.
    const index = rest.findIndex(
      (other) => other.name === term.name && (term.name === 'all' || sameTarget(other, term)),
    );
    const [pair] = index >= 0 ? rest.splice(index, 1) : [];
    differences.push(...differing(term.name, term.text, pair?.text ?? null));
  }
  differences.push(...rest.flatMap((term) => differing(term.name, null, term.text)));
  return differences;
}

function sameTarget(one: Term, other: Term): boolean {
  const target = (term: Term) => term.text.replace(/^[-~?]/, '');
  return target(one) === target(other);
}

export interface Senders {
  /** The senders that a domain has beside the template's (a newsletter's `include:`, say). */
  readonly further: readonly string[];
  /** Terms that can be evaluated by nobody, or that RFC 7208 5.5 advises against. */
  readonly unusable: readonly {
    readonly term: string;
    readonly why: 'invalid' | 'ptr' | 'no-pass' | 'everybody-passes';
  }[];
}

/** What the records of a domain permit beside the template, each term once. What is misspelt counts as what was meant. */
export function furtherSenders(expected: string, found: readonly string[], domain: string): Senders {
  const wanted = readSpf(expected, domain).terms;
  const further: string[] = [];
  const unusable: Senders['unusable'][number][] = [];
  for (const text of found) {
    for (const term of readSpf(['v=spf1', ...meantTerms(text)].join(' '), domain).terms) {
      const template = term.name !== 'all' && wanted.some((other) => sameTarget(other, term));
      if (template || further.includes(term.text)) continue;
      const why = unusableBecause(term);
      if (why) unusable.push({ term: term.text, why });
      // Whom the other record lets pass, passes still.
      else if (term.name === 'redirect') further.push(term.text.replace('redirect=', 'include:'));
      else if (term.kind === 'mechanism' && term.name !== 'all') further.push(term.text);
    }
  }
  return { further, unusable };
}

function unusableBecause({ kind, name, qualifier }: Term): Senders['unusable'][number]['why'] | null {
  if (kind === 'invalid') return 'invalid';
  if (kind === 'modifier') return name === 'redirect' ? null : 'no-pass';
  if (name === 'all') return qualifier === '+' ? 'everybody-passes' : null;
  if (qualifier !== '+') return 'no-pass';
  return name === 'ptr' ? 'ptr' : null;
}

/** The template's record with further terms, before its `all`. */
export function withTerms(expected: string, terms: readonly string[]): string {
  const words = expected.split(/ +/);
  const end = words.findIndex((word) => /^[-+~?]?all$/i.test(word));
  words.splice(end < 0 ? words.length : end, 0, ...terms);
  return words.join(' ');
}
