/** Every fault of the mail lab that concerns mail or a zone, and what the checks find for it. */

import type { Outcome } from '../../../src/checks/check.ts';
import { labCa, labPassword, senders, submission, viaImap, viaMx } from './lab.ts';

export interface FaultCase {
  /** What is set in the lab, each with its argument. */
  readonly faults: readonly string[];
  /** What differs from the sound configuration. */
  readonly options?: Record<string, unknown>;
  readonly outcome: Outcome;
  /** The findings, without advice, in order of severity. */
  readonly findings: readonly string[];
  /** What the zone check finds. */
  readonly zone?: ZoneCase;
}

export interface ZoneCase {
  /** What becomes of the records of adrien.test. Those of another customer stay as they are, unless `both`. */
  readonly levels: Readonly<Record<string, string>>;
  readonly both?: boolean;
  readonly findings: readonly string[];
  readonly outcome: Outcome;
}

/** A record of adrien.test that is not as the template has it. */
const wrong = (record: string, level: string): ZoneCase => ({
  levels: { [record]: level },
  findings: [`zone-${record}-${level}`],
  outcome: 'fail',
});

const NOTHING_KNOWN: ZoneCase = {
  levels: { mx: 'unknown', spf: 'unknown', dkim: 'unknown', dmarc: 'unknown', 'dmarc-report': 'unknown' },
  both: true,
  findings: ['zone-hosts-unknown', 'zone-resolver-failed'],
  outcome: 'error',
};
/** One domain of the two whose zone cannot be loaded. */
const ONE_UNKNOWN: ZoneCase = {
  levels: { mx: 'unknown', spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' },
  findings: ['zone-unknown'],
  outcome: 'error',
};

const imap = { receive: viaImap() };
const bounces = {
  host: 'imap.deuxfleurs.test',
  user: 'probe@beatrice.test',
  password: labPassword,
  ca: labCa,
};

export const FAULTS: readonly FaultCase[] = [
  { faults: ['dkim-off'], outcome: 'fail', findings: ['dkim-unsigned'] },
  {
    faults: ['dkim-wrong-key'],
    outcome: 'fail',
    findings: ['dkim-wrong-key'],
    zone: wrong('dkim', 'different'),
  },
  { faults: ['dkim-missing'], outcome: 'fail', findings: ['dkim-no-key'], zone: wrong('dkim', 'missing') },
  { faults: ['dkim-other-domain'], outcome: 'fail', findings: ['dkim-not-aligned'] },
  { faults: ['body-altered'], outcome: 'fail', findings: ['dkim-body-altered'] },
  { faults: ['spf-wrong'], outcome: 'fail', findings: ['spf-failed'], zone: wrong('spf', 'different') },
  { faults: ['spf-missing'], outcome: 'fail', findings: ['spf-missing'], zone: wrong('spf', 'missing') },
  { faults: ['spf-double'], outcome: 'fail', findings: ['spf-invalid'], zone: wrong('spf', 'multiple') },
  {
    faults: ['dmarc-missing'],
    outcome: 'fail',
    findings: ['dmarc-missing'],
    zone: wrong('dmarc', 'missing'),
  },
  {
    faults: ['dmarc-none'],
    outcome: 'degraded',
    findings: ['dmarc-policy'],
    zone: wrong('dmarc', 'different'),
  },
  {
    faults: ['dmarc-double'],
    outcome: 'fail',
    findings: ['dmarc-multiple'],
    zone: wrong('dmarc', 'multiple'),
  },
  {
    faults: ['mx-wrong'],
    options: { senders: senders('beatrice.test'), receive: viaImap('adrien.test'), bounces },
    outcome: 'fail',
    findings: ['bounced'],
    zone: wrong('mx', 'different'),
  },
  {
    faults: ['out-mx-missing'],
    outcome: 'fail',
    findings: ['spf-failed'],
    zone: { levels: {}, findings: ['zone-spf-relay'], outcome: 'fail' },
  },
  {
    faults: ['dns-servfail'],
    outcome: 'error',
    findings: ['dkim-unknown', 'spf-unknown', 'dmarc-unknown'],
    zone: ONE_UNKNOWN,
  },
  { faults: ['dns-servfail smtp._domainkey.adrien.test'], outcome: 'error', findings: ['dkim-unknown'] },
  { faults: ['dns-servfail _dmarc.adrien.test'], outcome: 'error', findings: ['dmarc-unknown'] },
  { faults: ['dns-down'], outcome: 'error', findings: ['resolver-failed'], zone: NOTHING_KNOWN },
  { faults: ['dns-hang'], outcome: 'error', findings: ['resolver-failed'], zone: NOTHING_KNOWN },
  { faults: ['relay-down'], outcome: 'fail', findings: ['relay-unreachable'] },
  { faults: ['relay-hang'], outcome: 'fail', findings: ['relay-silent'] },
  { faults: ['relay-tempfail'], outcome: 'fail', findings: ['relay-deferred'] },
  { faults: ['relay-reject'], outcome: 'fail', findings: ['relay-refused'] },
  { faults: ['relay-slow 4'], outcome: 'degraded', findings: ['slow-delivery'] },
  {
    faults: ['relay-slow 20'],
    options: { receive: { ...viaMx, within: '4s' } },
    outcome: 'fail',
    findings: ['not-delivered'],
  },
  { faults: ['egress-wrong'], outcome: 'fail', findings: ['spf-failed'] },
  { faults: ['milter-down'], outcome: 'fail', findings: ['relay-deferred'] },
  { faults: ['auth-fail'], outcome: 'fail', findings: ['relay-login-refused'] },
  { faults: ['auth-fail email-in'], options: imap, outcome: 'error', findings: ['mailbox-login-refused'] },
  { faults: ['cert-expired'], outcome: 'fail', findings: ['relay-certificate'] },
  {
    faults: ['cert-expired'],
    options: { submission: { ...submission, port: 465 } },
    outcome: 'fail',
    findings: ['relay-certificate'],
  },
  { faults: ['cert-expired email-in'], options: imap, outcome: 'error', findings: ['mailbox-unreachable'] },
  { faults: ['cert-wrong-name'], outcome: 'fail', findings: ['relay-certificate'] },
  {
    faults: ['cert-wrong-name email-in'],
    options: imap,
    outcome: 'error',
    findings: ['mailbox-unreachable'],
  },
  { faults: ['starttls-off'], outcome: 'fail', findings: ['relay-no-starttls'] },
  { faults: ['starttls-off email-in'], options: imap, outcome: 'pass', findings: [] },
  {
    faults: ['mx-down'],
    options: { receive: { ...viaImap(), within: '4s' } },
    outcome: 'fail',
    findings: ['not-delivered'],
  },
  { faults: ['mx-greylist'], options: imap, outcome: 'pass', findings: [] },
  { faults: ['mx-slow 4'], options: imap, outcome: 'degraded', findings: ['slow-delivery'] },
  { faults: ['imap-down'], options: imap, outcome: 'error', findings: ['mailbox-unreachable'] },
  {
    faults: ['dkim-off', 'spf-wrong'],
    outcome: 'fail',
    findings: ['dkim-unsigned', 'spf-failed', 'dmarc-failed'],
  },
  {
    faults: ['dkim-other-domain', 'egress-wrong'],
    outcome: 'fail',
    findings: ['dkim-not-aligned', 'spf-failed', 'dmarc-failed'],
  },
  {
    faults: ['body-altered', 'spf-missing'],
    outcome: 'fail',
    findings: ['dkim-body-altered', 'spf-missing', 'dmarc-failed'],
  },
];
