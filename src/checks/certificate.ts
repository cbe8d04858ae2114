/** The certificate a server offered, in a few words. */

import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { z } from 'zod';
import { DAY_MS } from '../base/durations.ts';
import type { Immutable } from '../base/immutable.ts';
import { CERTIFICATE_FAULTS, certificateFault, certificateWords } from '../net/certificate-faults.ts';
import { at, text, whole } from './schema.ts';

/** A server's certificate as it was offered. */
export const certificate = z.strictObject({
  name: text,
  issuer: text,
  names: z.array(text).describe('DNS names the certificate is for'),
  chain: z
    .array(text)
    .describe('subject names from the leaf towards the root, as far as they were sent or are known'),
  validTo: at.nullable().describe('null where the field cannot be read'),
  daysLeft: whole
    .nullable()
    .describe('until the first certificate of the chain expires; negative after that; null: cannot be read'),
  problem: text.nullable().describe('why it was not accepted; null when it was'),
  // Absent in runs of earlier versions.
  fault: z
    .strictObject({ kind: z.enum(CERTIFICATE_FAULTS), code: text.describe('of OpenSSL or Node') })
    .nullable()
    .exactOptional()
    .describe('the same as data'),
});
export type Certificate = Immutable<z.output<typeof certificate>>;

/** Certificates of large hosters have 100 names; a handshake has room for thousands. */
const MAX_NAMES = 200;
const NAME_CHARS = 255;
const MAX_CHAIN = 20;

/** The certificate of an established TLS connection (made with `rejectUnauthorized: false`). */
export function certificateOf(socket: TLSSocket): Certificate | null {
  const leaf = socket.getPeerCertificate(true);
  if (!leaf?.subject) return null;
  const chain = chainOf(leaf);
  const fault = faultOf(socket);
  const ends = chain.map(({ valid_to }) => Date.parse(valid_to)).filter(Number.isFinite);
  const readable = Number.isFinite(Date.parse(leaf.valid_to));
  return {
    name: subjectName(leaf.subject),
    issuer: subjectName(leaf.issuer),
    names: [...(leaf.subjectaltname ?? '').matchAll(/DNS:([^,\s]+)/g)]
      .slice(0, MAX_NAMES)
      .map((match) => match[1]!.slice(0, NAME_CHARS)),
    chain: chain.map((certificate) => subjectName(certificate.subject)),
    // What a stranger signed need not be a date.
    validTo: readable ? new Date(leaf.valid_to).toISOString() : null,
    daysLeft: readable ? Math.floor((Math.min(...ends) - Date.now()) / DAY_MS) : null,
    problem: fault && certificateWords.en[fault.kind](fault.code),
    fault,
  };
}

/** Why Node would not have accepted the peer; null when it would. */
function faultOf(socket: TLSSocket): NonNullable<Certificate['fault']> | null {
  if (socket.authorized) return null;
  // Node's types promise an Error, its documentation a code; it is either.
  const reason: unknown = socket.authorizationError;
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason);
  return { kind: certificateFault(code) ?? 'unverified', code };
}

/** The certificates from a server's own towards the root, as far as they were sent or are known. */
export function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  for (
    let next = leaf;
    next?.subject && chain.length < MAX_CHAIN && !chain.includes(next);
    next = next.issuerCertificate
  ) {
    chain.push(next);
  }
  return chain;
}

function subjectName(subject: DetailedPeerCertificate['subject']): string {
  const name: unknown = subject?.CN ?? subject?.O ?? subject?.OU;
  return typeof name === 'string' ? name.slice(0, NAME_CHARS) : 'without a name';
}
