/** Accounts of the sandbox's conference: one user, and tokens (HS256) with one secret. What it says is what prosody's modules say. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export const SANDBOX_USER = 'host@sandbox.vigie';
/** Of that user, and of tokens. */
export const SANDBOX_SECRET = 'sandbox';

/** Somebody with an account; `room`: that alone may be entered, null: any. */
export interface Account {
  readonly room: string | null;
}

export type Login =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'refused'; readonly text: string };

const claims = z.looseObject({
  exp: z.number().optional(),
  nbf: z.number().optional(),
  room: z.string().optional(),
});

export function loginWithPassword(user: string, password: string): Login {
  return user === SANDBOX_USER && password === SANDBOX_SECRET
    ? { kind: 'account', account: { room: null } }
    : { kind: 'refused', text: 'Unable to authorize you with the authentication credentials you’ve sent.' };
}

/** @param nowS seconds since the epoch, by the sandbox's clock */
export function loginWithToken(token: string, nowS: number): Login {
  const refused = (text: string): Login => ({ kind: 'refused', text });
  const [head = '', body = '', proof = '', ...more] = token.split('.');
  if (more.length > 0) return refused('Invalid token');
  const right = createHmac('sha256', SANDBOX_SECRET).update(`${head}.${body}`).digest();
  const given = Buffer.from(proof, 'base64url');
  if (given.length !== right.length || !timingSafeEqual(given, right)) return refused('Invalid signature');
  const parsed = claims.safeParse(parsedJson(Buffer.from(body, 'base64url').toString('utf8')));
  if (!parsed.success) return refused('Invalid body');
  const { exp, nbf, room } = parsed.data;
  if (exp !== undefined && nowS >= exp)
    return refused(`Not acceptable by exp (${Math.round(nowS - exp)} sec since expired)`);
  if (nbf !== undefined && nowS < nbf) return refused('Not acceptable by nbf');
  return { kind: 'account', account: { room: room === undefined || room === '*' ? null : room } };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
