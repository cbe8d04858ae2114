/** The causes of findings about a deployment's web front, which `call` and `signaling` checks share. */
import { z } from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { connectionFailure } from '../../net/failure.ts';
import type { CauseOf, CauseSchemas } from '../causes.ts';
import { flag, text, whole } from '../schema.ts';

/** Browsers do not run it, because of its content type. */
export const refusedTypeAnswer = z.strictObject({
  kind: z.literal('refused-type'),
  type: text,
  nosniff: flag.exactOptional().describe('whether it is refused because guessing is forbidden; absent: yes'),
});

/** What was answered where a script should be. */
export const scriptAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: whole }),
  z.strictObject({ kind: z.literal('page') }),
  refusedTypeAnswer,
  z.strictObject({ kind: z.literal('not-loaded'), paths: z.array(text) }),
]);

export type ScriptAnswer = Immutable<z.output<typeof scriptAnswer>>;

const missing = z.object({
  path: text.exactOptional(),
  status: whole.exactOptional(),
  type: text.exactOptional(),
  bytes: whole.nullable().exactOptional(),
  urls: z.array(text).exactOptional().describe('what a browser could not load'),
  answer: scriptAnswer,
});

const own = z.object({
  url: text.exactOptional(),
  host: text.exactOptional(),
  code: text,
  message: text.exactOptional(),
  failure: connectionFailure,
});

const asked = z.object({ url: text, code: text, message: text, failure: connectionFailure });

/** What an error of the web front means, where that is known. */
const ERRORS = [
  'password',
  'http-to-tls',
  'client-certificate',
  'wrong-host',
  'nothing-behind',
  'cloudflare-origin',
  'cloudflare-tunnel',
] as const;

/** Why browsers cannot use a value of `config.js`. */
const REFUSED = [
  'include',
  'template',
  'not-a-host',
  'not-a-websocket',
  'not-http',
  'no-scheme',
  'two-schemes',
  'no-address',
  'relative',
  'unencrypted',
  'own-machine',
] as const;

const invalid = z.object({
  path: text,
  reason: text,
  message: text,
  line: whole.nullable(),
  refused: z
    // Not "key": what stands under that name is taken for a secret.
    .strictObject({ setting: text, value: text, because: z.enum(REFUSED), form: text })
    .exactOptional()
    .describe('a value that browsers cannot use; absent where the file is no valid JavaScript'),
  undeclared: flag
    .exactOptional()
    .describe(
      'it is valid JavaScript that uses `config` without having declared it, where browsers stop as well',
    ),
});

export const webCauses = {
  /** This machine has no network towards the deployment. */
  'own-network-down': own,
  'own-resolver-down': own,
  'host-unknown': asked,
  'certificate-invalid': asked,
  'page-unreachable': asked,
  'page-error': z.object({
    url: text,
    status: whole,
    meaning: z.enum(ERRORS).exactOptional().describe('what is known of it beside its status'),
  }),
  /** A policy that the page is sent with keeps from it what people need. */
  'page-policy': z.object({
    url: text,
    header: z.enum(['permissions-policy', 'feature-policy', 'content-security-policy']),
    value: text.describe('the part of it that refuses'),
    refuses: z.array(z.enum(['camera', 'microphone', 'connection', 'script'])),
    address: text.exactOptional().describe('what the page may not connect to'),
  }),
  /** An address without TLS: browsers give its pages no camera and no microphone. */
  'insecure-origin': z.object({ url: text }),
  /** Everything is sent on to a page of somebody else, mostly to sign in. */
  'redirected-away': z.object({
    url: text,
    location: text.describe('where it leads, without parameters'),
    signIn: flag.describe('it looks like a page to sign in'),
  }),
  /** A front that keeps programs out refused us; people may get through. */
  'bot-wall': z.object({ url: text, status: whole, wall: text }),
  /** The page of a room is not Jitsi's. */
  'page-foreign': z.object({ url: text, title: text.nullable(), defaultSite: flag }),
  'page-script-missing': z.object({ url: text, script: text, answer: scriptAnswer }),
  'include-unevaluated': z.object({ url: text, includes: z.array(text) }),
  'config-invalid': invalid,
  'config-incomplete': z.object({ path: text, missing: z.array(text) }),
  'config-missing': missing,
  'library-missing': missing,
} satisfies CauseSchemas;

export type WebCause = CauseOf<typeof webCauses>;
