import { mailboxFaultIn } from '../../hosts/mailbox-faults.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { MailboxProblem } from '../causes.ts';
import type { ReportProblem } from '../report.ts';
import type { ReportedSource } from '../result.ts';
import { firstOf, nameOf, type ReportsWords, totals } from './type.ts';

const PROBLEMS: Readonly<Record<ReportProblem, string>> = {
  'too-large': 'il est plus grand que ce qui est lu',
  damaged: 'il est endommagé',
  encrypted: 'il est chiffré',
  'empty-archive': 'l’archive ne contient pas de fichier XML',
  'not-xml': 'ce n’est pas du XML',
  'no-report': 'son XML n’est pas un rapport agrégé',
  doctype: 'il a un type de document, ce que les rapports n’ont pas',
  'too-deep': 'ses éléments sont trop imbriqués',
  'too-many-records': 'il a trop d’enregistrements',
  incomplete: 'il manque l’émetteur, l’identifiant, le domaine ou les dates',
  'implausible-dates': 'ses dates sont impossibles',
};

const MECHANISMS = { dkim: 'DKIM', spf: 'SPF' } as const;

const more = (rest: number) => ` et ${rest} de plus`;
const messages = (n: number) => `${n} ${n === 1 ? 'message' : 'messages'}`;
const further = (domains: readonly string[]) =>
  `De même pour ${domains.length} ${domains.length === 1 ? 'autre domaine' : 'autres domaines'} : ${firstOf(domains, more)}.`;
const share = (part: number, of: number) => `${part} ${part === 1 ? 'message' : 'messages'} sur ${of}`;
const listed = (sources: readonly ReportedSource[]) => firstOf(sources.map(nameOf), more);
const reported = ([first]: readonly ReportedSource[]) =>
  first === undefined || first.detail === ''
    ? ''
    : ` Constaté par ${firstOf(first.reporters, more)} : ${first.detail}.`;

function mailboxProblem(problem: MailboxProblem): string {
  switch (problem.id) {
    case 'resolver':
      return lookupFailureIn('fr', problem.lookup);
    case 'unreachable':
      return mailboxFaultIn('fr', problem);
    case 'login-refused':
      return `l’authentification a été refusée${problem.response === null ? '' : ` (« ${problem.response} »)`}. Un seul essai a été fait ; vérifiez l’utilisateur et le mot de passe, ou le jeton d’accès`;
    case 'no-folder':
      return `il n’y a pas de dossier « ${problem.folder} », ou cet utilisateur ne peut pas l’ouvrir`;
    case 'lost':
      return `la connexion a été perdue : ${problem.detail}`;
  }
}

