/** A DKIM key record against the template (RFC 6376 3.6.1, RFC 8301): keys are compared as keys. */
import { keyOfRecord } from '../records/dkim.ts';
import { readTags, type Tag, tagValue } from '../records/tags.ts';
import { type Comparison, comparison, literalMarks, short } from './comparison.ts';
import type { Difference } from './result.ts';

/** What a tag means when it is not there. */
const DEFAULTS: Record<string, string> = { v: 'DKIM1', k: 'rsa', s: '*', t: '', h: '', n: '', g: '*' };
/** Tags whose value has no case (RFC 6376 3.2 keeps case unless a tag says otherwise; verifiers do not). */
const CASELESS = new Set(['h', 'k', 's']);

/** @param found the texts of all TXT records at the selector, joined: more than one is undefined (3.6.2.2) */
export function compareDkim(expected: string, found: readonly string[]): Comparison {
  if (found.length === 0) return comparison('missing');
  if (found.length > 1) {
    return comparison(
      'multiple',
      [],
      [
        `There are ${found.length} TXT records at this name; which one a receiver takes is undefined (RFC 6376 3.6.2.2).`,
      ],
    );
  }
  const [text = ''] = found;
  if (text === expected) return comparison('exact');
  const want = readTags(expected, 'as written').tags;
  const { tags, stray, repeated } = readTags(text, 'as written');
  const differences: Difference[] = [];
  const notes: string[] = [];
  if (tags.some(({ name, value }, index) => name === 'v' && (index > 0 || value !== 'DKIM1'))) {
    differences.push({ tag: 'v', expected: 'DKIM1', found: tagValue(tags, 'v') });
    notes.push('"v=" must come first and be exactly DKIM1, or the key is ignored (RFC 6376 3.6.1).');
  }
  for (const name of repeated) differences.push({ tag: name, expected: null, found: 'written twice' });
  for (const part of stray) differences.push({ tag: 'syntax', expected: null, found: short(part) });
  differences.push(...compareKeys(expected, text, notes));
  const { unlike, more } = compareTags(want, tags);
  differences.push(...unlike);
  const marks = literalMarks(text);
  if (marks && differences.length > 0) notes.push(marks);
  if (differences.length > 0) return comparison('different', differences, notes);
  return more.length > 0 ? comparison('extra', more, notes) : comparison('equivalent', [], notes);
}

function compareKeys(expected: string, text: string, notes: string[]): Difference[] {
  const wanted = tagValue(readTags(expected, 'as written').tags, 'p') ?? '';
  const written = tagValue(readTags(text, 'as written').tags, 'p');
  const bare = (written ?? '').replace(/\s+/g, '');
  const difference = { tag: 'p', expected: short(wanted), found: written === null ? null : short(bare) };
  if (written === null) {
    notes.push('It has no "p=": there is no key in it.');
    return [difference];
  }
  if (bare === '') {
    notes.push('An empty "p=" says that the key was revoked (RFC 6376 3.6.1).');
    return [difference];
  }
  const want = keyOfRecord(expected);
  const have = keyOfRecord(text);
  if (want && have && want.der.equals(have.der) && !/[^A-Za-z0-9+/=]/.test(bare)) return [];
  if (bare.length < wanted.length && wanted.startsWith(bare)) {
    notes.push(`The key is cut off after ${bare.length} of ${wanted.length} characters.`);
  } else if (/[^A-Za-z0-9+/=]/.test(bare)) {
    const strange = [...new Set(bare.match(/[^A-Za-z0-9+/=]/g))].join(' ');
    notes.push(`The key contains what no key can (${strange}).`);
  } else if (have) {
    notes.push(
      want && have.bits !== want.bits
        ? `It is another key, of ${have.bits} bits instead of ${want.bits}.`
        : 'It is another key.',
    );
  } else notes.push('What stands in "p=" is not a public key.');
  return [difference];
}

/** All tags but v and p. `more`: tags that allow or note more than the template does. */
function compareTags(
  want: readonly Tag[],
  have: readonly Tag[],
): { unlike: Difference[]; more: Difference[] } {
  const unlike: Difference[] = [];
  const more: Difference[] = [];
  const names = new Set([...want, ...have].map(({ name }) => name));
  for (const name of names) {
    if (name === 'v' || name === 'p') continue;
    const expected = meaning(want, name);
    const found = meaning(have, name);
    if (expected === found) continue;
    const difference = { tag: name, expected: tagValue(want, name), found: tagValue(have, name) };
    (harmless(name, expected, found) ? more : unlike).push(difference);
  }
  return { unlike, more };
}

function harmless(name: string, expected: string, found: string): boolean {
  const parts = (text: string) => text.split(':').filter(Boolean);
  // No h= allows every hash, and a longer list more than a short one; mail that passed still passes.
  if (name === 'h') return found === '' || (expected !== '' && covers(parts(found), parts(expected)));
  if (name === 's') return covers(parts(found), ['*']) || covers(parts(found), ['email']);
  // t=y: verifiers treat the domain as unsigned; t=s: i= must be the domain itself, as relays write it anyway.
  if (name === 't') return !parts(found).includes('y');
  return name !== 'k';
}

function covers(all: readonly string[], needed: readonly string[]): boolean {
  return needed.every((part) => all.includes(part));
}

function meaning(tags: readonly Tag[], name: string): string {
  const value = tagValue(tags, name) ?? DEFAULTS[name] ?? '';
  const plain = CASELESS.has(name) ? value.toLowerCase() : value;
  return plain.replace(/\s+/g, '').split(':').sort().join(':');
}
