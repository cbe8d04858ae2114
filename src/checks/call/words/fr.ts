import { webWords } from '../../web/words/index.ts';
import type { KindWords } from '../../wording.ts';
import type { CallCause } from '../causes.ts';

export const fr: KindWords<CallCause> = {
  kind: 'appel',
  service: {
    name: 'Appels vidéo',
    works: 'Dans un appel à trois, tout le monde entend et voit tout le monde.',
    slow: 'Les appels fonctionnent, mais pas aussi bien qu’ils le devraient.',
    broken: 'Dans les appels, il se peut que quelqu’un n’entende ou ne voie pas les autres.',
  },
  findings: {
    ...webWords.fr.findings,
  },
};
