/** Names to addresses as somebody wants them: a server that is tried before DNS knows it, or one address family alone. */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { withoutBrackets } from './host-port.ts';

/** The code of a name that has addresses, and none of the family that is wanted. */
export const NO_FAMILY = 'EFAMILY';

export type Family = 'any' | 4 | 6;

export interface Resolving {
  /** Addresses of hosts that are not asked of DNS, by their names in lower case. */
  readonly resolve: Readonly<Record<string, string>>;
  readonly family: Family;
}

/** A lookup that gives these addresses, and others as the system does, of the wanted family alone. */
export function resolving(
  { resolve, family }: Resolving,
  system: LookupFunction = systemLookup,
): LookupFunction {
  return (hostname, options, done) => {
    const wanted = family === 'any' ? options.family : family;
    const answer = (found: readonly LookupAddress[]) => {
      const kept = found.filter((one) => !wanted || wanted === one.family);
      const [first] = kept;
      if (!first) {
        const missing = new Error(`${hostname} has no IPv${wanted} address`);
        return done(Object.assign(missing, { code: NO_FAMILY }), '', 0);
      }
      return options.all ? done(null, kept) : done(null, first.address, first.family);
    };
    const given = resolve[withoutBrackets(hostname).toLowerCase()];
    if (given !== undefined) {
      // As late as an answer from DNS would come: callers do not expect one before they go on.
      setImmediate(() => answer([{ address: given, family: isIP(given) }]));
      return;
    }
    if (family === 'any') return system(hostname, options, done);
    system(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0);
      return answer(Array.isArray(found) ? found : [{ address: found, family: isIP(found) }]);
    });
  };
}
