/** What a receiver would not accept of a message, as findings: one for each thing that is wrong. */
import { isPrivate } from '../../net/addresses.ts';
import type { Found, Outcome } from '../check.ts';
import type { Authentication } from './authentication.ts';
import type { MailCause } from './causes.ts';
import { related } from './dmarc-verdict.ts';
import { domainOf } from './message.ts';
import type { Expectation } from './options.ts';
import type { DmarcVerdict, MessageResult, SpfVerdict } from './result.ts';

export interface AuthenticationFacts {
  /** The address the message was sent from. */
  readonly from: string;
  readonly domain: string;
  readonly authentication: Authentication;
  /** Every header field that we wrote arrived as we wrote it. */
  readonly headerIntact: boolean;
  /** The first line of the body that is not as it was sent; null when it arrived unchanged. */
  readonly alteredLine: string | null;
}

/** All findings on a message's authentication. */
export function authenticationFindings(facts: AuthenticationFacts, expected: Expectation): Found<'mail'>[] {
  const { authentication } = facts;
  // Receivers judge the author that they see, whoever wrote the message.
  const domain = authentication.fromDomain ?? facts.domain;
  return [
    ...fromFindings(facts),
    ...dkimFindings({ ...facts, domain }, expected),
    ...spfFindings(domain, authentication.spf),
    ...dmarcFindings(domain, authentication, expected),
  ];
}

function found(outcome: Outcome, cause: MailCause): Found<'mail'> {
  return { cause, outcome };
}

function fromFindings({ domain, from, authentication }: AuthenticationFacts): Found<'mail'>[] {
  const { fromDomain: now } = authentication;
  return now === domain ? [] : [found('fail', { id: 'from-rewritten', domain, from, now })];
}

function dkimFindings(facts: AuthenticationFacts, expected: Expectation): Found<'mail'>[] {
  const { dkim } = facts.authentication;
  // Whether a signature of an unrelated domain verifies decides nothing.
  const moot = dkim.result === 'temperror' && !related(dkim.domain, facts.domain);
  const failure = dkim.result === 'pass' || moot ? [] : [dkimFailure(facts)];
  return dkim.result === 'none' ? failure : [...failure, ...signatureFindings(facts, expected)];
}

/** What is wrong with a signature whether it verifies or not. */
function signatureFindings(
  { domain, authentication }: AuthenticationFacts,
  expected: Expectation,
): Found<'mail'>[] {
  const { dkim, keyRecords, testing, broken, aheadMs } = authentication;
  const { minBits } = expected;
  const about = { domain, dkim };
  const findings: Found<'mail'>[] = [];
  if (!dkim.aligned) findings.push(found('fail', { id: 'dkim-not-aligned', ...about }));
  if (expected.selector !== undefined && dkim.selector !== expected.selector) {
    findings.push(found('degraded', { id: 'dkim-selector', ...about, expected: expected.selector }));
  }
  if (dkim.bits !== null && dkim.algorithm?.startsWith('rsa') && dkim.bits < minBits) {
    findings.push(found('degraded', { id: 'dkim-weak-key', ...about, minBits }));
  }
  if (keyRecords.length > 1) {
    findings.push(found('degraded', { id: 'dkim-key-multiple', ...about, records: keyRecords.length }));
  }
  if (testing) findings.push(found('degraded', { id: 'dkim-testing', ...about }));
  if (dkim.bodyLimit !== null) findings.push(found('degraded', { id: 'dkim-body-limit', ...about }));
  if (dkim.result === 'pass' && dkim.fromOversigned === false) {
    findings.push(found('pass', { id: 'dkim-from-not-oversigned', ...about }));
  }
  if (dkim.result === 'pass') {
    const advice = broken.map((other): MailCause => ({ id: 'dkim-other-broken', ...about, other }));
    findings.push(...advice.map((cause) => found('pass', cause)));
  }
  if (aheadMs !== null) findings.push(found('pass', { id: 'dkim-clock-ahead', ...about, aheadMs }));
  return findings;
}

