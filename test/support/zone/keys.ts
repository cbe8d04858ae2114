/** Keys for tests: made once, published in whatever way a test wants. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

function rsa(bits: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: bits }).publicKey;
}

const own = rsa(2048);
export const KEY = own.export({ type: 'spki', format: 'der' }).toString('base64');
/** The same key without its SubjectPublicKeyInfo. */
export const KEY_PKCS1 = own.export({ type: 'pkcs1', format: 'der' }).toString('base64');
export const KEY_PEM = own.export({ type: 'spki', format: 'pem' }).toString();
export const OTHER_KEY = rsa(2048).export({ type: 'spki', format: 'der' }).toString('base64');
export const SHORT_KEY = rsa(1024).export({ type: 'spki', format: 'der' }).toString('base64');
