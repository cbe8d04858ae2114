/** Ce qu’un pont offre pour les médias, et son canal, en propositions sans point final. */
import { bracketed } from '../../../../net/host-port.ts';
import type { BridgeChannel, Offer } from '../../causes.ts';

/** Au plus tant d’adresses dans une phrase ; les preuves les ont toutes. */
const NAMED = 4;

const answer = (answers: boolean | null): string =>
  answers === null
    ? 'non sollicitée : aucune adresse propre de cette famille'
    : answers
      ? 'répond'
      : 'sans réponse';

function addresses({ candidates }: Offer): string {
  const named = candidates.slice(0, NAMED).map(({ address, port, protocol, answers, ...one }) => {
    const notes = [...(one.private ? ['privée'] : []), answer(answers)];
    return `${bracketed(address)}:${port}/${protocol} (${notes.join(', ')})`;
  });
  const more = candidates.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` et ${more} de plus` : ''}`;
}

const ADVERTISE = 'JVB_ADVERTISE_IPS sous Docker, ice4j.harvest.mapping ailleurs';

export function offerClause(offer: Offer): string {
  switch (offer.problem) {
    case 'none':
      return `le pont n’offre aucune adresse pour les médias ; cherchez la découverte de ses adresses dans son journal (${ADVERTISE})`;
    case 'private-only':
      return `le pont n’offre que des adresses privées : ${addresses(offer)} ; faites-lui annoncer l’adresse que les participants atteignent (${ADVERTISE})`;
    case 'other-family':
      return `le pont n’offre que des adresses d’une famille que ces participants n’ont pas : ${addresses(offer)} ; faites-lui annoncer aussi une adresse de l’autre famille`;
    case 'silent':
      return `aucune des adresses du pont ne répond : ${addresses(offer)} ; l’adresse annoncée est-elle la bonne (${ADVERTISE}), et son port UDP est-il ouvert ?`;
    case 'partly':
      return `le pont offre ${addresses(offer)}`;
  }
}

export function channelClause({ url, status, error }: BridgeChannel): string {
  if (status !== null)
    return `${url} répond par le statut ${status} là où un WebSocket devrait s’ouvrir ; vérifiez l’emplacement /colibri-ws/ du mandataire`;
  if (error !== null)
    return `${url} est injoignable (${error}) ; vérifiez websockets.domain du pont et l’emplacement /colibri-ws/ du mandataire`;
  return `le WebSocket vers ${url} n’est pas resté ouvert`;
}
