/** DMARC policy records: which texts count as one, and where their reports go (RFC 9989, RFC 9990). */
import { readTags } from './tags.ts';

/**
 * A policy record: `v=DMARC1` first, without a space before it, the value in this case and the tag in either (RFC 9989
 * 4.7, RFC 5234 2.3). Receivers ignore every other text at the name.
 */
export function isDmarc(text: string): boolean {
  return /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(;|$)/.test(text);
}

/** A record that was meant to be one, and that receivers ignore. */
export function nearlyDmarc(text: string): boolean {
  return !isDmarc(text) && /v\s*=\s*dmarc/i.test(text);
}

/** The report addresses of a tag, without the size limit, which RFC 9989 no longer has. */
export function destinations(value: string): { uri: string; host: string | null }[] {
  return value
    .split(',')
    .map((part) => part.trim().replace(/!\d+[kmgt]?$/i, ''))
    .filter(Boolean)
    .map((uri) => {
      const address = /^mailto:[^@]+@(?<host>[^?]+)/i.exec(uri)?.groups;
      const host = address?.host?.toLowerCase().replace(/\.$/, '') ?? null;
      return { uri: uri.toLowerCase(), host };
    });
}

/** The hosts that a policy record sends reports to, each once. */
export function reportHosts(record: string): string[] {
  const { tags } = readTags(record);
  const all = tags
    .filter(({ name }) => name === 'rua' || name === 'ruf')
    .flatMap(({ value }) => destinations(value).map(({ host }) => host));
  return [...new Set(all.filter((host) => host !== null))];
}
