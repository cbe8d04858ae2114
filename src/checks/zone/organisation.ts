/** Whether two domains belong to one organisation, by the tree walk of RFC 9989 4.10. */
import type { Resolver } from '../../dns/resolver.ts';
import { isDmarc } from './compare-dmarc.ts';
import { readTags, tagValue } from './comparison.ts';

/** RFC 9989 4.10: longer names are cut to this many labels after the first question. */
const MAX_LABELS = 7;

/**
 * Reports may go to one's own organisation without its permission (RFC 9990 4). Names that share no more than
 * their last label are never of one organisation, and then nothing is asked.
 * @throws DnsError when that cannot be told
 */
export async function sameOrganisation(
  resolver: Resolver,
  one: string,
  other: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (one === other) return true;
  if (commonLabels(one, other) < 2) return false;
  const [first, second] = await Promise.all([one, other].map((name) => organisation(resolver, name, signal)));
  return first === second;
}

function commonLabels(one: string, other: string): number {
  const a = one.split('.').reverse();
  const b = other.split('.').reverse();
  let count = 0;
  while (count < a.length && a[count] === b[count]) count += 1;
  return count;
}

async function organisation(resolver: Resolver, name: string, signal: AbortSignal): Promise<string> {
  const labels = name.split('.');
  const names = labels.map((_, index) => labels.slice(index).join('.'));
  const walk = names.filter((_, index) => index === 0 || labels.length - index <= MAX_LABELS);
  let highest = name;
  for (const [index, step] of walk.entries()) {
    const answer = await resolver.lookup(`_dmarc.${step}`, 'TXT', { signal });
    const records = answer.records.map((strings) => strings.join('')).filter(isDmarc);
    if (records.length !== 1) continue;
    const psd = tagValue(readTags(records[0]!).tags, 'psd')?.toLowerCase();
    if (psd === 'n') return step;
    if (psd === 'y') return index === 0 ? step : (walk[index - 1] ?? step);
    highest = step;
  }
  return highest;
}
