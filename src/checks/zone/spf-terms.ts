/** The terms of an SPF record (RFC 7208 4.6.1, 12), in a form in which they can be compared; what is wrong with those that are none. */
import { isIPv4, isIPv6 } from 'node:net';
import { normaliseName } from '../../dns/name.ts';
import type { Note } from './notes.ts';
import { meantBy, wordsOf } from './spf-meant.ts';

const MECHANISMS = new Set(['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists']);
/** Those that mean nothing without a value. */
const WITH_VALUE = new Set(['include', 'ip4', 'ip6', 'exists']);

export interface Term {
  readonly kind: 'mechanism' | 'modifier' | 'invalid';
  readonly name: string;
  /** `+` unless written otherwise. */
  readonly qualifier: string;
  /** In the one form in which equal terms are equal texts, the qualifier `+` left out. */
  readonly text: string;
  /** Why an invalid one is none, where that can be said. */
  readonly why?: Note;
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
  for (const word of wordsOf(text)) {
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
  const parts = unglued(word);
  if (parts) return invalid(word, { id: 'glued-terms', term: word, parts });
  const modifier = /^(?<name>[a-z][a-z0-9_.-]*)=(?<value>.*)$/i.exec(word)?.groups;
  if (modifier) {
    const name = modifier.name!.toLowerCase();
    return { kind: 'modifier', name, qualifier: '', text: `${name}=${modifier.value!.toLowerCase()}` };
  }
  const match = /^(?<qualifier>[-+~?]?)(?<name>[a-z0-9]+)(?<rest>[:/].*)?$/i.exec(word)?.groups;
  const name = match?.name?.toLowerCase() ?? '';
  if (!match || !MECHANISMS.has(name) || /[ ,;]/.test(word)) return invalid(word, misspelt(word));
  const qualifier = match.qualifier || '+';
  let rest = (match.rest ?? '').toLowerCase();
  const why = wrongValue(word, name, rest);
  if (why) return invalid(word, why);
  if ((name === 'all' && rest !== '') || (WITH_VALUE.has(name) && rest === '')) return invalid(word);
  // `mx` alone means the domain itself, and a name may be written with its last dot.
  if ((name === 'a' || name === 'mx') && !rest.startsWith(':')) rest = `:${domain}${rest}`;
  if (name === 'ip4') rest = rest.replace(/\/32$/, '');
  if (name === 'ip6') rest = rest.replace(/\/128$/, '');
  if (name === 'a' || name === 'mx') rest = rest.replace(/\/\/128$/, '').replace(/(?<!\/)\/32$/, '');
  if (name !== 'ip4' && name !== 'ip6') {
    rest = rest.replace(/^:([^/%]+)/, (_, host: string) => `:${normaliseName(host) ?? host}`);
  }
  return { kind: 'mechanism', name, qualifier, text: `${qualifier === '+' ? '' : qualifier}${name}${rest}` };
}

function misspelt(term: string): Note | undefined {
  const instead = meantBy(term);
  // Of most words nothing else can be said than that they are no terms.
  return instead === null || readTerm(instead, '').kind === 'invalid'
    ? undefined
    : { id: 'misspelt-term', term, instead };
}

/** The terms that a record was meant to have: taken apart, put together and spelt as they have to be. */
export function meantTerms(text: string): string[] {
  return wordsOf(text).flatMap((word) => unglued(word) ?? [meantBy(word) ?? word]);
}

/** Modifiers that no receiver knows, and that were meant to be terms. */
export function idleModifiers({ terms }: SpfRecord): { readonly term: string; readonly instead: string }[] {
  return terms.flatMap(({ kind, text }) => {
    const instead = kind === 'modifier' ? meantBy(text) : null;
    return instead === null ? [] : [{ term: text, instead }];
  });
}

function invalid(word: string, why?: Note): Term {
  return { kind: 'invalid', name: word, qualifier: '', text: word, ...(why && { why }) };
}

/** A prefix that is too long, or an address that is none of its family. */
function wrongValue(term: string, name: string, rest: string): Note | null {
  const {
    target = '',
    four,
    six,
  } = /^:?(?<target>.*?)(?:\/(?<four>\d+))?(?:\/\/(?<six>\d+))?$/.exec(rest)?.groups ?? {};
  if (name === 'ip4' || name === 'ip6') {
    const own = name === 'ip4' ? isIPv4(target) : isIPv6(target);
    if (!own && target !== '') {
      return { id: 'no-address', term, instead: meantBy(term) };
    }
  }
  const most = name === 'ip6' ? 128 : 32;
  if (four !== undefined && Number(four) > most) return { id: 'prefix-too-long', term, most };
  return six !== undefined && Number(six) > 128 ? { id: 'prefix-too-long', term, most: 128 } : null;
}

/** The terms that stand in one word because a space is missing; null where it is one term. */
export function unglued(word: string): string[] | null {
  const parts: string[] = [];
  let rest = word;
  for (;;) {
    const cut = secondTerm(rest);
    if (cut < 0) break;
    parts.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return parts.length > 0 ? [...parts, rest] : null;
}

/** Where a second term begins in a word. No domain has a colon in it, or ends with `-all`. */
function secondTerm(word: string): number {
  const first =
    /^[-+~?]?(?:all(?=[-+~?])|(?:include|exists|ptr|ip4|ip6|mx|a)[:/]|(?:mx|a|ptr)(?=[-+~?]))/i.exec(
      word,
    )?.[0];
  const redirect = /^(?:redirect|exp)=/i.exec(word)?.[0];
  const start = first?.length ?? redirect?.length;
  if (start === undefined) return -1;
  const next = /[-+~?]?(?:include|exists|ptr|ip4|ip6|mx):|(?:redirect|exp)=|[-+~?]all$/i.exec(
    word.slice(start),
  );
  // An address of ip6 has colons, and no letters beyond f.
  return next ? start + next.index : -1;
}
