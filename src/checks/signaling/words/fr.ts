import { formatDuration } from '../../../base/durations.ts';
import { kilobytes } from '../../../base/units.ts';
import { certificateWords } from '../../../net/certificate-faults.ts';
import { hostPort } from '../../../net/host-port.ts';
import { accountWords } from '../../accounts/words/index.ts';
import { webWords } from '../../web/words/index.ts';
import type { SignalingCause } from '../causes.ts';
import { isSilence } from '../reasons.ts';
import type { Skipped } from '../remarks.ts';
import type { OwnRemark, SignalingWords } from './contract.ts';
import { reason } from './reasons-fr.ts';

type Cause<Id extends SignalingCause['id']> = Extract<SignalingCause, { readonly id: Id }>;

const NAMES = { websocket: 'WebSocket', bosh: 'BOSH' } as const;
const AS = {
  guest: 'anonyme',
  user: 'avec nom d’utilisateur et mot de passe',
  jwt: 'avec un jeton (JWT)',
} as const;
const TURN_NAMES = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;

const SKIPPED: Readonly<Record<Skipped, string>> = {
  'front-unanswered': 'le serveur web n’a pas pu être interrogé',
  'not-https': 'l’adresse n’est pas en https://',
  'no-tls-connection': 'pas de connexion TLS',
  'config-unusable': 'config.js n’a pas pu être utilisé',
  'not-in-config': 'config.js n’en nomme pas',
  'no-signaling': 'pas de connexion au serveur de signalisation',
  'nobody-logged-in': 'personne n’est authentifié',
  'none-offered': 'aucun proposé',
  dtls: 'proposé en DTLS, que Vigie ne prend pas en charge : non essayé',
  'not-wanted': 'non interrogé (bridge: false)',
  'no-conference': 'jicofo n’a préparé aucun salon',
  'no-second-occupant': 'deux participants ne sont pas entrés à temps dans le salon',
  'no-udp': 'le pont ne propose aucune adresse UDP de cette famille',
  'private-only': 'des adresses privées seulement, non interrogées de l’extérieur',
  'no-own-address': 'cette machine n’a pas de réseau de cette famille : non interrogé',
};

const line = (at: number | null): string => (at === null ? '' : `ligne ${at} : `);

const stop = ({ line: at, name, message }: Cause<'config-stops'>['stopped']): string =>
  `${line(at)}${name} : ${message}`;

const CONFERENCE = {
  ready: 'prêt',
  'not-authorized': 'non autorisé',
  'visitors-only': 'en visiteur seulement',
  'not-live': 'pas encore commencée',
};

function unreadable(why: Cause<'config-unreadable'>['why']): string {
  switch (why.kind) {
    case 'too-large':
      return `il fait plus de ${why.megabytes} Mo`;
    case 'cpu-time':
      return `il ne se termine pas en ${why.seconds} s de temps processeur`;
    case 'time':
      return `son évaluation ne se termine pas en ${why.seconds} s (ou cette machine est trop occupée)`;
    case 'not-a-configuration':
      return 'ce qu’il définit n’est pas une configuration';
    case 'stops':
      return `il s’arrête à ${stop(why.stopped)}, avant de définir ${why.missing.join(', ')}`;
    case 'failed':
      return why.message;
  }
}

function transportFailed(
  name: string,
  { used, why }: Pick<Cause<'websocket-failed'>, 'used' | 'why'>,
): string {
  return used
    ? `Personne ne peut rejoindre un appel : pas de XMPP par ${name}, que les navigateurs utilisent sans repli possible : ${reason(why)}.`
    : `Pas de XMPP par ${name}, bien que config.js le propose : ${reason(why)}. Les navigateurs utilisent l’autre transport.`;
}

function signalingFailed({ why }: Cause<'signaling-failed'>): string {
  const clauses = (['websocket', 'bosh'] as const).flatMap((transport) => {
    const failed = why[transport];
    return failed ? [`par ${NAMES[transport]} : ${reason(failed)}`] : [];
  });
  const said = clauses.join(' ; ');
  return `Personne ne peut rejoindre un appel : pas de connexion au serveur de signalisation (XMPP), ${said}.`;
}

function turnFailed({ server, transport, why }: Omit<Cause<'turn-udp-failed'>, 'id'>): string {
  // Nobody can tell from here who swallows a datagram.
  const doubt =
    isSilence(why) && transport === 'udp' ? ' (ou l’UDP ne sort pas du réseau où se trouve Vigie)' : '';
  return `Le serveur TURN ${server} ne donne pas de relais en ${TURN_NAMES[transport]} : ${reason(why)}${doubt}. Les participants qui en ont besoin ne peuvent pas prendre part aux appels.`;
}

