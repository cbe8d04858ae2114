/** A DMARC policy record against the template (RFC 9989), and the authorisation of its reports (RFC 9990 4). */
import { destinations, isDmarc } from '../records/dmarc.ts';
import { readTags, type Tag, tagValue } from '../records/tags.ts';
import {
  type Comparison,
  comparison,
  type Deviation,
  differing,
  literalMarks,
  missingSemicolons,
  senseless,
  repeated as writtenTwice,
} from './comparison.ts';

/** Tags that RFC 9989 made historic, with what they used to mean when absent (RFC 7489 6.3). */
export const HISTORIC: Readonly<Record<string, string>> = { pct: '100', rf: 'afrf', ri: '86400' };

const DEFAULTS: Readonly<Record<string, string>> = {
  adkim: 'r',
  aspf: 'r',
  fo: '0',
  t: 'n',
  psd: 'u',
  ...HISTORIC,
};
/** Tags that change what happens to mail; a difference in any other is only more, or only older. */
const DECISIVE = new Set(['p', 'sp', 'np', 'adkim', 'aspf', 't', 'psd', 'pct']);

/** `psd=n`: the domain is its own organisational domain, which changes nothing about its own mail (RFC 9989 4.10). */
const harmless = (name: string, found: string) => name === 'psd' && found !== 'y';

/** @param found the TXT records at the name that count; two count for none (RFC 9989 4.10) */
export function compareDmarc(
  expected: string,
  found: readonly string[],
  nearly: readonly string[] = [],
): Comparison {
  if (found.length === 0) {
    return none(nearly);
  }
  if (found.length > 1) return comparison('multiple', [], [{ id: 'several-dmarc', count: found.length }]);
  const [text = ''] = found;
  if (text === expected) return comparison('exact');
  const want = readTags(expected).tags;
  const { tags, stray, repeated } = readTags(text);
  const unlike: Deviation[] = [...stray.map(senseless), ...repeated.map(writtenTwice)];
  const more: Deviation[] = [];
  for (const name of new Set([...want, ...tags].map((tag) => tag.name))) {
    if (name === 'v') continue;
    const wanted = tagValue(want, name);
    const written = tagValue(tags, name);
    const difference = differing(name, wanted, written);
    if (name === 'rua' || name === 'ruf') {
      const { lacks, adds } = compareDestinations(wanted, written);
      if (lacks) unlike.push(...difference);
      else if (adds) more.push(...difference);
    } else if (meaning(want, name) !== meaning(tags, name)) {
      const decisive = DECISIVE.has(name) && !harmless(name, meaning(tags, name));
      (decisive ? unlike : more).push(...difference);
    }
  }
  const marks = unlike.length > 0 ? literalMarks(text) : null;
  const notes = marks ? [marks] : unlike.length > 0 ? missingSemicolons(tags) : [];
  if (unlike.length > 0) return comparison('different', [...unlike, ...more], notes);
  // rf and ri decide nothing any more: another value is neither better nor worse.
  const shown = more.filter(({ tag }) => !(tag in HISTORIC));
  return shown.length > 0 ? comparison('extra', shown) : comparison('equivalent');
}

/** No record that counts, but perhaps one that was meant to. */
function none([text]: readonly string[]): Comparison {
  if (text === undefined) return comparison('missing');
  const space = /^\s/.test(text) && isDmarc(text.trimStart());
  // "v=DMARC1 p=reject": it does begin so, and goes on wrongly.
  const [semicolon] = /^v=DMARC1[\s,:]/.test(text) ? missingSemicolons(readTags(text).tags) : [];
  const why = literalMarks(text) ??
    semicolon ?? { id: space ? ('leading-space' as const) : ('not-dmarc' as const) };
  return comparison('different', [senseless(text)], [why]);
}

function meaning(tags: readonly Tag[], name: string): string {
  const value = tagValue(tags, name);
  if (value !== null) return value.replace(/\s+/g, '').toLowerCase();
  // sp falls back to p, np to sp (RFC 9989 4.7).
  if (name === 'sp') return meaning(tags, 'p');
  if (name === 'np') return meaning(tags, 'sp');
  return DEFAULTS[name] ?? '';
}

function compareDestinations(
  expected: string | null,
  found: string | null,
): { lacks: boolean; adds: boolean } {
  const want = destinations(expected ?? '').map(({ uri }) => uri);
  const have = destinations(found ?? '').map(({ uri }) => uri);
  return { lacks: want.some((uri) => !have.includes(uri)), adds: have.some((uri) => !want.includes(uri)) };
}

/** One valid record suffices (RFC 9990 4); other records at the name do not matter. */
export function compareReport(
  expected: string,
  found: readonly string[],
  nearly: readonly string[] = [],
): Comparison {
  if (found.length === 0) {
    return none(nearly);
  }
  if (found.includes(expected)) return comparison('exact');
  const bare = found.some((text) => readTags(text).tags.length === readTags(expected).tags.length);
  return comparison(bare ? 'equivalent' : 'extra');
}
