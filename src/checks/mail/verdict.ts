/**
 * What the world would think of a letter: DKIM, SPF and DMARC, each for itself, as a strict receiver evaluates
 * them (mailauth in strict mode), with what could not be looked up kept apart from what is wrong.
 */
import {
  type AuthenticateResult,
  authenticate,
  type DKIMResult,
  type DMARCResult,
  type DNSResolver,
  dkimVerify,
  type SPFResult,
} from 'mailauth';
import { type DnsError, normaliseName, type ResolveResult, type Resolver } from '../../dns/resolver.ts';
import { keyOfRecord } from '../records/dkim.ts';
import { isDmarc } from '../records/dmarc.ts';
import { dkimName, dmarcName, isDkimName, isDmarcName } from '../records/names.ts';
import { readTags, tagValue } from '../records/tags.ts';
import type { Hop } from './hop.ts';
import { parseHeader } from './letter.ts';
import type { AuthResult, DkimVerdict, DmarcVerdict, SpfVerdict } from './result.ts';

/** RFC 8301 3.2: verifiers must not take shorter ones. Whether a longer one is long enough is a finding. */
const MIN_BITS = 1024;

/** A question that the verdict rests on, with its answer: evidence. */
export interface Lookup {
  readonly name: string;
  readonly type: string;
  readonly answer: ResolveResult | null;
  /** The code of `node:dns` when there were no records. */
  readonly error: string | null;
}

export interface Verdict {
  /** The domain of the From field as it arrived; null when there is not exactly one. */
  readonly fromDomain: string | null;
  readonly dkim: DkimVerdict;
  readonly spf: SpfVerdict;
  readonly dmarc: DmarcVerdict;
  /** How many records claim to be the domain's DMARC policy; two are as good as none. */
  readonly dmarcRecords: number;
  /** The TXT records at the selector of the judged signature; more than one is undefined (RFC 6376 3.6.2.2). */
  readonly keyRecords: readonly string[];
  /** The key's owner says that it only tests (t=y). */
  readonly testing: boolean;
  /** Names that could not be resolved, in words. */
  readonly unresolved: readonly string[];
  readonly lookups: readonly Lookup[];
  /** One line per mechanism in the form of an Authentication-Results field (RFC 8601). */
  readonly info: readonly string[];
}

export interface VerdictOptions {
  readonly resolver: Resolver;
  readonly signal?: AbortSignal | undefined;
  /** The selector that is expected, to choose among several signatures. */
  readonly selector?: string | undefined;
  /** For all lookups together. */
  readonly deadlineMs?: number;
}

/** Judges a letter. `hop` null: who handed it over is not known, so that SPF cannot be told. */
export async function judgeLetter(raw: Buffer, hop: Hop | null, options: VerdictOptions): Promise<Verdict> {
  const { resolver, signal, selector, deadlineMs } = options;
  const evaluation = resolver.evaluation({ signal, ...(deadlineMs ? { deadlineMs } : {}) });
  const lookups: Lookup[] = [];
  const resolve = async (name: string, type: string) => {
    try {
      const answer = await evaluation.resolve(name, type);
      lookups.push({ name, type, answer, error: null });
      return answer;
    } catch (cause) {
      lookups.push({ name, type, answer: null, error: codeOf(cause) });
      throw cause;
    }
  };
  const result = await authenticate(raw, {
    ...(hop ? { ip: hop.clientIp, helo: hop.helo, sender: hop.mailFrom } : {}),
    mta: 'vigie.invalid',
    // mailauth's type knows no MX answers, its code does.
    resolver: resolve as DNSResolver,
    strict: true,
    minBitLength: MIN_BITS,
    disableArc: true,
    disableBimi: true,
  });
  const failures = evaluation.failures;
  const fromDomain = fromDomainOf(result);
  const chosen = choose(result.dkim.results, fromDomain, selector);
  const keyName = chosen?.selector ? dkimName(chosen.selector, chosen.signingDomain ?? '') : null;
  const keyRecords = keyName ? await texts(resolve, keyName) : [];
  const dkim = dkimVerdict(raw, chosen, {
    results: result.dkim.results,
    fromFields: result.dkim.fromFields,
    fromDomain,
    keyRecords,
    failures,
  });
  const spf = spfVerdict(hop ? result.spf : null, hop, fromDomain, failures);
  const records = fromDomain ? await texts(resolve, dmarcName(fromDomain)) : [];
  return {
    fromDomain,
    dkim,
    spf,
    dmarc: dmarcVerdict(result, { dkim, spf, fromDomain, failures }),
    dmarcRecords: records.filter(isDmarc).length,
    keyRecords,
    testing: chosen?.status.testing === true,
    unresolved: [...new Set(failures.map((failure) => failure.message))],
    lookups,
    info: [...result.dkim.results.map((one) => one.info), spfInfo(hop, result), dmarcInfo(result)],
  };
}

