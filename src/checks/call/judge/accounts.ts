/** What it means for participants with an account that the deployment refused them. */
import type { AccountCause } from '../../accounts/causes.ts';
import { refusedAccount } from '../../accounts/refusal.ts';
import type { LoginFacts, Refusal } from '../observe/facts.ts';

/** An account that was refused. */
export interface RefusedAccount {
  readonly participant: string;
  readonly cause: AccountCause;
}

const LOGIN = 'connection.passwordRequired';
const ROOM = 'conference.connectionError.notAllowed';

/** The refusals that are about accounts, and the others. */
export function accountRefusals(
  refusals: readonly Refusal[],
  login: LoginFacts | null,
  at: number,
): { readonly accounts: readonly RefusedAccount[]; readonly others: readonly Refusal[] } {
  const accounts: RefusedAccount[] = [];
  const others: Refusal[] = [];
  for (const refusal of refusals) {
    const { participant, detail } = refusal;
    const proof = login?.proofs[participant];
    const error = String(detail.error);
    const about = error === LOGIN || (error === ROOM && proof?.kind === 'token');
    if (!login || !proof || !about) {
      others.push(refusal);
      continue;
    }
    const { room, domain, frontAheadS } = login;
    const said = wordsOf(detail) ?? (error === ROOM ? 'not-allowed' : null);
    const own = proof.kind === 'password' ? proof.domain : null;
    const cause = refusedAccount(proof, { room, domain: own ?? domain, said, at, frontAheadS });
    // Prosody says no more than that somebody may not enter: a token for another room is the reason that is known.
    const forRoom = proof.kind === 'token' ? proof.claims.room : null;
    const elsewhere = error === ROOM && cause.id === 'jwt-refused' && forRoom !== null && forRoom !== room;
    accounts.push({
      participant,
      cause: elsewhere ? { id: 'jwt-room-mismatch', forRoom, room, said } : cause,
    });
  }
  return { accounts, others };
}

/** The server's own words, in what lib-jitsi-meet reported. */
function wordsOf({ message, more }: Refusal['detail']): string | null {
  const said = [message, ...(Array.isArray(more) ? (more as unknown[]) : [])].find(
    (one) => typeof one === 'string' && one !== '',
  );
  return typeof said === 'string' ? said.slice(0, 300) : null;
}
