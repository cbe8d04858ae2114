import { aboutSeconds, limitInSeconds } from '../../../base/durations.ts';
import { instantInUtc } from '../../../base/instants.ts';
import { certificateWords } from '../../../net/certificate-faults.ts';
import type { Certificate } from '../../certificate.ts';
import { mailboxFaultIn } from '../../hosts/mailbox-faults.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { MailDoing } from '../doing.ts';
import type { DkimVerdict, SpfVerdict } from '../result.ts';
import type { Shape } from '../shape-names.ts';
import { reasonsFr as reasons } from './reasons-fr.ts';
import type { MailWords } from './type.ts';

const STAGES = {
  connection: 'pendant l’ouverture de la session',
  login: 'à l’authentification',
  letter: 'pendant l’envoi du message',
} as const;

const REFUSALS = {
  refused: () => 'refuse la connexion',
  silent: (seconds: string) => `ne répond pas (pas de connexion en ${seconds})`,
  'no-host': () => 'n’est pas joignable (aucune machine ne répond à cette adresse)',
  reset: () => 'interrompt la connexion',
} as const;

const EXCESS = {
  'header-bytes': (count: number) => `un en-tête de ${count} octets`,
  'header-lines': (count: number) => `un en-tête de ${count} lignes`,
  signatures: (count: number) => `${count} signatures DKIM`,
  'message-bytes': (count: number) => `${count} octets`,
} as const;

const SHAPES: Readonly<Record<Shape, string>> = {
  'eight-bit': 'un message dont le texte est sur 8 bits',
  'long-line': 'un message avec une ligne de 3000 caractères',
  'long-header': 'un message dont les champs Subject et References dépassent 1000 caractères',
  attachment: 'un message avec une pièce jointe',
  html: 'un message en HTML',
  'from-quoted': 'un message dont From contient un nom entre guillemets',
  'from-encoded': 'un message dont From contient un nom encodé',
  'from-bare': 'un message dont From ne contient pas de nom',
  'from-comment': 'un message dont From contient le nom en commentaire',
  'from-folded': 'un message dont le champ From occupe deux lignes',
};

const LOST = {
  refused: 'est refusé par le relais',
  bounced: 'est revenu comme non remis',
  missing: 'n’est pas arrivé',
} as const;

function shapeAdvice(shape: Shape): string {
  if (shape === 'eight-bit') {
    return 'Pour les destinataires qui n’annoncent pas 8BITMIME, le relais le convertit après la signature. Avec postfix, définissez force_mime_input_conversion = yes (à partir de 3.9) ou disable_mime_output_conversion = yes.';
  }
  if (shape === 'long-line' || shape === 'long-header') {
    return 'Le relais coupe les lignes de plus de 998 caractères (RFC 5321 4.5.3.1.6) après la signature. Faites-les encoder ou replier par les programmes qui les envoient, ou définissez smtp_line_length_limit = 0 avec postfix.';
  }
  return 'Quelque chose le modifie entre le signataire et le destinataire : il faut le modifier avant la signature.';
}

const LISTENING = {
  'in-use': () =>
    'un autre programme y écoute. Si c’est le service Vigie, lancez l’exécution sur la page du contrôle',
  'not-permitted': () => 'ce port demande plus de droits (CAP_NET_BIND_SERVICE)',
  'not-local': () => 'cette machine n’a pas cette adresse',
  'other-settings': () =>
    'un autre contrôle y écoute avec d’autres réglages. Donnez aux deux le même receive.mx, ou utilisez un autre port',
  other: (detail: string) => detail,
} as const;

const RECEIVER = {
  dkim: 'Quelque chose modifie peut-être le message entre le relais et son vérificateur, ou son résolveur ne trouve pas la clé : comparez le message conservé, et interrogez d’autres résolveurs sur la clé.',
  spf: 'Il voit peut-être une autre adresse que celle de la ligne Received, ou son résolveur un autre enregistrement : interrogez d’autres résolveurs.',
  dmarc:
    'Regardez ses résultats dkim= et spf= dans le message conservé, et interrogez d’autres résolveurs sur l’enregistrement.',
} as const;

