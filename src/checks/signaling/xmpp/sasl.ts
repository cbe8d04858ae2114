/** Logging in with user and password: SASL SCRAM (RFC 5802, RFC 7677) and PLAIN (RFC 4616). */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Prosody's default is 10 000; a server may not keep us busy with many more. */
const MOST_ITERATIONS = 1_000_000;
const HASHES = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-1': 'sha1' } as const;

/** One login; texts are what goes into `<auth>` and `<response>`, before base64. */
export interface Exchange {
  readonly mechanism: string;
  /** What is said first. */
  readonly first: string;
  /** The answer to a challenge; null where the server does not follow the mechanism. */
  answer(challenge: string): string | null;
  /** Whether what the server says at the end proves that it knows the password; true where it need not. */
  proves(success: string): boolean;
}

/**
 * The best mechanism that is offered; null where none is of users and passwords.
 * @param encrypted the password may be said as it is
 */
export function exchangeFor(
  offered: readonly string[],
  { user, password }: { readonly user: string; readonly password: string },
  encrypted: boolean,
): Exchange | 'unencrypted' | null {
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1'] as const) {
    if (offered.includes(mechanism))
      return scram(mechanism, user, password, randomBytes(18).toString('base64'));
  }
  if (!offered.includes('PLAIN')) return null;
  if (!encrypted) return 'unencrypted';
  return {
    mechanism: 'PLAIN',
    first: `\0${user}\0${password}`,
    answer: () => null,
    proves: () => true,
  };
}

/** @param nonce base64, fresh for each login */
export function scram(
  mechanism: keyof typeof HASHES,
  user: string,
  password: string,
  nonce: string,
): Exchange {
  const hash = HASHES[mechanism];
  // RFC 5802 5.1: commas and equals signs separate fields.
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const bare = `n=${name},r=${nonce}`;
  const hmac = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  let expected: Buffer | null = null;
  return {
    mechanism,
    first: `n,,${bare}`,
    answer(challenge) {
      const fields = fieldsOf(challenge);
      const salt = fields.get('s');
      const theirs = fields.get('r');
      const iterations = Number(fields.get('i'));
      if (!salt || !theirs?.startsWith(nonce) || theirs === nonce) return null;
      if (!Number.isInteger(iterations) || iterations < 1 || iterations > MOST_ITERATIONS) return null;
      const length = hash === 'sha1' ? 20 : 32;
      const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), iterations, length, hash);
      const client = hmac(salted, 'Client Key');
      const final = `c=biws,r=${theirs}`;
      const message = `${bare},${challenge},${final}`;
      const mask = hmac(createHash(hash).update(client).digest(), message);
      expected = hmac(hmac(salted, 'Server Key'), message);
      const proof = client.map((byte, index) => byte ^ mask[index]!);
      return `${final},p=${Buffer.from(proof).toString('base64')}`;
    },
    proves(success) {
      const theirs = Buffer.from(fieldsOf(success).get('v') ?? '', 'base64');
      return expected !== null && theirs.length === expected.length && timingSafeEqual(theirs, expected);
    },
  };
}

function fieldsOf(text: string): Map<string, string> {
  return new Map(text.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
}