/** Why DKIM did not pass: each reason is another incident. */
function dkimFailure({
  domain,
  authentication,
  headerIntact,
  alteredLine,
}: AuthenticationFacts): Found<'mail'> {
  const { dkim } = authentication;
  const about = { domain, dkim };
  if (dkim.result === 'none') return found('fail', { id: 'dkim-unsigned', ...about });
  if (dkim.result === 'temperror') return found('error', { id: 'dkim-unknown', ...about });
  const code = dkim.cause?.code;
  if (code === 'body-altered') return found('fail', { id: 'dkim-body-altered', ...about, alteredLine });
  if (code === 'bad-signature') {
    const wrongKey = dkim.keyMatchesZone === false || headerIntact;
    return found('fail', { id: wrongKey ? 'dkim-wrong-key' : 'dkim-header-altered', ...about });
  }
  if (code === 'no-key') return found('fail', { id: 'dkim-no-key', ...about });
  if (code === 'invalid-key' || code === 'damaged-key')
    return found('fail', { id: 'dkim-invalid-key', ...about });
  return found('fail', { id: code === 'expired' ? 'dkim-expired' : 'dkim-invalid', ...about });
}

function spfFindings(domain: string, spf: SpfVerdict): Found<'mail'>[] {
  const about = { domain, spf };
  switch (spf.result) {
    case 'pass':
      return spf.aligned ? [] : [found('degraded', { id: 'spf-not-aligned', ...about })];
    case 'temperror':
      return [found('error', { id: 'spf-unknown', ...about })];
    case 'none':
      return [found('fail', { id: 'spf-missing', ...about })];
    case 'permerror':
      return [found('fail', { id: 'spf-invalid', ...about })];
    case 'fail':
    case 'softfail':
    case 'neutral':
    case 'policy':
      // A NAT or a proxy hides the relay's own address.
      return isPrivate(spf.clientIp ?? '')
        ? [found('error', { id: 'spf-address-hidden', ...about })]
        : [found('fail', { id: 'spf-failed', ...about })];
  }
}

function dmarcFindings(
  domain: string,
  authentication: Authentication,
  expected: Expectation,
): Found<'mail'>[] {
  const { dmarc, dmarcRecords } = authentication;
  const about = { domain, dmarc };
  if (dmarcRecords > 1) return [found('fail', { id: 'dmarc-multiple', ...about, records: dmarcRecords })];
  if (dmarc.result === 'temperror') return [found('error', { id: 'dmarc-unknown', ...about })];
  if (dmarc.result === 'none') return [found('fail', { id: 'dmarc-missing', ...about })];
  const policy = policyFindings(domain, dmarc, expected);
  if (dmarc.result !== 'pass') return [found('fail', { id: 'dmarc-failed', ...about }), ...policy];
  return dmarc.alignedBy.length === 0
    ? [found('degraded', { id: 'dmarc-not-strict', ...about }), ...policy]
    : policy;
}

function policyFindings(domain: string, dmarc: DmarcVerdict, { policy }: Expectation): Found<'mail'>[] {
  if (dmarc.policy === null || dmarc.policy === policy) return [];
  return [found('degraded', { id: 'dmarc-policy', domain, dmarc, expected: policy })];
}

/** Results with which a receiver states that it does not authenticate a message; others leave that open. */
const REJECTED: ReadonlySet<string> = new Set([
  'fail',
  'hardfail',
  'softfail',
  'neutral',
  'none',
  'policy',
  'permerror',
]);

export interface ReceiverFacts {
  readonly message: MessageResult;
  /** The domain of the mailbox. */
  readonly receivedBy: string;
}

/** Where the server of the mailbox does not authenticate what passes for us: it decides what its users see. */
export function receiverFindings({ message, receivedBy }: ReceiverFacts): Found<'mail'>[] {
  const { receiver, dkim, spf, dmarc, from, to } = message;
  if (!receiver) return [];
  const domain = domainOf(from);
  const ours = {
    dkim: dkim?.result === 'pass' && dkim.aligned,
    spf: spf?.result === 'pass',
    dmarc: dmarc?.result === 'pass',
  };
  return (['dkim', 'spf', 'dmarc'] as const).flatMap((mechanism) => {
    const result = receiver[mechanism];
    if (result === null || result === 'pass' || !ours[mechanism]) return [];
    const { authservId } = receiver;
    const cause = {
      id: 'receiver-disagrees',
      from,
      to,
      domain,
      mechanism,
      result,
      authservId,
      receivedBy,
    } as const;
    if (!REJECTED.has(result)) return [found('pass', cause)];
    return [found(mechanism === 'dmarc' ? 'fail' : 'degraded', cause)];
  });
}
