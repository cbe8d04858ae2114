import { frenchList as list } from '../../../../base/words.ts';
import type { Moment } from '../../scene/moments.ts';
import type { OfStep } from '../contract.ts';
import { of } from './names.ts';

const ofAll = ([first = '', ...others]: readonly string[]): string =>
  list([of(first), ...others.map((name) => of(name))]);

function momentWords(moment: Moment): string {
  if (moment.what === 'step') return `À l’étape ${moment.name}`;
  const whose = ofAll(moment.who);
  switch (moment.what) {
    case 'joined':
      return `Après l’arrivée ${whose}`;
    case 'two-alone':
      return `${list(moment.who)} seuls`;
    case 'joined-the-two':
      return `Après l’arrivée ${whose} auprès des deux autres`;
    case 'left-the-two':
      return `Après le départ ${whose}, les deux autres restant`;
    case 'reloaded':
      return `Après le rechargement de la page ${whose}`;
    case 'rejoined':
      return `Après le départ et le retour ${whose}`;
    case 'muted':
      return `Après la mise en sourdine ${whose}`;
    case 'unmuted':
      return `Après la fin de la sourdine ${whose}`;
    case 'opened':
      return `Après l’ouverture de la salle par ${list(moment.who)}`;
    case 'crashed':
      return `Après le plantage et le retour ${whose}`;
    case 'network-back':
      return `Après la coupure du réseau ${whose}`;
    case 'shared':
      return `Après le début du partage d’écran ${whose}`;
    case 'unshared':
      return `Après la fin du partage d’écran ${whose}`;
    case 'moved':
      return `Après le changement de réseau ${whose}`;
    case 'woke':
      return `Après la veille et le réveil ${whose}`;
    case 'admitted':
      return `Après l’admission ${whose}`;
  }
}

/** Une phrase d’une étape : dans quelle salle s’il y en a plusieurs, depuis quand, quoi (sans point final), à quelles étapes elle vaut encore. */
export function inStep({ room, moment, againIn }: OfStep, what: string): string {
  const where = room === undefined ? '' : `Salle ${room} : `;
  const when = moment ? `${momentWords(moment)} : ` : '';
  const again = againIn && againIn.length > 0 ? ` ; toujours le cas à ${list(againIn)}` : '';
  return `${where}${when}${what}${again}.`;
}
