import type { KindWords } from '../../wording.ts';
import type { ZoneCause } from '../causes.ts';

export const en: KindWords<ZoneCause> = {
  kind: 'zone',
  service: {
    name: 'Domains',
    works: 'The domains’ mail records are right.',
    slow: 'The domains’ mail records work; some should be looked at.',
    broken: 'Some domains’ mail records are wrong: their mail may be refused.',
  },
  findings: {},
};
