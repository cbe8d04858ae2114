import { list } from '../../../../base/words.ts';
import type { AppSentences } from '../contract.ts';
import { inStep } from './step.ts';

export const appSentences: AppSentences = {
  'embed-denied': ({ participants, features, allow, ...step }) =>
    inStep(
      step,
      `In another site’s page the web app of ${list(participants)} may not use ${list(features)}: ${
        features.every((feature) => allow?.includes(feature) === true)
          ? 'the frame is allowed to (`allow`), so that a Permissions-Policy header of the deployment forbids it'
          : `external_api.js gives the frame \`allow="${allow ?? ''}"\``
      }. Nobody hears or sees them`,
    ),
  'embed-storage': ({ participants, ...step }) =>
    inStep(
      step,
      `In another site’s page the web app of ${list(participants)} has no storage (localStorage is refused): names and devices are forgotten, and sign-in may fail`,
    ),
  'embed-silent': ({ participants, ...step }) =>
    inStep(
      step,
      `${list(participants)} joined in another site’s page, and external_api.js has not said so to that page (\`videoConferenceJoined\`): sites that wait for it do not go on`,
    ),
  'app-media-not-asked': (cause) =>
    inStep(
      cause,
      `The web app of ${list(cause.participants)} joined without asking for camera or microphone: nobody hears or sees them. Does config.js disable it (\`disableInitialGUM\`, \`startSilent\`)`,
    ).replace(/\.$/, '?'),
  'app-tiles-missing': (cause) =>
    inStep(
      cause,
      `Media arrives, but the web app shows no tile for it: ${cause.tiles.map(({ receiver, sender }) => `${sender} at ${receiver}`).join(', ')}`,
    ),
};
