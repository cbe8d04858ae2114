/** What a bridge offers for media, and whether it answers there: why ICE fails, or why media has to be relayed. */
import { isPrivate } from '../../../net/addresses.ts';
import type { Offer } from '../causes.ts';
import type { OfferedCandidate } from '../page/protocol.ts';
import type { Witness } from './diagnosis.ts';

type Candidate = Offer['candidates'][number];

/** What the bridge offered to these participants; null where none of them reports it. */
export function offerTo(participants: readonly Pick<Witness, 'samples'>[]): Offer | null {
  const lists = participants.flatMap(({ samples }) => {
    // All samples: once ICE has failed browsers forget which pairs they tried.
    return samples.flatMap(({ peers }) =>
      peers.filter(bridged).flatMap(({ offered }) => (offered ? [offered] : [])),
    );
  });
  if (lists.length === 0) return null;
  const candidates = merged(lists.flat());
  return { problem: problemOf(candidates), candidates };
}

const bridged = ({ p2p }: { readonly p2p: boolean }): boolean => !p2p;

/** One entry for each address; one that answers anybody answers. */
function merged(offered: readonly OfferedCandidate[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { address, port, protocol, answers } of offered) {
    const key = `${protocol} ${address} ${port}`;
    const before = found.get(key)?.answers ?? null;
    const answered = before === null || answers === null ? (before ?? answers) : before || answers;
    found.set(key, { address, port, protocol, private: isPrivate(address), answers: answered });
  }
  return [...found.values()];
}

function problemOf(candidates: readonly Candidate[]): Offer['problem'] {
  if (candidates.length === 0) return 'none';
  if (candidates.some(({ answers }) => answers === true)) return 'partly';
  const unasked = candidates.every(({ answers, address }) => answers === null && address.includes(':'));
  if (unasked) return 'other-family';
  return candidates.every((candidate) => candidate.private) ? 'private-only' : 'silent';
}
