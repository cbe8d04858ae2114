/** What a call is doing, in a few words. */
import type { CallDoing } from '../../doing.ts';

export function progress(doing: CallDoing): string {
  switch (doing.id) {
    case 'launch':
      return `démarrage de ${doing.browsers.join(' et ')}`;
    case 'join':
      return 'entrée dans la salle';
    case 'step':
      return doing.step;
    case 'watch':
      return `${doing.step === undefined ? '' : `${doing.step} : `}tout le monde entend et voit tout le monde ; observation en cours`;
  }
}
