/** With what the participants of a call log in, read and minted once for each run. */
import { type Credentials, credentialsOf } from '../../accounts/credentials.ts';
import type { Found } from '../../check.ts';
import type { CallOptions } from '../options.ts';
import { nameOf } from '../scene/acts.ts';

export interface Logins {
  /** By participant; guests are not there. */
  readonly accounts: ReadonlyMap<string, Credentials>;
  /** The room that a token is for; null: any. */
  readonly room: string | null;
  /** Guests who are not let in wait: somebody has an account, or the choreography has them at the door. */
  readonly waits: boolean;
  /** Accounts that cannot be used, through a fault of our own: there is no call then. */
  readonly unusable: readonly Found<'call'>[];
}

/**
 * @param drawn the room of the run, unless a token is for another
 * @param first the number of the first participant
 */
export async function logins(
  { participants, steps }: CallOptions,
  drawn: string,
  first: number,
): Promise<Logins> {
  const accounts = new Map<string, Credentials>();
  const unusable: Found<'call'>[] = [];
  const at = Date.now();
  for (const [index, { account }] of participants.entries()) {
    if (!account) continue;
    const name = nameOf(first + index);
    const made = await credentialsOf(account, drawn, at);
    if ('id' in made) unusable.push({ cause: { ...made, participants: [name] }, outcome: 'error' });
    else accounts.set(name, made);
  }
  const rooms = [...accounts.values()].map((each) => (each.kind === 'token' ? each.claims.room : null));
  return {
    accounts,
    unusable,
    room: rooms.find((room) => room !== null) ?? null,
    waits: accounts.size > 0 || steps.some(({ acts }) => acts.some(({ act }) => act === 'knock')),
  };
}
