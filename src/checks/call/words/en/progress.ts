/** What a call is doing, in a few words. */
import type { CallDoing } from '../../doing.ts';

export function progress(doing: CallDoing): string {
  switch (doing.id) {
    case 'launch':
      return `starting ${doing.browsers.join(' and ')}`;
    case 'join':
      return 'joining the room';
    case 'step':
      return doing.step;
    case 'watch':
      return `${doing.step === undefined ? '' : `${doing.step}: `}everybody hears and sees everybody; watching`;
  }
}
