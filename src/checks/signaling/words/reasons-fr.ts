import { formatDuration } from '../../../base/durations.ts';
import { webWords } from '../../web/words/index.ts';
import type { Expected, ProtocolFault, Reason, StunFault, XmlFault } from '../reasons.ts';

const PROTOCOL: Readonly<Record<ProtocolFault, string>> = {
  'no-subprotocol': 'un WebSocket sans le sous-protocole xmpp',
  'closed-while-opening': 'la connexion s’est fermée pendant son ouverture',
  'binary-message': 'un message WebSocket binaire',
  'sent-elsewhere': 'le serveur redirige vers une autre adresse',
  'stream-closed': 'le serveur a fermé le flux',
  'no-bosh-session': 'une réponse BOSH sans session (pas de sid)',
  'empty-answers': 'BOSH répond sans aucun contenu',
  'no-binding': 'pas de liaison de ressource parmi les fonctions annoncées',
  'endless-stanzas': 'd’autres messages que la réponse, sans fin',
  'no-login':
    'il ne propose aucune authentification (dans prosody : consider_websocket_secure et consider_bosh_secure, quand c’est le mandataire qui a le TLS ; ou son authentification ne démarre pas)',
  'plain-unencrypted':
    'il ne prend le mot de passe que par une connexion non chiffrée, sur laquelle Vigie ne l’envoie pas',
  'sasl-exchange': 'ses réponses pendant l’authentification ne sont pas celles du mécanisme qu’il propose',
  'not-jicofo': 'la réponse n’est pas celle de jicofo',
  'no-address': 'il répond sans adresse',
  unsigned: 'sa réponse n’est pas signée avec le mot de passe distribué',
  'sent-on-again': 'il redirige vers un autre serveur, qui redirige à son tour',
  'foreign-bridge': 'autre chose y répond : sa réponse n’est pas signée avec le mot de passe de la session',
};

const EXPECTED: Readonly<Record<Expected, string>> = {
  stream: 'là où le flux devrait s’ouvrir',
  features: 'là où les fonctions du flux devraient être annoncées',
  bosh: 'là où BOSH devrait répondre par son <body>',
  login: 'là où l’authentification devrait recevoir sa réponse',
};

const XML: Readonly<Record<XmlFault, (kilobytes: number) => string>> = {
  malformed: () => 'du XML mal formé',
  empty: () => 'aucun élément XML',
  'too-large': (kilobytes) => `plus de ${kilobytes} ko de XML`,
  'too-deep': () => 'du XML trop profond ou trop grand',
  comment: () => 'un commentaire en XML, ce que XMPP interdit',
  'processing-instruction': () => 'une instruction de traitement en XML, ce que XMPP interdit',
  'document-type': () => 'un type de document en XML, ce que XMPP interdit',
};

const STUN: Readonly<Record<StunFault, string>> = {
  'short-message': 'un message tronqué',
  'short-attribute': 'un attribut tronqué',
  foreign: 'autre chose que du STUN',
};

/** What errors of TURN mean to the operator of such a server. */
const TURN: Readonly<Record<number, string>> = {
  401: 'les identifiants distribués par le serveur XMPP ne sont pas acceptés (le secret et l’heure sont-ils les mêmes des deux côtés ?)',
  403: 'il ne le permet pas',
  437: 'il dit que ce client a déjà une allocation',
  438: 'il juge chaque nonce trop ancien',
  441: 'les identifiants ne sont pas ceux de l’allocation',
  442: 'il ne relaie pas en UDP',
  486: 'son quota d’allocations est épuisé',
  508: 'il n’a plus de capacité (aucun port libre pour relayer)',
};

const quoted = ({ condition, text }: { readonly condition: string; readonly text: string | null }): string =>
  text === null ? condition : `${condition} (« ${text} »)`;

