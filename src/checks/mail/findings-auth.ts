/** What the world would not believe about a letter, as findings: one for each thing that is wrong. */
import { isPrivate } from '../../net/addresses.ts';
import type { Finding, Outcome } from '../check.ts';
import type { Expectation } from './options.ts';
import type { DmarcVerdict, SpfVerdict } from './result.ts';
import type { Verdict } from './verdict.ts';

export interface AuthFacts {
  /** The address the letter was sent from. */
  readonly from: string;
  readonly domain: string;
  readonly verdict: Verdict;
  /** Every header field that we wrote arrived as we wrote it. */
  readonly headerIntact: boolean;
  /** The first line of the body that is not as it was sent; null when it arrived unchanged. */
  readonly alteredLine: string | null;
}

/** All findings on a letter's authentication. */
export function authFindings(facts: AuthFacts, expected: Expectation): Finding[] {
  const { domain, verdict } = facts;
  const findings = [
    ...fromFindings(facts),
    ...dkimFindings(facts, expected),
    ...spfFindings(domain, verdict.spf),
    ...dmarcFindings(domain, verdict, expected),
  ];
  return findings;
}

function finding(id: string, outcome: Outcome, text: string, evidence: Finding['evidence']): Finding {
  return { id, outcome, text, ...(evidence ? { evidence } : {}) };
}

function fromFindings({ domain, from, verdict }: AuthFacts): Finding[] {
  if (verdict.fromDomain === domain) return [];
  const now = verdict.fromDomain ?? 'something else';
  const text = `${domain}: the From field of the letter from ${from} was rewritten on its way; its domain is now ${now}.`;
  return [finding('from-rewritten', 'fail', text, { domain, from, now: verdict.fromDomain })];
}

function dkimFindings(facts: AuthFacts, expected: Expectation): Finding[] {
  const { domain, verdict } = facts;
  const { dkim } = verdict;
  const evidence = { domain, dkim };
  const findings: Finding[] = [];
  const add = (id: string, outcome: Outcome, text: string) =>
    findings.push(finding(id, outcome, `${domain}: ${text}`, evidence));
  if (dkim.result !== 'pass') {
    const { id, outcome, text } = dkimFailure(facts);
    add(id, outcome, text);
    if (dkim.result === 'none') return findings;
  }
  if (!dkim.aligned) {
    add(
      'dkim-not-aligned',
      'fail',
      `the signature is by ${dkim.domain}, not by the domain in From, and counts for nothing there.`,
    );
  }
  if (expected.selector !== undefined && dkim.selector !== expected.selector) {
    add(
      'dkim-selector',
      'degraded',
      `signed with the selector ${dkim.selector}; ${expected.selector} is expected.`,
    );
  }
  if (dkim.bits !== null && dkim.algorithm?.startsWith('rsa') && dkim.bits < expected.minBits) {
    add(
      'dkim-weak-key',
      'degraded',
      `the key has ${dkim.bits} bits; at least ${expected.minBits} are expected.`,
    );
  }
  if (verdict.keyRecords.length > 1) {
    add(
      'dkim-key-multiple',
      'degraded',
      `the zone has ${verdict.keyRecords.length} TXT records at ${dkim.selector}._domainkey; which one a receiver takes is chance (RFC 6376 3.6.2.2).`,
    );
  }
  if (verdict.testing) {
    add(
      'dkim-testing',
      'degraded',
      'the key says t=y (testing): receivers may treat the letter as unsigned.',
    );
  }
  if (dkim.bodyLimit !== null) {
    add(
      'dkim-body-limit',
      'degraded',
      `the signature covers only the first ${dkim.bodyLimit} bytes of the body (l=): anything can be added below.`,
    );
  }
  if (dkim.result === 'pass' && dkim.fromOversigned === false) {
    add(
      'dkim-from-not-oversigned',
      'pass',
      'From is signed, but not oversigned: a second From could be added without breaking the signature (opendkim: OversignHeaders From).',
    );
  }
  return findings;
}

interface Failure {
  readonly id: string;
  readonly outcome: Outcome;
  readonly text: string;
}

/** Why DKIM did not pass: each cause is another incident. */
function dkimFailure(facts: AuthFacts): Failure {
  const { result, reason, selector, domain } = facts.verdict.dkim;
  const key = `${selector}._domainkey.${domain}`;
  const fail = (id: string, text: string): Failure => ({ id, outcome: 'fail', text });
  if (result === 'none') return fail('dkim-unsigned', 'the letter is not signed (no DKIM-Signature).');
  if (result === 'temperror') {
    return { id: 'dkim-unknown', outcome: 'error', text: `DKIM cannot be told: ${reason}.` };
  }
  switch (reason) {
    case 'body hash did not verify':
      return fail('dkim-body-altered', `the body was changed after it was signed${changed(facts)}.`);
    case 'bad signature':
      return badSignature(facts, key);
    case 'no key':
      return fail('dkim-no-key', `the zone has no key at ${key}.`);
    case 'invalid public key':
      return fail('dkim-invalid-key', `the record at ${key} holds no usable key (revoked, or damaged).`);
    case 'expired':
      return fail('dkim-expired', 'the signature has expired (x=), or a clock is wrong.');
    default:
      return fail('dkim-invalid', `the signature does not count: ${reason || result}.`);
  }
}

