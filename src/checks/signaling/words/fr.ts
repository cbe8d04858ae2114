import { webWords } from '../../web/words/index.ts';
import type { KindWords } from '../../wording.ts';
import type { SignalingCause } from '../causes.ts';

export const fr: KindWords<SignalingCause> = {
  kind: 'signalisation',
  service: {
    name: 'Rejoindre un appel',
    works: 'Les appels s’ouvrent et se rejoignent.',
    slow: 'Les appels se rejoignent ; une partie du chemin ne répond pas comme elle le devrait.',
    broken: 'Ouvrir ou rejoindre un appel peut ne pas fonctionner.',
  },
  findings: {
    ...webWords.fr.findings,
  },
};
