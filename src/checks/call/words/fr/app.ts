import { frenchList as list } from '../../../../base/words.ts';
import type { AppSentences } from '../contract.ts';
import { of } from './names.ts';
import { inStep } from './step.ts';

export const appSentences: AppSentences = {
  'app-media-not-asked': (cause) =>
    inStep(
      cause,
      `L’application web ${of(list(cause.participants))} est entrée sans demander ni caméra ni micro : personne ne les entend ni ne les voit. config.js le désactive-t-il (\`disableInitialGUM\`, \`startSilent\`)`,
    ).replace(/\.$/, ' ?'),
  'app-tiles-missing': (cause) =>
    inStep(
      cause,
      `Les médias arrivent, mais l’application web n’affiche aucune vignette : ${cause.tiles.map(({ receiver, sender }) => `${sender} chez ${receiver}`).join(', ')}`,
    ),
};
