/** The certificate a server offered, told in a few words. */
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { z } from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { at, text, whole } from './schema.ts';

/** A server's certificate as it was offered. */
export const certificate = z.strictObject({
  name: text,
  issuer: text,
  names: z.array(text).describe('DNS names the certificate is for'),
  chain: z
    .array(text)
    .describe('subject names from the leaf towards the root, as far as they were sent or are known'),
  validTo: at,
  daysLeft: whole.describe('until the first certificate of the chain expires; negative after that'),
  problem: text.nullable().describe('why it was not accepted; null when it was'),
});
export type Certificate = Immutable<z.output<typeof certificate>>;

const DAY_MS = 86_400_000;

/** What people call a certificate's problem; keys are the codes of OpenSSL and Node. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself, by no authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends in an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not trusted, or the server does not send the chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not trusted, or the server does not send the chain',
  CERT_REVOKED: 'it has been revoked',
};

/** The certificate of an established TLS connection (made with `rejectUnauthorized: false`). */
export function certificateOf(socket: TLSSocket): Certificate | null {
  const leaf = socket.getPeerCertificate(true);
  if (!leaf?.subject) return null;
  const chain = chainOf(leaf);
  const ends = chain.map((certificate) => Date.parse(certificate.valid_to)).filter(Number.isFinite);
  return {
    name: nameOf(leaf.subject),
    issuer: nameOf(leaf.issuer),
    names: [...(leaf.subjectaltname ?? '').matchAll(/DNS:([^,\s]+)/g)].map((match) => match[1]!),
    chain: chain.map((certificate) => nameOf(certificate.subject)),
    validTo: new Date(leaf.valid_to).toISOString(),
    daysLeft: Math.floor((Math.min(...ends) - Date.now()) / DAY_MS),
    problem: problemOf(socket),
  };
}

/** Why Node would not have accepted the peer; null when it would. */
function problemOf(socket: TLSSocket): string | null {
  if (socket.authorized) return null;
  // Node's types promise an Error, its documentation a code; it is either.
  const reason: unknown = socket.authorizationError;
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason);
  return PROBLEMS[code] ?? `it could not be verified (${code})`;
}

function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (let next = leaf; next?.subject && !chain.includes(next); next = next.issuerCertificate) {
    chain.push(next);
  }
  return chain;
}

function nameOf(subject: DetailedPeerCertificate['subject']): string {
  const name: unknown = subject?.CN ?? subject?.O ?? subject?.OU;
  return typeof name === 'string' ? name : 'without a name';
}
