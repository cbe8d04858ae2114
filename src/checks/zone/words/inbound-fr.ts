/** How mail gets in, in French. */

import { instantInUtc } from '../../../base/instants.ts';
import { frenchCounted } from '../../../base/words.ts';
import { certificateWords } from '../../../net/certificate-faults.ts';
import type { Certificate } from '../../certificate.ts';
import type { Sentences } from '../../wording.ts';
import type { FurtherDomains } from '../causes.ts';
import type { DirectoryProblem } from '../directory-problem.ts';
import type { InboundCause, UnreachableProblem } from '../inbound/causes.ts';
import type { UsersCause } from '../users/causes.ts';

const REASONS: Readonly<Record<UnreachableProblem, string>> = {
  refused: 'refuse les connexions au port 25',
  silent: 'ne répond pas au port 25',
  'no-host': 'est injoignable (hôte introuvable)',
  reset: 'interrompt les connexions au port 25',
  network: 'est injoignable depuis cette machine',
  'no-address': 'n’a pas d’adresse dans le DNS',
  'no-smtp': 'ne répond pas comme un serveur de courriel au port 25',
};
const OURS: ReadonlySet<UnreachableProblem> = new Set(['silent', 'no-host', 'network']);

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
const problemOf = ({ fault, problem }: Certificate) =>
  fault ? certificateWords.fr[fault.kind](fault.code) : problem;

export function inboundFr(
  further: (cause: FurtherDomains) => string,
  directory: (url: string, base: string, problem: DirectoryProblem) => string,
): Sentences<InboundCause | UsersCause> {
  return {
    'zone-users-refused': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} refuse ${cause.refused} des ${cause.tested} adresses d’utilisateurs que l’annuaire a pour ${cause.domain} (${cause.codes.join(', ')}) : ces utilisateurs ne reçoivent pas de courriel. Créez les boîtes ou les alias, ou corrigez l’annuaire. ${cause.file === null ? 'Leur liste n’a pas pu être écrite ; voyez le journal.' : `Elles sont listées dans ${cause.file}, et nulle part ailleurs.`}`,
    'zone-users-unread': ({ url, base, problem }) =>
      `Les adresses des utilisateurs n’ont pas pu être lues : ${problem.id === 'empty' ? `${url} n’en a aucune sous ${base} avec ${problem.filter}.` : directory(url, base, problem)}`,
    'zone-postmaster-refused': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} refuse le courriel à postmaster@${cause.domain}, adresse que tout domaine avec courriel doit avoir (RFC 5321 4.5.1). Sa réponse : « ${flat(cause.response)} ».`,
    'zone-mx-domain-unknown': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} est le serveur de courriel de ${cause.domain} et ne le sert pas : tout son courriel est refusé. Ajoutez-y le domaine, ou retirez-le de la liste. Sa réponse : « ${flat(cause.response)} ».`,
    'zone-mx-accepts-all': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} accepte un destinataire inventé de ${cause.domain} : le courriel aux adresses mal écrites se perd, ou revient plus tard à des expéditeurs usurpés. Qu’il refuse les destinataires qu’il n’a pas.`,
    'zone-mx-not-listed': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.host} sert ${cause.domain}, configuré ici et absent de l’annuaire. Ajoutez-le à l’annuaire, ou retirez-le du serveur de courriel et d’ici.`,
    'zone-mx-unreachable': ({ host, address, problem, domainCount }) =>
      `Le serveur de courriel ${host}${address === null ? '' : ` (${address})`} de ${frenchCounted(domainCount, 'domaine')} ${REASONS[problem]}.${OURS.has(problem) ? ' Si le port 25 est bloqué en sortie, comme sur beaucoup de réseaux, exécutez Vigie ailleurs ou retirez « inbound ».' : ''}`,
    'zone-mx-unasked': ({ host, response, domainCount }) =>
      `Le serveur de courriel ${host} de ${frenchCounted(domainCount, 'domaine')} ne nous parle pas : on ne sait rien de ses destinataires.${response === null ? '' : ` Sa réponse : « ${flat(response)} ».`}`,
    'zone-mx-starttls': ({ host, starttls }) =>
      starttls === 'absent'
        ? `Le serveur de courriel ${host} ne propose pas STARTTLS : le courriel lui parvient en clair.`
        : `Le serveur de courriel ${host} propose STARTTLS, mais la négociation échoue : certains serveurs livrent en clair, d’autres pas du tout.`,
    'zone-mx-certificate': ({ host, certificate, reason }) =>
      reason === 'expiring'
        ? `Le certificat du serveur de courriel ${host} expire dans ${certificate.daysLeft} jours (${certificate.validTo && instantInUtc(certificate.validTo)}).`
        : `Le serveur de courriel ${host} a un certificat que les expéditeurs stricts (MTA-STS) refusent : ${problemOf(certificate)} (pour ${certificate.names.join(', ') || certificate.name}).`,
  };
}
