/** What happened to a participant, in French. */
import { frenchList } from '../../base/words.ts';
import { type EventWords, failureOf, tail } from './event-words.ts';

const path = ({ p2p }: { readonly p2p?: unknown }): string => (p2p === true ? 'direct' : 'pont');
const peer = (index: unknown): string => `connexion pair à pair ${Number(index) + 1}`;
const media = (kind: unknown): string =>
  ({ audio: 'le son', video: 'l’image', screen: 'l’écran partagé' })[String(kind)] ?? String(kind);

const DEVICES: Readonly<Record<string, string>> = { audio: 'le micro', video: 'la caméra' };
const devices = (kinds: unknown): string =>
  frenchList(Array.isArray(kinds) ? kinds.map((kind) => DEVICES[String(kind)] ?? String(kind)) : []);

const SERVERS: Readonly<Record<string, string>> = {
  websocket: 'le WebSocket',
  bosh: 'BOSH',
  'conference-request': 'la demande de conférence',
};
const APP_PHASES: Readonly<Record<string, string>> = {
  page: 'la page de l’application web est là',
  bundle: 'l’application web a démarré',
  conference: 'l’application web a une conférence',
};

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
    'xmpp-ping': ({ ms, answered }) =>
      answered === true
        ? `le serveur XMPP répond après ${String(ms)} ms`
        : `le serveur XMPP ne répond pas en ${String(ms)} ms`,
    share: ({ on }) => (on === true ? 'partage son écran' : 'ne partage plus son écran'),
    'share-failed': ({ on, message }) =>
      `ne peut pas ${on === false ? 'arrêter de partager' : 'partager'} son écran${tail(message)}`,
    restricted: ({ key, value }) =>
      `config.js restreint ce que les gens reçoivent (${String(key)}${typeof value === 'number' ? ` ${value}` : ''})`,
    'start-muted': ({ kind, key }) =>
      `doit entrer sans ${kind === 'audio' ? 'son' : kind === 'video' ? 'image' : String(kind)} (${String(key)})`,
    'page-error': ({ message }) => `une erreur dans la page : ${String(message)}`,
    'peer-iceconnectionstatechange': (detail) => `${peer(detail.peer)} : ICE ${String(detail.ice)}`,
    'bridge-region': ({ region }) => `le pont est dans la région ${String(region)}`,
    'peer-anew': () => 'le média se reconnecte, par le nouveau réseau',
    'peer-connectionstatechange': (detail) => `${peer(detail.peer)} : ${String(detail.connection)}`,
    'ice-candidate-error': (detail) =>
      `${peer(detail.peer)} : aucun candidat de ${String(detail.url)} (${String(detail.code)} ${String(detail.text)})`,
    'bridge-socket': ({ url, ...how }) => {
      const failed = failureOf(how);
      return failed === null
        ? `ouvre le canal vers le pont à ${String(url)}`
        : `le canal vers le pont à ${String(url)} échoue : ${failed}`;
    },
    'network-changed': () =>
      'une adresse de la machine du navigateur est apparue ou a disparu, et des requêtes ont été interrompues',
    'server-refused': ({ of, status }) =>
      `${SERVERS[String(of)] ?? 'un serveur'} reçoit la réponse ${String(status)}`,
    waiting: (detail) =>
      detail.for === 'host' ? 'attend un hôte' : 'attend d’être admis depuis la salle d’attente',
    knocked: ({ name }) => `voit ${String(name)} frapper à la porte`,
    admitted: ({ name }) => `admet ${String(name)}`,
    'lobby-closed': () => 'active la salle d’attente',
    'lobby-refused': ({ message }) => `ne peut pas utiliser la salle d’attente${tail(message)}`,
    'remote-stats': ({ id, quality }, who) =>
      `apprend de ${who(id)} comment il reçoit${typeof quality === 'number' ? ` (qualité ${quality} sur 100)` : ''}`,
    'media-asked': ({ kinds }) => `l’application web demande ${devices(kinds)}`,
    'app-phase': ({ phase }) => APP_PHASES[String(phase)] ?? `l’application web en est à ${String(phase)}`,
    'app-state': ({ state, setting }) =>
      state === 'unsupported'
        ? `l’application web refuse le navigateur${typeof setting === 'string' ? ` (${setting})` : ''}`
        : state === 'before-meeting'
          ? 'l’application web montre une page avant la réunion'
          : (APP_PHASES[String(state)] ?? `l’application web en est à ${String(state)}`),
    'embed-script': ({ how }) =>
      how === 'missing' ? 'external_api.js ne se charge pas' : 'external_api.js ne fonctionne pas',
    'embed-refused': ({ header }) =>
      `la salle ne peut pas être intégrée${typeof header === 'string' ? ` (${header})` : ''}`,
    'embed-empty': () => 'aucune salle n’apparaît dans la page qui l’intègre',
    'embed-denied': ({ features }) => `le cadre ne peut pas utiliser ${devices(features)}`,
    'embed-storage': () => 'la page dans le cadre n’a pas de stockage',
    'embed-joined': () => 'external_api.js signale l’entrée',
    'app-library': ({ version }) => `l’application web apporte lib-jitsi-meet ${String(version)}`,
    'app-media-not-asked': () => 'l’application web n’a demandé ni micro ni caméra',
    'app-script-failed': ({ url }) => `un script de l’application web ne se charge pas : ${String(url)}`,
    'app-exception': ({ message }) => `une exception dans l’application web : ${String(message)}`,
    'app-csp': ({ directive, blocked }) =>
      `la politique de sécurité de contenu (${String(directive)}) bloque ${String(blocked)}`,
    'app-tiles': ({ missing }, who) =>
      Array.isArray(missing) && missing.length > 0
        ? `l’application web n’a pas de tuile pour ${frenchList(missing.map(who))}`
        : 'l’application web a une tuile pour tout le monde',
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
