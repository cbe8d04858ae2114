/** What happened to a participant, in French. */
import { type EventWords, tail } from './event-words.ts';

const path = ({ p2p }: { readonly p2p?: unknown }): string => (p2p === true ? 'direct' : 'pont');
const peer = (index: unknown): string => `connexion pair à pair ${Number(index) + 1}`;
const media = (kind: unknown): string =>
  kind === 'audio' ? 'le son' : kind === 'video' ? 'l’image' : String(kind);

export const eventsFr: EventWords = {
  own: {
    deployment: ({ direct }) =>
      direct === true
        ? 'le déploiement permet les appels directs à deux'
        : 'aucune connexion directe n’est permise',
    signaling: ({ transport }) => `se connecte par ${transport === 'bosh' ? 'BOSH' : 'WebSocket'}`,
    connected: () => 'la signalisation est connectée',
    disconnected: () => 'la signalisation est déconnectée',
    joined: ({ endpointId }) => `est dans la salle, sous le nom ${String(endpointId)}`,
    failed: ({ stage, error, message }) => `est refusé (${String(stage)}) : ${String(error)}${tail(message)}`,
    'user-joined': ({ id }, who) => `voit arriver ${who(id)}`,
    'user-left': ({ id }, who) => `voit partir ${who(id)}`,
    p2p: ({ active }) => (active === true ? 'l’appel devient direct' : 'l’appel passe par le pont'),
    'media-session': (detail) => `une session média commence (${path(detail)})`,
    'track-added': (detail, who) =>
      `reçoit une piste : ${media(detail.kind)} de ${who(detail.id)} (${path(detail)})`,
    'track-removed': (detail, who) =>
      `perd une piste : ${media(detail.kind)} de ${who(detail.id)} (${path(detail)})`,
    mute: ({ local, id, kind, muted }, who) => {
      const verb = muted === true ? 'coupe' : 'rétablit';
      return local === true ? `${verb} ${media(kind)}` : `voit que ${who(id)} ${verb} ${media(kind)}`;
    },
    restricted: ({ key, value }) =>
      `config.js restreint ce que les gens reçoivent (${String(key)}${typeof value === 'number' ? ` ${value}` : ''})`,
    'start-muted': ({ kind, key }) =>
      `doit entrer sans ${kind === 'audio' ? 'son' : kind === 'video' ? 'image' : String(kind)} (${String(key)})`,
    'page-error': ({ message }) => `une erreur dans la page : ${String(message)}`,
    'peer-iceconnectionstatechange': (detail) => `${peer(detail.peer)} : ICE ${String(detail.ice)}`,
    'peer-connectionstatechange': (detail) => `${peer(detail.peer)} : ${String(detail.connection)}`,
    'ice-candidate-error': (detail) =>
      `${peer(detail.peer)} : aucun candidat de ${String(detail.url)} (${String(detail.code)} ${String(detail.text)})`,
  },
  theirs: {
    'channel-opens': 'le canal vers le pont s’ouvre',
    'channel-closes': 'le canal vers le pont se ferme',
    interrupted: 'le média est interrompu',
    restored: 'le média est rétabli',
    leaves: 'quitte la salle',
    kicked: 'est exclu de la salle',
    suspended: 'la machine a été mise en veille',
  },
};
