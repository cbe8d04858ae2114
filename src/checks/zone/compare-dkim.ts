/** A DKIM key record against the template (RFC 6376 3.6.1, RFC 8301): keys are compared as keys. */
import { keyOfRecord } from '../records/dkim.ts';
import { readTags, type Tag, tagValue } from '../records/tags.ts';
import {
  type Comparison,
  comparison,
  type Deviation,
  differing,
  literalMarks,
  missingSemicolons,
  senseless,
  short,
  repeated as writtenTwice,
} from './comparison.ts';
import type { Note } from './notes.ts';

/** What a tag means when it is not there. */
const DEFAULTS: Record<string, string> = { v: 'DKIM1', k: 'rsa', s: '*', t: '', h: '', n: '', g: '*' };
/** The tags that RFC 6376 3.6.1 defines; their names have a case. */
const KNOWN = new Set([...Object.keys(DEFAULTS), 'p']);
/** Tags whose value has no case (RFC 6376 3.2 keeps case unless a tag says otherwise; verifiers do not). */
const CASELESS = new Set(['h', 'k', 's']);

/** A key of 4096 bits has three strings. */
const MAX_PIECES = 3;

/** @param found the texts of all TXT records at the selector, joined: more than one is undefined (3.6.2.2) */
export function compareDkim(expected: string, found: readonly string[]): Comparison {
  if (found.length === 0) return comparison('missing');
  if (found.length > 1) {
    const whole = (text: string) => compareKeys(expected, text) === null;
    const pieces = !found.some(whole) && inOrder(found).some(whole);
    const note: Note = { id: pieces ? 'key-in-pieces' : 'several-keys', count: found.length };
    return comparison('multiple', [], [note]);
  }
  const [text = ''] = found;
  if (text === expected) return comparison('exact');
  const want = readTags(expected, 'as written').tags;
  const { tags, stray, repeated } = readTags(text, 'as written');
  const differences: Deviation[] = [];
  const notes: Note[] = [];
  const version = tagValue(tags, 'v');
  if (version !== null && (version !== 'DKIM1' || tags[0]?.name !== 'v')) {
    const misplaced: Deviation = { tag: 'v', expected: 'DKIM1', found: 'DKIM1', how: 'misplaced' };
    differences.push(...(version === 'DKIM1' ? [misplaced] : differing('v', 'DKIM1', version)));
    notes.push({ id: 'version-ignored' });
  }
  differences.push(...repeated.map(writtenTwice), ...stray.map(senseless));
  const key = compareKeys(expected, text);
  if (key) {
    differences.push(key.difference);
    notes.push(key.note);
  }
  const miswritten = tags.filter(({ name }) => name !== name.toLowerCase() && KNOWN.has(name.toLowerCase()));
  if (miswritten.length > 0) notes.push({ id: 'tag-case', tags: miswritten.map(({ name }) => name) });
  const { unlike, more } = compareTags(want, tags);
  differences.push(...unlike);
  const marks = literalMarks(text);
  if (marks && differences.length > 0) notes.push(marks);
  else if (differences.length > 0) notes.push(...missingSemicolons(tags));
  if (differences.length > 0) return comparison('different', differences, notes);
  return more.length > 0 ? comparison('extra', more, notes) : comparison('equivalent', [], notes);
}

/** A few texts joined in every order: a form that takes 255 characters makes records of the parts of one. */
function inOrder(texts: readonly string[]): string[] {
  if (texts.length > MAX_PIECES) return [];
  if (texts.length <= 1) return [...texts];
  return texts.flatMap((text, index) => inOrder(texts.toSpliced(index, 1)).map((rest) => text + rest));
}

/** How the key in a record is another than the expected one; null when it is the same. */
function compareKeys(expected: string, text: string): { difference: Deviation; note: Note } | null {
  const wanted = tagValue(readTags(expected, 'as written').tags, 'p') ?? '';
  const written = tagValue(readTags(text, 'as written').tags, 'p');
  if (written === null) {
    const difference: Deviation = { tag: 'p', expected: short(wanted), found: null, how: 'missing' };
    return { difference, note: { id: 'key-absent' } };
  }
  const bare = written.replace(/\s+/g, '');
  // Keys are compared as keys: their texts may well be equal, at both ends or altogether (another `k=`).
  const difference: Deviation = { tag: 'p', expected: short(wanted), found: short(bare), how: 'key' };
  if (bare === '') return { difference, note: { id: 'key-revoked' } };
  const strange = [...new Set(bare.match(/[^A-Za-z0-9+/=]/g))].join(' ');
  const want = keyOfRecord(expected);
  const have = keyOfRecord(text);
  if (want && have && want.der.equals(have.der) && strange === '') {
    return have.form === want.form ? null : { difference, note: { id: 'key-pkcs1' } };
  }
  if (bare.length < wanted.length && wanted.startsWith(bare)) {
    return { difference, note: { id: 'key-cut-off', length: bare.length, expected: wanted.length } };
  }
  if (strange !== '') return { difference, note: { id: 'key-characters', characters: strange } };
  if (!have) return { difference, note: { id: 'key-unreadable' } };
  return want && have.bits !== want.bits
    ? { difference, note: { id: 'key-of-other-size', bits: have.bits, expected: want.bits } }
    : { difference, note: { id: 'key-other' } };
}

/** All tags but v and p. `more`: tags that allow or note more than the template does. */
function compareTags(want: readonly Tag[], have: readonly Tag[]): { unlike: Deviation[]; more: Deviation[] } {
  const unlike: Deviation[] = [];
  const more: Deviation[] = [];
  const names = new Set([...want, ...have].map(({ name }) => name));
  for (const name of names) {
    if (name === 'v' || name === 'p') continue;
    const expected = meaning(want, name);
    const found = meaning(have, name);
    if (expected === found) continue;
    const difference = differing(name, tagValue(want, name), tagValue(have, name));
    (harmless(name, expected, found) ? more : unlike).push(...difference);
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
