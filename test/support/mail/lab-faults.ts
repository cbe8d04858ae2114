/** Every fault of the mail lab that concerns mail, and what a check finds for it. */

import type { Outcome } from '../../../src/checks/check.ts';
import { labCa, labPassword, senders, submission, viaImap } from './lab.ts';

export interface FaultCase {
  /** What is set in the lab, each with its argument. */
  readonly faults: readonly string[];
  /** What differs from the sound configuration. */
  readonly options?: Record<string, unknown>;
  readonly outcome: Outcome;
  /** The findings, without advice, in order of severity. */
  readonly findings: readonly string[];
}

const imap = { receive: viaImap() };
const bounces = {
  host: 'imap.deuxfleurs.test',
  user: 'probe@beatrice.test',
  password: labPassword,
  ca: labCa,
};

export const FAULTS: readonly FaultCase[] = [
  { faults: ['dkim-off'], outcome: 'fail', findings: ['dkim-unsigned'] },
  { faults: ['dkim-wrong-key'], outcome: 'fail', findings: ['dkim-wrong-key'] },
  { faults: ['dkim-missing'], outcome: 'fail', findings: ['dkim-no-key'] },
  { faults: ['dkim-other-domain'], outcome: 'fail', findings: ['dkim-not-aligned'] },
  { faults: ['body-altered'], outcome: 'fail', findings: ['dkim-body-altered'] },
  { faults: ['spf-wrong'], outcome: 'fail', findings: ['spf-failed'] },
  { faults: ['spf-missing'], outcome: 'fail', findings: ['spf-missing'] },
  { faults: ['spf-double'], outcome: 'fail', findings: ['spf-invalid'] },
  { faults: ['dmarc-missing'], outcome: 'fail', findings: ['dmarc-missing'] },
  { faults: ['dmarc-none'], outcome: 'degraded', findings: ['dmarc-policy'] },
  { faults: ['dmarc-double'], outcome: 'fail', findings: ['dmarc-multiple'] },
  {
    faults: ['mx-wrong'],
    options: { senders: senders('beatrice.test'), receive: viaImap('adrien.test'), bounces },
    outcome: 'fail',
    findings: ['bounced'],
  },
  { faults: ['out-mx-missing'], outcome: 'fail', findings: ['spf-failed'] },
  { faults: ['dns-servfail'], outcome: 'error', findings: ['dkim-unknown', 'spf-unknown', 'dmarc-unknown'] },
  { faults: ['dns-servfail smtp._domainkey.adrien.test'], outcome: 'error', findings: ['dkim-unknown'] },
  { faults: ['dns-servfail _dmarc.adrien.test'], outcome: 'error', findings: ['dmarc-unknown'] },
  { faults: ['dns-down'], outcome: 'error', findings: ['resolver-failed'] },
  { faults: ['dns-hang'], outcome: 'error', findings: ['resolver-failed'] },
  { faults: ['relay-down'], outcome: 'fail', findings: ['relay-unreachable'] },
  { faults: ['relay-hang'], outcome: 'fail', findings: ['relay-silent'] },
  { faults: ['relay-tempfail'], outcome: 'fail', findings: ['relay-deferred'] },
  { faults: ['relay-reject'], outcome: 'fail', findings: ['relay-refused'] },
  { faults: ['relay-slow 4'], outcome: 'degraded', findings: ['slow-delivery'] },
  { faults: ['relay-slow 20'], outcome: 'fail', findings: ['not-delivered'] },
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
  { faults: ['mx-down'], options: imap, outcome: 'fail', findings: ['not-delivered'] },
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
