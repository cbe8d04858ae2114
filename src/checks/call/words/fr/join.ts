import { kilobytes } from '../../../../base/units.ts';
import { frenchList as list } from '../../../../base/words.ts';
import type { JoinSentences, OfStep } from '../contract.ts';
import { channelClause, offerClause } from './bridge.ts';
import { of } from './names.ts';
import { inStep } from './step.ts';

interface Out extends OfStep {
  readonly participants: readonly string[];
  readonly everybody: boolean;
}

const out = (cause: Out, why: string): string => {
  const { participants, everybody } = cause;
  const who = everybody
    ? 'Personne ne peut parler'
    : `${list(participants)} ne ${participants.length > 1 ? 'peuvent' : 'peut'} pas participer`;
  return inStep(cause, `${who} : ${why}`);
};
const because = (why: string) => (cause: Out) => out(cause, why);
const answered = (status: number): string =>
  status === 429 ? 'le statut 429, une limite de fréquence' : `le statut ${status}`;
const named = (transport: 'bosh' | 'websocket'): string => (transport === 'bosh' ? 'BOSH' : 'WebSocket');

export const joinSentences: JoinSentences = {
  'scripts-not-run': ({ participant, how, path, seconds, bytes, length }) => {
    if (how === 'running')
      return `${path} du déploiement est chargé mais s’exécute encore après ${seconds} s dans la page ${of(participant)} ; le navigateur, lui, répond. Cherchez une boucle sans fin dans config.js ou la bibliothèque.`;
    if (how === 'holding')
      return `La page ${of(participant)} ne répond plus depuis ${seconds} s alors que le navigateur, lui, répond : un script du déploiement la bloque. Cherchez une boucle sans fin dans config.js, la bibliothèque ou ce qu’ils chargent.`;
    const whole = length === null ? '' : ` sur ${kilobytes(length, 'ko')}`;
    const rate =
      bytes === null || seconds === 0
        ? ''
        : ` (${kilobytes(bytes, 'ko')}${whole}, ${kilobytes(bytes / seconds, 'ko')}/s)`;
    return `${path} n’est pas arrivé dans la page ${of(participant)} en ${seconds} s${rate} : le serveur web, ou la ligne qui y mène, est trop lent pour qu’un appel commence.`;
  },
  'password-required': (cause) =>
    out(
      cause,
      cause.asks === 'guests'
        ? 'le déploiement demande un nom d’utilisateur et un mot de passe ; les invités ne peuvent pas entrer'
        : 'seuls les utilisateurs qui ont un compte peuvent ouvrir une salle',
    ),
  'conference-request-failed': (cause) =>
    out(
      cause,
      cause.status === 429
        ? `la demande de conférence reçoit ${answered(429)} ; jicofo n’a pas été interrogé`
        : `la demande de conférence ${cause.status === undefined ? 'échoue' : `reçoit ${answered(cause.status)}`} ; jicofo, ou le chemin vers lui, ne répond pas comme il le devrait`,
    ),
  'visitors-only': because(
    'jicofo en fait des visiteurs, que personne ne voit ni n’entend ; il faut un compte (`account`) qui ait la parole',
  ),
  'conference-not-live': because('le déploiement répond que la conférence n’a pas encore commencé'),
  'signaling-failed': (cause) => {
    const how = {
      error: 'le serveur XMPP (prosody) répond par une erreur',
      none: `aucune connexion au serveur XMPP (prosody) par ${named(cause.transport)}${cause.status === undefined ? '' : `, qui reçoit ${answered(cause.status)}`}`,
      dropped: `la connexion au serveur XMPP (prosody) par ${named(cause.transport)} est coupée`,
      moved: 'la salle a changé de fragment (shard) pendant l’entrée',
    };
    return out(cause, how[cause.how]);
  },
  'signaling-lost': (cause) =>
    out(cause, `la connexion de signalisation par ${named(cause.transport)} est coupée`),
  'focus-left': (cause) =>
    out(
      cause,
      cause.how === 'left' ? 'le focus (jicofo) a quitté la salle' : 'le focus (jicofo) est déconnecté',
    ),
  'bridge-unavailable': (cause) => {
    const how = {
      none: 'jicofo n’a aucun pont vidéo (videobridge) à proposer : aucun n’est dans le salon (brewery) qu’il observe ou aucun n’est sain (« There are no operational bridges » dans son journal), tous sont en cours d’arrêt (« All operational bridges are SHUTTING_DOWN »), ou aucun n’a la version qu’il faut à la conférence (« There are no bridges with the required version »)',
      'shutting-down': 'le pont vidéo (videobridge) est en cours d’arrêt',
      'no-session':
        'dans la salle, mais jicofo ne propose pas de session média : peut-être que le pont vidéo qu’il a choisi refuse, ou ne lui répond pas (son journal a le nom de cette salle)',
    };
    return out(cause, how[cause.how]);
  },
  'room-split': because(
    'dans la salle, mais sans jamais voir les autres qui y sont (plusieurs serveurs de signalisation, sans qu’une salle reste sur l’un d’eux ?)',
  ),
  'negotiation-failed': because('le navigateur et le pont ne s’accordent pas sur la session média'),
  'room-locked': because('la salle demande un mot de passe, bien qu’aucun n’ait été fixé'),
  lobby: because('la salle a une salle d’attente ; un modérateur devrait laisser entrer Vigie'),
  'app-refuses-browser': (cause) => {
    const by = cause.setting === null ? '' : ` (\`${cause.setting}\` dans interface_config.js)`;
    const works = {
      true: ' Un appel à deux avec ce navigateur et la bibliothèque du déploiement fonctionne : ce refus est-il encore nécessaire ?',
      false:
        ' Un appel à deux avec ce navigateur et la bibliothèque du déploiement échoue aussi : ce refus a sa raison.',
      null: '',
    }[String(cause.libraryWorks) as 'true' | 'false' | 'null'];
    return `${out(cause, `l’application web refuse ce navigateur${by}`)}${works}`;
  },
  'app-csp': (cause) =>
    out(
      cause,
      `l’application web ne démarre pas : sa politique de sécurité du contenu (${cause.directive}) interdit ${cause.blocked}`,
    ),
  'app-script-failed': (cause) =>
    out(cause, `l’application web ne démarre pas : le navigateur n’a pas pu charger ${cause.script}`),
  'app-exception': (cause) =>
    out(
      cause,
      `l’application web s’arrête au démarrage avec « ${cause.message} »${cause.script === null ? '' : ` (${cause.script})`}`,
    ),
  'app-before-meeting': because(
    'l’application web reste sur la page qui précède la réunion, que ni son adresse ni un clic ne franchissent',
  ),
  'app-not-started': (cause) =>
    out(
      cause,
      cause.reached === 'page'
        ? 'la page de la salle est chargée, mais aucune application web n’y démarre'
        : 'l’application web démarre, mais n’ouvre aucune conférence',
    ),
  'embed-script': (cause) =>
    out(
      cause,
      cause.how === 'missing'
        ? 'un autre site ne peut pas intégrer ce Jitsi : son external_api.js ne se charge pas'
        : `un autre site ne peut pas intégrer ce Jitsi : son external_api.js ne fait pas ce dont les sites ont besoin (\`new JitsiMeetExternalAPI\`)${cause.message === null ? '' : ` : « ${cause.message} »`}`,
    ),
  'embed-refused': (cause) =>
    out(
      cause,
      cause.header === null
        ? 'le navigateur n’affiche pas la salle dans la page d’un autre site'
        : `le déploiement interdit à d’autres sites de l’intégrer : \`${cause.header}: ${cause.value ?? ''}\`. Si un site doit le faire, son origine va dans \`frame-ancestors\` de la politique content-security-policy, sans x-frame-options`,
    ),
  'embed-empty': because('external_api.js s’exécute, et aucune salle n’apparaît dans la page qui l’intègre'),
  'host-missing': because(
    'le déploiement demande qu’un hôte avec un compte ouvre la salle, et personne ne l’a fait ; les invités attendent',
  ),
  'lobby-not-admitted': (cause) =>
    out(
      cause,
      cause.noticed
        ? 'admis depuis la salle d’attente, mais pas entré dans la salle'
        : 'dans la salle d’attente, mais le modérateur n’en a pas été averti et n’a pu admettre personne',
    ),
  'room-full': because('le déploiement n’accepte pas plus de participants dans une salle'),
  'not-allowed': because('le déploiement ne laisse pas Vigie entrer dans la salle'),
  'reservation-failed': because('le système de réservation refuse la salle'),
  'room-destroyed': because('le déploiement a fermé la salle'),
  'call-failed': (cause) => out(cause, `lib-jitsi-meet a abandonné (${cause.error})`),
  'join-timeout': because('connecté, mais la salle n’accorde pas l’entrée (pas de réponse)'),
  'ice-failed': (cause) =>
    out(
      cause,
      cause.offered
        ? `aucune connexion média vers le pont (échec ICE) : ${offerClause(cause.offered)}`
        : cause.how === 'reported'
          ? 'aucune connexion média (échec ICE)'
          : 'aucune connexion média vers le pont (ICE ne trouve aucun transport utilisable : UDP et TURN sont-ils bloqués ou arrêtés ?)',
    ),
  'media-connection-lost': because('la connexion média a été coupée'),
  'dtls-failed': because(
    'un transport pour les médias a été trouvé (ICE), mais leur chiffrement n’est pas établi (DTLS ; des paquets sont-ils perdus ?)',
  ),
  'bridge-channel-closed': (cause) =>
    out(
      cause,
      `les médias sont connectés, mais le canal du pont (WebSocket colibri ou SCTP) n’est pas ouvert, et aucun flux n’est annoncé${cause.channel ? ` : ${channelClause(cause.channel)}` : ''}`,
    ),
};
