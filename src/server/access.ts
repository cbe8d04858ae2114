/** Who may start a run by hand, or put a check into maintenance. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Secret } from '../base/units.ts';
import { ApiError } from './errors.ts';
import type { TokenTries } from './tries.ts';

export interface Access {
  /** The configured token; null where there is none. */
  readonly token: Secret | null;
  /** Without a token anybody may: what is watched is our own sandbox. */
  readonly open: boolean;
}

/** Who may start runs by hand. */
export function whoMayStart({ token, open }: Access): 'token' | 'anybody' | 'nobody' {
  if (token) return 'token';
  return open ? 'anybody' : 'nobody';
}

/** Throws an `ApiError` unless the request may do so. `sent`: the token that came in a form, if it came so. */
export function mayStartRuns(
  request: FastifyRequest,
  access: Access,
  tries: TokenTries,
  sent?: string | null,
): void {
  mayManage(request, access, tries, 'starting a run', sent);
}

/**
 * Throws an `ApiError` unless the request may do what only the operator may. The token comes as a bearer token, or in
 * `X-Vigie-Token` where a proxy in front uses `Authorization` for itself.
 * @param doing what is asked for, such as `starting a run`
 */
export function mayManage(
  request: FastifyRequest,
  { token, open }: Access,
  tries: TokenTries,
  doing: string,
  sent?: string | null,
): void {
  // A page elsewhere on the web must not start runs through the browser of somebody who can reach us.
  if (isForeign(request)) {
    throw new ApiError('foreign-origin', `A page of another site may not do this: ${doing}.`);
  }
  if (!token) {
    if (open) return;
    throw new ApiError(
      'runs-by-hand-closed',
      `This is closed: ${doing}. Set server.token in the configuration to open it.`,
    );
  }
  const header = request.headers['x-vigie-token'];
  const given =
    sent ||
    (typeof header === 'string' && header) ||
    /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!given) {
    throw new ApiError(
      'token-missing',
      sent === undefined
        ? `The header "Authorization: Bearer <server.token>" (or "X-Vigie-Token: <server.token>") is needed for ${doing}.`
        : `The token of the configuration (server.token) is needed for ${doing}.`,
    );
  }
  tries.check(request.ip);
  if (equal(given, token.reveal())) return;
  tries.wrong(request.ip);
  throw new ApiError('token-wrong', 'The token is not the configured one.');
}

/**
 * A browser says itself where a request comes from, and no page can change that. Over plain HTTP it says the origin
 * alone, which is compared with the name that we were called by.
 */
function isForeign({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && !sameHost(headers.origin, headers.host);
}

/** Compares in a time that depends neither on where two texts differ nor on their lengths. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function sameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
