/** DKIM selectors and their keys, in both languages. */
import { instantInUtc } from '../../../base/instants.ts';
import { counted, frenchList, list } from '../../../base/words.ts';
import type { Sentences } from '../../wording.ts';
import type { RotationCause } from '../rotation/causes.ts';

type Running = Extract<RotationCause, { id: 'zone-rotation-running' }>['selectors'][number];

const cut = (names: readonly string[], all: number) =>
  `${names.slice(0, 5).join(', ')}${all > Math.min(5, names.length) ? ', …' : ''}`;

const runningEn = ({ selector, role, signedAt }: Running) =>
  ({
    signs: `"${selector}" signs (last seen ${signedAt && instantInUtc(signedAt)})`,
    replaced: `"${selector}" last signed ${signedAt && instantInUtc(signedAt)}`,
    idle: `"${selector}" has not been seen signing`,
    unknown: `"${selector}"`,
  })[role];

const runningFr = ({ selector, role, signedAt }: Running) =>
  ({
    signs: `« ${selector} » signe (vu pour la dernière fois le ${signedAt && instantInUtc(signedAt)})`,
    replaced: `« ${selector} » a signé pour la dernière fois le ${signedAt && instantInUtc(signedAt)}`,
    idle: `« ${selector} » n’a pas été vu signer`,
    unknown: `« ${selector} »`,
  })[role];

export const rotationEn: Sentences<RotationCause> = {
  'zone-rotation-running': ({ selectors }) =>
    selectors.every(({ role }) => role === 'unknown')
      ? `Several DKIM selectors are published: ${list(selectors.map(runningEn))}. Which one signs is not known: no mail check has sent a test message from one of these domains.`
      : `Several DKIM selectors are published: ${list(selectors.map(runningEn))}.`,
  'zone-rotation-incomplete': ({ selector, signs, published, missing, domains }) => {
    if (published === 0)
      return `No domain publishes a key at the DKIM selector "${selector}"${signs ? ', although the relay signs with it: its signatures fail' : ': the rotation to it has not begun'}.`;
    const where = `${counted(missing, 'domain')} of ${missing + published} ${missing === 1 ? 'lacks' : 'lack'} the key at the DKIM selector "${selector}": ${cut(domains, missing)}.`;
    return signs
      ? `${where} The relay signs with it, so the signatures of their mail fail. Publish the key there, or sign with the former one.`
      : `${where} Do not sign with it before they publish it; if it is on its way out, remove it at the others too.`;
  },
  'zone-selector-unused': ({ selector, template, signing, signedAt, days, published }) => {
    const since =
      signedAt === null
        ? `has not been seen signing in ${counted(days, 'day')}`
        : `last signed ${instantInUtc(signedAt)} (${counted(days, 'day')} ago)`;
    const removal = `revoke it (an empty p=) or remove it at ${counted(published, 'domain')}`;
    const todo = template
      ? `First let the template ask for "${signing}"; then ${removal}.`
      : `It may go: ${removal}.`;
    const what =
      signedAt === null
        ? `If it is the next one, keep it and sign with it soon. If it is a former one: ${removal}.`
        : todo;
    return `The DKIM selector "${selector}" ${since}; "${signing}" signs instead. ${what}`;
  },
  'zone-rotation-finished': ({ selector, revoked, missing }) =>
    `The rotation is finished: the key at the DKIM selector "${selector}" is gone (${missing}) or revoked (${revoked}) at every domain. Remove it from rotation.selectors.`,
  'zone-selector-unlisted': ({ selector, domain, signedAt }) =>
    `The relay signs with the DKIM selector "${selector}" (test message of ${domain}, ${instantInUtc(signedAt)}), which is neither the template's nor in rotation.selectors: whether the domains publish its key is not checked. Change the template, or add it to rotation.selectors.`,
  'zone-key-age': ({ selector, since, days, most }) =>
    `The key at the DKIM selector "${selector}" is at least ${counted(days, 'day')} old (seen since ${instantInUtc(since)}; rotation.maxAge is ${counted(most, 'day')}). Replace it by one at another selector.`,
  'zone-key-short': ({ selector, bits }) =>
    `The RSA key at the DKIM selector "${selector}" has ${bits} bits; ${bits < 1024 ? 'receivers ignore signatures of fewer than 1024' : 'at least 2048 are advised'} (RFC 8301 3.2). Rotate to a key of 2048 bits.`,
};

