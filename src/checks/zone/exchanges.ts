/** The mail exchangers of a domain, for whoever asks them or holds something against their names. */
import { DnsError, type Resolver } from '../../dns/resolver.ts';

/**
 * The MX hosts of a domain, the preferred ones first, each once and without the null MX (RFC 7505); none where they cannot be looked
 * up, which is reported with the records.
 */
export async function exchangesOf(
  domain: string,
  { resolver, signal }: { readonly resolver: Resolver; readonly signal: AbortSignal },
): Promise<string[]> {
  try {
    const { records } = await resolver.lookup(domain, 'MX', { signal });
    const hosts = [...records].sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
    return [...new Set(hosts)].filter((host) => host !== '' && host !== '.');
  } catch (cause) {
    if (cause instanceof DnsError) return [];
    throw cause;
  }
}
