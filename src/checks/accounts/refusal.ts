/** What it means that a deployment does not accept an account. */
import type { AccountCause } from './causes.ts';
import type { TokenClaims } from './token.ts';

/** With what somebody logged in, as far as a verdict needs it. */
export type Proof =
  | { readonly kind: 'password'; readonly domain?: string | null }
  | { readonly kind: 'token'; readonly claims: TokenClaims };

/** How the server refused it. */
export interface Refusal {
  /** The XMPP domain that was logged in to. */
  readonly domain: string;
  readonly room: string;
  /** The server's own words; null: none. */
  readonly said: string | null;
  /** When, milliseconds since the epoch, by our clock. */
  readonly at: number;
  /** By how much the clock of the web front is ahead of ours, in seconds; null: not known. */
  readonly frontAheadS: number | null;
}

/** Whatever a clock says is within this of what it meant, in seconds. */
const CLOCK_S = 2;

/**
 * What prosody's mod_auth_token and mod_token_verification say (jitsi-meet, resources/prosody-plugins: luajwtjitsi.lib.lua,
 * token/util.lib.lua), in releases since 2020.
 */
const SAYS = {
  expired: /\bby exp\b|expired/i,
  early: /\bby nbf\b|not yet valid/i,
  signature: /signature|incorrect alg|invalid typ|key/i,
  room: /room and token mismatch|mismatched/i,
} as const;

/** The cause of the finding. The account itself is in none of them. */
export function refusedAccount(proof: Proof, refusal: Refusal): AccountCause {
  const { domain, said, at, room } = refusal;
  if (proof.kind === 'password') return { id: 'account-refused', domain, said };
  const { expiresAt, notBefore, algorithm, room: forRoom } = proof.claims;
  const finds = (pattern: RegExp) => said !== null && pattern.test(said);
  // What is past by our clock needs no server to say so.
  if (expiresAt !== null && at >= expiresAt && !finds(SAYS.signature) && !finds(SAYS.room))
    return { id: 'jwt-expired', expiredAt: new Date(expiresAt).toISOString(), said };
  if (notBefore !== null && at < notBefore && !finds(SAYS.signature))
    return { id: 'jwt-not-yet-valid', validFrom: new Date(notBefore).toISOString(), said };
  if (finds(SAYS.expired))
    return { id: 'jwt-clock-skew', finds: 'expired', secondsAhead: ahead(refusal, expiresAt), said };
  if (finds(SAYS.early))
    return { id: 'jwt-clock-skew', finds: 'not-yet-valid', secondsAhead: measured(refusal), said };
  if (finds(SAYS.room)) return { id: 'jwt-room-mismatch', forRoom, room, said };
  if (finds(SAYS.signature)) return { id: 'jwt-signature-invalid', algorithm, said };
  return { id: 'jwt-refused', said };
}

/** How far the server's clock is ahead: it says how long the token has been expired there, or the web front's clock does. */
function ahead(refusal: Refusal, expiresAt: number | null): number | null {
  const since = /([\d.]{1,12}) sec since expired/.exec(refusal.said ?? '')?.[1];
  if (since === undefined || expiresAt === null) return measured(refusal);
  return Math.round((expiresAt - refusal.at) / 1000) + Number(since);
}

const measured = ({ frontAheadS }: Refusal): number | null =>
  frontAheadS !== null && Math.abs(frontAheadS) > CLOCK_S ? Math.round(frontAheadS) : null;
