/**
 * Authenticates a message as a strict receiver does: DKIM, SPF and DMARC, each on its own (mailauth in strict mode),
 * with what could not be looked up kept apart from what is wrong.
 */
import type { DKIMResult, SPFResult } from 'mailauth';
import {
  type DnsError,
  type Evaluation,
  normaliseName,
  type ResolveResult,
  type Resolver,
} from '../../dns/resolver.ts';
import { failureOf } from '../lookup-failure.ts';
import { keyDamage, keyOfRecord } from '../records/dkim.ts';
import { isDmarc } from '../records/dmarc.ts';
import { dkimName, dmarcName, isDkimName, isDmarcName } from '../records/names.ts';
import { VERIFIER_NAME } from '../records/spf-fault.ts';
import { readTags, tagValue } from '../records/tags.ts';
import { dmarcVerdict } from './dmarc-verdict.ts';
import { headerOf } from './header.ts';
import { type Hop, receivedHosts } from './hop.ts';
import { authResultOf, dkimReasonOf, spfReasonOf } from './mailauth.ts';
import type { DkimReason, SpfReason } from './reasons.ts';
import type { AuthResult, DkimVerdict, DmarcVerdict, SpfVerdict } from './result.ts';
import { type LookUp, verifier } from './verifier.ts';
import type { Verified } from './verifying.ts';
import { reasonsEn } from './words/reasons-en.ts';

/** RFC 8301 3.2: verifiers must not take shorter ones. Whether a longer one is long enough is a finding. */
const MIN_BITS = 1024;

/** As mailauth is asked, but for who handed the message over. */
const STRICTLY = {
  mta: VERIFIER_NAME,
  strict: true,
  minBitLength: MIN_BITS,
  disableArc: true,
  disableBimi: true,
} as const;

/** A question that the results rest on, with its answer: evidence. */
export interface Lookup {
  readonly name: string;
  readonly type: string;
  readonly answer: ResolveResult | null;
  /** The code of `node:dns` when there were no records. */
  readonly error: string | null;
}

/** What a receiver finds out about a message. */
export interface Authentication {
  /** The domain of the From field as it arrived; null when there is not exactly one. */
  readonly fromDomain: string | null;
  readonly dkim: DkimVerdict;
  readonly spf: SpfVerdict;
  readonly dmarc: DmarcVerdict;
  /** How many records claim to be the domain's DMARC policy; two are as good as none. */
  readonly dmarcRecords: number;
  /** The TXT records at the selector of the judged signature; more than one is undefined (RFC 6376 3.6.2.2). */
  readonly keyRecords: readonly string[];
  /** The key is marked as a test (t=y). */
  readonly testing: boolean;
  /** Signatures beside the judged one that do not verify. */
  readonly broken: readonly OtherSignature[];
  /** By how much the judged signature was made in our future (t=), in ms; null where it was not. */
  readonly aheadMs: number | null;
  /** Names that could not be resolved, in words: evidence. */
  readonly unresolved: readonly string[];
  readonly lookups: readonly Lookup[];
  /** One line per mechanism in the form of an Authentication-Results field (RFC 8601). */
  readonly info: readonly string[];
}

/** A signature beside the one that counts. */
export interface OtherSignature {
  readonly domain: string | null;
  readonly selector: string | null;
  readonly algorithm: string | null;
  readonly result: AuthResult;
  readonly cause: DkimReason | null;
}

export interface AuthenticationOptions {
  readonly resolver: Resolver;
  readonly signal?: AbortSignal | undefined;
  /** The selector that is expected, to choose among several signatures. */
  readonly selector?: string | undefined;
  /** For all lookups together. */
  readonly deadlineMs?: number;
}

/** Authenticates a message. `hop` null: who handed it over is not known, so that SPF is undecided. */
export async function authenticateMessage(
  raw: Buffer,
  hop: Hop | null,
  options: AuthenticationOptions,
): Promise<Authentication> {
  const { resolver, signal, deadlineMs } = options;
  const evaluation = resolver.evaluation({ signal, ...(deadlineMs ? { deadlineMs } : {}) });
  try {
    return await authenticateWith(evaluation, raw, hop, options.selector);
  } finally {
    evaluation.end();
  }
}

