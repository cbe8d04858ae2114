/** Registrations of domains, in both languages. */
import { counted, frenchList, list } from '../../../base/words.ts';
import type { Sentences } from '../../wording.ts';
import type { ExpiryCause } from '../expiry/causes.ts';

type Further = (cause: { readonly domains: readonly string[] }) => string;

const SHOWN = 5;
const shown = (names: readonly string[]) =>
  names.length > SHOWN ? [...names.slice(0, SHOWN), '…'].join(', ') : null;

export function expiryEn(further: Further): Sentences<ExpiryCause> {
  return {
    'zone-registration-ends': (cause) => {
      if ('domains' in cause) return further(cause);
      const { domain, expires, days, ending, hosted } = cause;
      const date = expires.slice(0, 10);
      const when =
        days < 0
          ? `ended on ${date}`
          : `ends on ${date} (${days === 0 ? 'in less than a day' : `in ${counted(days, 'day')}`})`;
      const state = ending.length > 0 ? ` The registry states: ${list(ending)}.` : '';
      const others = hosted.filter((name) => name !== domain);
      const with_ = others.length > 0 ? ` It is that of ${shown(others) ?? list(others)} too.` : '';
      return `The registration of ${domain} ${when}.${state}${with_} Without a renewal at the registrar, mail and everything else of the domain stops.`;
    },
    'zone-registration-unknown': ({ domains }) =>
      `When the registration of ${shown(domains) ?? list(domains)} ends could not be found out: the registry or the list of RDAP servers gave no answer that can be used, or our network does not lead there.`,
  };
}

export function expiryFr(further: Further): Sentences<ExpiryCause> {
  return {
    'zone-registration-ends': (cause) => {
      if ('domains' in cause) return further(cause);
      const { domain, expires, days, ending, hosted } = cause;
      const date = expires.slice(0, 10);
      const when =
        days < 0
          ? `a expiré le ${date}`
          : `expire le ${date} (${days === 0 ? 'dans moins d’un jour' : `dans ${counted(days, 'jour')}`})`;
      const state = ending.length > 0 ? ` Le registre indique : ${frenchList(ending)}.` : '';
      const others = hosted.filter((name) => name !== domain);
      const with_ = others.length > 0 ? ` En dépendent aussi : ${shown(others) ?? frenchList(others)}.` : '';
      return `Le nom de domaine ${domain} ${when}.${state}${with_} Sans renouvellement chez le bureau d’enregistrement, le courriel et tout le reste du domaine s’arrêtent.`;
    },
    'zone-registration-unknown': ({ domains }) =>
      `Impossible de savoir quand expire ${shown(domains) ?? frenchList(domains)} : le registre ou la liste des serveurs RDAP n’a pas donné de réponse utilisable, ou notre réseau n’y mène pas.`,
  };
}
