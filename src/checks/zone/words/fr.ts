import { frenchList as list } from '../../../base/words.ts';
import { lookupFailureIn } from '../../lookup-failure.ts';
import type { FurtherDomains, HostQuestion, RecordCause } from '../causes.ts';
import type { DirectoryProblem } from '../directory-problem.ts';
import type { NameServer } from '../result.ts';
import { daneFr } from './dane.ts';
import { expiryFr } from './expiry.ts';
import { inboundFr } from './inbound-fr.ts';
import { recordSentence, unknownSentence } from './record.ts';
import { recordFr } from './record-fr.ts';
import { rotationFr } from './rotation.ts';
import { transportFr } from './transport-fr.ts';
import { countsOf, publishedBy, type ZoneWords } from './zone.ts';

const TITLES = recordFr.titles;
const LEVELS = recordFr.levels;

function further({ domains }: FurtherDomains): string {
  const names = domains.slice(0, 3).join(', ');
  const others = domains.length === 1 ? '1 autre domaine' : `${domains.length} autres domaines`;
  return `De même pour ${others} : ${names}${domains.length > 3 ? ', …' : ''}.`;
}

const ofRecord = (cause: RecordCause | FurtherDomains) =>
  'domains' in cause ? further(cause) : recordSentence(recordFr, cause.domain, cause);

const named = (servers: readonly NameServer[], state: NameServer['state']) =>
  list(servers.filter((server) => server.state === state).map(({ name }) => name));

const aliases = (servers: readonly NameServer[]) =>
  list(servers.flatMap(({ name, alias }) => (alias === undefined ? [] : [`${name} (${alias})`])));

/** NS records that hold an address in place of a name. */
const asAddress = (servers: readonly NameServer[]) => servers.some(({ name }) => /^[\d.]+$|:/.test(name));

function shown(found: readonly string[]): string {
  return found.length === 0 ? 'rien' : list(publishedBy(found).map((text) => `« ${text} »`));
}

const QUESTIONS: { [Id in HostQuestion['id']]: (question: Extract<HostQuestion, { id: Id }>) => string } = {
  'mx-host': ({ host }) => `L’adresse de l’hôte MX du modèle, ${host}, n’a pas pu être trouvée`,
  relay: ({ host }) => `Les adresses du relais ${host} n’ont pas pu être trouvées`,
  spf: () => 'On ne sait pas si l’enregistrement SPF du modèle laisse passer le relais',
};

function directory(url: string, base: string, problem: DirectoryProblem): string {
  switch (problem.id) {
    case 'ca-unreadable':
      return `ldap.ca : ${problem.file} est illisible (${problem.code}).`;
    case 'empty':
      return `${url} ne liste aucun domaine sous ${base} avec ${problem.filter}.`;
    case 'password-refused':
      return `${url} n’accepte pas le mot de passe de ${problem.bindDn}.`;
    case 'no-entry':
      return `${url} n’a pas d’entrée ${base}, ou elle ne peut pas être lue${problem.anonymous ? ' ou est cachée aux recherches anonymes (renseignez bindDn)' : ''}.`;
    case 'timeout':
      return `${url} n’a pas répondu en ${problem.seconds} s.`;
    case 'too-much':
      return `${url} a envoyé plus de ${problem.megabytes} Mo en réponse à une recherche, plus que ce qui est lu. Restreignez base ou filter.`;
    case 'unreadable':
      return `${url} a donné une réponse illisible : la lecture n’a pas pris fin, ou a demandé plus de mémoire que permis. Restreignez base ou filter ; si cela ne suffit pas, la réponse n’est pas faite comme le veut la RFC 4511.`;
    case 'other':
      return `${url} : ${problem.message}.`;
  }
}

