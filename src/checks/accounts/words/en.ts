import { list } from '../../../base/words.ts';
import type { AccountSentences } from './contract.ts';

const of = (participants: readonly string[] | undefined): string =>
  participants && participants.length > 0 ? ` of ${list(participants)}` : '';

const quoted = (said: string | null): string => (said === null ? '' : ` It says: “${said}”.`);

const WHY = {
  file: (path: string | null, reason: string | null) =>
    `${path ?? 'the file'} cannot be read (${reason ?? 'unknown'}). Check the path and its permissions`,
  'not-a-jwt': (path: string | null) =>
    `${path ?? 'what is given as `token`'} is not a JWT (three parts of base64url with dots between them)`,
  'not-a-private-pem': (path: string | null, reason: string | null) =>
    `${path ?? 'the file'} is not usable for RS256 (${reason ?? 'unknown'}). Give the PEM file of the private RSA key`,
  'too-long': () =>
    'the token is longer than 8000 characters, which an address does not hold. Shorten its `context`',
} as const;

const ahead = (seconds: number | null): string => {
  if (seconds === null) return 'the clocks of the two machines differ';
  return `its clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine’s`;
};

export const en: AccountSentences = {
  'account-unusable': ({ participants, why, path, reason }) =>
    `The account${of(participants)} cannot be used, and nothing was tried: ${WHY[why](path, reason)}.`,
  'account-refused': ({ participants, domain, said }) =>
    `The XMPP server does not accept user and password${of(participants)} on ${domain}.${quoted(said)} Log in with them by hand; check the user, its domain and the password.`,
  'account-not-offered': ({ participants, domain, by }) =>
    by === 'user'
      ? `${domain} offers no login with user and password, which the account${of(participants)} needs. Does the deployment use tokens (JWT), or let everybody in?`
      : `${domain} does not take tokens (JWT), which the account${of(participants)} is: it asks for user and password.`,
  'jwt-expired': ({ participants, expiredAt, said }) =>
    `The token (JWT)${of(participants)} expired at ${expiredAt}, and the deployment does not accept it.${quoted(said)} Renew it.`,
  'jwt-not-yet-valid': ({ participants, validFrom, said }) =>
    `The token (JWT)${of(participants)} is valid from ${validFrom} on only, and the deployment does not accept it.${quoted(said)} Check the clock of its issuer.`,
  'jwt-clock-skew': ({ participants, finds, secondsAhead, said }) =>
    `The deployment finds the token (JWT)${of(participants)} ${finds === 'expired' ? 'expired' : 'not valid yet'}, although it is valid by the clock of this machine: ${ahead(secondsAhead)}.${quoted(said)} Synchronise both with NTP.`,
  'jwt-signature-invalid': ({ participants, algorithm, said }) =>
    `The deployment does not accept the signature of the token (JWT)${of(participants)}${algorithm === null ? '' : ` (${algorithm})`}.${quoted(said)} Compare secret or key, key id and algorithm with what prosody is configured with.`,
  'jwt-room-mismatch': ({ participants, forRoom, room, said }) =>
    `The token (JWT)${of(participants)} is for ${forRoom === null ? 'another room' : `the room “${forRoom}”`}, and the call is in “${room}”: the deployment does not let it in.${quoted(said)}`,
  'jwt-refused': ({ participants, said }) =>
    `The deployment does not accept the token (JWT)${of(participants)}.${quoted(said)} Compare issuer (\`iss\`), audience (\`aud\`) and subject (\`sub\`) with what prosody expects.`,
};
