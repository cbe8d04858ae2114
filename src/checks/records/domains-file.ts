/** A file that lists domains. */
import { isDomainName, normaliseName } from '../../dns/name.ts';

/** One domain per line; `#` begins a comment. */
export function parseDomains(content: string): {
  domains: string[];
  wrong: { line: number; text: string }[];
} {
  const domains: string[] = [];
  const wrong: { line: number; text: string }[] = [];
  for (const [index, whole] of content.split(/\r?\n/).entries()) {
    const text = whole.replace(/#.*$/, '').trim();
    if (text === '') continue;
    const name = normaliseName(text);
    if (name !== null && isDomainName(name)) domains.push(name);
    else wrong.push({ line: index + 1, text });
  }
  return { domains, wrong };
}