const named = (addresses: Cause<'bridge-unreachable'>['addresses']): string =>
  addresses.map(({ address, port }) => hostPort({ host: address, port })).join(', ');

/** What an unreachable bridge means where TURN works, and where it does not. */
const without = (relayed: boolean): string =>
  relayed
    ? 'Les médias passent par le seul serveur TURN.'
    : 'Personne ici ne peut entendre ni voir quiconque, car aucun serveur TURN ne fonctionne non plus.';

function bridgeUnreachable(cause: Cause<'bridge-unreachable'>): string {
  const { family, addresses, relayed, otherFamily, why } = cause;
  const how = isSilence(why) ? ' (ou l’UDP ne sort pas du réseau où se trouve Vigie)' : ` : ${reason(why)}`;
  const means = otherFamily
    ? `En IPv${family === 4 ? 6 : 4} il répond ; les participants qui n’ont qu’IPv${family} n’ont pas de médias directs.`
    : without(relayed);
  return `Le pont ne répond pas en UDP à ${named(addresses)} (IPv${family})${how}. ${means} Ouvrez son port UDP (10000 par défaut) dans le pare-feu et le NAT, et vérifiez les adresses qu’il annonce.`;
}

function remark(said: OwnRemark): string {
  switch (said.kind) {
    case 'skipped':
      return SKIPPED[said.because];
    case 'failed':
      return reason(said.why);
    case 'status':
      return `statut ${said.status}`;
    case 'page-instead':
      return 'une page répond à sa place';
    case 'certificate': {
      const fault = said.fault ? certificateWords.fr[said.fault.kind](said.fault.code) : null;
      const judged = fault === null ? '' : `${fault}${said.accepted ? ' (accepté : insecure)' : ''} ; `;
      return `${judged}${said.daysLeft === null ? 'date illisible' : `encore ${said.daysLeft} jours`}`;
    }
    case 'refused-type':
      return `envoyé comme « ${said.type} »${said.nosniff === false ? '' : ' avec nosniff'}`;
    case 'too-small':
      return `seulement ${said.bytes} octets`;
    case 'library': {
      const size = said.bytes === null ? 'de taille inconnue' : kilobytes(said.bytes, 'ko');
      return `${size}${said.type ? `, ${said.type}` : ''}`;
    }
    case 'config':
      return `domaine XMPP ${said.domain}`;
    case 'stream':
      return 'un flux XMPP avec ses fonctions';
    case 'login':
      return `${AS[said.as ?? 'guest']}, par ${NAMES[said.transport]}`;
    case 'conference':
      return `${CONFERENCE[said.answer]}, par ${said.over}`;
    case 'credentials':
      return `pour ${said.usable} serveurs sur ${said.of}`;
    case 'allocation':
      return `une allocation ; la requête acceptée a pris ${said.grantedMs} ms`;
    case 'offer':
      return said.candidates.length === 0
        ? 'une session média sans aucune adresse'
        : `proposé à ${said.candidates.map(({ type, protocol, ...at }) => `${hostPort({ host: at.address, port: at.port })} (${protocol}, ${type})`).join(', ')}`;
    case 'round-trip':
      return `celle du milieu de ${said.questions} questions`;
    case 'bridge':
      return `il répond à une vérification ICE en ${said.roundTripMs} ms`;
    case 'stun':
      return `nommé par ${said.by}${said.address ? '' : ' ; il répond sans adresse'}`;
  }
}

