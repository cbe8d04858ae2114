import { frenchList as list } from '../../../../base/words.ts';
import type { AppSentences } from '../contract.ts';
import { of } from './names.ts';
import { inStep } from './step.ts';

const DEVICES: Readonly<Record<string, string>> = { camera: 'la caméra', microphone: 'le micro' };

export const appSentences: AppSentences = {
  'embed-denied': ({ participants, features, allow, ...step }) =>
    inStep(
      step,
      `Dans la page d’un autre site, l’application web ${of(list(participants))} ne peut pas utiliser ${list(features.map((feature) => DEVICES[feature] ?? feature))} : ${
        features.every((feature) => allow?.includes(feature) === true)
          ? 'le cadre y est autorisé (`allow`), donc un en-tête Permissions-Policy du déploiement l’interdit'
          : `external_api.js donne au cadre \`allow="${allow ?? ''}"\``
      }. Personne ne les entend ni ne les voit`,
    ),
  'embed-storage': ({ participants, ...step }) =>
    inStep(
      step,
      `Dans la page d’un autre site, l’application web ${of(list(participants))} n’a pas de stockage (localStorage est refusé) : noms et appareils sont oubliés, et la connexion peut échouer`,
    ),
  'embed-silent': ({ participants, ...step }) =>
    inStep(
      step,
      `${list(participants)} est entré dans la page d’un autre site, mais external_api.js ne l’a pas signalé à cette page (\`videoConferenceJoined\`) : les sites qui l’attendent ne vont pas plus loin`,
    ),
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
