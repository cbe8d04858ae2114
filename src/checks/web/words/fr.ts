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
      if (failed.tls === 'old-version')
        return `${host} ne parle pas TLS 1.2 ou 1.3, et les navigateurs refusent les versions antérieures`;
      if (failed.tls === 'no-http1')
        return `${host} n’accepte que HTTP/2 ; un WebSocket exige HTTP/1.1 (ALPN http/1.1)`;
      return `${host} répond, mais pas avec du TLS qu’un navigateur accepterait (${code})`;
    case 'private-address':
      return `${host} est une adresse privée, injoignable d’ailleurs ; Vigie ne l’a pas interrogée, car l’adresse du déploiement est publique (\`allowPrivate: true\` le permet)`;
    case 'no-address-of-family':
      return `${name} n’a pas d’adresse de la famille que \`family\` demande`;
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
      return `Le serveur web envoie ${path} comme « ${answer.type} »${answer.nosniff === false ? '' : ' avec nosniff'} : les navigateurs refusent de l’exécuter, et l’appel ne peut même pas commencer.`;
    case 'not-loaded':
      return `Le navigateur n’a pas pu charger ${answer.paths.join(', ')} depuis le déploiement.`;
  }
}

type Refused = NonNullable<Extract<WebCause, { readonly id: 'config-invalid' }>['refused']>;

const REFUSED: Readonly<Record<Refused['because'], string>> = {
  include: 'le serveur web n’a pas évalué l’inclusion (SSI) qu’il contient (nginx : ssi on)',
  'not-a-websocket': 'lib-jitsi-meet prend pour BOSH ce qui ne commence pas par wss://',
  'not-http': 'les navigateurs ne peuvent pas l’interroger en HTTP',
  'no-scheme': 'les navigateurs prennent une adresse sans // pour un chemin de la page',
  template: 'un paramètre y est resté sans valeur',
  'not-a-host': 'ce n’est pas le nom d’un hôte XMPP, qui n’a ni schéma, ni port, ni chemin, ni espace',
  'two-schemes': 'elle a deux schémas (une variable qui contient une adresse entière, là où il faut un hôte)',
  'no-address': 'les navigateurs n’y lisent pas d’adresse',
  relative: 'l’application web n’accepte ici qu’une adresse entière, et s’arrête à celle-ci',
  unencrypted: 'les navigateurs n’interrogent pas d’adresse non chiffrée depuis une page en https://',
  'own-machine':
    'pour chaque participant, c’est sa propre machine (Docker : PUBLIC_URL manque, ou n’est pas celle du déploiement)',
};

type PageError = Extract<WebCause, { readonly id: 'page-error' }>;

const ERROR: Readonly<Record<Exclude<NonNullable<PageError['meaning']>, 'password'>, string>> = {
  'http-to-tls': 'Ce port parle TLS : l’adresse commence par https://.',
  'client-certificate': 'Il demande aux navigateurs un certificat qui leur soit propre.',
  'wrong-host':
    'Le serveur ne sert pas ce nom sur cette connexion (plusieurs noms derrière un même certificat ?).',
  'nothing-behind': 'Ce qui est derrière lui (conteneur, serveur amont) ne répond pas.',
  'cloudflare-origin': 'Cloudflare n’atteint pas le serveur qui est derrière, ou refuse son certificat.',
  'cloudflare-tunnel':
    'Cloudflare ne trouve pas le serveur qui est derrière : son tunnel est coupé, ou son nom ne se résout pas.',
};

type Policy = Extract<WebCause, { readonly id: 'page-policy' }>;

function refusedByPolicy({ refuses, address, header }: Policy): string {
  if (address !== undefined)
    return `les navigateurs ne se connectent pas à ${address}, et personne ne peut rejoindre un appel. Ajoutez-la à connect-src.`;
  if (refuses.includes('script'))
    return "les navigateurs n’exécutent pas les scripts écrits dans la page de Jitsi, et l’on ne voit qu’une fenêtre vide. Permettez 'unsafe-inline', ou nommez les scripts par leurs empreintes.";
  const what = refuses.map((one) => (one === 'camera' ? 'ni caméra' : 'ni micro'));
  const given = what.length > 1 ? what.join(' ') : what.join('').replace('ni', 'pas de');
  const form =
    header === 'permissions-policy'
      ? refuses.map((one) => `${one}=(self)`)
      : refuses.map((one) => `${one} 'self'`);
  return `Chromium et les navigateurs qui en dérivent ne lui donnent ${given}. Écrivez \`${form.join(header === 'permissions-policy' ? ', ' : '; ')}\`.`;
}

