/** How a participant proves who it is: a user with a password, or a token (JWT) that is given or minted for each run. */
import { z } from 'zod';
import { duration, file, type Secret, secret } from '../../base/units.ts';

const ALGORITHMS = ['HS256', 'RS256'] as const;

/** What a token is signed with. */
export type Signer =
  | { readonly algorithm: 'HS256'; readonly secret: Secret }
  | { readonly algorithm: 'RS256'; readonly keyFile: string };

/** A token that is made for one run. */
export interface MintPlan {
  readonly signer: Signer;
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly subject: string | null;
  /** The room that the token is for; null: the room of the run. */
  readonly room: string | null;
  readonly lifetimeMs: number;
  readonly keyId: string | null;
  readonly context: Readonly<Record<string, unknown>> | null;
}

export type AccountPlan =
  /** `user` with or without its domain. */
  | { readonly kind: 'password'; readonly user: string; readonly password: Secret }
  | { readonly kind: 'given'; readonly token: Secret }
  /** Read anew in every run. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'minted'; readonly mint: MintPlan };

const word = (what: string, example: string) =>
  z
    .string({ error: `expected ${what}, such as "${example}"` })
    .min(1, `expected ${what}, such as "${example}"`)
    .max(500);

const mint = z
  .strictObject({
    algorithm: z
      .enum(ALGORITHMS, { error: 'expected "HS256" or "RS256"' })
      .optional()
      .describe('"HS256" with `secret`, "RS256" with `keyFile`; left out: by which of them is there.'),
    secret: secret().optional().describe('The secret that the deployment verifies tokens with (app_secret).'),
    keyFile: file()
      .optional()
      .describe('PEM file of the private RSA key, whose public key the deployment has.'),
    issuer: word('an issuer', 'vigie')
      .optional()
      .describe('The claim `iss`; prosody expects its app_id there.'),
    audience: word('an audience', 'jitsi').optional().describe('The claim `aud`.'),
    subject: word('a subject', 'meet.example.org')
      .optional()
      .describe('The claim `sub`: the XMPP domain, or a tenant.'),
    room: word('a room', '*')
      .optional()
      .describe('The claim `room`; left out: the room of the run. "*" is every room.'),
    lifetime: duration({ min: '1s', max: '30d' })
      .default(600_000)
      .describe('How long the token is valid (`exp`).'),
    keyId: word('a key id', 'vigie-2026')
      .optional()
      .describe('The header `kid`, where the deployment has several keys.'),
    context: z
      .record(z.string(), z.json(), { error: 'expected a mapping, such as { user: { name: Vigie } }' })
      .optional()
      .describe('The claim `context`, as the deployment expects it.'),
  })
  .transform((written, context): MintPlan => {
    const { algorithm, secret: shared, keyFile, issuer, audience, subject, room, lifetime, keyId } = written;
    const fault = (message: string) => {
      context.issues.push({ code: 'custom', message, input: written });
      return z.NEVER;
    };
    if (shared && keyFile) return fault('expected either "secret" (HS256) or "keyFile" (RS256), not both');
    const signer: Signer | null = shared
      ? { algorithm: 'HS256', secret: shared }
      : keyFile !== undefined
        ? { algorithm: 'RS256', keyFile }
        : null;
    if (!signer) return fault('expected "secret" (HS256) or "keyFile" (RS256) to sign the token with');
    if (algorithm !== undefined && algorithm !== signer.algorithm)
      return fault(`"${algorithm}" needs ${algorithm === 'HS256' ? '"secret"' : '"keyFile"'}`);
    return {
      signer,
      issuer: issuer ?? null,
      audience: audience ?? null,
      subject: subject ?? null,
      room: room ?? null,
      lifetimeMs: lifetime,
      keyId: keyId ?? null,
      context: written.context ?? null,
    };
  });

const FORMS =
  'expected { user, password }, { token }, { tokenFile }, or { mint: { … } }: one of them, not several';

/** The key `account` of a participant, and of a signaling check. */
export const account = z
  .strictObject(
    {
      user: word('a user', 'vigie@meet.example.org')
        .optional()
        .describe('The user that logs in, with or without the XMPP domain.'),
      password: secret().optional().describe("That user's password."),
      token: secret().optional().describe('A token (JWT) as it is.'),
      tokenFile: file().optional().describe('A file with a token (JWT), read anew in every run.'),
      mint: mint.optional().describe('A token (JWT) that Vigie makes for each run.'),
    },
    { error: FORMS },
  )
  .transform((written, context): AccountPlan => {
    const { user, password, token, tokenFile, mint: minted } = written;
    const fault = (message: string) => {
      context.issues.push({ code: 'custom', message, input: written });
      return z.NEVER;
    };
    if ((user === undefined) !== (password === undefined))
      return fault(user === undefined ? '"password" needs "user"' : '"user" needs "password"');
    const plans: AccountPlan[] = [];
    if (user !== undefined && password) plans.push({ kind: 'password', user, password });
    if (token) plans.push({ kind: 'given', token });
    if (tokenFile !== undefined) plans.push({ kind: 'file', path: tokenFile });
    if (minted) plans.push({ kind: 'minted', mint: minted });
    const [plan] = plans;
    return plan && plans.length === 1 ? plan : fault(FORMS);
  });