async function authenticateWith(
  evaluation: Evaluation,
  raw: Buffer,
  hop: Hop | null,
  selector: string | undefined,
): Promise<Authentication> {
  const lookups: Lookup[] = [];
  const resolve = async (name: string, type: string) => {
    try {
      const answer = await evaluation.resolve(name, type);
      lookups.push({ name, type, answer, error: null });
      return type === 'TXT' && isDmarcName(name) ? policiesIn(answer) : answer;
    } catch (cause) {
      lookups.push({ name, type, answer: null, error: codeOf(cause) });
      throw cause;
    }
  };
  const from = hop ? { ip: hop.clientIp, helo: hop.helo, sender: hop.mailFrom } : {};
  const result = await verifier.verify(raw, { ...from, ...STRICTLY }, resolve);
  const failures = evaluation.failures;
  const fromDomain = fromDomainOf(result);
  const chosen = choose(result.dkim.results, fromDomain, selector);
  const keyName = keyNameOf(chosen);
  const keyRecords = keyName ? await texts(resolve, keyName) : [];
  const dkim = dkimVerdict(raw, chosen, {
    results: result.dkim.results,
    fromFields: result.dkim.fromFields,
    fromDomain,
    keyRecords,
    failures,
  });
  const spf = spfVerdict(raw, hop ? result.spf : null, hop, fromDomain, failures);
  const records = fromDomain ? await texts(resolve, dmarcName(fromDomain)) : [];
  return {
    fromDomain,
    dkim,
    spf,
    dmarc: dmarcVerdict(result, { dkim, spf, fromDomain, failures }),
    dmarcRecords: records.filter(isDmarc).length,
    keyRecords,
    testing: chosen?.status.testing === true,
    broken: result.dkim.results.filter((one) => one !== chosen && one.signingDomain).flatMap(brokenSignature),
    aheadMs: aheadOf(chosen),
    unresolved: [...new Set(failures.map((failure) => failure.message))],
    lookups,
    info: [...result.dkim.results.map((one) => one.info), spfInfo(hop, result), dmarcInfo(result)],
  };
}

function spfInfo(hop: Hop | null, result: Verified): string {
  return hop && result.spf ? result.spf.info : 'spf=temperror (the last hop is not known)';
}

function dmarcInfo(result: Verified): string {
  return result.dmarc ? result.dmarc.info : `dmarc=none (${result.dmarcSkipReason ?? 'no author domain'})`;
}

/** Exactly one From field with exactly one author; else DMARC is not possible (RFC 9989 5.3.1). */
function fromDomainOf({ dkim }: Verified): string | null {
  const [author] = dkim.headerFrom;
  if (dkim.fromFields !== 1 || dkim.headerFrom.length !== 1 || !author) return null;
  return normaliseName(author.slice(author.lastIndexOf('@') + 1));
}

/** The key's name, as it is asked for; null without a signature that names one. */
function keyNameOf(signature: DKIMResult | null): string | null {
  return signature?.selector ? dkimName(signature.selector, signature.signingDomain ?? '') : null;
}

/** A signature that is known not to verify: receivers may hold it against the message, or count it for nothing. */
function brokenSignature(signature: DKIMResult): OtherSignature[] {
  const result = authResultOf(signature.status.result);
  if (result === 'pass' || result === 'temperror') return [];
  return [
    {
      domain: signature.signingDomain ?? null,
      selector: signature.selector ?? null,
      algorithm: signature.algo ?? null,
      result,
      cause: dkimReasonOf(signature),
    },
  ];
}

/** Clocks that are set by NTP differ by less. */
const MAX_AHEAD_MS = 30_000;

function aheadOf(signature: DKIMResult | null): number | null {
  const ahead = Date.parse(signature?.signTime ?? '') - Date.now();
  return ahead > MAX_AHEAD_MS ? ahead : null;
}