const unseen = (seen: boolean) => (seen ? '' : ' (aucun message de test n’en est venu)');
const family = (address: string) =>
  address.includes(':') ? 'un enregistrement AAAA' : 'un enregistrement A';
const BLOCKLISTS = {
  refused:
    'elle ne répond pas à notre résolveur, comme beaucoup de listes aux résolveurs publics. Utilisez votre propre résolveur (resolver.servers)',
  'test-point-missing':
    'elle ne contient pas son propre point de test : ses réponses sont fausses, comme en reçoivent les résolveurs publics ; ou elle n’existe plus. Utilisez votre propre résolveur (resolver.servers)',
  'lists-everything':
    'elle contient même ce qu’aucune liste ne doit contenir : ses réponses sont fausses, elle n’existe plus, ou notre résolveur invente des réponses. Retirez-la',
  unreachable: 'pas de réponse',
} as const;
const HELO = {
  'no-name': () =>
    'qui n’est pas un nom d’hôte complet ; certains destinataires le refusent. Donnez-lui le nom de l’adresse (postfix : myhostname).',
  'no-address': () =>
    'un nom sans adresse dans le DNS ; certains destinataires le refusent. Publiez-en une, ou donnez un nom qui en a une (postfix : myhostname).',
  elsewhere: (addresses: readonly string[], address: string) =>
    `un nom qui mène à ${addresses.join(', ')} et non à ${address}. Peu de destinataires s’en plaignent ; les filtres antispam en tiennent compte.`,
} as const;

const FILES = {
  'no-file': () => 'ce fichier n’existe pas',
  'not-permitted': () => 'permission refusée',
  unreadable: (detail: string) => detail,
} as const;

const seconds = (ms: number) => aboutSeconds(ms, ',');
const span = (ms: number) => limitInSeconds(ms, ',');
const said = (response: string | null) =>
  response === null ? '' : ` Sa réponse : ${response.replace(/\s+/g, ' ')}`;
const relay = ({ host, port }: { host: string; port: number }) => `Le relais ${host}:${port}`;
const at = ({ addresses }: { addresses: readonly string[] }) => `(${addresses.join(', ')})`;
const key = ({ dkim }: { dkim: DkimVerdict }) => `${dkim.selector}._domainkey.${dkim.domain}`;
const from = ({ domain }: { domain: string }, text: string) => `${domain} : ${text}`;
const bounces = ({ reads }: { reads?: 'messages' | 'bounces' }) =>
  reads === 'bounces' ? 'Les avis de non-remise ne peuvent pas être lus : ' : '';
const mailbox = ({ user, host, port }: { user?: string; host: string; port: number }) =>
  `la boîte de ${user} sur ${host}:${port}`;
/** In English in runs of earlier versions. */
const problem = (certificate: Certificate) =>
  certificate.fault
    ? certificateWords.fr[certificate.fault.kind](certificate.fault.code)
    : certificate.problem;
const offered = (certificate: Certificate | undefined) =>
  certificate
    ? `${problem(certificate)} (pour ${certificate.names.join(', ') || certificate.name}, valable jusqu’au ${certificate.validTo ? instantInUtc(certificate.validTo) : 'une date illisible'})`
    : 'le relais n’en présente aucun';

const SUBMISSIONS = {
  accepted: 'accepté',
  refused: 'refusé',
  deferred: 'différé',
  failed: 'non remis au relais',
  uncertain: 'remise incertaine',
  unknown: 'état inconnu',
} as const;

function progress(doing: MailDoing): string {
  switch (doing.id) {
    case 'receive':
      return 'préparation de la réception';
    case 'arrived':
      return `le message de ${doing.from} est arrivé au bout de ${doing.ms} ms`;
    case 'bounced':
      return `le message de ${doing.from} est revenu`;
    case 'not-received':
      return `le message de ${doing.from} : ${SUBMISSIONS[doing.submission]}, non reçu`;
  }
}

