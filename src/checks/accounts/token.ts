/** Tokens (JWT, RFC 7519): made for a run, and what of one can be read without its key. */
import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { z } from 'zod';
import type { MintPlan } from './options.ts';

/** Issuers usually allow for this much between two clocks, in seconds. */
const NOT_BEFORE_S = 10;
/** A larger token would not fit into the address of a WebSocket. */
export const MAX_TOKEN = 8000;

/** What is read of a token; null where it does not say. Times in milliseconds since the epoch. */
export interface TokenClaims {
  readonly algorithm: string | null;
  readonly room: string | null;
  readonly expiresAt: number | null;
  readonly notBefore: number | null;
}

/** The private key of an RS256 token cannot be used. */
export class KeyUnusable extends Error {}

const header = z.looseObject({ alg: z.string().max(40).optional() });
const seconds = z.number().min(-1e12).max(1e12).optional();
const payload = z.looseObject({
  room: z.string().max(500).optional().catch(undefined),
  exp: seconds,
  nbf: seconds,
  context: z
    .looseObject({ room: z.looseObject({ regex: z.unknown() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/**
 * Makes a token for a room.
 * @param pem the private key, for RS256
 * @param now milliseconds since the epoch
 * @throws {KeyUnusable}
 */
export function mintToken(plan: MintPlan, room: string, pem: string | null, now: number): string {
  const { signer, issuer, audience, subject, lifetimeMs, keyId, context } = plan;
  const issuedAt = Math.floor(now / 1000);
  const head = { typ: 'JWT', alg: signer.algorithm, ...(keyId !== null && { kid: keyId }) };
  const claims = {
    ...(issuer !== null && { iss: issuer }),
    ...(audience !== null && { aud: audience }),
    ...(subject !== null && { sub: subject }),
    room: plan.room ?? room,
    iat: issuedAt,
    nbf: issuedAt - NOT_BEFORE_S,
    exp: issuedAt + Math.floor(lifetimeMs / 1000),
    ...(context !== null && { context }),
  };
  const signed = `${encoded(head)}.${encoded(claims)}`;
  if (signer.algorithm === 'HS256')
    return `${signed}.${createHmac('sha256', signer.secret.reveal()).update(signed).digest('base64url')}`;
  try {
    const key = createPrivateKey(pem ?? '');
    if (key.asymmetricKeyType !== 'rsa') throw new KeyUnusable('it is no RSA key');
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  } catch (cause) {
    if (cause instanceof KeyUnusable) throw cause;
    // OpenSSL's own words name no part of the key.
    throw new KeyUnusable('it cannot be read as a PEM file of a private key');
  }
}

/** Reads what a token says; null where it is none. Nothing is verified: only the deployment can. */
export function readToken(token: string): TokenClaims | null {
  const parts = token.split('.');
  if (parts.length !== 3 || token.length > MAX_TOKEN || parts.some((part) => !/^[\w-]+$/.test(part)))
    return null;
  const head = header.safeParse(decoded(parts[0]!));
  const body = payload.safeParse(decoded(parts[1]!));
  if (!head.success || !body.success) return null;
  const { room, exp, nbf, context } = body.data;
  // A pattern of rooms, or every room, is no room that one could go to.
  const pattern = Boolean(context?.room?.regex) || room === '*';
  return {
    algorithm: head.data.alg ?? null,
    room: pattern ? null : (room ?? null),
    expiresAt: exp === undefined ? null : exp * 1000,
    notBefore: nbf === undefined ? null : nbf * 1000,
  };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
