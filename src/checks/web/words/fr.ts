import { formatDuration } from '../../../base/durations.ts';
import { certificateWords } from '../../../net/certificate-faults.ts';
import type { ConnectionFailure } from '../../../net/failure.ts';
import type { WebCause } from '../causes.ts';
import { capital, type WebWords } from './contract.ts';

/** What may be accepted on purpose. */
const ACCEPT = ' (accepté avec --insecure ou `insecure: true`)';

function failure(failed: ConnectionFailure): string {
  const { host, name, code, certificate = 'unverified' } = failed;
  switch (failed.failure) {
    case 'own-network-down':
      return `cette machine n’a pas de réseau vers ${host}`;
    case 'own-resolver-down':
      return `le résolveur DNS de cette machine ne répond pas pour ${name}`;
    case 'host-unknown':
      return `le nom ${name} n’existe pas dans le DNS`;
    case 'certificate-invalid': {
      const accepted = ['self-signed', 'unknown-authority', 'incomplete-chain'].includes(certificate);
      const fault = certificateWords.fr[certificate](code);
      return `le certificat de ${host} n’est pas valable : ${fault}${accepted ? ACCEPT : ''}`;
    }
    case 'refused':
      return `rien n’écoute sur ${host} : la connexion est refusée`;
    case 'silent':
      return silent(failed, '');
    case 'not-tls':
      return `${host} répond, mais pas avec du TLS qu’un navigateur accepterait (${code})`;
    case 'private-address':
      return `${host} est une adresse privée, injoignable d’ailleurs ; Vigie ne l’a pas interrogée, car l’adresse du déploiement est publique (\`allowPrivate: true\` le permet)`;
    case 'unreachable':
      return `${host} est injoignable (${code})`;
  }
}

function silent({ host, deadlineMs = 0 }: ConnectionFailure, about: string): string {
  return `${host} ne répond pas${about} en ${formatDuration(deadlineMs)}`;
}

type Missing = Extract<WebCause, { readonly id: 'config-missing' | 'library-missing' }>;

function missing({ path = '', answer }: Missing): string {
  switch (answer.kind) {
    case 'status':
      return `Le serveur web répond ${answer.status} pour ${path} : l’appel ne peut même pas commencer.`;
    case 'page':
      return `Le serveur web répond par une page là où ${path} devrait se trouver : l’appel ne peut même pas commencer.`;
    case 'refused-type':
      return `Le serveur web envoie ${path} comme « ${answer.type} » avec nosniff : les navigateurs refusent de l’exécuter, et l’appel ne peut même pas commencer.`;
    case 'not-loaded':
      return `Le navigateur n’a pas pu charger ${answer.paths.join(', ')} depuis le déploiement.`;
  }
}

export const fr: WebWords = {
  failure,
  findings: {
    'own-network-down': ({ failure: failed, code }) =>
      `${capital(failure(failed))} (${code}) ; rien ne peut être dit du déploiement.`,
    'own-resolver-down': ({ failure: failed }) =>
      `${capital(failure(failed))} ; rien ne peut être dit du déploiement.`,
    'host-unknown': ({ failure: failed }) => `${capital(failure(failed))}.`,
    'certificate-invalid': ({ failure: failed }) =>
      `${capital(failure(failed))}. Les navigateurs refusent la page.`,
    'page-unreachable': ({ url, failure: failed }) => {
      const { pathname } = new URL(url);
      if (failed.failure === 'silent')
        return `${silent(failed, pathname === '/' ? '' : ` pour ${pathname}`)}.`;
      if (failed.failure === 'not-tls') return `${failure(failed)} ; est-ce une adresse http:// ?`;
      return failed.failure === 'refused' ? `${capital(failure(failed))}.` : `${failure(failed)}.`;
    },
    'page-error': ({ status }) => `Le serveur web répond ${status} : personne ne peut ouvrir la page.`,
    'config-missing': missing,
    'library-missing': missing,
  },
};
