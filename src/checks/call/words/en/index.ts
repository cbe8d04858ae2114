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

export const en: CallWords = {
  kind: 'call',
  service: {
    name: 'Video calls',
    works: 'In a call of three, everybody hears and sees everybody.',
    slow: 'Calls work, but not as well as they should.',
    broken: 'In calls, participants may not hear or see each other.',
  },
  reason: reasonWords.en,
  progress,
  findings: {
    ...webWords.en.findings,
    ...accountWords.en,
    ...streamSentences,
    ...joinSentences,
    ...doorSentences,
    ...appSentences,
    ...networkSentences,
    ...serverSentences,
    ...ownSentences,
  },
};
