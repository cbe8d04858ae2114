/** The causes of findings about a deployment's web front, which `call` and `signaling` checks share. */
import { z } from 'zod';
import { connectionFailure } from '../../net/failure.ts';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { text, whole } from '../schema.ts';

/** What was answered where a script should be. */
const answer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: whole }),
  z.strictObject({ kind: z.literal('page') }),
  z.strictObject({ kind: z.literal('refused-type'), type: text }),
  z.strictObject({ kind: z.literal('not-loaded'), paths: z.array(text) }),
]);

const missing = z.object({
  path: text.exactOptional(),
  status: whole.exactOptional(),
  type: text.exactOptional(),
  bytes: whole.nullable().exactOptional(),
  urls: z.array(text).exactOptional().describe('what a browser could not load'),
  answer,
});

const own = z.object({
  url: text.exactOptional(),
  host: text.exactOptional(),
  code: text,
  message: text.exactOptional(),
  failure: connectionFailure,
});

const asked = z.object({ url: text, code: text, message: text, failure: connectionFailure });

export const webCauses = {
  /** This machine has no network towards the deployment. */
  'own-network-down': own,
  'own-resolver-down': own,
  'host-unknown': asked,
  'certificate-invalid': asked,
  'page-unreachable': asked,
  'page-error': z.object({ url: text, status: whole }),
  'config-missing': missing,
  'library-missing': missing,
} satisfies CauseSchemas;

export type WebCause = CauseOf<typeof webCauses>;
