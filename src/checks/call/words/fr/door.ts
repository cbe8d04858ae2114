import { frenchList as list } from '../../../../base/words.ts';
import type { DoorSentences } from '../contract.ts';
import { inStep } from './step.ts';

export const doorSentences: DoorSentences = {
  'lobby-unavailable': (cause) =>
    inStep(
      cause,
      `${list(cause.participants)} ne peut pas fermer la salle par une salle d’attente : « ${cause.said} ». Le composant lobby est-il configuré, et ${list(cause.participants)} est-il modérateur`,
    ).replace(/\.$/, ' ?'),
  'door-open': (cause) =>
    inStep(
      cause,
      `${list(cause.participants)} ${cause.participants.length > 1 ? 'auraient dû' : 'aurait dû'} attendre à la porte (salle d’attente, ou hôte avec un compte) et ${cause.participants.length > 1 ? 'sont entrés' : 'est entré'} sans être admis`,
    ),
};
