import { frenchList as list } from '../../../base/words.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { SpfFlaw } from '../../records/spf.ts';
import { spfFaultIn } from '../../records/spf-fault.ts';
import type { DroppedTerm, Note } from '../notes.ts';
import type { Level, ZoneRecordKind } from '../result.ts';
import { droppedTerms, named, type RecordWords } from './record.ts';
import { publishedBy } from './zone.ts';

const SUBJECTS: Readonly<Record<ZoneRecordKind, string>> = {
  mx: 'L’enregistrement MX',
  spf: 'L’enregistrement SPF',
  dkim: 'La clé DKIM',
  dmarc: 'L’enregistrement DMARC',
  'dmarc-report': 'L’autorisation des rapports DMARC',
};
const OBJECTS: Readonly<Record<ZoneRecordKind, string>> = {
  mx: 'd’enregistrements MX',
  spf: 'd’enregistrements SPF',
  dkim: 'de clés DKIM',
  dmarc: 'd’enregistrements DMARC',
  'dmarc-report': 'd’autorisations de rapports DMARC',
};
const LEVELS: Readonly<Record<Level, string>> = {
  exact: 'exact',
  equivalent: 'équivalent',
  extra: 'en plus',
  different: 'différent',
  multiple: 'multiple',
  missing: 'manquant',
  unknown: 'inconnu',
};
const SET_THE_KEY = 'Donnez à la variable « key » la clé avec laquelle le relais signe.';
const MARKS = { 'quotation-mark': 'des guillemets', backslash: 'des barres obliques inverses' };
const lower = (subject: string) => subject.charAt(0).toLowerCase() + subject.slice(1);
const FLAWS: Readonly<Record<SpfFlaw, string>> = {
  'byte-order-mark': 'un caractère invisible (indicateur d’ordre des octets) le précède',
  'leading-space': 'une espace le précède',
  'odd-space': 'une espace n’est pas l’espace ordinaire (espace insécable)',
  tab: 'une tabulation remplace une espace',
  'quotation-mark': 'le texte contient des guillemets',
  backslash: 'le texte contient des barres obliques inverses',
  'text-before': 'un autre texte le précède',
  version: 'la version n’est pas « v=spf1 » suivi d’une espace',
};
const MX_FAULTS: Readonly<Record<Extract<Note, { id: 'mx-no-host' }>['why'], string>> = {
  address: 'est une adresse ; un enregistrement MX doit nommer un hôte (RFC 1035 3.3.9).',
  priority: 'commence par la priorité, qui a son propre champ.',
  local: 'désigne la machine même de chaque expéditeur : rien n’est remis.',
  characters: 'contient des caractères qu’aucun nom d’hôte ne peut avoir.',
};
const fault = ({ fault }: Pick<DroppedTerm, 'fault'>) => (fault ? spfFaultIn('fr', fault) : 'permerror');
const failure = ({ lookup }: Pick<DroppedTerm, 'lookup'>) =>
  lookup ? lookupFailureIn('fr', lookup) : 'une requête a échoué';
const DROPPED: Readonly<Record<DroppedTerm['why'], (term: DroppedTerm) => string>> = {
  'everybody-passes': () => 'tout le monde passerait SPF grâce à lui',
  permerror: (term) => `avec lui, les destinataires ne peuvent pas évaluer l’enregistrement : ${fault(term)}`,
  lookup: (term) => `il n’a pas pu être évalué : ${failure(term)}`,
  'relay-refused': () => 'avec lui, le relais ne passe pas',
  invalid: () => 'ce n’est pas du SPF valide',
  ptr: () => 'la RFC 7208 5.5 le déconseille',
  void: () => 'sa requête ne trouve rien',
  'no-pass': () => 'il ne laisse passer personne',
  untried: () => 'il y a trop de termes',
};
const WITHHELD: typeof DROPPED = {
  ...DROPPED,
  permerror: (term) => `les destinataires ne peuvent pas l’évaluer : ${fault(term)}`,
  'relay-refused': () => 'il ne laisse pas passer le relais',
};

