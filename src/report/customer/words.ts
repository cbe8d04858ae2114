/** What is written to customers about their records, in every language: for people who do not run mail servers. */
import type { Language } from '../../base/language.ts';
import type { ZoneRecordKind } from '../../checks/zone/result.ts';
import type { Field, Registrar } from './forms.ts';

export interface CustomerWords {
  readonly subject: (domain: string) => string;
  readonly greeting: string;
  readonly checked: (domain: string, date: string) => string;
  readonly allRight: string;
  readonly toChange: (count: number, right: readonly string[]) => string;
  readonly unknown: (titles: readonly string[]) => string;
  readonly gone: (domain: string) => string;
  /** What a record is for. */
  readonly heading: (title: string, name: string, purpose: string) => string;
  readonly purpose: Readonly<Record<ZoneRecordKind, string>>;
  readonly missing: string;
  readonly found: string;
  readonly several: (count: number) => string;
  readonly replace: string;
  readonly add: string;
  readonly notAdvised: string;
  readonly where: (registrar: string, zone: string) => string;
  /** How to get to the form. */
  readonly form: Readonly<Record<Registrar, string>>;
  readonly fields: Readonly<Record<Registrar, Readonly<Record<Field, string>>>>;
  readonly empty: string;
  /** Before a line that the form for single records cannot take. */
  readonly line: string;
  readonly file: string;
  readonly afterwards: string;
  readonly regards: string;
}

const EN_FIELDS = { type: 'Type', name: 'Name', priority: 'Priority', host: 'Mail server', text: 'Text' };
const FR_FIELDS = { type: 'Type', name: 'Nom', priority: 'Priorité', host: 'Serveur', text: 'Texte' };

