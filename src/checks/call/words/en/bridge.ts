/** What a videobridge offers for media, and its channel, as clauses without a full stop. */
import { bracketed } from '../../../../net/host-port.ts';
import type { BridgeChannel, Offer } from '../../causes.ts';

/** At most this number of addresses in a sentence; the evidence has all. */
const NAMED = 4;

const answer = (answers: boolean | null): string =>
  answers === null ? 'not asked: no own address of its family' : answers ? 'answers' : 'no answer';

function addresses({ candidates }: Offer): string {
  const named = candidates.slice(0, NAMED).map(({ address, port, protocol, answers, ...one }) => {
    const notes = [...(one.private ? ['private'] : []), answer(answers)];
    return `${bracketed(address)}:${port}/${protocol} (${notes.join(', ')})`;
  });
  const more = candidates.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const ADVERTISE = 'JVB_ADVERTISE_IPS in Docker, ice4j.harvest.mapping elsewhere';

/** What the bridge offers, and what to do about it. */
export function offerClause(offer: Offer): string {
  switch (offer.problem) {
    case 'none':
      return `the bridge offers no address for media at all; look for its address discovery in its log (${ADVERTISE})`;
    case 'private-only':
      return `the bridge offers only private addresses: ${addresses(offer)}; make it announce the address that participants reach (${ADVERTISE})`;
    case 'other-family':
      return `the bridge offers only addresses of a family that these participants do not have: ${addresses(offer)}; make it announce one of the other family, too`;
    case 'silent':
      return `none of the bridge's addresses answers: ${addresses(offer)}; is the announced address the right one (${ADVERTISE}), and is its UDP port open?`;
    case 'partly':
      return `the bridge offers ${addresses(offer)}`;
  }
}

/** What became of the bridge channel's WebSocket. */
export function channelClause({ url, status, error }: BridgeChannel): string {
  if (status !== null)
    return `${url} answers with status ${status} where a WebSocket should open; check the proxy's location /colibri-ws/`;
  if (error !== null)
    return `${url} cannot be reached (${error}); check the bridge's websockets.domain and the proxy's location /colibri-ws/`;
  return `the WebSocket to ${url} did not stay open`;
}