function spfInfo(hop: Hop | null, result: AuthenticateResult): string {
  return hop && result.spf ? result.spf.info : 'spf=temperror (the last hop is not known)';
}

function dmarcInfo(result: AuthenticateResult): string {
  return result.dmarc ? result.dmarc.info : `dmarc=none (${result.dmarcSkipReason ?? 'no author domain'})`;
}

/** Exactly one From field with exactly one author; else DMARC is not possible (RFC 9989 5.3.1). */
function fromDomainOf({ dkim }: AuthenticateResult): string | null {
  const [author] = dkim.headerFrom;
  if (dkim.fromFields !== 1 || dkim.headerFrom.length !== 1 || !author) return null;
  return normaliseName(author.slice(author.lastIndexOf('@') + 1));
}

/** The signature that counts: aligned before others, passing before failing, the expected selector first. */
function choose(
  results: readonly DKIMResult[],
  fromDomain: string | null,
  selector: string | undefined,
): DKIMResult | null {
  const rank = (one: DKIMResult) =>
    (sameDomain(one.signingDomain, fromDomain) ? 4 : 0) +
    (one.status.result === 'pass' ? 2 : 0) +
    (selector !== undefined && one.selector === selector ? 1 : 0);
  const signed = results.filter((one) => one.signingDomain || one.status.result !== 'none');
  return [...signed].sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

function dkimVerdict(
  raw: Buffer,
  chosen: DKIMResult | null,
  known: {
    results: readonly DKIMResult[];
    fromFields: number;
    fromDomain: string | null;
    keyRecords: readonly string[];
    failures: readonly DnsError[];
  },
): DkimVerdict {
  const { results, fromFields, fromDomain, keyRecords, failures } = known;
  if (!chosen) return UNSIGNED;
  const keyFailed = failures.find((failure) => isDkimName(failure.hostname));
  const verified = chosen.status.result === 'pass';
  // Whom the signature speaks for is then anybody's guess (RFC 6376 8.15); opendkim and dkimpy refuse it too.
  const ambiguous = verified && fromFields !== 1;
  const passed = verified && !ambiguous;
  const unknown = !verified && keyFailed !== undefined && keyRecords.length === 0;
  const key = keyRecords.map(keyOfRecord).find((one) => one !== null) ?? null;
  return {
    result: unknown ? 'temperror' : ambiguous ? 'permerror' : (chosen.status.result as AuthResult),
    reason: unknown
      ? keyFailed.message
      : ambiguous
        ? `the letter has ${fromFields} From fields`
        : passed
          ? ''
          : (chosen.status.comment ?? ''),
    domain: chosen.signingDomain ?? null,
    selector: chosen.selector ?? null,
    algorithm: chosen.algo ?? null,
    bits: key?.bits ?? chosen.modulusLength ?? null,
    aligned: sameDomain(chosen.signingDomain, fromDomain),
    // It verified with the published key, so that is the key that signed. Whether a signature that did not
    // was made with another is found out by trying the keys that are known (`signedWith`).
    keyMatchesZone: verified ? true : null,
    fromOversigned: oversigned(raw, chosen),
    bodyLimit: chosen.canonBodyLengthLimited ? (chosen.canonBodyLengthLimit ?? null) : null,
    signatures: results.filter((one) => one.signingDomain).length,
  };
}

const UNSIGNED: DkimVerdict = {
  result: 'none',
  reason: 'the letter has no signature',
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

/** From stands in h= once more than the letter has it. mailauth leaves names of absent fields out: read it here. */
function oversigned(raw: Buffer, chosen: DKIMResult): boolean | null {
  const { fields } = parseHeader(raw);
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
  result: SPFResult | false | null,
  hop: Hop | null,
  fromDomain: string | null,
  failures: readonly DnsError[],
): SpfVerdict {
  if (!result || !hop) {
    return {
      result: 'temperror',
      reason: 'who handed the letter to the receiving server cannot be seen',
      domain: null,
      clientIp: null,
      aligned: false,
      record: null,
    };
  }
  const said = result.status.result as AuthResult;
  // Only what mailauth calls so: a lookup for an explanation (exp=) may fail without any harm.
  const failed = failures.find(({ hostname }) => !isDkimName(hostname) && !isDmarcName(hostname));
  const unknown = said === 'temperror' && failed !== undefined;
  return {
    result: said,
    reason: unknown ? failed.message : said === 'pass' ? '' : spfComment(result.status.comment),
    domain: result.domain,
    clientIp: hop.clientIp,
    aligned: sameDomain(result.domain, fromDomain),
    record: result.rr ?? null,
  };
}

/** mailauth's comment without whom it was judged for, which the finding says anyway. */
function spfComment(comment = ''): string {
  return comment
    .replace(/^vigie\.invalid: /, '')
    .replace(/^permanent error in processing during lookup of \S+: /, '');
}

/**
 * mailauth says `fail` when a key or an SPF record could not be looked up; RFC 9989 5.4 says that such a
 * letter has neither passed nor failed.
 */
function dmarcVerdict(
  { dmarc, dmarcSkipReason }: AuthenticateResult,
  known: { dkim: DkimVerdict; spf: SpfVerdict; fromDomain: string | null; failures: readonly DnsError[] },
): DmarcVerdict {
  const { dkim, spf, failures } = known;
  const alignedBy: ('dkim' | 'spf')[] = [];
  if (dkim.result === 'pass' && dkim.aligned) alignedBy.push('dkim');
  if (spf.result === 'pass' && spf.aligned) alignedBy.push('spf');
  if (!dmarc) {
    const reason = SKIPPED[dmarcSkipReason ?? ''] ?? 'the letter has no From domain';
    return { result: 'permerror', reason, policy: null, alignedBy: [], record: null };
  }
  const said = (dmarc as DMARCResult).status.result as AuthResult;
  const lookup = failures.find((failure) => isDmarcName(failure.hostname));
  const undecided =
    lookup?.message ??
    (said === 'fail' && dkim.result === 'temperror' ? dkim.reason : undefined) ??
    (said === 'fail' && spf.result === 'temperror' ? spf.reason : undefined);
  const unknown = said !== 'pass' && undecided !== undefined;
  return {
    result: unknown ? 'temperror' : said,
    reason: unknown ? undecided : said === 'pass' ? '' : (dmarc.error ?? dmarc.status.comment ?? ''),
    policy: unknown || said === 'none' ? null : (dmarc.policy ?? null),
    alignedBy,
    record: dmarc.rr ?? null,
  };
}

const SKIPPED: Readonly<Record<string, string>> = {
  'multiple-from-fields': 'the letter has several From fields',
  'multiple-author-domains': 'the letter has authors in several domains',
  'invalid-author-domain': 'the From field holds no valid domain',
};

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
 * Whether a signature verifies with one of the keys given, in place of the published one. Tells a wrong key in
 * the zone from a letter that was changed on its way.
 */
export async function signedWith(
  raw: Buffer,
  dkim: Pick<DkimVerdict, 'domain' | 'selector'>,
  records: readonly string[],
): Promise<string | null> {
  const name = dkimName(dkim.selector ?? '', dkim.domain ?? '').toLowerCase();
  for (const record of records) {
    const resolver: DNSResolver = async (asked, type) => {
      if (type === 'TXT' && asked.toLowerCase() === name) return [[record]];
      throw Object.assign(new Error('no such record'), { code: 'ENOTFOUND' });
    };
    const { results } = await dkimVerify(raw, { resolver, strict: true, minBitLength: MIN_BITS });
    const verified = results.some(
      (one) =>
        one.status.result === 'pass' && one.selector === dkim.selector && one.signingDomain === dkim.domain,
    );
    if (verified) return record;
  }
  return null;
}
