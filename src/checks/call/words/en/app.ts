import { list } from '../../../../base/words.ts';
import type { AppSentences } from '../contract.ts';
import { inStep } from './step.ts';

export const appSentences: AppSentences = {
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
