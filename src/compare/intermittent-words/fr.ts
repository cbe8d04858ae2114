import { frenchList } from '../../base/words.ts';
import type { Kind } from '../../checks/check.ts';
import { whereWords } from '../../checks/where-words.ts';
import type { Common } from '../../statistics/common-cause.ts';
import type { Failures } from '../changed.ts';
import type { IntermittentCause } from '../intermittence.ts';
import { dayAndTime, type IntermittentWords, ofParticipant } from './contract.ts';

const WINDOWS = { '24h': 'des dernières 24 heures', '7d': 'des 7 derniers jours' } as const;
const MECHANISMS: Readonly<Record<string, string>> = {
  delivery: 'un message de test n’est pas arrivé',
  dkim: 'DKIM n’a pas réussi',
  spf: 'SPF n’a pas réussi',
  dmarc: 'DMARC n’a pas réussi',
};
const PLACES: Readonly<Record<string, string>> = { ...whereWords.fr, unknown: 'à un endroit inconnu' };
const MEDIA: Readonly<Record<string, string>> = {
  audio: 'le son',
  video: 'l’image',
  screen: 'l’écran partagé',
};
const when = dayAndTime('fr-FR');

const runs = (kind: Kind) => (kind === 'call' ? 'appels' : 'exécutions');
const of = ({ failures, runs: all }: Failures, what = '') => `${failures}${what} sur ${all}`;

function lost({ subject, stream }: IntermittentCause): string {
  if (stream) {
    const { receiver, sender, kind, step } = stream;
    const whom = kind === 'screen' ? `l’écran partagé par ${sender}` : sender;
    return `${receiver} n’a pas ${kind === 'audio' ? 'entendu' : 'vu'} ${whom} à l’étape ${step}`;
  }
  if (subject?.aspect === 'mechanism') return MECHANISMS[subject.name] ?? `${subject.name} n’a pas réussi`;
  if (subject?.aspect === 'step') return `un flux a été perdu à l’étape ${subject.name}`;
  return `${subject?.name} n’a pas fonctionné`;
}

function share({ trait, value }: Common): string {
  switch (trait) {
    case 'step':
      return `à l’étape ${value}`;
    case 'sender':
    case 'sending browser':
      return `émis par ${value}`;
    case 'receiver':
    case 'receiving browser':
      return `reçu par ${value}`;
    case 'medium':
      return MEDIA[value] ?? value;
    case 'place':
      return PLACES[value] ?? value;
    case 'mechanism':
      return value === 'delivery' ? 'la livraison' : value.toUpperCase();
    default:
      return value;
  }
}

function circumstance({ trait, value }: Common): string {
  const [name, what] = ofParticipant(value);
  switch (trait) {
    case 'path':
      return `${name} était connecté ${what === 'direct' ? 'directement' : 'par le pont'}`;
    case 'transport':
      return `${name} utilisait ${what.toUpperCase()}`;
    case 'relay':
      return `${name} ${what === 'relayed' ? 'passait' : 'ne passait pas'} par un relais`;
    case 'hour of day':
      return `le début était dans l’heure de ${value}`;
    case 'configuration':
      return 'la configuration était une autre';
    case 'browser version':
      return `un participant utilisait ${value}`;
    default:
      return `${trait} était en ${value}`;
  }
}

export const fr: IntermittentWords = {
  failing(cause, kind) {
    const { window, before, subject } = cause;
    const week = before.runs > 0 ? ` ; ${of(before)} la semaine d’avant` : '';
    const figures = `${of(cause)} ${runs(kind)} ${WINDOWS[window]}`;
    return subject === null
      ? `${cause.failures} ${runs(kind)} sur ${cause.runs} ${WINDOWS[window]} ont échoué${week}.`
      : `Dans ${figures}, ${lost(cause)}${week}.`;
  },
  parts: (parts) => `Le plus souvent : ${frenchList(parts.map((part) => `${lost(part)} (${of(part)})`))}.`,
  losses: (common) =>
    `Ce qui a été perdu : ${common
      .map((each) => {
        const { hits, of: all } = each.failing;
        return `${hits === all ? 'toujours' : `${hits} fois sur ${all}`} ${share(each)}`;
      })
      .join(', ')}.`,
  circumstances: (common) =>
    common
      .map((each) => {
        const { failing, working } = each;
        return `Dans ${failing.hits} échecs sur ${failing.of}, ${circumstance(each)} ; dans ${working.hits} exécutions réussies sur ${working.of}.`;
      })
      .join(' '),
  changed(changed, { before, since }) {
    const what = frenchList(
      changed.map(({ subject, from, to }) => `${subject} est passé de ${from} à ${to}`),
    );
    return `${what} le ${when(changed[0]!.at)} UTC : ${of(before, before.failures < 2 ? ' échec' : ' échecs')} la semaine d’avant, ${of(since)} depuis.`;
  },
};