export const recordFr: RecordWords = {
  titles: { mx: 'MX', spf: 'SPF', dkim: 'DKIM', dmarc: 'DMARC', 'dmarc-report': 'rapports DMARC' },
  subjects: SUBJECTS,
  levels: LEVELS,
  list,
  notes: {
    'null-mx': () => 'Le MX nul indique que le domaine n’accepte aucun courriel (RFC 7505).',
    'others-first': ({ hosts }) => `Le courriel est remis d’abord, ou aussi souvent, à ${list(hosts)}.`,
    'backup-hosts': ({ hosts }) =>
      `Les expéditeurs essaient ${list(hosts)} quand l’hôte attendu ne répond pas.`,
    'other-priority': () => 'La priorité est un autre nombre, ce qui est sans effet.',
    'null-mx-beside': () =>
      'Le MX nul (« 0 . ») ne doit pas côtoyer d’autres enregistrements MX (RFC 7505 3) : il indique que le domaine n’accepte aucun courriel. Supprimez-le.',
    'repeated-host': ({ hosts }) => `${list(hosts)} figure plusieurs fois, ce qui est sans effet.`,
    'missing-dot': ({ found, host }) =>
      `${found} est ${host} sans son point final : le nom de la zone y a été ajouté. Saisissez « ${host}. », avec le point à la fin.`,
    'mx-alias': ({ host, target }) =>
      `${host} est un alias (CNAME) de ${target} ; un enregistrement MX doit nommer l’hôte lui-même (RFC 2181 10.3).`,
    'mx-no-host': ({ host, why }) => `« ${host} » ${MX_FAULTS[why]}`,
    'several-spf': ({ count, same }) =>
      same
        ? `Le même enregistrement est publié ${count} fois ; les destinataires n’en utilisent alors aucun (RFC 7208 4.5).`
        : `Il y a ${count} enregistrements SPF ; les destinataires n’en utilisent alors aucun (RFC 7208 4.5). Réunissez-les en un seul.`,
    'split-strings': () => 'Il est coupé en plusieurs chaînes.',
    'after-all': ({ terms }) => `Ce qui suit « all » n’est jamais évalué : ${list(terms)}.`,
    'invalid-term': () => 'Un terme qui n’est pas du SPF rend tout l’enregistrement invalide (RFC 7208 4.6).',
    'glued-terms': ({ term, parts }) =>
      `Il manque une espace dans « ${term} ». La forme correcte est « ${parts.join(' ')} ».`,
    'misspelt-term': ({ term, instead }) =>
      `« ${term} » n’est pas un terme SPF : tout l’enregistrement en devient invalide (RFC 7208 4.6). La forme correcte est « ${instead} ».`,
    'idle-modifier': ({ term, instead }) =>
      `« ${term} » est valide et sans effet : les destinataires l’ignorent (RFC 7208 6). Il s’agissait sans doute de « ${instead} ».`,
    'joined-strings': ({ term, parts }) =>
      `L’enregistrement est publié en plusieurs chaînes, jointes sans espace (RFC 7208 3.3) : « ${term} » devient un seul terme. La forme correcte est « ${parts.join(' ')} ».`,
    'prefix-too-long': ({ term, most }) =>
      `La longueur de préfixe de « ${term} » n’est pas valide : au plus /${most} (RFC 7208 5.6). Tout l’enregistrement en devient invalide.`,
    'no-address': ({ term, instead }) =>
      instead === null
        ? `« ${term} » ne contient pas d’adresse IP de sa famille. Tout l’enregistrement en devient invalide.`
        : `« ${term} » ne contient pas d’adresse IP de sa famille. La forme correcte est « ${instead} ».`,
    'not-spf': ({ flaws }) =>
      `Les destinataires ne le prennent pas pour du SPF : ${list(flaws.map((flaw) => FLAWS[flaw]))}. Le texte doit commencer par « v=spf1 » suivi d’une espace (RFC 7208 4.5).`,
    'type-spf': ({ record }) =>
      `Il y a un enregistrement de type SPF (99), « ${record} » ; les destinataires ne demandent que le type TXT (RFC 7208 3.1). Publiez-le en TXT.`,
    'everybody-passes': ({ terms, addresses }) =>
      `Tout le monde passe SPF par ${list(terms)} : même ${list(addresses)}, d’où personne n’envoie, passerait. N’importe qui peut envoyer au nom de ce domaine.`,
    'terms-dropped': ({ terms }) => `L’enregistrement à publier omet ${list(droppedTerms(terms, DROPPED))}.`,
    'advice-withheld': (note) =>
      `Aucun enregistrement n’est conseillé, à cause de celui du modèle : ${WITHHELD[note.why]({ term: '', ...note })}.`,
    'too-many-lookups': ({ count, most }) =>
      `Il demande ${count} requêtes DNS ; les destinataires abandonnent après ${most} (RFC 7208 4.6.4).`,
    permerror: ({ fault }) =>
      `Les destinataires ne peuvent pas l’évaluer (permerror) : ${spfFaultIn('fr', fault)}.`,
    'several-keys': ({ count }) =>
      `Il y a ${count} enregistrements TXT à ce nom ; lequel un destinataire utilise n’est pas défini (RFC 6376 3.6.2.2).`,
    'key-in-pieces': ({ count }) =>
      `Les ${count} enregistrements TXT à ce nom sont les morceaux d’un seul. Publiez un enregistrement unique, dont le texte est coupé en chaînes ; si le formulaire n’accepte que 255 caractères, voyez si la zone peut être modifiée en mode texte.`,
    'version-ignored': () =>
      'La clé est ignorée si « v=DKIM1 » ne vient pas en premier, écrit exactement ainsi (RFC 6376 3.6.1).',
    'key-absent': () => 'Il n’y a pas de « p= » : aucune clé n’est publiée.',
    'key-revoked': () => 'Un « p= » vide indique que la clé est révoquée (RFC 6376 3.6.1).',
    'key-cut-off': ({ length, expected }) =>
      `La clé est coupée après ${length} de ses ${expected} caractères.`,
    'key-characters': ({ characters }) =>
      `La clé contient des caractères qu’aucune clé ne peut avoir (${characters}).`,
    'key-of-other-size': ({ bits, expected }) =>
      `C’est une autre clé, de ${bits} bits au lieu de ${expected}.`,
    'key-other': () => 'C’est une autre clé.',
    'key-unreadable': () =>
      'La valeur de « p= » n’est pas une clé publique du type que l’enregistrement indique.',
    'key-pkcs1': () =>
      'C’est la bonne clé, sous la forme PKCS#1 : certains destinataires (OpenDKIM) ne savent pas la lire. Publiez la forme qu’écrit « openssl rsa -pubout ».',
    'tag-case': ({ tags }) =>
      `Les noms des balises s’écrivent en minuscules (RFC 6376 3.2) : les destinataires ignorent ${list(tags.map((tag) => `« ${tag}= »`))}.`,
    'missing-semicolon': ({ tag, value }) =>
      `Il manque un point-virgule : « ${tag}= » vaut « ${value} », où commence la balise suivante.`,
    'inherited-policy': ({ name, policy }) =>
      `D’ici là, les destinataires appliquent l’enregistrement à ${name} : sa politique pour les domaines au-dessous est « ${policy} ».`,
    'several-dmarc': ({ count }) =>
      `Il y a ${count} enregistrements DMARC ; les destinataires n’en utilisent alors aucun (RFC 9989 4.10).`,
    'not-dmarc': () =>
      'Les destinataires n’utilisent un enregistrement que s’il commence par « v=DMARC1 », écrit exactement ainsi.',
    'leading-space': () =>
      'Les destinataires l’ignorent à cause de l’espace avant « v=DMARC1 » (RFC 9989 4.7). Publiez-le sans cette espace.',
    'literal-marks': ({ marks }) =>
      `Le texte contient ${list(marks.map((mark) => MARKS[mark]))} : le formulaire les a pris pour une partie du texte. Saisissez la valeur sans ces signes.`,
    'one-level-too-deep': ({ name }) =>
      `L’enregistrement se trouve à ${name} : le formulaire ajoute le domaine automatiquement, saisissez donc le nom court.`,
    'wrong-name': ({ name, right }) =>
      `Un tel enregistrement se trouve à ${name}, où les destinataires ne le cherchent pas. Sa place est à ${right}.`,
    wildcard: ({ name, record }) =>
      `La réponse pour ${name} vient d’un enregistrement générique : tout nom qui n’existe pas y vaut « ${publishedBy([record])[0]} ». Un enregistrement propre à ce nom le remplace.`,
    alias: ({ name, target }) =>
      `${name} est un alias (CNAME) de ${target} : c’est ce qui y est publié qui compte, et rien d’autre ne peut exister à côté d’un CNAME (RFC 2181 10.1). Supprimez le CNAME avant de publier l’enregistrement.`,
  },
  differences: {
    changed: (tag, expected, found) => `${tag} vaut « ${found} », attendu « ${expected} »`,
    missing: (tag, expected) => `${named(tag, expected)} manque`,
    added: (tag, _, found) => `${named(tag, found)} n’est pas dans le modèle`,
    key: (tag) => `${tag}= ne contient pas la clé attendue`,
    repeated: (tag) => `${tag}= est écrit plusieurs fois`,
    misplaced: (tag) => `${tag}= n’est pas en première position`,
    syntax: (_tag, _expected, found) => `« ${found} » n’est pas valide ici`,
  },
  without: (tag, expected) => `il n’a pas ${named(tag, expected)}`,
  furtherDifferences: (count) => (count === 1 ? '1 autre différence' : `${count} autres différences`),
  exact: (subject) => `${subject} correspond au modèle.`,
  equivalent: (subject) => `${subject} a le même sens que le modèle, sous une autre forme.`,
  extra: (subject, differences) =>
    differences === ''
      ? `${subject} fait ce que le modèle demande, et plus.`
      : `${subject} fait ce que le modèle demande, et plus : ${differences}.`,
  different: (domain, record, differences) =>
    differences === ''
      ? `${domain} : ${lower(SUBJECTS[record])} ne correspond pas au modèle.`
      : `${domain} : ${lower(SUBJECTS[record])} ne correspond pas au modèle : ${differences}.`,
  multiple: (domain, record) => `${domain} a trop ${OBJECTS[record]}.`,
  missing: {
    mx: (domain) => `${domain} n’a pas d’enregistrement MX : son courriel n’est pas remis ici.`,
    spf: (domain) => `${domain} n’a pas d’enregistrement SPF.`,
    dkim: (domain, name) =>
      `${domain} n’a pas de clé DKIM à ${name} : ses signatures ne peuvent pas être vérifiées.`,
    dmarc: (domain, name) => `${domain} n’a pas d’enregistrement DMARC à ${name}.`,
    'dmarc-report': (domain, name, zone) =>
      `${zone} n’autorise pas les rapports DMARC sur ${domain} : il n’y a pas d’enregistrement à ${name}, les destinataires n’en envoient donc pas.`,
  },
  dotMx: 'Dans un formulaire qui ajoute le nom de la zone, écrivez l’hôte avec un point à la fin.',
  replaceMx: 'Remplacez les enregistrements MX existants.',
  replace: 'Remplacez l’enregistrement existant.',
  keeps: (terms) => `L’enregistrement à publier conserve ${terms}.`,
  unknown: {
    'key-not-given': (subject) =>
      `${subject} n’a pas pu être comparée : le modèle n’a pas de clé (variable « key »). ${SET_THE_KEY}`,
    'key-not-published': (subject, { name }) =>
      `${subject} n’a pas pu être comparée : ${name} ne publie pas de clé à laquelle la comparer. ${SET_THE_KEY}`,
    'keys-published': (subject, { name, count }) =>
      `${subject} n’a pas pu être comparée : ${name} publie ${count} clés. ${SET_THE_KEY}`,
    'key-lookup': (subject, { lookup }) =>
      `${subject} n’a pas pu être comparée : ${lookupFailureIn('fr', lookup)}, il n’y a donc pas de clé à laquelle la comparer. ${SET_THE_KEY}`,
    'spf-lookup': (subject, { lookup }) =>
      `${subject} ne peut pas être évalué : ${lookupFailureIn('fr', lookup)}. On ne sait pas s’il ne laisse passer que ses propres expéditeurs.`,
    lookup: (subject, { lookup, nameServers }) => {
      const failed = `On ne sait rien sur ${lower(subject)} : ${lookupFailureIn('fr', lookup)}.`;
      if (nameServers.length === 0) return failed;
      const levels = list(nameServers.map((level) => LEVELS[level]));
      return `${failed} Les serveurs de noms du domaine répondent, eux (${levels}) : la faute est à notre résolveur ou au DNSSEC de la zone.`;
    },
  },
};
