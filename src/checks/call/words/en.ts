import { webWords } from '../../web/words/index.ts';
import type { KindWords } from '../../wording.ts';
import type { CallCause } from '../causes.ts';

export const en: KindWords<CallCause> = {
  kind: 'call',
  service: {
    name: 'Video calls',
    works: 'In a call of three, everybody hears and sees everybody.',
    slow: 'Calls work, but not as well as they should.',
    broken: 'In calls, somebody may not hear or see the others.',
  },
  findings: {
    ...webWords.en.findings,
  },
};
