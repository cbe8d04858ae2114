import { lookupFailureIn } from '../../lookup-failure.ts';
import { spfFaultIn } from '../../records/spf-fault.ts';
import type { AUTHOR_FAULTS, DkimComplaint, DkimReason } from '../reasons.ts';
import type { ReasonWords } from './type.ts';

const DKIM: Readonly<Record<DkimComplaint, string>> = {
  'body-altered': 'l’empreinte du corps ne correspond pas',
  'bad-signature': 'signature invalide',
  expired: 'signature expirée',
  'no-key': 'clé absente',
  'invalid-key': 'clé publique invalide',
  'unknown-key-version': 'version de clé inconnue',
  'unknown-key-type': 'type de clé inconnu',
  'key-too-short': 'la clé est trop courte',
  'key-not-for-mail': 'la clé n’est pas destinée au courriel (s=)',
  'key-forbids-hash': 'la clé n’autorise pas l’algorithme de hachage (h=)',
  'key-of-other-algorithm': 'la clé est d’un autre algorithme que la signature',
  'weak-algorithm': 'l’algorithme est trop faible (rsa-sha1)',
  'unknown-algorithm': 'algorithme inconnu',
  'unknown-canonicalization': 'canonicalisation inconnue',
  'unknown-version': 'version de signature inconnue',
  'unsupported-query-method': 'méthode de requête non prise en charge (q=)',
  'missing-tag': 'il manque à la signature un élément obligatoire',
  'syntax-error': 'erreur de syntaxe dans la signature',
  'invalid-expiration': 'la signature expire avant sa création',
  'identity-mismatch': 'i= n’est pas dans le domaine signataire',
  'from-not-signed': 'le champ From n’est pas signé',
};

const AUTHOR: Readonly<Record<(typeof AUTHOR_FAULTS)[number], string>> = {
  'several-from-fields': 'le message a plusieurs champs From',
  'several-author-domains': 'le message a des auteurs dans plusieurs domaines',
  'invalid-author-domain': 'le champ From ne contient pas de domaine valide',
  'no-author-domain': 'le message n’a pas de domaine d’auteur',
};

const unrecognised = (raw: string) => (raw ? `« ${raw} »` : 'aucune raison donnée');

type DamagedKey = Extract<DkimReason, { readonly code: 'damaged-key' }>;

const DAMAGES: Readonly<Record<DamagedKey['damage'], (reason: DamagedKey) => string>> = {
  marks: () =>
    'il contient des guillemets ou des barres obliques inverses, qu’un formulaire ajoute automatiquement',
  'tag-case': () => 'l’étiquette est écrite « P= », or DKIM distingue les majuscules : « p= »',
  'no-key-tag': () => 'il n’a pas de clé (pas d’étiquette p=)',
  revoked: () => 'la clé est révoquée (p= est vide)',
  characters: () => 'la clé contient des caractères qui n’en font pas partie',
  'cut-off': ({ bytes, announced }) => `la clé est coupée après ${bytes} octets sur ${announced}`,
  unreadable: () => 'ce qui figure dans p= n’est pas une clé publique',
};

export const reasonsFr: ReasonWords = {
  dkim(reason) {
    if (reason.code === 'unsigned') return 'le message n’a pas de signature';
    if (reason.code === 'several-from-fields') return `le message a ${reason.fields} champs From`;
    if (reason.code === 'lookup-failed') return lookupFailureIn('fr', reason.lookup);
    if (reason.code === 'damaged-key') return DAMAGES[reason.damage](reason);
    if (reason.code === 'dns-error') return `erreur DNS : ${reason.error}`;
    if (reason.code === 'unrecognised') return unrecognised(reason.raw);
    return DKIM[reason.code];
  },
  spf(reason) {
    if ('sender' in reason) {
      if (reason.code === 'fail')
        return `le domaine de ${reason.sender} n’autorise pas ${reason.clientIp} comme expéditeur`;
      if (reason.code === 'softfail')
        return `le domaine de ${reason.sender} n’autorise pas ${reason.clientIp} comme expéditeur (softfail)`;
      return `le domaine de ${reason.sender} n’autorise ni ne refuse ${reason.clientIp}`;
    }
    if (reason.code === 'none') return `${reason.domain} ne désigne pas de serveurs autorisés`;
    if (reason.code === 'no-hop') {
      const { hosts = [] } = reason;
      return hosts.length === 0
        ? 'le serveur qui a remis le message n’est pas connu'
        : `le serveur qui a remis le message n’est pas connu : aucune ligne Received n’a été écrite par un hôte de l’enregistrement MX de la boîte aux lettres, mais par ${hosts.join(', ')}. Indiquez dans receive.imap.receivedBy celui qui reçoit le courrier de l’extérieur`;
    }
    if (reason.code === 'no-client-address') return 'l’adresse du client n’est pas connue';
    if (reason.code === 'lookup-failed') return lookupFailureIn('fr', reason.lookup);
    return spfFaultIn('fr', reason);
  },
  dmarc(reason) {
    if (reason.code === 'not-aligned') return reason.policies;
    if (reason.code === 'dkim-undecided') return reasonsFr.dkim(reason.dkim);
    if (reason.code === 'spf-undecided') return reasonsFr.spf(reason.spf);
    if (reason.code === 'too-many-domains')
      return `${reason.domain} n’a pas été comparé : trop de domaines dans un message`;
    if (reason.code === 'lookup-failed') return lookupFailureIn('fr', reason.lookup);
    if (reason.code === 'unrecognised') return unrecognised(reason.raw);
    return AUTHOR[reason.code];
  },
};
