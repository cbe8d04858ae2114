/** Whether a web front is there in each address family that DNS has of it. */
import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { within } from '../../base/deadline.ts';
import { dialTcp } from '../../net/dial.ts';
import { hostPort, withoutBrackets } from '../../net/host-port.ts';
import type { CheckContext } from '../check.ts';
import type { Web } from '../web/client.ts';
import { explained, failureWith, type Inspection } from './inspection.ts';
import type { SignalingOptions } from './options.ts';
import type { Reason } from './reasons.ts';

/** What is looked at, and where what is found goes. */
interface Looking {
  readonly base: string;
  readonly web: Web;
  readonly options: SignalingOptions;
  readonly context: Pick<CheckContext, 'signal'>;
  readonly inspection: Inspection;
}

/**
 * Connects to the first address of each family. Browsers try both (RFC 8305), so that whoever has one of them alone, or waits
 * for the other, is the only one to notice. Where this machine has no network of a family, nothing is said of it.
 */
export async function lookAtFamilies({ base, web, options, context, inspection }: Looking): Promise<void> {
  const { hostname, protocol, port } = new URL(base);
  const host = withoutBrackets(hostname);
  if (options.family !== 'any' || isIP(host) !== 0) return;
  const addresses = await addressesOf(host, web.lookups.lookup);
  const first = ([4, 6] as const).flatMap((family) => addresses.find((one) => one.family === family) ?? []);
  if (first.length < 2) return;
  const to = Number(port) || (protocol === 'https:' ? 443 : 80);
  const tried = await Promise.all(
    first.map(async ({ address, family }) => {
      const target = { host: address, port: to };
      try {
        const socket = await within(options.timeout, context.signal, (signal) => dialTcp(target, { signal }));
        socket.destroy();
        return { family, address, why: null, works: true };
      } catch (cause) {
        context.signal.throwIfAborted();
        const with_ = { deadlineMs: options.timeout, lookups: web.lookups };
        const { own, why } = failureWith(hostPort(target), cause, with_);
        return { family, address, why: own ? null : why, works: false };
      }
    }),
  );
  const broken = tried.find((one): one is typeof one & { why: Reason } => one.why !== null);
  if (!broken || !tried.some(({ works }) => works)) return;
  const { family, address, why } = broken;
  inspection.find({
    cause: { id: 'address-family-broken', host, family: family === 6 ? 6 : 4, address, ...explained(why) },
    outcome: 'degraded',
    where: 'signaling',
  });
}

/** Empty where nobody knows: whatever asks for the page says why. */
function addressesOf(host: string, lookup: LookupFunction): Promise<LookupAddress[]> {
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, found) => {
      resolve(error || !Array.isArray(found) ? [] : found);
    });
  });
}