const domaines = (n: number) => counted(n, 'domaine');
const jours = (n: number) => counted(n, 'jour');

export const rotationFr: Sentences<RotationCause> = {
  'zone-rotation-running': ({ selectors }) =>
    selectors.every(({ role }) => role === 'unknown')
      ? `Plusieurs sélecteurs DKIM sont publiés : ${frenchList(selectors.map(runningFr))}. On ne sait pas lequel signe : aucune vérification de courriel n’a envoyé de message de test depuis l’un de ces domaines.`
      : `Plusieurs sélecteurs DKIM sont publiés : ${frenchList(selectors.map(runningFr))}.`,
  'zone-rotation-incomplete': ({ selector, signs, published, missing, domains }) => {
    if (published === 0)
      return `Aucun domaine ne publie de clé au sélecteur DKIM « ${selector} »${signs ? ', alors que le relais signe avec lui : ses signatures échouent' : ' : la rotation vers lui n’a pas commencé'}.`;
    const where = `La clé du sélecteur DKIM « ${selector} » manque à ${domaines(missing)} sur ${missing + published} : ${cut(domains, missing)}.`;
    return signs
      ? `${where} Le relais signe avec lui : les signatures de leur courriel échouent. Publiez-y la clé, ou signez avec la précédente.`
      : `${where} Ne signez pas avec lui avant qu’ils ne la publient ; si ce sélecteur est en cours de retrait, retirez-le aussi chez les autres.`;
  },
  'zone-selector-unused': ({ selector, template, signing, signedAt, days, published }) => {
    const since =
      signedAt === null
        ? `n’a pas été vu signer en ${jours(days)}`
        : `a signé pour la dernière fois le ${instantInUtc(signedAt)} (il y a ${jours(days)})`;
    const removal = `révoquez-le (p= vide) ou retirez-le chez ${domaines(published)}`;
    const todo = template
      ? `Faites d’abord demander « ${signing} » par le modèle ; ensuite ${removal}.`
      : `Il peut disparaître : ${removal}.`;
    const what =
      signedAt === null
        ? `Si c’est le prochain, gardez-le et signez bientôt avec lui. Si c’est un ancien : ${removal}.`
        : todo;
    return `Le sélecteur DKIM « ${selector} » ${since} ; « ${signing} » signe à sa place. ${what}`;
  },
  'zone-rotation-finished': ({ selector, revoked, missing }) =>
    `La rotation est terminée : la clé du sélecteur DKIM « ${selector} » a disparu (${missing}) ou est révoquée (${revoked}) chez tous les domaines. Retirez-le de rotation.selectors.`,
  'zone-selector-unlisted': ({ selector, domain, signedAt }) =>
    `Le relais signe avec le sélecteur DKIM « ${selector} » (message de test de ${domain}, ${instantInUtc(signedAt)}), qui n’est ni celui du modèle ni dans rotation.selectors : on ne vérifie pas si les domaines publient sa clé. Changez le modèle, ou ajoutez-le à rotation.selectors.`,
  'zone-key-age': ({ selector, since, days, most }) =>
    `La clé du sélecteur DKIM « ${selector} » a au moins ${jours(days)} (vue depuis le ${instantInUtc(since)} ; rotation.maxAge est de ${jours(most)}). Remplacez-la par une autre, à un autre sélecteur.`,
  'zone-key-short': ({ selector, bits }) =>
    `La clé RSA du sélecteur DKIM « ${selector} » a ${bits} bits ; ${bits < 1024 ? 'les destinataires ignorent les signatures de moins de 1024' : 'au moins 2048 sont conseillés'} (RFC 8301 3.2). Passez à une clé de 2048 bits.`,
};
