/**
 * The transport of a participant's media, where it explains a loss: a bridge that has settled on a relay goes on sending
 * there after the browser has left it, and one whose relay is gone sends nowhere.
 */
import type { PairStats, StatsSample } from '../page/protocol.ts';
import type { StreamReason } from '../reasons.ts';

type TransportChange = NonNullable<Extract<StreamReason, { readonly id: 'not-received' }>['transport']>;
type Transport = TransportChange['now'];

function transport({ candidateType, relayProtocol, protocol }: PairStats): Transport {
  return { relay: candidateType === 'relay' ? ((relayProtocol ?? protocol) as Transport['relay']) : null };
}

/** The transports of one connection one after the other, and when each began. */
function transportsOf(samples: readonly StatsSample[], p2p: boolean): { now: Transport; at: number }[] {
  const found: { now: Transport; at: number }[] = [];
  for (const { at, pairs } of samples) {
    const pair = pairs.find((each) => each.p2p === p2p);
    if (!pair) continue;
    const now = transport(pair);
    const last = found.at(-1);
    if (!last || last.now.relay !== now.relay) found.push({ now, at });
  }
  return found;
}

/** How a participant whom packets do not reach is connected; null where no relay was ever part of it, as is usual. */
export function transportOf(samples: readonly StatsSample[], p2p: boolean): TransportChange | null {
  const [last, before] = transportsOf(samples, p2p).toReversed();
  if (!last) return null;
  if (before) return { now: last.now, before: before.now, at: last.at };
  return last.now.relay === null ? null : { now: last.now, before: null, at: null };
}