export const fr: MailWords = {
  kind: 'courriel',
  progress,
  service: {
    name: 'Courriel',
    works: 'Le courriel est distribué et authentifié.',
    slow: 'Le courriel est distribué, mais pas aussi bien qu’il le devrait.',
    broken: 'Le courriel peut ne pas arriver, ou être pris pour du spam.',
  },
  reasons,
  shapes: SHAPES,
  probes: {
    stranger: 'un message sans authentification',
    'foreign-envelope': 'un message au nom d’un autre compte',
    'foreign-from': 'un message avec l’adresse d’un autre compte dans From',
  },
  findings: {
    'resolver-failed': (cause) =>
      cause.user === undefined
        ? `${relay(cause)} ne peut pas être résolu : ${lookupFailureIn('fr', cause.lookup)}.`
        : `${bounces(cause)}Impossible de lire ${mailbox(cause)} : ${lookupFailureIn('fr', cause.lookup)}.`,
    'relay-no-address': (cause) =>
      `${relay(cause)} est introuvable : ${cause.host} n’a pas d’adresse dans le DNS.`,
    'relay-unreachable': (cause) =>
      `${relay(cause)} ${at(cause)} ${REFUSALS[cause.reason](span(cause.timeoutMs))}.`,
    network: (cause) =>
      `${relay(cause)} ${at(cause)} n’est pas joignable depuis cette machine (${cause.reason}).`,
    'relay-silent': (cause) =>
      `${relay(cause)} accepte les connexions mais n’a pas répondu en ${span(cause.timeoutMs)} (${STAGES[cause.stage]}).`,
    'relay-closed': (cause) =>
      `${relay(cause)} a fermé la connexion ${STAGES[cause.stage]}${cause.detail === null ? '' : ` (${cause.detail})`}.`,
    'relay-no-starttls': (cause) =>
      `${relay(cause)} ne propose pas STARTTLS : les utilisateurs ne pourraient s’authentifier qu’en clair. Aucun mot de passe n’a été envoyé.`,
    'relay-tls': (cause) =>
      `${relay(cause)} : la négociation TLS a échoué : ${HANDSHAKE[cause.reason](cause.detail)}.`,
    'relay-certificate': (cause) =>
      `${relay(cause)} a un certificat que les logiciels de messagerie rejettent : ${offered(cause.certificate)}. Aucun mot de passe n’a été envoyé.`,
    'relay-login-refused': (cause) =>
      `${relay(cause)} refuse l’authentification : le mot de passe configuré est faux, ou le relais ne peut pas vérifier les mots de passe.${said(cause.response)}`,
    'relay-deferred': (cause) =>
      `${relay(cause)} n’accepte pas de courriel pour le moment (${STAGES[cause.stage]}).${said(cause.response)}`,
    'relay-refused': (cause) =>
      `${relay(cause)} refuse le courriel (${STAGES[cause.stage]}).${said(cause.response)}`,
    'relay-certificate-expiring': ({ host, certificate: { daysLeft, validTo } }) =>
      `Le certificat du relais ${host} expire dans ${daysLeft} ${(daysLeft ?? 0) < 2 ? 'jour' : 'jours'} (${validTo && instantInUtc(validTo)}).`,

    'submission-uncertain': (cause) =>
      `La connexion au relais ${cause.host} s’est terminée après l’envoi du message de ${cause.from} et avant la réponse du relais ; le message n’est pas arrivé. Le relais l’a peut-être, ou non.`,
    'submission-unanswered': (cause) =>
      `Le relais ${cause.host} a pris le message de ${cause.from} sans répondre à temps : il est arrivé, mais un logiciel de messagerie l’enverrait une seconde fois.`,
    'not-delivered': (cause) => {
      const queued = cause.queueId === null ? '' : ` sous le numéro ${cause.queueId}`;
      const seen =
        cause.notes.length > 0
          ? ' Le relais s’est connecté à notre serveur de courriel entre-temps.'
          : ' Rien ne s’est connecté à notre serveur de courriel entre-temps.';
      return `Le message de ${cause.from} à ${cause.to}, que le relais a accepté${queued}, n’est pas arrivé en ${seconds(cause.withinMs)}.${cause.via === 'mx' ? seen : ''}`;
    },
    'mx-at-capacity': (cause) =>
      `Impossible de dire si le message de ${cause.from} à ${cause.to} a été remis : il n’est pas arrivé, et tant de clients se sont connectés entre-temps au serveur de courrier intégré que le relais a pu en être exclu.`,
    bounced: ({ from: sender, to, bounce }) => {
      const by = bounce.remoteMta ?? bounce.reportingMta ?? 'le serveur destinataire';
      const reason = bounce.diagnostic ?? bounce.status ?? 'sans raison lisible';
      return `Le message de ${sender} à ${to} a été renvoyé. Réponse de ${by} : ${reason}.`;
    },
    'sorted-as-spam': (cause) =>
      `Le message de ${cause.from} à ${cause.to} est arrivé, mais il a été classé dans le dossier des indésirables (${cause.folder}) : personne ne voit ces messages. Lisez la raison dans son en-tête (X-Spam-Status, Authentication-Results) ; si c’est seulement parce que les messages de test se ressemblent, faites accepter leur expéditeur par le filtre de cette boîte aux lettres.`,
    'receiver-disagrees': (cause) =>
      `${cause.receivedBy} n’authentifie pas le message de ${cause.from} comme Vigie : il indique ${cause.mechanism}=${cause.result}, ici ${cause.mechanism.toUpperCase()} réussit. ${RECEIVER[cause.mechanism]}`,
    'slow-delivery': (cause) =>
      `Le message de ${cause.from} a mis ${seconds(cause.ms)} à arriver ; attendu : au plus ${seconds(cause.expectedMs)}.`,
    'message-too-large': (cause) =>
      `Le message de ${cause.from} à ${cause.to} est arrivé avec ${EXCESS[cause.what](cause.found)} ; au plus ${cause.limit} sont lus. Quelque chose l’a agrandi en chemin, et il n’a pas été authentifié.`,
    'delivery-not-encrypted': (cause) =>
      `Le message de ${cause.from} est parvenu au serveur destinataire sans chiffrement.`,
    'late-letters': ({ count, latestMs, latestSentAt }) =>
      count === 1
        ? `Un message de test d’une exécution précédente est arrivé en retard, ${seconds(latestMs)} après son envoi (${latestSentAt}).`
        : `${count} messages de test d’exécutions précédentes sont arrivés en retard, au plus ${seconds(latestMs)} après leur envoi (${latestSentAt}).`,

    'delivered-twice': ({ count, copies, apartMs, identical, sentAt }) => {
      const what =
        count === 1
          ? `Un message de test est arrivé ${copies} fois`
          : `${count} messages de test sont arrivés plusieurs fois, au plus ${copies} fois`;
      const why =
        identical === true
          ? 'Les exemplaires sont identiques à l’octet près : le relais l’a renvoyé, comme il le fait quand la réponse à la première livraison s’est perdue. Si cela continue, cherchez une connexion coupée après le message (un pare-feu, un filtre trop lent).'
          : identical === false
            ? 'Les exemplaires diffèrent : ils sont venus par des chemins différents, par exemple un alias et une liste qui mènent tous deux au destinataire, ou deux relais.'
            : 'Soit un alias et une liste, ou deux règles, mènent tous deux à la boîte aux lettres ; soit le relais l’a renvoyé parce que la réponse à la première livraison s’est perdue. Les lignes Received des exemplaires le montrent.';
      return `${what} en ${seconds(apartMs)} (envoi : ${sentAt}). ${why}`;
    },

    'relay-name-missing': ({ address, seen }) =>
      `L’adresse ${address} du relais n’a pas de nom dans le DNS (PTR)${unseen(seen)}. Les grands destinataires refusent le courriel de telles adresses. Le propriétaire de l’adresse (l’hébergeur) publie cet enregistrement, vers un nom qui y ramène.`,
    'relay-name-unconfirmed': ({ address, names, seen }) =>
      `L’adresse ${address} du relais${unseen(seen)} s’appelle ${names.join(', ')} dans le DNS (PTR), mais aucun de ces noms ne ramène à ${address} : les destinataires n’y croient pas. Publiez ${family(address)} pour ce nom, ou corrigez l’enregistrement PTR.`,
    'relay-helo': ({ address, helo, problem, addresses }) =>
      `Le relais se présente depuis ${address} comme « ${helo} » (HELO), ${HELO[problem](addresses, address)}`,
    'relay-tls-old': ({ address, tls }) =>
      `Le relais a livré depuis ${address} en ${tls}, que les destinataires abandonnent (RFC 8996). Autorisez TLS 1.2 et 1.3 à l’envoi.`,
    'relay-identity-unknown': ({ address, lookup }) =>
      `L’image que les destinataires ont de l’adresse ${address} du relais n’a pas pu être vérifiée : ${lookupFailureIn('fr', lookup)}.`,
    'blocklist-listed': ({ list, subject, codes, text }) =>
      `${subject} figure sur la liste noire ${list} (${codes.join(', ')}) : les serveurs qui la consultent refusent ou écartent le courriel. Cherchez-y la raison, corrigez-la, puis demandez le retrait.${text === null ? '' : ` La liste dit : « ${text} ».`}`,
    'blocklist-unusable': ({ list, reason, lookup }) =>
      lookup
        ? `La liste noire ${list} n’a pas pu être consultée : ${lookupFailureIn('fr', lookup)}.`
        : `La liste noire ${list} n’a pas pu être consultée : ${BLOCKLISTS[reason]}.`,
    'from-rewritten': (cause) =>
      `${cause.domain} : le champ From du message de ${cause.from} a été réécrit en chemin ; son domaine est maintenant ${cause.now ?? 'illisible'}.`,
    'dkim-unsigned': (cause) => from(cause, 'le message n’est pas signé (pas de DKIM-Signature).'),
    'dkim-unknown': (cause) => from(cause, `DKIM n’a pas pu être vérifié : ${why(cause)}.`),
    'dkim-body-altered': (cause) =>
      from(
        cause,
        `le corps a été modifié après la signature${cause.alteredLine === null ? '' : ` ; la première ligne qui diffère de l’envoi est « ${cause.alteredLine} »`}.`,
      ),
    'dkim-header-altered': (cause) =>
      from(cause, 'la signature n’est pas vérifiée : un champ d’en-tête a été modifié après la signature.'),
    'dkim-wrong-key': (cause) =>
      from(
        cause,
        cause.dkim.keyMatchesZone === false
          ? `le message est signé avec une autre clé que celle publiée dans la zone à ${key(cause)}.`
          : `la signature ne correspond pas à la clé publiée à ${key(cause)} : le relais signe probablement avec une autre clé que celle de la zone.`,
      ),
    'dkim-no-key': (cause) => from(cause, `la zone n’a pas de clé à ${key(cause)}.`),
    'dkim-invalid-key': (cause) =>
      from(
        cause,
        cause.dkim.cause?.code === 'damaged-key'
          ? `l’enregistrement à ${key(cause)} ne contient pas de clé utilisable : ${why(cause)}.`
          : `l’enregistrement à ${key(cause)} ne contient pas de clé utilisable (révoquée ou endommagée).`,
      ),
    'dkim-expired': (cause) => from(cause, 'la signature a expiré (x=), ou une horloge est fausse.'),
    'dkim-invalid': (cause) => from(cause, `la signature n’est pas valide : ${why(cause)}.`),
    'dkim-not-aligned': (cause) =>
      from(
        cause,
        `le message est signé par ${cause.dkim.domain}, pas par le domaine du champ From ; la signature ne l’authentifie donc pas.`,
      ),
    'dkim-selector': (cause) =>
      from(cause, `signé avec le sélecteur ${cause.dkim.selector} ; attendu : ${cause.expected}.`),
    'dkim-weak-key': (cause) =>
      from(cause, `la clé a ${cause.dkim.bits} bits ; attendu : au moins ${cause.minBits}.`),
    'dkim-key-multiple': (cause) =>
      from(
        cause,
        `la zone a ${cause.records} enregistrements TXT à ${cause.dkim.selector}._domainkey ; un destinataire peut utiliser n’importe lequel (RFC 6376 3.6.2.2).`,
      ),
    'dkim-testing': (cause) =>
      from(cause, 'la clé a t=y (test) : les destinataires peuvent traiter le message comme non signé.'),
    'dkim-body-limit': (cause) =>
      from(
        cause,
        `la signature ne couvre que les ${cause.dkim.bodyLimit} premiers octets du corps (l=) : tout peut être ajouté après.`,
      ),
    'dkim-from-not-oversigned': (cause) =>
      from(
        cause,
        'From est signé une seule fois : un second From pourrait être ajouté sans invalider la signature (opendkim : OversignHeaders From).',
      ),
    'dkim-other-broken': ({ other, ...cause }) =>
      from(
        cause,
        `le message est authentifié, mais une autre signature qu’il contient n’est pas valide (d=${other.domain}, s=${other.selector}${other.algorithm === null ? '' : `, ${other.algorithm}`}) : ${other.cause ? reasons.dkim(other.cause) : other.result}. Les destinataires qui ne savent lire que celle-là ne l’authentifient pas.`,
      ),
    'dkim-clock-ahead': (cause) =>
      from(
        cause,
        `la signature date de ${seconds(cause.aheadMs)} dans le futur : l’horloge du relais, ou celle de cette machine, est fausse. Certains destinataires ignorent de telles signatures (RFC 6376 3.5).`,
      ),

    'spf-failed': (cause) =>
      from(
        cause,
        `résultat SPF ${cause.spf.result} : ${cause.spf.clientIp ?? 'une adresse inconnue'} n’est pas autorisée à envoyer pour ${cause.spf.domain} (${cause.spf.record ?? 'pas d’enregistrement'}).`,
      ),
    'spf-missing': (cause) => from(cause, `il n’y a pas d’enregistrement SPF à ${cause.spf.domain}.`),
    'spf-invalid': (cause) =>
      from(cause, `l’enregistrement SPF de ${cause.spf.domain} ne peut pas être évalué : ${whySpf(cause)}.`),
    'spf-not-aligned': (cause) =>
      from(
        cause,
        `SPF passe pour ${cause.spf.domain}, qui n’est pas le domaine du champ From ; il n’authentifie donc pas le message.`,
      ),
    'spf-address-hidden': (cause) =>
      from(
        cause,
        `SPF n’a pas pu être vérifié : le message vient de ${cause.spf.clientIp}, une adresse privée ; un NAT ou un mandataire cache donc celle du relais (voir receive.mx.proxies).`,
      ),
    'spf-unknown': (cause) => from(cause, `SPF n’a pas pu être vérifié : ${whySpf(cause)}.`),

    'dmarc-failed': (cause) => {
      const reason = cause.dmarc.cause ? ` (${reasons.dmarc(cause.dmarc.cause)})` : '';
      return from(cause, `DMARC échoue : ni DKIM ni SPF ne passe pour le domaine du champ From${reason}.`);
    },
    'dmarc-missing': (cause) => from(cause, `il n’y a pas d’enregistrement DMARC à _dmarc.${cause.domain}.`),
    'dmarc-multiple': (cause) =>
      from(
        cause,
        `la zone a ${cause.records} enregistrements DMARC ; les destinataires les ignorent donc tous (RFC 9989 4.10).`,
      ),
    'dmarc-not-strict': (cause) =>
      from(
        cause,
        'DMARC ne passe que parce que son enregistrement admet l’alignement souple : ni DKIM ni SPF n’est exactement au domaine du champ From.',
      ),
    'dmarc-policy': (cause) =>
      from(cause, `la politique DMARC est ${cause.dmarc.policy} ; attendu : ${cause.expected}.`),
    'dmarc-unknown': (cause) =>
      from(
        cause,
        `DMARC n’a pas pu être vérifié : ${cause.dmarc.cause ? reasons.dmarc(cause.dmarc.cause) : cause.dmarc.reason}.`,
      ),

    'shape-dkim-lost': ({ domain, shape, dkim, alteredLine }) => {
      const reason = dkim.cause ? reasons.dkim(dkim.cause) : dkim.reason || dkim.result;
      const line =
        alteredLine === null ? '' : ` ; la première ligne différente est « ${alteredLine.slice(0, 80)} »`;
      return `${domain} : ${SHAPES[shape]} perd sa signature DKIM en chemin (${reason}${line}), alors qu’un message court et simple la garde. ${shapeAdvice(shape)}`;
    },
    'shape-lost': ({ domain, shape, how, response }) =>
      `${domain} : ${SHAPES[shape]} ${LOST[how]}, alors qu’un message court et simple est remis.${said(response)}`,

    'mailbox-unreachable': (cause) =>
      `${bounces(cause)}Impossible de lire ${mailbox(cause)} : ${mailboxFaultIn('fr', cause)}.`,
    'mailbox-login-refused': (cause) => {
      const answer = cause.response === null ? '' : ` (« ${cause.response} »)`;
      return `${bounces(cause)}Impossible de lire ${mailbox(cause)} : l’authentification a été refusée${answer}. Il n’y a eu qu’une tentative ; vérifiez l’utilisateur et le mot de passe, ou le jeton d’accès.`;
    },
    'mailbox-lost': (cause) =>
      `${bounces(cause)}La connexion à la boîte sur ${cause.host} a été perdue : ${cause.detail}.`,
    'mx-not-listening': (cause) =>
      `Le serveur de courriel intégré ne peut pas écouter sur ${cause.address} (receive.mx.listen) : ${LISTENING[cause.reason](cause.detail)}.`,
    configuration: (cause) => {
      const { key: name, path, reason, detail = '' } = cause;
      if (reason === 'pair-incomplete') return `${name} : key et cert vont ensemble ; l’un des deux manque.`;
      if (reason === 'no-public-key')
        return `${name} : ${path} ne contient pas de clé publique au format PEM : ${detail}.`;
      return `${name} : ${path} ne peut pas être lu : ${FILES[reason](detail)}.`;
    },

    'relay-open': (cause) =>
      `${relay(cause)} accepte le courriel de n’importe qui, sans authentification : il peut servir à envoyer du spam. (Aucun message n’a été envoyé.)`,
    'foreign-from-believed': ({ login, letter, by, name }) => {
      const how = by.map(({ mechanism, domain }) =>
        mechanism === 'dkim' ? `signé avec d=${domain}` : `SPF passe pour ${domain}`,
      );
      const what =
        name === 'foreign-from' ? 'seul From était étranger' : 'l’enveloppe et From étaient étrangers';
      return `Le relais laisse ${login} écrire au nom de ${letter.from}, et les destinataires l’authentifient : ${how.join(', ')} (${what}).`;
    },
    'probe-inconclusive': (cause) =>
      cause.letter
        ? `Impossible de vérifier si le relais laisse ${cause.login} écrire au nom de ${cause.letter.from} : le message n’a été ni refusé ni reçu.`
        : `Impossible de vérifier si le relais ${cause.host}:${cause.port} refuse le courriel sans authentification.${said(cause.response ?? null)}`,
  },
};

const HANDSHAKE = {
  silent: () => 'pas de réponse à temps',
  closed: () => 'la connexion a été fermée',
  other: (detail: string) => detail,
} as const;

function why({ dkim }: { dkim: DkimVerdict }): string {
  return dkim.cause ? reasons.dkim(dkim.cause) : dkim.reason || dkim.result;
}

function whySpf({ spf }: { spf: SpfVerdict }): string {
  return spf.cause ? reasons.spf(spf.cause) : spf.reason || 'il est invalide';
}