export const fr: ReportsWords = {
  kind: 'rapports',
  service: {
    name: 'Le courrier vu par les autres',
    works: 'Les autres fournisseurs acceptent le courrier des domaines comme authentique.',
    slow: 'Les autres fournisseurs acceptent le courrier des domaines ; certains rapports sont à regarder.',
    broken:
      'Les autres fournisseurs refusent le courrier de certains domaines, qu’ils jugent non authentique.',
  },
  sources: {
    own: 'nos serveurs',
    known: 'connu',
    forwarder: 'transféré',
    sender: 'autre expéditeur',
    stranger: 'non authentifié',
  },
  progress: (doing) =>
    doing.id === 'opening'
      ? 'ouverture des rapports'
      : `${doing.done} messages ou fichiers sur ${doing.of}, ${doing.reports} nouveaux rapports`,
  summary: (result) => {
    const { ours, messages: all, pass, others } = totals(result);
    if (result.reports === 0) return 'aucun rapport';
    const count = result.domains.length + result.moreDomains;
    return `${result.reports} ${result.reports === 1 ? 'rapport' : 'rapports'} sur ${count} ${count === 1 ? 'domaine' : 'domaines'} : ${share(pass, all)}${ours ? ' de nos serveurs et des serveurs connus' : ''} ${pass === 1 ? 'passe' : 'passent'} DMARC${others > 0 ? ` ; ${others} d’ailleurs` : ''}`;
  },
  findings: {
    'reports-own-fails': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain} : ${share(cause.failing, cause.messages)} de nos propres serveurs ${cause.failing === 1 ? 'échoue' : 'échouent'} à DMARC chez les destinataires, pour les deux derniers jours rapportés${cause.policy === 'reject' ? ' ; ils peuvent rejeter de tels messages' : ''}. Envoyés par ${listed(cause.sources)}.${reported(cause.sources)} Vérifiez les enregistrements du domaine et la signature du relais.`,
    'reports-own-mechanism': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain} : ${share(cause.failing, cause.messages)} de nos propres serveurs ${cause.failing === 1 ? 'échoue' : 'échouent'} à ${MECHANISMS[cause.mechanism]} chez les destinataires et ne ${cause.failing === 1 ? 'passe' : 'passent'} DMARC que par ${MECHANISMS[cause.mechanism === 'dkim' ? 'spf' : 'dkim']}. Envoyés par ${listed(cause.sources)}.${reported(cause.sources)}`,
    'reports-other-sender': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain} : ${messages(cause.messages)} ${cause.messages === 1 ? 'a' : 'ont'} passé DMARC depuis des serveurs qui ne sont ni les nôtres ni connus : ${listed(cause.sources)}.${reported(cause.sources)} S’ils peuvent envoyer au nom du domaine, ajoutez-les à known ; sinon, corrigez l’enregistrement SPF ou retirez la clé.`,
    'reports-strangers-delivered': (cause) =>
      'domains' in cause
        ? further(cause.domains)
        : `${cause.domain} : quelqu’un d’autre envoie au nom du domaine, et les destinataires ont remis ${share(cause.delivered, cause.messages)} qui échouent à DMARC${cause.policy === null ? '' : ` (politique : ${cause.policy})`}. Envoyés par ${listed(cause.sources)}.${reported(cause.sources)}${cause.policy === 'reject' ? '' : ' Avec la politique « reject », les destinataires les refuseraient.'}`,
    'reports-strangers-stopped': ({ messages: all, domains, moreDomains }) =>
      `Les destinataires ont arrêté ${messages(all)} envoyés par des inconnus au nom de ${firstOf(
        domains.map(({ domain, messages: its }) => `${domain} (${its})`),
        () => '',
        domains.length,
      )}${moreDomains > 0 ? more(moreDomains) : ''}. Il n’y a rien à faire.`,
    'reports-stopped': ({ domains, all, days }) =>
      all
        ? `Aucun rapport n’est arrivé depuis ${days} jours, sur aucun des ${domains.length} domaines qui en avaient régulièrement (${firstOf(domains, more)}). Vérifiez la boîte, rua dans les enregistrements DMARC des domaines, et l’enregistrement qui autorise les rapports à cette adresse.`
        : `Aucun rapport n’est arrivé depuis ${days} jours sur ${firstOf(domains, more)}, qui en avaient régulièrement. Vérifiez rua dans l’enregistrement DMARC, et si le domaine envoie encore du courrier.`,
    'reports-none': ({ days, messages: seen }) =>
      `Il n’y a pas de rapport des ${days} derniers jours ; ${seen === 0 ? 'rien de nouveau n’est dans la boîte' : `${messages(seen)} de la boîte n’en ${seen === 1 ? 'contenait' : 'contenaient'} pas`}. Les destinataires envoient le premier un à deux jours après la publication de rua. Vérifiez le dossier, rua et l’enregistrement qui autorise les rapports à cette adresse.`,
    'reports-unreadable': ({ count, examples }) =>
      `${count} ${count === 1 ? 'rapport n’a pas pu être lu' : 'rapports n’ont pas pu être lus'} : ${examples
        .slice(0, 3)
        .map(
          ({ sender, file, problem }) =>
            `${file || 'une pièce jointe'}${sender === '' ? '' : ` de ${sender}`} (${PROBLEMS[problem]})`,
        )
        .join(', ')}${count > 3 ? more(count - 3) : ''}.`,
    'reports-waiting': ({ messages: waiting }) =>
      `${messages(waiting)} de la boîte ${waiting === 1 ? 'reste' : 'restent'} pour la prochaine exécution (atOnce).`,
    'reports-mailbox': ({ host, port, user, problem }) =>
      `Impossible de lire la boîte de ${user} sur ${host}:${port} : ${mailboxProblem(problem)}.`,
    'reports-host-unresolved': ({ host, lookup }) =>
      `Les adresses de ${host} (own ou known) ne sont pas connues : ${lookup === null ? 'il n’a pas d’adresse dans le DNS' : lookupFailureIn('fr', lookup)}. Aucune source n’a été jugée.`,
    'reports-store': ({ file, problem }) =>
      `Le fichier qui garde les rapports est inutilisable : ${file} (${problem}). Donnez à store un fichier que Vigie peut écrire.`,
    'reports-file': ({ path, code }) => `${path} ne peut pas être lu (${code}).`,
  },
};