export const fr: ZoneWords = {
  kind: 'zone',
  service: {
    name: 'Domaines',
    works: 'Les enregistrements de courriel des domaines sont corrects.',
    slow: 'Les enregistrements des domaines fonctionnent ; certains sont à revoir.',
    broken: 'Les enregistrements de certains domaines sont faux : leur courriel peut être refusé.',
  },
  record: recordFr,
  progress: ({ done, domains }) => `${done} domaines sur ${domains}`,
  summary: (domains) => {
    const { wrong, unknown, titlesOf } = countsOf(domains);
    const [only] = domains;
    if (only && domains.length === 1) {
      const titles = (of: 'wrong' | 'unknown') => list(titlesOf(only, of).map((record) => TITLES[record]));
      const plural = titlesOf(only, 'wrong').length === 1 ? '' : 's';
      if (wrong.length > 0) return `${only.domain} : ${titles('wrong')} non conforme${plural} au modèle`;
      if (unknown.length > 0) return `${only.domain} : vérification impossible (${titles('unknown')})`;
      return `les enregistrements de ${only.domain} correspondent au modèle`;
    }
    const count = (part: readonly string[], one: string, many: string) =>
      part.length === 0
        ? []
        : [
            `${part.length} domaine${part.length === 1 ? '' : 's'} sur ${domains.length} ${part.length === 1 ? one : many} : ${part.slice(0, 3).join(', ')}${part.length > 3 ? ` et ${part.length - 3} de plus` : ''}`,
          ];
    const parts = [
      ...count(wrong, 'ne correspond pas au modèle', 'ne correspondent pas au modèle'),
      ...count(unknown, 'n’a pas pu être vérifié', 'n’ont pas pu être vérifiés'),
    ];
    return parts.join(' ; ') || `les enregistrements des ${domains.length} domaines correspondent au modèle`;
  },
  findings: {
    'zone-mx-missing': ofRecord,
    'zone-mx-different': ofRecord,
    'zone-mx-multiple': ofRecord,
    'zone-spf-missing': ofRecord,
    'zone-spf-different': ofRecord,
    'zone-spf-multiple': ofRecord,
    'zone-dkim-missing': ofRecord,
    'zone-dkim-different': ofRecord,
    'zone-dkim-multiple': ofRecord,
    'zone-dmarc-missing': ofRecord,
    'zone-dmarc-different': ofRecord,
    'zone-dmarc-multiple': ofRecord,
    'zone-dmarc-report-missing': ofRecord,
    'zone-dmarc-report-different': ofRecord,
    'zone-dmarc-report-multiple': ofRecord,
    'zone-domain-missing': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} n’existe pas (NXDOMAIN) : il a expiré, n’est pas délégué, ou est mal écrit.`,
    'zone-propagating': (cause) => {
      if ('domains' in cause) return further(cause);
      const { domain, record, level, found, views = [] } = cause;
      const resolver = views.find(({ server }) => server === 'resolver');
      const cached = resolver
        ? `, notre résolveur a encore ${shown(resolver.found)} (${LEVELS[resolver.level]})`
        : '';
      return `${domain} : un changement se propage encore (${TITLES[record]}) : ses serveurs de noms publient ${shown(found)} (${LEVELS[level]})${cached}.`;
    },
    'zone-servers-differ': (cause) => {
      if ('domains' in cause) return further(cause);
      const says = (cause.views ?? []).map(({ server, level }) => `${server} ${LEVELS[level]}`);
      return `${cause.domain} : ses serveurs de noms se contredisent (${TITLES[cause.record]}) : ${list(says)}. Un changement n’est pas arrivé partout : vérifiez le transfert de zone.`;
    },
    'zone-server-lame': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} est délégué à des serveurs de noms qui ne le servent pas (délégation défectueuse) : ${named(cause.nameServers, 'lame')}.`,
    'zone-server-unresolved': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} est délégué à des serveurs de noms sans adresse : ${named(cause.nameServers, 'unresolved')}.${asAddress(cause.nameServers) ? ' Un enregistrement NS doit contenir le nom d’un hôte, pas son adresse.' : ''}`,
    'zone-server-silent': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} : ces serveurs de noms ne répondent pas : ${named(cause.nameServers, 'silent')}.`,
    'zone-server-no-tcp': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} : ces serveurs de noms ne répondent pas en TCP, ce qu’ils doivent faire (RFC 7766 5) : ${named(cause.nameServers, 'ok')}. Les réponses trop longues pour UDP, comme de nombreux enregistrements TXT, ne peuvent pas être obtenues auprès d’eux. Ouvrez-y le port 53 en TCP.`,
    'zone-server-alias': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} : un enregistrement NS doit nommer l’hôte lui-même (RFC 2181 10.3) ; ceux-ci sont des alias : ${aliases(cause.nameServers)}.`,
    'zone-delegation-differs': (cause) => {
      if ('domains' in cause) return further(cause);
      const parts = [
        ...(cause.parentOnly.length > 0 ? [`seule la zone parente liste ${list(cause.parentOnly)}`] : []),
        ...(cause.zoneOnly.length > 0 ? [`seule la zone elle-même liste ${list(cause.zoneOnly)}`] : []),
      ];
      return `${cause.domain} : la délégation et les enregistrements NS de la zone diffèrent : ${list(parts)}. Corrigez les serveurs de noms chez le bureau d’enregistrement, ou les enregistrements NS de la zone.`;
    },
    'zone-name-denied': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} : ses serveurs de noms nient l’existence de ${cause.name} (NXDOMAIN), bien qu’il y ait des enregistrements en dessous. Les résolveurs stricts ne les voient donc jamais (RFC 8020). La faute est au logiciel des serveurs de noms : signalez-la à qui les exploite.`,
    'zone-servers-intercepted': ({ domains }) =>
      `Un résolveur répond à la place des serveurs de noms de ${domains.length === 1 ? domains[0] : `${domains.length} domaines`} : le port 53 est intercepté en sortie de notre réseau, les réponses du résolveur n’ont donc pas pu être comparées aux leurs. nameServers: false arrête ces essais.`,
    'zone-servers-unasked': ({ domains }) =>
      `Les serveurs de noms de ${domains.length === 1 ? domains[0] : `${domains.length} domaines`} ne nous ont pas répondu : les réponses du résolveur n’ont pas pu être comparées aux leurs. Le port 53 est peut-être bloqué en sortie ; nameServers: false arrête ces essais.`,
    'zone-unknown': (cause) => {
      if ('domains' in cause) return further(cause);
      const titles = list(cause.records.map(({ record }) => TITLES[record]));
      const [first] = cause.records;
      const why = first ? ` ${unknownSentence(recordFr, first.record, first.reason)}` : '';
      return `${cause.domain} : vérification impossible (${titles}).${why}`;
    },
    'zone-resolver-failed': ({ domains, record, reason }) =>
      `Aucun des ${domains.length} domaines n’a pu être vérifié. ${unknownSentence(recordFr, record, reason)}`,
    'zone-hosts-unknown': ({ question, lookup }) => {
      const asked = QUESTIONS[question.id] as (question: HostQuestion) => string;
      return `${asked(question)} : ${lookupFailureIn('fr', lookup)}.`;
    },
    'zone-mx-host': ({ host, alias }) =>
      alias === null
        ? `L’hôte MX du modèle, ${host}, n’a pas d’adresse : aucun domaine ne reçoit de courriel.`
        : `L’hôte MX du modèle, ${host}, est un alias de ${alias} ; un enregistrement MX doit nommer l’hôte lui-même (RFC 2181 10.3).`,
    'zone-relay-unresolved': ({ relay }) =>
      `Le relais ${relay} n’a pas d’adresse : il n’y a pas d’adresse d’envoi que SPF puisse autoriser.`,
    'zone-spf-relay': ({ verdicts, mx }) => {
      const refused = verdicts.filter(({ result }) => result !== 'pass');
      const failed = `Le courriel envoyé depuis ${list(refused.map(({ ip }) => ip))} échoue à SPF (${refused[0]?.result}) pour tout domaine conforme au modèle.`;
      if (!mx) return failed;
      if (mx.exchanges.length === 0)
        return `${failed} « mx:${mx.host} » désigne les enregistrements MX de ${mx.host}, qui n’en a pas ; sa propre adresse ne compte pas.`;
      const addresses = mx.addresses.length > 0 ? list(mx.addresses) : 'aucune adresse';
      return `${failed} « mx:${mx.host} » mène à ${list(mx.exchanges)}, avec ${addresses}.`;
    },
    'zone-spf-open': ({ record, addresses }) =>
      `L’enregistrement SPF du modèle, « ${record} », laisse passer tout le monde : même ${list(addresses)}, d’où personne n’envoie. N’importe qui peut envoyer au nom de tout domaine conforme au modèle.`,
    ...inboundFr(further, directory),
    ...transportFr(further),
    ...daneFr,
    ...rotationFr,
    ...expiryFr(further),
    'zone-template': ({ problem }) => `Le modèle est inutilisable. ${problem}`,
    'zone-no-domains': () => 'Il n’y a aucun domaine à vérifier.',
    'zone-domains-unreadable': ({ file, code }) => `La liste de domaines ${file} est illisible (${code}).`,
    'zone-domain-invalid': ({ file, line, text }) =>
      `${file}:${line} : « ${text} » n’est pas un domaine ; attendu un domaine par ligne.`,
    'zone-directory-down': ({ url, base, problem, lastKnown, domains }) => {
      const instead =
        lastKnown === null
          ? 'Aucune liste antérieure n’est connue : aucun de ses domaines n’a été vérifié.'
          : `La dernière liste connue est utilisée : ${domains} domaines, du ${lastKnown}.`;
      return `L’annuaire des domaines n’a pas pu être lu : ${directory(url, base, problem)} ${instead}`;
    },
    'zone-template-historic': ({ tags }) =>
      `L’enregistrement DMARC du modèle contient ${list(tags)}, que la RFC 9989 a rendus obsolètes : les destinataires les ignorent ; retirez-les.`,
    'zone-template-report-size': () =>
      'Le modèle limite la taille des rapports DMARC (« !10m ») ; la RFC 9989 n’a plus cette limite, et ceux qui envoient les rapports l’ignorent.',
  },
};
