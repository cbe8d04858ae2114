/** Where the zone of a name begins: a registrar's form shows that zone, and its names are relative to it. */
import { DnsError } from '../../dns/resolver.ts';
import type { Asking } from './context.ts';

/**
 * The zone that a name belongs into: the nearest name above it, or itself, that has name servers of its own. Null
 * where that is not known. A domain for which no name servers are found anywhere stands for itself.
 */
export async function zoneOf(name: string, { resolver, signal }: Asking): Promise<string | null> {
  for (let zone = name; zone.includes('.'); zone = zone.slice(zone.indexOf('.') + 1)) {
    try {
      const answer = await resolver.lookup(zone, 'NS', { signal });
      // An alias's name servers are those of another zone.
      if (answer.status === 'found' && answer.aliases.length === 0) return zone;
    } catch (cause) {
      if (!(cause instanceof DnsError)) throw cause;
      return null;
    }
  }
  return name;
}
