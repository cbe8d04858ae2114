import { webWords } from '../../web/words/index.ts';
import type { KindWords } from '../../wording.ts';
import type { SignalingCause } from '../causes.ts';

export const en: KindWords<SignalingCause> = {
  kind: 'signaling',
  service: {
    name: 'Joining calls',
    works: 'Calls can be opened and joined.',
    slow: 'Calls can be joined; a part of the way into them does not answer as it should.',
    broken: 'Opening or joining a call may not work.',
  },
  findings: {
    ...webWords.en.findings,
  },
};