/** What stream errors mean that a server ends a stream with because of its limits. */
const LIMITS: Readonly<Record<string, string>> = {
  'policy-violation':
    'une limite de taille ou de débit (c2s_stanza_size_limit et autres de prosody ; mod_rate_limit parmi les modules de Jitsi)',
  'resource-constraint':
    'une limite de taille ou de nombre (websocket_frame_buffer_limit et autres de prosody), ou un serveur à court de mémoire',
};

function limited(condition: string): string {
  const meaning = LIMITS[condition];
  return meaning ? ` : ${meaning}` : '';
}

/** What statuses mean by which web servers limit requests; nginx's limit_req answers 503 unless limit_req_status is set. */
function limitedHttp(status: number): string {
  if (status === 429)
    return ' (Too Many Requests : une limite du serveur web, comme limit_req de nginx ; tous ceux d’une même adresse comptent ensemble)';
  return status === 503
    ? ' (rien ne répond derrière le serveur web ; ou une limite, car limit_req de nginx répond ainsi)'
    : '';
}

/** Why a part does not work, as a clause. */
export function reason(why: Reason): string {
  switch (why.kind) {
    case 'connection':
      return webWords.fr.failure(why.failure);
    case 'mixed-content':
      return `les navigateurs refusent une adresse non chiffrée (${why.url}) sur une page en https://`;
    case 'cross-origin':
      return `il répond, mais les navigateurs ne remettent pas la réponse aux pages de ${why.origin}, qui est une autre origine (${why.allowed === null ? 'pas d’en-tête access-control-allow-origin' : `access-control-allow-origin: ${why.allowed}`})`;
    case 'status': {
      const place =
        why.expected === 'websocket' ? 'là où un WebSocket devrait s’ouvrir' : 'là où BOSH devrait répondre';
      const host =
        why.unknownHost === undefined
          ? ''
          : ` (le serveur XMPP ne connaît pas l’hôte « ${why.unknownHost} » : le mandataire doit transmettre l’en-tête Host du domaine XMPP)`;
      return `statut ${why.status} ${place}${host || limitedHttp(why.status)}`;
    }
    case 'element':
      return `<${why.name}> ${EXPECTED[why.expected]}`;
    case 'xml':
      return `${XML[why.fault](why.kilobytes)}${why.bosh ? ' là où BOSH devrait répondre' : ''}`;
    case 'too-much':
      return `une réponse de plus de ${why.kilobytes} ko`;
    case 'protocol':
      return PROTOCOL[why.fault];
    case 'websocket-closed':
      return `le WebSocket a été fermé${why.code === null ? '' : ` (${why.code})`}`;
    case 'handshake':
      return `pas de négociation WebSocket (${why.message})`;
    case 'bosh-ended':
      return `le serveur a terminé la session BOSH${why.condition === null ? '' : ` (${why.condition})`}`;
    case 'stream-error':
      return `l’erreur de flux ${quoted(why)}${limited(why.condition)}`;
    case 'stanza-error':
      return why.from === null ? quoted(why) : `${why.from} répond ${quoted(why)}`;
    case 'login-unavailable':
      return `l’authentification a échoué : ${quoted(why)}`;
    case 'login-refused':
      return `il refuse l’authentification${why.account ? '' : ' anonyme'} : ${quoted(why)}`;
    case 'accounts-only':
      return `il n’accepte que les authentifications avec un compte (${why.mechanisms.join(', ')})`;
    case 'http-status':
      return `la réponse est ${why.status}${limitedHttp(why.status)}`;
    case 'not-ready':
      return `jicofo dit pendant ${formatDuration(why.waitedMs)} que le salon n’est pas prêt`;
    case 'turn-error': {
      const answer = `il répond ${why.code === 0 ? why.text : `${why.code} ${why.text}`.trim()}`;
      const meaning = TURN[why.code];
      return meaning ? `${meaning} ; ${answer}` : answer;
    }
    case 'stun-error':
      return `il refuse par ${why.code === 0 ? why.text : `${why.code} ${why.text}`.trim()}`;
    case 'not-stun':
      return `il répond par ${STUN[why.fault]}`;
  }
}
