/** TLSA records as senders of mail read them, and whether a certificate is the one that they announce. */
import { createHash, X509Certificate } from 'node:crypto';
import type { RecordData } from '../../../dns/resolver.ts';

type Tlsa = RecordData['TLSA'];

/** DANE-TA: an authority of the chain; DANE-EE: the server's own certificate. Others are not for mail (RFC 7672 3.1.3). */
const DANE_TA = 2;
const DANE_EE = 3;
const DIGESTS: Readonly<Record<number, { readonly name: string; readonly bytes: number }>> = {
  1: { name: 'sha256', bytes: 32 },
  2: { name: 'sha512', bytes: 64 },
};

/** Whether senders of mail can use a record at all. */
export function usable({ usage, selector, matching, data }: Tlsa): boolean {
  if (usage !== DANE_TA && usage !== DANE_EE) return false;
  if (selector !== 0 && selector !== 1) return false;
  const bytes = data.length / 2;
  return matching === 0 ? bytes > 0 : DIGESTS[matching]?.bytes === bytes;
}

/** @param chain the certificates that the server sent, its own first (DER) */
export function matches(record: Tlsa, chain: readonly Buffer[]): boolean {
  const candidates = record.usage === DANE_EE ? chain.slice(0, 1) : chain;
  return candidates.some((certificate) => announced(record, certificate));
}

function announced({ selector, matching, data }: Tlsa, certificate: Buffer): boolean {
  const bytes = selector === 0 ? certificate : publicKeyOf(certificate);
  if (bytes === null) return false;
  const digest = DIGESTS[matching];
  const found = digest ? createHash(digest.name).update(bytes).digest('hex') : bytes.toString('hex');
  return found === data;
}

function publicKeyOf(certificate: Buffer): Buffer | null {
  try {
    return new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    return null;
  }
}
