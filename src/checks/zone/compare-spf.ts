/** SPF records against the template (RFC 7208). What they evaluate to is another matter: see `relay.ts`. */

import { normaliseName } from '../../dns/name.ts';
import {
  type Comparison,
  comparison,
  type Deviation,
  differing,
  literalMarks,
  senseless,
} from './comparison.ts';
import type { Note } from './notes.ts';

const MECHANISMS = new Set(['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists']);
/** Those that cost one of the ten lookups (RFC 7208 4.6.4). */
const LOOKUPS = new Set(['include', 'a', 'mx', 'ptr', 'exists', 'redirect']);
const MAX_LOOKUPS = 10;

interface Term {
  readonly kind: 'mechanism' | 'modifier' | 'invalid';
  readonly name: string;
  /** `+` unless written otherwise. */
  readonly qualifier: string;
  /** In the one form in which equal terms are equal texts, the qualifier `+` left out. */
  readonly text: string;
}

export interface SpfRecord {
  /** Up to and with `all`; what follows it is never evaluated. */
  readonly terms: readonly Term[];
  readonly dead: readonly string[];
}

/** Reads a record in the form in which terms can be compared. */
export function readSpf(text: string, domain: string): SpfRecord {
  const terms: Term[] = [];
  const dead: string[] = [];
  let ended = false;
  for (const word of text.split(/ +/).slice(1).filter(Boolean)) {
    const term = readTerm(word, domain);
    // A modifier behind `all` still counts, except redirect, which `all` makes idle (RFC 7208 6.1).
    if (ended && (term.kind === 'mechanism' || term.name === 'redirect')) dead.push(word);
    else terms.push(term);
    if (term.kind === 'mechanism' && term.name === 'all') ended = true;
  }
  const live = ended ? terms.filter(({ name }) => name !== 'redirect') : terms;
  return { terms: live, dead };
}

function readTerm(word: string, domain: string): Term {
  const modifier = /^(?<name>[a-z][a-z0-9_.-]*)=(?<value>.*)$/i.exec(word)?.groups;
  if (modifier) {
    const name = modifier.name!.toLowerCase();
    return { kind: 'modifier', name, qualifier: '', text: `${name}=${modifier.value!.toLowerCase()}` };
  }
  const match = /^(?<qualifier>[-+~?]?)(?<name>[a-z0-9]+)(?<rest>[:/].*)?$/i.exec(word)?.groups;
  const name = match?.name?.toLowerCase() ?? '';
  if (!match || !MECHANISMS.has(name)) return { kind: 'invalid', name: word, qualifier: '', text: word };
  const qualifier = match.qualifier || '+';
  let rest = (match.rest ?? '').toLowerCase();
  // `mx` alone means the domain itself, and a name may be written with its last dot.
  if ((name === 'a' || name === 'mx') && !rest.startsWith(':')) rest = `:${domain}${rest}`;
  if (name === 'ip4') rest = rest.replace(/\/32$/, '');
  if (name === 'ip6') rest = rest.replace(/\/128$/, '');
  if (name !== 'ip4' && name !== 'ip6') {
    rest = rest.replace(/^:([^/%]+)/, (_, host: string) => `:${normaliseName(host) ?? host}`);
  }
  return { kind: 'mechanism', name, qualifier, text: `${qualifier === '+' ? '' : qualifier}${name}${rest}` };
}

/** The template's terms must all be there and decide as the template does; more senders are an extra. */
export function compareSpf(
  expected: string,
  found: readonly string[],
  domain: string,
  strings = 1,
): Comparison {
  if (found.length === 0) return comparison('missing');
  const same = found.every((text) => text === expected);
  if (found.length > 1) {
    return comparison('multiple', [], [{ id: 'several-spf', count: found.length, same }]);
  }
  const [text = ''] = found;
  if (same) {
    return strings > 1 ? comparison('equivalent', [], [{ id: 'split-strings' }]) : comparison('exact');
  }
  const wanted = readSpf(expected, domain).terms;
  const record = readSpf(text, domain);
  const notes: Note[] = record.dead.length > 0 ? [{ id: 'after-all', terms: record.dead }] : [];
  const invalid = record.terms.filter(({ kind }) => kind === 'invalid');
  if (invalid.length > 0) {
    const why = literalMarks(text) ?? ({ id: 'invalid-term' } as const);
    return comparison(
      'different',
      invalid.map((term) => senseless(term.text)),
      [why, ...notes],
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

/**
 * The record to publish: the template's, with the senders that the domain has beside it (a newsletter's
 * `include:`, say), so that publishing it breaks no other sender. Terms that cannot be kept are left out.
 */
export function mergeSpf(
  expected: string,
  found: readonly string[],
  domain: string,
): { value: string; kept: string[] } {
  const wanted = readSpf(expected, domain).terms;
  const kept: string[] = [];
  for (const text of found) {
    for (const term of readSpf(text, domain).terms) {
      const keep = term.kind === 'mechanism' && harmlessExtra(term) && term.name !== 'ptr';
      const there = wanted.some((other) => sameTarget(other, term)) || kept.includes(term.text);
      if (keep && !there) kept.push(term.text);
    }
  }
  const lookups = [...wanted.map(({ name }) => name), ...kept.map((text) => text.split(/[:/]/)[0]!)];
  if (kept.length === 0 || lookups.filter((name) => LOOKUPS.has(name)).length > MAX_LOOKUPS) {
    return { value: expected, kept: [] };
  }
  const words = expected.split(/ +/);
  const end = words.findIndex((word) => /^[-+~?]?all$/i.test(word));
  words.splice(end < 0 ? words.length : end, 0, ...kept);
  return { value: words.join(' '), kept };
}
