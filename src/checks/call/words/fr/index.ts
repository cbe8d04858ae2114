import { accountWords } from '../../../accounts/words/index.ts';
import { webWords } from '../../../web/words/index.ts';
import type { CallWords } from '../contract.ts';
import { reasonWords } from '../reasons.ts';
import { appSentences } from './app.ts';
import { doorSentences } from './door.ts';
import { joinSentences } from './join.ts';
import { networkSentences } from './network.ts';
import { ownSentences } from './own.ts';
import { progress } from './progress.ts';
import { serverSentences } from './servers.ts';
import { streamSentences } from './streams.ts';

export const fr: CallWords = {
  kind: 'appel',
  service: {
    name: 'Appels vidéo',
    works: 'Dans un appel à trois, tout le monde entend et voit tout le monde.',
    slow: 'Les appels fonctionnent, mais pas aussi bien qu’ils le devraient.',
    broken: 'Dans les appels, il se peut que des participants ne s’entendent ou ne se voient pas.',
  },
  reason: reasonWords.fr,
  progress,
  findings: {
    ...webWords.fr.findings,
    ...accountWords.fr,
    ...streamSentences,
    ...joinSentences,
    ...doorSentences,
    ...appSentences,
    ...networkSentences,
    ...serverSentences,
    ...ownSentences,
  },
};
