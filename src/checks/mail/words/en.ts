import type { KindWords } from '../../wording.ts';
import type { MailCause } from '../causes.ts';

export const en: KindWords<MailCause> = {
  kind: 'mail',
  service: {
    name: 'Mail',
    works: 'Mail is delivered and authenticated.',
    slow: 'Mail is delivered, but not as well as it should be.',
    broken: 'Mail may not arrive, or may be taken for spam.',
  },
  findings: {},
};
