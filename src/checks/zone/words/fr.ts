import type { KindWords } from '../../wording.ts';
import type { ZoneCause } from '../causes.ts';

export const fr: KindWords<ZoneCause> = {
  kind: 'zone',
  service: {
    name: 'Domaines',
    works: 'Les enregistrements de courriel des domaines sont justes.',
    slow: 'Les enregistrements des domaines fonctionnent ; certains sont à revoir.',
    broken: 'Les enregistrements de certains domaines sont faux : leur courriel peut être refusé.',
  },
  findings: {},
};
