/**
 * The way that a participant's media takes through the network, where it explains a loss: a bridge that has settled on
 * a relay goes on sending there after the browser has left it, and one whose relay is gone sends nowhere.
 */
import type { PairStats, StatsSample } from '../page/protocol.ts';

/** The selected candidate pair was another from here on. */
interface Way {
  readonly at: number;
  readonly pair: PairStats;
}

/** What is told of a way: `a relay (TURN over TLS)`, or `one without a relay`. */
function wordsOf({ candidateType, relayProtocol, protocol }: PairStats): string {
  return candidateType === 'relay'
    ? `a relay (TURN over ${(relayProtocol ?? protocol).toUpperCase()})`
    : 'one without a relay';
}

/** The ways of one connection one after the other, as far as they are told apart. */
function waysOf(samples: readonly StatsSample[], p2p: boolean): Way[] {
  const ways: Way[] = [];
  for (const { at, pairs } of samples) {
    const pair = pairs.find((each) => each.p2p === p2p);
    const last = ways.at(-1);
    if (pair && (!last || wordsOf(last.pair) !== wordsOf(pair))) ways.push({ at, pair });
  }
  return ways;
}

/**
 * What to say of the way of somebody whom packets do not reach, to go on a sentence with; empty where it was direct all
 * along, as it nearly always is.
 */
export function wayOfLoss(
  { name, samples }: { readonly name: string; readonly samples: readonly StatsSample[] },
  p2p: boolean,
): string {
  const [last, before] = waysOf(samples, p2p).toReversed();
  if (!last) return '';
  if (before) {
    const when = new Date(last.at).toISOString().slice(11, 21);
    return `; ${name}'s way changed from ${wordsOf(before.pair)} to ${wordsOf(last.pair)} at ${when} UTC`;
  }
  return last.pair.candidateType === 'relay' ? `; ${name} is connected through ${wordsOf(last.pair)}` : '';
}
