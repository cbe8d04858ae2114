/** Tokens and keys for tests, made without the code that is tested. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AccountCause } from '../../src/checks/accounts/causes.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export const keys = {
  /** A token with these claims. */
  hs256(claims: object, secret: string): string {
    const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  },
};

/** A pair of RSA keys; the private one is in a file until the test ends. */
export function rsa(): { readonly keyFile: string; readonly publicKey: string } {
  const directory = mkdtempSync(join(tmpdir(), 'vigie-rsa-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keyFile = join(directory, 'key.pem');
  writeFileSync(keyFile, pair.privateKey, { mode: 0o600 });
  return { keyFile, publicKey: pair.publicKey };
}

const said = 'it said so';
/** One of each cause, and of each that has several sentences. */
export const accountCauses: readonly AccountCause[] = [
  { id: 'account-unusable', why: 'file', path: '/etc/vigie/jwt', reason: 'EACCES', participants: ['A'] },
  { id: 'account-unusable', why: 'not-a-jwt', path: '/etc/vigie/jwt', reason: null },
  { id: 'account-unusable', why: 'not-a-jwt', path: null, reason: null },
  { id: 'account-unusable', why: 'not-a-private-pem', path: '/etc/vigie/pem', reason: 'it is no RSA key' },
  { id: 'account-unusable', why: 'too-long', path: null, reason: null },
  { id: 'account-refused', domain: 'meet.test', said: null, participants: ['A', 'B'] },
  { id: 'account-refused', domain: 'meet.test', said },
  { id: 'account-not-offered', domain: 'meet.test', by: 'user' },
  { id: 'account-not-offered', domain: 'meet.test', by: 'jwt', participants: ['A'] },
  { id: 'jwt-expired', expiredAt: '2026-11-28T12:00:00.000Z', said },
  { id: 'jwt-not-yet-valid', validFrom: '2026-11-28T12:00:00.000Z', said },
  { id: 'jwt-clock-skew', finds: 'expired', secondsAhead: 3600, said },
  { id: 'jwt-clock-skew', finds: 'not-yet-valid', secondsAhead: -90, said: null },
  { id: 'jwt-clock-skew', finds: 'not-yet-valid', secondsAhead: null, said },
  { id: 'jwt-signature-invalid', algorithm: 'HS256', said },
  { id: 'jwt-signature-invalid', algorithm: null, said: null },
  { id: 'jwt-room-mismatch', forRoom: 'weekly', room: 'vigie-1', said },
  { id: 'jwt-room-mismatch', forRoom: null, room: 'vigie-1', said: null },
  { id: 'jwt-refused', said },
];