/**
 * The signature that counts: aligned before others, passing before failing, the expected selector first. What could not be
 * looked up comes last among those of other domains, for it can decide nothing.
 */
function choose(
  results: readonly DKIMResult[],
  fromDomain: string | null,
  selector: string | undefined,
): DKIMResult | null {
  const rank = (one: DKIMResult) =>
    (sameDomain(one.signingDomain, fromDomain) ? 4 : 0) +
    (one.status.result === 'pass' ? 2 : 0) -
    (one.status.result === 'temperror' && !sameDomain(one.signingDomain, fromDomain) ? 2 : 0) +
    (selector !== undefined && one.selector === selector ? 1 : 0);
  const signed = results.filter((one) => one.signingDomain || one.status.result !== 'none');
  return [...signed].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

interface KnownOfDkim {
  readonly results: readonly DKIMResult[];
  readonly fromFields: number;
  readonly fromDomain: string | null;
  readonly keyRecords: readonly string[];
  readonly failures: readonly DnsError[];
}

function dkimVerdict(raw: Buffer, chosen: DKIMResult | null, known: KnownOfDkim): DkimVerdict {
  const { results, fromDomain, keyRecords } = known;
  if (!chosen) return UNSIGNED;
  const { result, cause } = dkimOutcome(chosen, known);
  const key = keyRecords.map(keyOfRecord).find((one) => one !== null) ?? null;
  return {
    result,
    reason: cause ? reasonsEn.dkim(cause) : '',
    cause,
    domain: chosen.signingDomain ?? null,
    selector: chosen.selector ?? null,
    algorithm: chosen.algo ?? null,
    bits: key?.bits ?? chosen.modulusLength ?? null,
    aligned: sameDomain(chosen.signingDomain, fromDomain),
    // It verified with the published key, so that is the key that signed. Whether a signature that did not
    // was made with another is found out by trying the keys that are known (`signedWith`).
    keyMatchesZone: chosen.status.result === 'pass' ? true : null,
    fromOversigned: oversigned(raw, chosen),
    bodyLimit: chosen.canonBodyLengthLimited ? (chosen.canonBodyLengthLimit ?? null) : null,
    signatures: results.filter((one) => one.signingDomain).length,
  };
}

function dkimOutcome(
  chosen: DKIMResult,
  { fromFields, keyRecords, failures }: KnownOfDkim,
): { result: AuthResult; cause: DkimReason | null } {
  const result = authResultOf(chosen.status.result);
  if (result === 'pass') {
    // Whom the signature speaks for is then anybody's guess (RFC 6376 8.15); opendkim and dkimpy refuse it too.
    return fromFields === 1
      ? { result, cause: null }
      : { result: 'permerror', cause: { code: 'several-from-fields', fields: fromFields } };
  }
  const keyName = normaliseName(keyNameOf(chosen) ?? '');
  const keyFailed = failures.find(({ hostname }) => normaliseName(hostname) === keyName);
  if (keyFailed && keyRecords.length === 0)
    return { result: 'temperror', cause: { code: 'lookup-failed', lookup: failureOf(keyFailed) } };
  const cause = dkimReasonOf(chosen);
  const [record, ...more] = keyRecords;
  const damage =
    record !== undefined && more.length === 0 && cause && OF_KEY.has(cause.code) ? keyDamage(record) : null;
  return { result, cause: damage ? { code: 'damaged-key', ...damage } : cause };
}

/** Complaints about what stands at the selector. */
const OF_KEY: ReadonlySet<DkimReason['code']> = new Set([
  'invalid-key',
  'unknown-key-version',
  'unknown-key-type',
  'key-not-for-mail',
  'key-forbids-hash',
  'key-of-other-algorithm',
]);

const UNSIGNED: DkimVerdict = {
  result: 'none',
  reason: reasonsEn.dkim({ code: 'unsigned' }),
  cause: { code: 'unsigned' },
  domain: null,
  selector: null,
  algorithm: null,
  bits: null,
  aligned: false,
  keyMatchesZone: null,
  fromOversigned: null,
  bodyLimit: null,
  signatures: 0,
};

/** From stands in h= once more than the message has it. mailauth leaves names of absent fields out: read it here. */
function oversigned(raw: Buffer, chosen: DKIMResult): boolean | null {
  const fields = headerOf(raw);
  const signature = fields
    .filter((field) => field.name === 'dkim-signature')
    .map((field) => readTags(field.value, 'as written').tags)
    .find((tags) => tagValue(tags, 'b')?.replace(/\s+/g, '') === chosen.signature?.replace(/\s+/g, ''));
  const signed = tagValue(signature ?? [], 'h')
    ?.split(':')
    .map((name) => name.trim().toLowerCase());
  if (!signed) return null;
  const present = fields.filter((field) => field.name === 'from').length;
  return signed.filter((name) => name === 'from').length > present;
}

function spfVerdict(
  raw: Buffer,
  result: SPFResult | false | null,
  hop: Hop | null,
  fromDomain: string | null,
  failures: readonly DnsError[],
): SpfVerdict {
  if (!result || !hop) {
    const hosts = hop ? [] : receivedHosts(raw);
    const cause: SpfReason = { code: 'no-hop', ...(hosts.length > 0 && { hosts }) };
    const unknown = { domain: null, clientIp: null, aligned: false, record: null };
    return { result: 'temperror', reason: reasonsEn.spf(cause), cause, ...unknown };
  }
  const said = authResultOf(result.status.result);
  // Only what mailauth calls so: a lookup for an explanation (exp=) may fail without any harm.
  const failed = failures.find(({ hostname }) => !isDkimName(hostname) && !isDmarcName(hostname));
  const cause: SpfReason | null =
    said === 'temperror' && failed
      ? { code: 'lookup-failed', lookup: failureOf(failed) }
      : spfReasonOf(result);
  return {
    result: said,
    reason: cause ? reasonsEn.spf(cause) : '',
    cause,
    domain: result.domain,
    clientIp: hop.clientIp,
    aligned: sameDomain(result.domain, fromDomain),
    record: result.rr ?? null,
  };
}

/**
 * The policies among the records of a name, as the zone check counts them (RFC 9989 4.7): mailauth forgives a space before
 * one, which receivers do not, and reads tags by their names in lower case alone.
 */
function policiesIn(records: ResolveResult): string[][] {
  return records
    .filter((record) => Array.isArray(record))
    .map((strings) => strings.join(''))
    .filter(isDmarc)
    .map((text) => [text.replace(/(?:^|;)\s*[A-Za-z]+\s*=/g, (tag) => tag.toLowerCase())]);
}

async function texts(
  resolve: (name: string, type: string) => Promise<ResolveResult>,
  name: string,
): Promise<string[]> {
  const records = await resolve(name, 'TXT').catch(() => []);
  return records.filter((record) => Array.isArray(record)).map((record) => record.join(''));
}

function sameDomain(one: string | undefined | null, other: string | null): boolean {
  if (!one || !other) return false;
  const normal = normaliseName(one);
  return normal !== null && normal === normaliseName(other);
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

/**
 * The key among those given that verifies a signature, in place of the published one; null when none does. It distinguishes
 * a wrong key in the zone from a message that was altered in transit.
 */
export async function signedWith(
  raw: Buffer,
  dkim: Pick<DkimVerdict, 'domain' | 'selector'>,
  records: readonly string[],
): Promise<string | null> {
  const name = dkimName(dkim.selector ?? '', dkim.domain ?? '').toLowerCase();
  for (const record of records) {
    const lookUp: LookUp = async (asked, type) => {
      if (type === 'TXT' && asked.toLowerCase() === name) return [[record]];
      throw Object.assign(new Error('no such record'), { code: 'ENOTFOUND' });
    };
    const { dkim: found } = await verifier.verify(raw, { ...STRICTLY, disableDmarc: true }, lookUp);
    const verified = found.results.some(
      (one) =>
        one.status.result === 'pass' && one.selector === dkim.selector && one.signingDomain === dkim.domain,
    );
    if (verified) return record;
  }
  return null;
}