export const fr: SignalingWords = {
  kind: 'signalisation',
  progress: ({ id }) => (id === 'front' ? 'interrogation du serveur web' : 'connexion à XMPP et à TURN'),
  service: {
    name: 'Rejoindre un appel',
    works: 'Les appels s’ouvrent et se rejoignent.',
    slow: 'Les appels se rejoignent ; une partie du chemin ne répond pas comme elle le devrait.',
    broken: 'Ouvrir ou rejoindre un appel peut ne pas fonctionner.',
  },
  reason,
  remark,
  findings: {
    ...webWords.fr.findings,
    ...accountWords.fr,
    'certificate-expiring': ({ host, daysLeft, threshold }) =>
      `Le certificat de ${host} est encore valable ${daysLeft} jours (seuil : ${threshold}).`,
    'library-implausible': ({ path, bytes }) =>
      `${path} n’a que ${bytes} octets : une vraie version a plusieurs centaines de ko. Le fichier est-il tronqué ?`,
    'address-family-broken': ({ host, family, address, why }) =>
      `Le DNS mène aussi à ${host} par l’adresse IPv${family} ${address}, où rien n’est joignable : ${reason(why)}. Les navigateurs en IPv${family} attendent ou échouent. Réparez l’IPv${family} du serveur, ou supprimez l’enregistrement ${family === 6 ? 'AAAA' : 'A'}.`,
    'external-api-missing': ({ path, answer }) =>
      `${path} n’est pas là (${answer.kind === 'status' ? `statut ${answer.status}` : 'une page répond'}) : les sites qui intègrent ce Jitsi n’affichent rien. Servez le fichier fourni avec l’application web de Jitsi.`,
    'config-unreadable': ({ why }) =>
      `config.js n’a pas pu être évalué ici : ${unreadable(why)}. Ce qui en dépend n’est pas vérifié.`,
    'config-stops': ({ stopped }) =>
      `config.js s’arrête à ${stop(stopped)}. Dans un navigateur il peut aller plus loin ; ce qu’il avait défini jusque-là a été utilisé.`,
    'signaling-failed': signalingFailed,
    'websocket-failed': (cause) => transportFailed(NAMES.websocket, cause),
    'bosh-failed': (cause) => transportFailed(NAMES.bosh, cause),
    'websocket-not-offered': ({ expected }) =>
      expected === 'required'
        ? 'config.js ne nomme pas d’adresse pour WebSocket, qui est attendu ici.'
        : 'config.js ne nomme pas de WebSocket : tout le monde utilise BOSH, ce qui ralentit l’entrée dans les appels.',
    'bosh-not-offered': ({ expected }) =>
      expected === 'required'
        ? 'config.js ne nomme pas d’adresse pour BOSH, qui est attendu ici.'
        : 'config.js ne nomme pas de BOSH : les participants qui ne peuvent pas ouvrir de WebSocket ne peuvent pas rejoindre d’appel.',
    'password-required': ({ domain, why }) =>
      domain === null
        ? 'Le déploiement demande un nom d’utilisateur et un mot de passe : il faut un compte pour ouvrir un salon.'
        : `Le déploiement demande un nom d’utilisateur et un mot de passe : les invités ne peuvent pas rejoindre d’appel, car ${domain} ne les laisse pas entrer${why === null ? '' : ` ; ${reason(why)}`}.`,
    'visitors-only': ({ account }) =>
      account
        ? 'Jicofo fait de ce compte un visiteur : il voit et entend la conférence, et personne ne le voit ni ne l’entend.'
        : 'Jicofo fait des invités des visiteurs : ils voient et entendent la conférence, et personne ne les voit ni ne les entend. Un compte (`account`) montre si les autres peuvent y prendre part.',
    'conference-not-live': ({ account }) =>
      `Jicofo répond que la conférence n’a pas commencé (visitors.enable-live-room) : ${account ? 'ce compte doit attendre' : 'les invités doivent attendre'}.`,
    'login-failed': ({ domain, why, as }) =>
      as
        ? `L’authentification ${AS[as]} auprès de ${domain} échoue : ${reason(why)}.`
        : `Personne ne peut rejoindre un appel : l’authentification anonyme auprès de ${domain} échoue : ${reason(why)}.`,
    'signaling-slow': ({ roundTripMs, threshold }) =>
      `Le serveur XMPP met ${formatDuration(roundTripMs)} à répondre à chaque question (seuil ${formatDuration(threshold)}) : rejoindre un appel en demande beaucoup. Vérifiez la charge de prosody, ses limites (mod_limits) et le proxy devant lui.`,
    'signaling-limited': ({ why }) =>
      `Les participants sont exclus : le serveur XMPP met fin à la connexion d’un participant connecté, par ${reason(why)}. Les vrais clients envoient plus que Vigie.`,
    'session-ended': ({ why }) =>
      `Les participants sont exclus juste après leur connexion : ${reason(why)}. Voyez le journal de prosody, ses limites et le proxy devant lui.`,
    'conference-request-failed': ({ why }) =>
      why.kind === 'http-status' && why.status === 429
        ? `Tout le monde ne peut pas rejoindre un appel : la demande de conférence est refusée : ${reason(why)}. Jicofo n’a pas été interrogé.`
        : `Personne ne peut rejoindre un appel : la demande de conférence échoue : ${reason(why)}. Jicofo, ou le proxy devant lui, ne répond pas comme attendu.`,
    'muc-unknown': ({ muc, why }) =>
      `Personne ne peut rejoindre un appel : config.js envoie les salles vers ${muc} (hosts.muc), que le serveur XMPP ne sert pas : ${reason(why)}.`,
    'turn-not-offered': () =>
      'Le déploiement ne propose pas de serveur TURN : les participants derrière un pare-feu qui bloque l’UDP ne peuvent pas prendre part aux appels.',
    'turn-credentials-failed': ({ why }) =>
      `Le serveur XMPP ne donne pas la liste de ses serveurs TURN (XEP-0215) : ${reason(why)}.`,
    'turn-credentials-missing': ({ servers, needed }) =>
      `Le serveur XMPP propose ${servers.join(', ')} sans nom d’utilisateur ni mot de passe : ${needed ? 'les navigateurs ne se connectent pas au pont avec une telle liste, et personne ne peut parler dès que l’on est trois. Donnez à prosody le secret des serveurs TURN (external_service_secret ; TURN_CREDENTIALS sous Docker), ou retirez-les' : 'les navigateurs ne peuvent pas utiliser un tel serveur TURN'}.`,
    'turn-server-invalid': ({ servers, needed }) =>
      `Le serveur XMPP propose ${servers.join(', ')}, que les navigateurs refusent : ${needed ? 'ils ne se connectent pas au pont, et personne ne peut parler dès que l’on est trois' : 'à deux, on n’obtient pas de connexion directe'}. Dans external_services de prosody, host est un nom ou une adresse seule (IPv6 entre crochets), port un nombre, transport udp ou tcp.`,
    'room-refused': ({ muc, why }) =>
      `Personne ne peut rejoindre un appel : ${muc} ne laisse entrer personne dans une salle que jicofo a préparée : ${reason(why)}.`,
    'turn-udp-failed': turnFailed,
    'turn-tcp-failed': turnFailed,
    'turn-tls-failed': turnFailed,
    'turn-open': ({ server }) =>
      `Le serveur TURN ${server} relaie pour n’importe qui, sans mot de passe : des inconnus peuvent l’utiliser, et atteindre ce qu’il atteint.`,
    'turn-relay-private': ({ server, relayed }) =>
      `Le serveur TURN ${server} relaie depuis l’adresse privée ${relayed}, que seul un pont de son propre réseau peut atteindre ; son adresse externe est-elle configurée ?`,
    'bridge-unavailable': ({ how, waitedMs }) =>
      how === 'none'
        ? 'Personne ne peut parler : jicofo indique qu’il n’a aucun pont vidéo à proposer. Son journal dit pourquoi : « There are no operational bridges » (aucun dans le salon (brewery) qu’il observe, ou aucun de sain), « All operational bridges are SHUTTING_DOWN » (tous en cours d’arrêt) ou « There are no bridges with the required version » (aucun de la version voulue).'
        : `Deux participants sont dans un salon, et jicofo ne leur a proposé aucune session média en ${formatDuration(waitedMs)} : le pont vidéo qu’il a choisi refuse ou ne lui répond pas, ou bien il attend plus de participants (jicofo.conference.min-participants). Consultez les journaux des deux.`,
    'room-split': () =>
      'Deux participants ont rejoint le même salon et ne se voient pas : ils sont sur des serveurs de signalisation différents (pas d’affinité par salon).',
    'bridge-address-missing': ({ relayed }) =>
      `Le pont ne propose aucune adresse UDP. ${without(relayed)} Vérifiez ses réglages ice4j et son port UDP.`,
    'bridge-address-private': ({ addresses, relayed }) =>
      `Le pont ne propose que des adresses privées (${named(addresses)}), que les participants hors de son réseau ne peuvent pas atteindre. ${without(relayed)} Configurez son adresse publique (correspondance statique d’ice4j, JVB_ADVERTISE_IPS).`,
    'bridge-unreachable': bridgeUnreachable,
    'stun-servers-invalid': ({ servers }) =>
      `config.js nomme dans p2p.stunServers ${servers.map((one) => `« ${one} »`).join(', ')}, que les navigateurs refusent : à deux, on n’obtient pas de connexion directe. Écrivez « stun:hôte:3478 », sans // et sans paramètres.`,
    'stun-failed': ({ server, by, why }) =>
      `Le serveur STUN ${server}, nommé par ${by}, ne donne pas leur adresse aux navigateurs : ${reason(why)}.`,
  },
};
