/**
 * What mailauth says, as data: the one place that reads its English. A text that is not in the tables becomes `unrecognised`
 * and is kept as it is; a keyword that is none of RFC 8601 becomes `temperror`, for it decides nothing.
 */
import type { DKIMResult, DMARCResult, SPFResult } from 'mailauth';
import { spfFaultOf } from '../records/spf-fault.ts';
import type { AUTHOR_FAULTS, DkimComplaint, DkimReason, DmarcReason, SpfReason } from './reasons.ts';
import { AUTH_RESULTS, type AuthResult } from './result.ts';

/** The keyword of a result. */
export function authResultOf(keyword: string): AuthResult {
  return AUTH_RESULTS.find((known) => known === keyword) ?? 'temperror';
}

const DKIM_COMMENTS: ReadonlyMap<string, DkimComplaint> = new Map([
  ['body hash did not verify', 'body-altered'],
  ['bad signature', 'bad-signature'],
  ['expired', 'expired'],
  ['no key', 'no-key'],
  ['invalid public key', 'invalid-key'],
  ['unknown key version', 'unknown-key-version'],
  ['unknown key type', 'unknown-key-type'],
  ['key not for email', 'key-not-for-mail'],
  ['inappropriate hash algorithm', 'key-forbids-hash'],
  ['inappropriate key algorithm', 'key-of-other-algorithm'],
  ['weak algorithm', 'weak-algorithm'],
  ['unknown algorithm', 'unknown-algorithm'],
  ['unknown canonicalization', 'unknown-canonicalization'],
  ['incompatible version', 'unknown-version'],
  ['unsupported query method', 'unsupported-query-method'],
  ['signature missing required tag', 'missing-tag'],
  ['signature syntax error', 'syntax-error'],
  ['invalid expiration', 'invalid-expiration'],
  ['domain mismatch', 'identity-mismatch'],
  ['From field not signed', 'from-not-signed'],
]);

/** Why a signature does not verify; null when it does. */
export function dkimReasonOf({ status }: DKIMResult): DkimReason | null {
  if (status.result === 'pass') return null;
  const comment = status.comment ?? '';
  const known = DKIM_COMMENTS.get(comment);
  if (known) return { code: known };
  // The one complaint that has no comment.
  if (status.policy?.['dkim-rules'] === 'weak-key') return { code: 'key-too-short' };
  const error = /^DNS failure: (E[A-Z]+)$/.exec(comment)?.[1];
  return error ? { code: 'dns-error', error } : { code: 'unrecognised', raw: comment };
}

/** Why SPF does not pass; null when it does. */
export function spfReasonOf(result: SPFResult): SpfReason | null {
  const { status, domain } = result;
  const sender = result['envelope-from'] ?? '';
  const clientIp = result['client-ip'] ?? '';
  const said = authResultOf(status.result);
  if (said === 'pass') return null;
  if (said === 'fail' || said === 'softfail' || said === 'neutral') return { code: said, sender, clientIp };
  if (said === 'none') return { code: 'none', domain };
  const comment = status.comment ?? '';
  if (comment.endsWith('missing or invalid client IP address')) return { code: 'no-client-address' };
  return spfFaultOf(comment, sender);
}

type AuthorFault = (typeof AUTHOR_FAULTS)[number];

const DMARC_SKIPPED: ReadonlyMap<string, AuthorFault> = new Map([
  ['multiple-from-fields', 'several-from-fields'],
  ['multiple-author-domains', 'several-author-domains'],
  ['invalid-author-domain', 'invalid-author-domain'],
  ['no-author-domain', 'no-author-domain'],
]);

/** Why DMARC was not evaluated at all. */
export function dmarcSkippedReasonOf(skipped: string | undefined): DmarcReason {
  const code = DMARC_SKIPPED.get(skipped ?? 'no-author-domain');
  return code ? { code } : { code: 'unrecognised', raw: skipped ?? '' };
}

/** Why DMARC does not pass; null when it does, or when there is no record. Lookups that failed are the caller's to know. */
export function dmarcReasonOf({ status, error }: DMARCResult): DmarcReason | null {
  const said = authResultOf(status.result);
  if (said === 'pass' || said === 'none') return null;
  if (error !== undefined) {
    const domain = /^Alignment of (.+) not checked, limit of \d+ Tree Walks per message reached$/.exec(
      error,
    )?.[1];
    return domain ? { code: 'too-many-domains', domain } : { code: 'unrecognised', raw: error };
  }
  const policies = status.comment ?? '';
  return said === 'fail' ? { code: 'not-aligned', policies } : { code: 'unrecognised', raw: policies };
}