export const customerWords: Readonly<Record<Language, CustomerWords>> = {
  en: {
    subject: (domain) => `Mail of ${domain}: DNS records`,
    greeting: 'Hello,',
    checked: (domain, date) =>
      `on ${date} we checked the DNS records by which mail for ${domain} arrives and by which other providers recognize mail from it.`,
    allRight: 'All of them are correct. There is nothing to do.',
    toChange: (count, right) =>
      `${count === 1 ? 'One record has' : `${count} records have`} to be changed${right.length > 0 ? ` (correct: ${right.join(', ')})` : ''}. Until then mail may get lost or be treated as spam.`,
    unknown: (titles) => `Could not be checked this time: ${titles.join(', ')}. We will check again.`,
    gone: (domain) =>
      `The domain ${domain} does not exist in the DNS any more: it has expired, or its registration has ended. Please renew it with your registrar first.`,
    heading: (title, name, purpose) => `${title} (${name}): ${purpose}.`,
    purpose: {
      mx: 'states where mail for the domain is delivered',
      spf: 'states which servers may send mail from the domain',
      dkim: 'holds the key by which others verify the signature of your mail',
      dmarc: 'states what others do with mail that only claims to be from the domain',
      'dmarc-report': 'permits reports about the domain',
    },
    missing: 'It does not exist.',
    found: 'It is now:',
    several: (count) => `There are ${count} of them, and only one may exist. They are now:`,
    replace: 'Replace what is shown above by:',
    add: 'Please add:',
    notAdvised: 'We will write to you separately about this record.',
    where: (registrar, zone) =>
      registrar === ''
        ? `The records belong into the DNS zone ${zone}, at the provider whose name servers the domain uses.`
        : `The records belong into the DNS zone ${zone}, at ${registrar}.`,
    form: {
      gandi:
        'At Gandi: choose the domain, "DNS Records", then "Add". Keep the dot at the end of mail servers. A text with quotation marks is entered with them.',
      ovh: 'At OVHcloud: "Web Cloud", "Domain names", choose the domain, "DNS zone", then "Add an entry". Keep the dot at the end of mail servers.',
      cloudflare:
        'At Cloudflare: choose the domain, "DNS", "Records", then "Add record". Enter texts without quotation marks, in one piece.',
      other:
        'Most forms have these fields. Where the name "@" is not accepted, leave the name empty. Enter texts without quotation marks, in one piece. If the form appends your domain to mail servers, write a dot at their end.',
    },
    fields: {
      gandi: { ...EN_FIELDS, host: 'Hostname', text: 'Text value' },
      ovh: { ...EN_FIELDS, name: 'Sub-domain', host: 'Target', text: 'Value' },
      cloudflare: { ...EN_FIELDS, text: 'Content' },
      other: EN_FIELDS,
    },
    empty: '(leave empty)',
    line: 'The form takes at most 255 characters. Use "Change in text format" in "DNS zone" and add this line:',
    file: 'For whoever edits zone files, the same as lines:',
    afterwards: 'Changes are visible after a few minutes to 24 hours. We check the records again regularly.',
    regards: 'Kind regards',
  },
  fr: {
    subject: (domain) => `Courrier du domaine ${domain} : enregistrements DNS`,
    greeting: 'Bonjour,',
    checked: (domain, date) =>
      `le ${date}, nous avons vérifié les enregistrements DNS par lesquels le courrier pour ${domain} arrive et par lesquels les autres fournisseurs reconnaissent le courrier qui en vient.`,
    allRight: 'Tous sont corrects. Il n’y a rien à faire.',
    toChange: (count, right) =>
      `${count === 1 ? 'Un enregistrement est' : `${count} enregistrements sont`} à modifier${right.length > 0 ? ` (corrects : ${right.join(', ')})` : ''}. D’ici là, du courrier peut se perdre ou être traité comme indésirable.`,
    unknown: (titles) => `Pas vérifiable cette fois : ${titles.join(', ')}. Nous vérifierons à nouveau.`,
    gone: (domain) =>
      `Le domaine ${domain} n’existe plus dans le DNS : il a expiré, ou son enregistrement a pris fin. Veuillez d’abord le renouveler auprès de votre bureau d’enregistrement.`,
    heading: (title, name, purpose) => `${title} (${name}) : ${purpose}.`,
    purpose: {
      mx: 'indique où le courrier pour le domaine est remis',
      spf: 'indique quels serveurs peuvent envoyer du courrier au nom du domaine',
      dkim: 'contient la clé avec laquelle les autres vérifient la signature de votre courrier',
      dmarc: 'indique ce que les autres font du courrier qui prétend seulement venir du domaine',
      'dmarc-report': 'autorise les rapports sur le domaine',
    },
    missing: 'Il n’existe pas.',
    found: 'Actuellement :',
    several: (count) => `Il y en a ${count}, et il ne peut y en avoir qu’un. Actuellement :`,
    replace: 'Remplacez ce qui précède par :',
    add: 'À ajouter :',
    notAdvised: 'Nous vous écrirons séparément au sujet de cet enregistrement.',
    where: (registrar, zone) =>
      registrar === ''
        ? `Les enregistrements vont dans la zone DNS ${zone}, chez le prestataire dont le domaine utilise les serveurs de noms.`
        : `Les enregistrements vont dans la zone DNS ${zone}, chez ${registrar}.`,
    form: {
      gandi:
        'Chez Gandi : choisissez le domaine, « Enregistrements DNS », puis « Ajouter ». Gardez le point à la fin des serveurs de courrier. Un texte entre guillemets droits se saisit avec eux.',
      ovh: 'Chez OVHcloud : « Web Cloud », « Noms de domaine », choisissez le domaine, « Zone DNS », puis « Ajouter une entrée ». Gardez le point à la fin des serveurs de courrier.',
      cloudflare:
        'Chez Cloudflare : choisissez le domaine, « DNS », « Enregistrements », puis « Ajouter un enregistrement ». Saisissez les textes sans guillemets, d’un seul tenant.',
      other:
        'La plupart des formulaires ont ces champs. Si le nom « @ » n’est pas accepté, laissez le nom vide. Saisissez les textes sans guillemets, d’un seul tenant. Si le formulaire ajoute votre domaine aux serveurs de courrier, mettez un point à leur fin.',
    },
    fields: {
      gandi: { ...FR_FIELDS, host: 'Nom d’hôte', text: 'Valeur texte' },
      ovh: { ...FR_FIELDS, name: 'Sous-domaine', host: 'Cible', text: 'Valeur' },
      cloudflare: { ...FR_FIELDS, text: 'Contenu' },
      other: FR_FIELDS,
    },
    empty: '(laisser vide)',
    line: 'Le formulaire accepte au plus 255 caractères. Utilisez « Modifier en mode textuel » dans « Zone DNS » et ajoutez cette ligne :',
    file: 'Pour qui modifie des fichiers de zone, la même chose en lignes :',
    afterwards:
      'Les modifications sont visibles après quelques minutes à 24 heures. Nous vérifions les enregistrements régulièrement.',
    regards: 'Cordialement',
  },
};
