/** DMARC's verdict on a message, from mailauth's: what could not be looked up decides nothing. */
import type { DnsError } from '../../dns/resolver.ts';
import { failureOf } from '../lookup-failure.ts';
import { isDmarcName } from '../records/names.ts';
import { authResultOf, dmarcReasonOf, dmarcSkippedReasonOf } from './mailauth.ts';
import type { DmarcReason } from './reasons.ts';
import type { AuthResult, DkimVerdict, DmarcVerdict, SpfVerdict } from './result.ts';
import type { Verified } from './verifying.ts';
import { reasonsEn } from './words/reasons-en.ts';

/** What DMARC rests on. */
export interface KnownOfDmarc {
  readonly dkim: DkimVerdict;
  readonly spf: SpfVerdict;
  readonly fromDomain: string | null;
  readonly failures: readonly DnsError[];
}

/**
 * mailauth says `fail` when a key or an SPF record could not be looked up; RFC 9989 5.4 says that such a
 * message has neither passed nor failed.
 */
export function dmarcVerdict({ dmarc, dmarcSkipReason }: Verified, known: KnownOfDmarc): DmarcVerdict {
  const { dkim, spf } = known;
  const alignedBy: ('dkim' | 'spf')[] = [];
  if (dkim.result === 'pass' && dkim.aligned) alignedBy.push('dkim');
  if (spf.result === 'pass' && spf.aligned) alignedBy.push('spf');
  if (!dmarc) {
    const cause = dmarcSkippedReasonOf(dmarcSkipReason);
    const nothing = { policy: null, alignedBy: [], record: null };
    return { result: 'permerror', reason: reasonsEn.dmarc(cause), cause, ...nothing };
  }
  const said = authResultOf(dmarc.status.result);
  const undecided =
    said === 'pass' ? null : whyUndecided(said, dmarc.alignment?.dkim?.strict === true, known);
  const cause = undecided ?? dmarcReasonOf(dmarc);
  return {
    result: undecided ? 'temperror' : said,
    reason: cause ? reasonsEn.dmarc(cause) : '',
    cause,
    policy: undecided || said === 'none' ? null : (dmarc.policy ?? null),
    alignedBy,
    record: dmarc.rr ?? null,
  };
}

/** Why DMARC is undecided although mailauth decided; null where it is not. */
function whyUndecided(
  said: AuthResult,
  strict: boolean,
  { dkim, spf, fromDomain, failures }: KnownOfDmarc,
): DmarcReason | null {
  // A tree walk asks for policies; whether the author's own domain exists decides between two of them. What mailauth
  // decides without their answers does not depend on them.
  const failed =
    failures.find(({ hostname }) => isDmarcName(hostname)) ??
    failures.find(({ hostname }) => hostname === fromDomain);
  if (said === 'temperror' && failed) return { code: 'lookup-failed', lookup: failureOf(failed) };
  if (said !== 'fail') return null;
  if (dkim.result === 'temperror' && dkim.cause && couldAlign(dkim, fromDomain, strict))
    return { code: 'dkim-undecided', dkim: dkim.cause };
  if (spf.result === 'temperror' && spf.cause) return { code: 'spf-undecided', spf: spf.cause };
  return null;
}

/** A signature that verifies would authenticate the author, or might: one of an unrelated domain never does. */
function couldAlign({ domain, aligned }: DkimVerdict, fromDomain: string | null, strict: boolean): boolean {
  return aligned || (!strict && related(domain, fromDomain));
}

/** Whether two domains may be of one organisation; relaxed alignment asks for no less. */
export function related(one: string | null, other: string | null): boolean {
  const end = (name: string) => name.toLowerCase().split('.').slice(-2).join('.');
  return one !== null && other !== null && end(one) === end(other);
}
