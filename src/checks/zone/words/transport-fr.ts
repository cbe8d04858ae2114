/** The encryption of mail to the domains, in French. */
import { certificateFault, certificateWords } from '../../../net/certificate-faults.ts';
import type { Sentences } from '../../wording.ts';
import type { FurtherDomains } from '../causes.ts';
import type { TransportCause } from '../transport/causes.ts';
import type { PolicyFault, RptRecordFault, StsRecordFault } from '../transport/result.ts';

const STS: Readonly<Record<StsRecordFault, string>> = {
  multiple: 'il y a plusieurs enregistrements, les expéditeurs n’en utilisent donc aucun. N’en laissez qu’un',
  syntax: 'ce n’est pas « v=STSv1; id=… »',
  id: 'son id manque, ou n’est pas fait de 1 à 32 lettres et chiffres',
};
const RPT: Readonly<Record<RptRecordFault, string>> = {
  multiple: 'il y a plusieurs enregistrements, les expéditeurs n’en utilisent donc aucun. N’en laissez qu’un',
  syntax: 'ce n’est pas « v=TLSRPTv1; rua=mailto:… »',
  'no-address': 'il ne nomme aucune adresse pour les rapports (rua)',
  address: 'une adresse de rua n’est ni mailto: ni https:',
};
const POLICY: { readonly [Fault in PolicyFault['fault']]: (detail: string) => string } = {
  'no-address': () => 'cet hôte n’a pas d’adresse',
  'private-address': () => 'cet hôte n’a que des adresses privées, que personne n’atteint de l’extérieur',
  refused: () => 'cet hôte refuse la connexion',
  certificate: (code) =>
    `son certificat n’est pas accepté : ${certificateWords.fr[certificateFault(code) ?? 'unverified'](code)}`,
  tls: (code) => `la négociation TLS échoue${code === '' ? '' : ` (${code})`}`,
  redirect: (status) => `il redirige (HTTP ${status}), ce que les expéditeurs ne suivent pas`,
  status: (status) => `il répond HTTP ${status}`,
  type: (type) => `son type ${type === '' ? 'manque' : `est « ${type} »`} ; attendu text/plain`,
  'too-large': () => 'elle dépasse 64 Kio',
  version: () => 'elle n’a pas de ligne « version: STSv1 »',
  mode: (mode) => `son mode ${mode === '' ? 'manque' : `est « ${mode} »`} ; attendu enforce, testing ou none`,
  'max-age': (age) =>
    `son max_age ${age === '' ? 'manque' : `est « ${age} »`} ; attendu des secondes, au plus 31557600`,
  'no-mx': () => 'elle ne nomme aucun serveur de courriel (mx)',
};

const one = (domains: readonly string[]) =>
  domains.length === 1 ? domains[0]! : `${domains.length} domaines`;
const list = (items: readonly string[]) => items.join(', ');

export function transportFr(further: (cause: FurtherDomains) => string): Sentences<TransportCause> {
  return {
    'zone-mta-sts-record': (cause) =>
      'domains' in cause
        ? further(cause)
        : `_mta-sts.${cause.domain} : MTA-STS n’est pas en vigueur : ${STS[cause.fault]}.`,
    'zone-mta-sts-policy': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} annonce MTA-STS, mais les expéditeurs ne peuvent pas utiliser la politique à https://mta-sts.${cause.domain}/.well-known/mta-sts.txt : ${POLICY[cause.fault](cause.detail)}.`,
    'zone-mta-sts-mx': (cause) =>
      'domains' in cause
        ? further(cause)
        : `${cause.domain} : sa politique MTA-STS (${cause.mode}) nomme ${list(cause.mx)} et non ${list(cause.unmatched)}, hôte MX du domaine. ${cause.mode === 'enforce' ? 'Les expéditeurs stricts, comme Gmail et Outlook, n’y livrent aucun courriel.' : 'En mode enforce, aucun courriel n’y serait livré.'} Corrigez la politique, puis l’id dans son enregistrement.`,
    'zone-mta-sts-unknown': ({ domains }) =>
      `La politique MTA-STS de ${one(domains)} n’a pas pu être obtenue : pas de réponse à temps, ou panne de notre réseau ou de notre résolveur.`,
    'zone-tls-rpt-record': (cause) =>
      'domains' in cause
        ? further(cause)
        : `_smtp._tls.${cause.domain} : aucun rapport sur TLS n’est envoyé : ${RPT[cause.fault]}.`,
    'zone-transport-missing': ({ mtaSts, tlsRpt }) => {
      const parts = [
        ...(mtaSts.length > 0 ? [`${one(mtaSts)} sans MTA-STS`] : []),
        ...(tlsRpt.length > 0 ? [`${one(tlsRpt)} sans TLS-RPT`] : []),
      ];
      return `${list(parts)} : qui se place entre les serveurs peut faire livrer leur courriel en clair ou ailleurs, et personne n’en sait rien. Commencez par TLS-RPT et une politique en mode testing.`;
    },
  };
}
