/** The DNS tree walk of RFC 9989 4.10: which policy applies to a domain, and which domains are one organisation. */
import { isDmarc } from './dmarc.ts';
import { dmarcName } from './names.ts';
import { readTags, tagValue } from './tags.ts';

/** RFC 9989 4.10: longer names are cut to this many labels after the first question. */
const MAX_LABELS = 7;

/**
 * The texts of all TXT records at a name, each in one piece; none where the name has none.
 * Rejects where that is not known.
 */
export type LookupTexts = (name: string) => Promise<readonly string[]>;

/**
 * Reports may go to one's own organisation without its permission (RFC 9990 4). Names that share no more than
 * their last label are never of one organisation, and then nothing is asked.
 * @throws what `lookup` rejects with
 */
export async function sameOrganisation(lookup: LookupTexts, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  if (commonLabels(one, other) < 2) return false;
  const [first, second] = await Promise.all([one, other].map((name) => organisationOf(lookup, name)));
  return first === second;
}

function commonLabels(one: string, other: string): number {
  const a = one.split('.').reverse();
  const b = other.split('.').reverse();
  let count = 0;
  while (count < a.length && a[count] === b[count]) count += 1;
  return count;
}

/** The organisational domain of a domain: the domain itself where no policy says otherwise. */
export async function organisationOf(lookup: LookupTexts, domain: string): Promise<string> {
  const walk = treeWalk(domain);
  let highest = domain;
  for (const [index, step] of walk.entries()) {
    const records = (await lookup(dmarcName(step))).filter(isDmarc);
    if (records.length !== 1) continue;
    const psd = tagValue(readTags(records[0]!).tags, 'psd')?.toLowerCase();
    if (psd === 'n') return step;
    if (psd === 'y') return index === 0 ? step : (walk[index - 1] ?? step);
    highest = step;
  }
  return highest;
}

/** The domain and those above it, in the order in which they are asked about. */
function treeWalk(domain: string): string[] {
  const labels = domain.split('.');
  const names = labels.map((_, index) => labels.slice(index).join('.'));
  return names.filter((_, index) => index === 0 || labels.length - index <= MAX_LABELS);
}