function changed({ alteredLine }: AuthFacts): string {
  return alteredLine === null
    ? ''
    : `; the first line that differs from what was sent is ${JSON.stringify(alteredLine)}`;
}

function badSignature({ verdict, headerIntact }: AuthFacts, key: string): Failure {
  if (verdict.dkim.keyMatchesZone === false) {
    const text = `the letter is signed with another key than the zone publishes at ${key}.`;
    return { id: 'dkim-wrong-key', outcome: 'fail', text };
  }
  const text = headerIntact
    ? `the signature does not fit the key at ${key}: it seems that the relay signs with another key than the zone publishes.`
    : 'the signature does not fit: a header field was changed after it was signed.';
  return { id: headerIntact ? 'dkim-wrong-key' : 'dkim-header-altered', outcome: 'fail', text };
}

function spfFindings(domain: string, spf: SpfVerdict): Finding[] {
  const evidence = { domain, spf };
  const by = spf.clientIp ?? 'an unknown address';
  const add = (id: string, outcome: Outcome, text: string) => [
    finding(id, outcome, `${domain}: ${text}`, evidence),
  ];
  switch (spf.result) {
    case 'pass':
      return spf.aligned
        ? []
        : add(
            'spf-not-aligned',
            'degraded',
            `SPF passes for ${spf.domain}, which is not the domain in From, and counts for nothing there.`,
          );
    case 'temperror':
      return add('spf-unknown', 'error', `SPF cannot be told: ${spf.reason}.`);
    case 'none':
      return add('spf-missing', 'fail', `there is no SPF record at ${spf.domain}.`);
    case 'permerror':
      return add(
        'spf-invalid',
        'fail',
        `the SPF record of ${spf.domain} cannot be evaluated: ${spf.reason || 'it is invalid'}.`,
      );
    case 'fail':
    case 'softfail':
    case 'neutral':
    case 'policy':
      return isPrivate(spf.clientIp ?? '')
        ? add(
            'spf-address-hidden',
            'error',
            `SPF cannot be told: the letter came from ${by}, a private address, so a NAT or a proxy hides the relay's own (see receive.mx.proxies).`,
          )
        : add(
            'spf-failed',
            'fail',
            `SPF says ${spf.result}: ${by} may not send for ${spf.domain} (${spf.record ?? 'no record'}).`,
          );
  }
}

function dmarcFindings(domain: string, verdict: Verdict, expected: Expectation): Finding[] {
  const { dmarc, dmarcRecords } = verdict;
  const evidence = { domain, dmarc };
  const add = (id: string, outcome: Outcome, text: string) => [
    finding(id, outcome, `${domain}: ${text}`, evidence),
  ];
  if (dmarcRecords > 1) {
    return add(
      'dmarc-multiple',
      'fail',
      `the zone has ${dmarcRecords} DMARC records, so that none counts (RFC 9989 4.10).`,
    );
  }
  if (dmarc.result === 'temperror')
    return add('dmarc-unknown', 'error', `DMARC cannot be told: ${dmarc.reason}.`);
  if (dmarc.result === 'none')
    return add('dmarc-missing', 'fail', `there is no DMARC record at _dmarc.${domain}.`);
  if (dmarc.result !== 'pass') {
    return [
      ...add(
        'dmarc-failed',
        'fail',
        `DMARC fails: neither DKIM nor SPF passes for the domain in From${dmarc.reason ? ` (${dmarc.reason})` : ''}.`,
      ),
      ...policyFindings(domain, dmarc, expected),
    ];
  }
  const relaxed = add(
    'dmarc-not-strict',
    'degraded',
    'DMARC passes only because its record is relaxed: neither DKIM nor SPF is by exactly the domain in From.',
  );
  return [...(dmarc.alignedBy.length === 0 ? relaxed : []), ...policyFindings(domain, dmarc, expected)];
}

function policyFindings(domain: string, dmarc: DmarcVerdict, { policy }: Expectation): Finding[] {
  if (dmarc.policy === null || dmarc.policy === policy) return [];
  const text = `${domain}: the DMARC policy is ${dmarc.policy}; ${policy} is expected.`;
  return [finding('dmarc-policy', 'degraded', text, { domain, dmarc, expected: policy })];
}
