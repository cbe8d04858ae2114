import { lookupFailureIn } from '../../lookup-failure.ts';
import { spfFaultIn } from '../../records/spf-fault.ts';
import type { Level, ZoneRecordKind } from '../result.ts';
import { named, type RecordWords } from './record.ts';

/** « A », « A et B », « A, B et C ». */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} et ${words.at(-1)}`;
}

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
    'several-spf': ({ count, same }) =>
      same
        ? `Le même enregistrement est publié ${count} fois ; les destinataires n’en utilisent alors aucun (RFC 7208 4.5).`
        : `Il y a ${count} enregistrements SPF ; les destinataires n’en utilisent alors aucun (RFC 7208 4.5). Réunissez-les en un seul.`,
    'split-strings': () => 'Il est coupé en plusieurs chaînes.',
    'after-all': ({ terms }) => `Ce qui suit « all » n’est jamais évalué : ${list(terms)}.`,
    'invalid-term': () => 'Un terme qui n’est pas du SPF rend tout l’enregistrement invalide (RFC 7208 4.6).',
    'too-many-lookups': ({ count, most }) =>
      `Il demande ${count} requêtes DNS ; les destinataires abandonnent après ${most} (RFC 7208 4.6.4).`,
    permerror: ({ fault }) =>
      `Les destinataires ne peuvent pas l’évaluer (permerror) : ${spfFaultIn('fr', fault)}.`,
    'several-keys': ({ count }) =>
      `Il y a ${count} enregistrements TXT à ce nom ; lequel un destinataire utilise n’est pas défini (RFC 6376 3.6.2.2).`,
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
    'several-dmarc': ({ count }) =>
      `Il y a ${count} enregistrements DMARC ; les destinataires n’en utilisent alors aucun (RFC 9989 4.10).`,
    'not-dmarc': () =>
      'Les destinataires n’utilisent un enregistrement que s’il commence par « v=DMARC1 », écrit exactement ainsi.',
    'literal-marks': ({ marks }) =>
      `Le texte contient ${list(marks.map((mark) => MARKS[mark]))} : le formulaire les a pris pour une partie du texte. Saisissez la valeur sans ces signes.`,
    'one-level-too-deep': ({ name }) =>
      `L’enregistrement se trouve à ${name} : le formulaire ajoute le domaine automatiquement, saisissez donc le nom court.`,
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
    lookup: (subject, { lookup, nameServers }) => {
      const failed = `On ne sait rien sur ${lower(subject)} : ${lookupFailureIn('fr', lookup)}.`;
      if (nameServers.length === 0) return failed;
      const levels = list(nameServers.map((level) => LEVELS[level]));
      return `${failed} Les serveurs de noms du domaine répondent, eux (${levels}) : la faute est à notre résolveur ou au DNSSEC de la zone.`;
    },
  },
};
