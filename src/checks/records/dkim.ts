/** DKIM keys as they are published (RFC 6376 3.6.1) and as they are kept: compared as keys, not as text. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readTags, tagValue } from './tags.ts';

export interface PublishedKey {
  readonly algorithm: 'rsa' | 'ed25519';
  /** Size of the modulus, 256 for Ed25519 (RFC 8463). */
  readonly bits: number;
  /** The key in SubjectPublicKeyInfo form: equal bytes are equal keys. */
  readonly der: Buffer;
  /** How it is published; receivers differ about bare PKCS#1 keys. */
  readonly form: 'spki' | 'pkcs1';
}

/** The key in a record; null when it is revoked, of an unknown type, or no key at all. */
export function keyOfRecord(record: string): PublishedKey | null {
  const known = read.get(record);
  if (known !== undefined) return known;
  const key = readKey(record);
  // An operator's domains publish the same few keys, and each is looked at several times.
  if (read.size >= KEPT) read.clear();
  if (record.length <= LONGEST_KEPT) read.set(record, key);
  return key;
}

const KEPT = 64;
const LONGEST_KEPT = 4_000;
const read = new Map<string, PublishedKey | null>();

function readKey(record: string): PublishedKey | null {
  const { tags } = readTags(record, 'as written');
  const algorithm = tagValue(tags, 'k')?.toLowerCase() ?? 'rsa';
  const data = Buffer.from((tagValue(tags, 'p') ?? '').replace(/\s+/g, ''), 'base64');
  if (data.length === 0) return null;
  try {
    if (algorithm === 'ed25519') {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: data.toString('base64url') };
      return published(createPublicKey({ key: jwk, format: 'jwk' }));
    }
    return algorithm === 'rsa' ? rsaKey(data) : null;
  } catch {
    return null;
  }
}

/** What made a record one without a usable key, as far as the record itself shows it. */
export const KEY_DAMAGES = [
  'marks',
  'tag-case',
  'no-key-tag',
  'revoked',
  'characters',
  'cut-off',
  'unreadable',
] as const;

export interface KeyDamage {
  readonly damage: (typeof KEY_DAMAGES)[number];
  /** With `cut-off`: the bytes that are there, and the bytes that the key begins by announcing. */
  readonly bytes?: number;
  readonly announced?: number;
}

/** Why a record contains no usable key; null where it contains one. */
export function keyDamage(record: string): KeyDamage | null {
  if (/["\\]/.test(record)) return { damage: 'marks' };
  const { tags } = readTags(record, 'as written');
  const written = tagValue(tags, 'p');
  if (written === null) return { damage: tags.some(({ name }) => name === 'P') ? 'tag-case' : 'no-key-tag' };
  const bare = written.replace(/\s+/g, '');
  if (bare === '') return { damage: 'revoked' };
  if (/[^A-Za-z0-9+/=]/.test(bare)) return { damage: 'characters' };
  if (keyOfRecord(record) !== null) return null;
  const der = Buffer.from(bare, 'base64');
  const announced = derLength(der);
  return announced !== null && der.length < announced
    ? { damage: 'cut-off', bytes: der.length, announced }
    : { damage: 'unreadable' };
}

/** The length that a DER sequence begins with (X.690 8.1.3.5), that of its own beginning included. */
function derLength(der: Buffer): number | null {
  if (der[0] !== 0x30 || der.length < 4) return null;
  if (der[1] === 0x81) return 3 + der[2]!;
  return der[1] === 0x82 ? 4 + der.readUInt16BE(2) : null;
}

/** The key of a PEM file. @throws what OpenSSL says of a file that holds none */
export function keyOfPem(pem: string | Buffer): PublishedKey {
  const key = published(createPublicKey(pem));
  if (!key) throw new Error('it is neither an RSA nor an Ed25519 key');
  return key;
}

/** A record that publishes a key, for checking a signature against it. */
export function recordOfKey(key: PublishedKey): string {
  // An Ed25519 record holds the bare 32 bytes, which end the SubjectPublicKeyInfo (RFC 8463 4).
  const data = key.algorithm === 'ed25519' ? key.der.subarray(-32) : key.der;
  return `v=DKIM1; k=${key.algorithm}; p=${data.toString('base64')}`;
}

/** Receivers expect SubjectPublicKeyInfo. Bare PKCS#1 keys are published too, and some receivers read them. */
function rsaKey(der: Buffer): PublishedKey | null {
  try {
    return published(createPublicKey({ key: der, format: 'der', type: 'spki' }));
  } catch {
    return published(createPublicKey({ key: der, format: 'der', type: 'pkcs1' }), 'pkcs1');
  }
}

function published(key: KeyObject, form: PublishedKey['form'] = 'spki'): PublishedKey | null {
  const type = key.asymmetricKeyType;
  if (type !== 'rsa' && type !== 'ed25519') return null;
  return {
    algorithm: type,
    bits: type === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 256,
    der: key.export({ type: 'spki', format: 'der' }),
    form,
  };
}
