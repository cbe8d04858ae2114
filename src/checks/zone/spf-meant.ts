/** SPF terms that are not written as RFC 7208 wants them, and what was most likely meant. */
import { isIPv4, isIPv6 } from 'node:net';
import { isDomainName } from '../../dns/name.ts';

/** A qualifier, or a name with its colon, behind which a space was put that does not belong there. */
const CUT_OFF = /^(?:[-+~?]|[-+~?]?(?:include|exists|ip4|ip6|ipv4|ipv6|ip|a|mx|redirect|exp)[:=])$/i;
/** A qualifier, then a name with its value, or a value alone. */
const WRITTEN =
  /^(?<qualifier>[-+~?–—−]?)(?:(?<name>include|exists|ip4|ip6|ipv4|ipv6|ip|redirect|exp)[:=])?(?<value>.*)$/iu;

/** The words of a record behind its version; what a space cut into two is one, with that space. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const word of text.split(/ +/).slice(1).filter(Boolean)) {
    const before = words.at(-1);
    if (before !== undefined && CUT_OFF.test(before)) words.splice(-1, 1, `${before} ${word}`);
    else words.push(word);
  }
  return words;
}

/** What a word was meant to be that is no term, or a modifier that nobody knows; null for every other. */
export function meantBy(word: string): string | null {
  const meant = spelt(word.replace(' ', '').replace(/[,;]+$/, ''));
  return meant === word ? null : meant;
}

/** A word as it has to be written; null where that cannot be seen. */
function spelt(word: string): string | null {
  const { qualifier: written = '', name: named = '', value = '' } = WRITTEN.exec(word)?.groups ?? {};
  const qualifier = /[–—−]/u.test(written) ? '-' : written;
  const name = named.toLowerCase();
  if (value === '') return null;
  if (name === 'redirect' || name === 'exp') return `${name}=${value}`;
  if (name === 'include' || name === 'exists') return `${qualifier}${name}:${value}`;
  const [address = '', length = ''] = value.split(/(?=\/)/);
  if (isIPv4(address)) return `${qualifier}ip4:${value}`;
  if (isIPv6(address)) return `${qualifier}ip6:${value}`;
  // A host has no place in an address's term; `a` is the one for it.
  if (name !== '') return length === '' && isDomainName(address) ? `${qualifier}a:${value}` : null;
  return `${qualifier}${value}`;
}
