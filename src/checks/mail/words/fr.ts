import type { KindWords } from '../../wording.ts';
import type { MailCause } from '../causes.ts';

export const fr: KindWords<MailCause> = {
  kind: 'courriel',
  service: {
    name: 'Courriel',
    works: 'Le courriel est distribué et authentifié.',
    slow: 'Le courriel est distribué, mais pas aussi bien qu’il le devrait.',
    broken: 'Le courriel peut ne pas arriver, ou être pris pour du spam.',
  },
  findings: {},
};