const invalidValue = ({ setting, value, because, form }: Refused): string =>
  `Personne ne peut rejoindre un appel : config.js donne à ${setting} la valeur « ${value} » : ${REFUSED[because]}. Forme attendue : « ${form} ».`;

const at = (line: number | null): string => (line === null ? '' : `ligne ${line} : `);

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
      if (failed.failure === 'not-tls' && failed.tls === undefined)
        return `${failure(failed)} ; est-ce une adresse http:// ?`;
      return failed.failure === 'refused' ? `${capital(failure(failed))}.` : `${failure(failed)}.`;
    },
    'page-error': ({ status, meaning }) =>
      meaning === 'password'
        ? `Le serveur web répond ${status} et demande un nom d’utilisateur et un mot de passe (authentification HTTP) : seuls ceux qui en ont peuvent ouvrir la page.`
        : `Le serveur web répond ${status} : personne ne peut ouvrir la page.${meaning ? ` ${ERROR[meaning]}` : ''}`,
    'page-policy': (cause) =>
      `La page d’une salle est envoyée avec \`${cause.header}: ${cause.value}\` : ${refusedByPolicy(cause)}`,
    'insecure-origin': ({ url }) =>
      `${url} n’est pas en https:// : les navigateurs ne donnent à ses pages ni caméra ni micro, donc personne ne peut parler.`,
    'redirected-away': ({ location, signIn }) =>
      signIn
        ? `Une page de connexion se trouve devant le déploiement : tout est redirigé vers ${location}. Seuls ceux qui s’y connectent entrent dans un appel.`
        : `Le serveur web redirige vers ${location}, qui n’est pas Jitsi : l’appel ne peut même pas commencer.`,
    'bot-wall': ({ status, wall }) =>
      `Le serveur web répond ${status} au nom de ${wall}, qui écarte les programmes : Vigie ne peut pas voir ce que les gens obtiennent.`,
    'page-foreign': ({ title, defaultSite }) =>
      defaultSite
        ? `Le serveur web répond par sa page par défaut${title === null ? '' : ` (« ${title} »)`} là où la page d’une salle devrait se trouver : personne ne peut rejoindre un appel.`
        : `La page d’une salle${title === null ? '' : ` (« ${title} »)`} ne ressemble pas à celle de Jitsi : elle ne charge aucun script.`,
    'page-script-missing': ({ script, answer }) =>
      answer.kind === 'refused-type'
        ? `La page d’une salle charge ${script}, qui est envoyé comme « ${answer.type} »${answer.nosniff === false ? '' : ' avec nosniff'} : les navigateurs refusent de l’exécuter, et on ne voit qu’une fenêtre vide.`
        : `La page d’une salle charge ${script}, qui n’est pas là (${answer.kind === 'status' ? `statut ${answer.status}` : 'une page est répondue'}) : on ne voit qu’une fenêtre vide.`,
    'include-unevaluated': ({ includes }) =>
      `Le serveur web n’évalue pas les inclusions (SSI) de la page (${includes.join(', ')} ; nginx : ssi on) : la plupart des versions de Jitsi n’affichent alors qu’une fenêtre vide.`,
    'config-invalid': ({ line, message, refused, undeclared }) => {
      if (refused) return invalidValue(refused);
      if (undeclared)
        return `config.js utilise \`config\` sans l’avoir déclaré (${at(line)}${message}) : les navigateurs s’arrêtent là, et personne ne peut rejoindre un appel. Il doit commencer par \`var config = …\`.`;
      return `config.js n’est pas du JavaScript valide (${at(line)}${message}) : personne ne peut rejoindre un appel.`;
    },
    'config-incomplete': ({ missing: keys }) =>
      `config.js ne définit pas ${keys.join(', ')} : lib-jitsi-meet ne peut pas se connecter, et personne ne peut rejoindre un appel.`,
    'config-missing': missing,
    'library-missing': missing,
  },
};
