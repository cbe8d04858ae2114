/** What is wrong with a certificate, from the codes of OpenSSL and Node to words. */
import type { Language } from '../base/language.ts';

export const CERTIFICATE_FAULTS = [
  'expired',
  'not-yet-valid',
  'other-name',
  'self-signed',
  'unknown-authority',
  /** Its issuer is not trusted, or the server does not send the certificates between. */
  'incomplete-chain',
  'revoked',
  /** A field of it, such as a date, is not in the form that certificates have. */
  'unreadable',
  /** Any other reason; the code says which. */
  'unverified',
] as const;
export type CertificateFault = (typeof CERTIFICATE_FAULTS)[number];

const FAULTS: Readonly<Record<string, CertificateFault>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
  HOSTNAME_MISMATCH: 'other-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  CERT_REVOKED: 'revoked',
};

/** The fault that a code of OpenSSL or Node stands for; null where the code is not about a certificate. */
export function certificateFault(code: string): CertificateFault | null {
  if (Object.hasOwn(FAULTS, code)) return FAULTS[code]!;
  if (code.startsWith('ERROR_IN_CERT_')) return 'unreadable';
  if (code.startsWith('UNABLE_TO_')) return 'incomplete-chain';
  return /^(CERT_|ERR_TLS_CERT)/.test(code) ? 'unverified' : null;
}

type Words = Readonly<Record<CertificateFault, (code: string) => string>>;

/** Each fault in words, of a certificate: it has expired. */
export const certificateWords: Readonly<Record<Language, Words>> = {
  en: {
    expired: () => 'it has expired',
    'not-yet-valid': () => 'it is not valid yet',
    'other-name': () => 'it was issued for another name',
    'self-signed': () => 'it is self-signed',
    'unknown-authority': () => 'its authority is not a known one',
    'incomplete-chain': () => 'an intermediate certificate is missing, or its authority is not a known one',
    revoked: () => 'it has been revoked',
    unreadable: (code) => `a field of it cannot be read (${code})`,
    unverified: (code) => `it could not be verified (${code})`,
  },
  fr: {
    expired: () => 'il a expiré',
    'not-yet-valid': () => 'il n’est pas encore valable',
    'other-name': () => 'il a été délivré pour un autre nom',
    'self-signed': () => 'il est auto-signé',
    'unknown-authority': () => 'son autorité n’est pas connue',
    'incomplete-chain': () => 'un certificat intermédiaire manque, ou son autorité n’est pas connue',
    revoked: () => 'il a été révoqué',
    unreadable: (code) => `un de ses champs est illisible (${code})`,
    unverified: (code) => `il n’a pas pu être vérifié (${code})`,
  },
};
