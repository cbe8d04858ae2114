/** Whether and how a message arrived, as findings. */
import type { Found } from '../check.ts';
import type { MailOptions } from './options.ts';
import type { Bounce, Delivery, LateMessage, RepeatedMessage, Submission } from './result.ts';

export interface DeliveryFacts {
  readonly from: string;
  readonly to: string;
  readonly submission: Submission;
  readonly delivery: Delivery | null;
  readonly bounce: Bounce | null;
  /** What the receiving side logged meanwhile. */
  readonly notes: readonly string[];
  /** So much connected to our mail server that the relay may have been kept out. */
  readonly crowded: boolean;
  /** The run was ended before the time for the delivery was over. */
  readonly cutShort: boolean;
}

/** Findings on the delivery of a message that the relay took, or may have taken. */
export function deliveryFindings(facts: DeliveryFacts, options: MailOptions): Found<'mail'>[] {
  const { from, to, submission, delivery, bounce } = facts;
  if (bounce) {
    const { queueId } = submission;
    return [{ cause: { id: 'bounced', from, to, bounce, queueId }, outcome: 'fail', where: 'receiver' }];
  }
  if (delivery) return arrived(facts, delivery, options);
  if (facts.cutShort) return [];
  return [missing(facts, options)];
}

function missing(
  { from, to, submission, notes, crowded }: DeliveryFacts,
  { receive }: MailOptions,
): Found<'mail'> {
  const { host, queueId, response, state } = submission;
  if (state === 'uncertain')
    return { cause: { id: 'submission-uncertain', from, to, host }, outcome: 'error' };
  if (crowded) return { cause: { id: 'mx-at-capacity', from, to, queueId }, outcome: 'error' };
  const via = receive.mx ? 'mx' : 'imap';
  return {
    cause: { id: 'not-delivered', from, to, queueId, response, notes, withinMs: receive.within, via },
    outcome: 'fail',
  };
}

function arrived(
  { from, to, submission }: DeliveryFacts,
  { ms, encrypted, clientIp, junkFolder }: Delivery,
  { expect }: MailOptions,
): Found<'mail'>[] {
  const { host, queueId } = submission;
  const findings: Found<'mail'>[] = [];
  if (submission.state === 'uncertain') {
    findings.push({ cause: { id: 'submission-unanswered', from, to, host }, outcome: 'degraded' });
  }
  if (junkFolder !== undefined) {
    findings.push({ cause: { id: 'sorted-as-spam', from, to, folder: junkFolder }, outcome: 'degraded' });
  }
  if (ms > expect.deliveredIn) {
    const expectedMs = expect.deliveredIn;
    findings.push({
      cause: { id: 'slow-delivery', from, to, ms, queueId, expectedMs },
      outcome: 'degraded',
    });
  }
  if (encrypted === false) {
    findings.push({ cause: { id: 'delivery-not-encrypted', from, clientIp }, outcome: 'pass' });
  }
  return findings;
}

const SHOWN_LATE = 20;

/** One piece of advice on all messages that came after their run had ended; null without any. */
export function lateFinding(late: readonly LateMessage[]): Found<'mail'> | null {
  const [first, ...others] = late;
  if (!first) return null;
  const latest = others.reduce((a, b) => (b.lateMs > a.lateMs ? b : a), first);
  return {
    cause: {
      id: 'late-letters',
      late: late.slice(0, SHOWN_LATE),
      count: late.length,
      latestMs: latest.lateMs,
      latestSentAt: latest.sentAt,
    },
    outcome: 'pass',
  };
}

/**
 * One piece of advice on all messages that arrived more than once; null without any. It is no fault of the sender's mail: SMTP
 * delivers twice rather than not at all (RFC 5321 4.5.4.1).
 */
export function repeatedFinding(repeated: readonly RepeatedMessage[]): Found<'mail'> | null {
  const [first, ...others] = repeated;
  if (!first) return null;
  const { token: _token, ...most } = others.reduce((a, b) => (b.copies > a.copies ? b : a), first);
  return { cause: { id: 'delivered-twice', ...most, count: repeated.length }, outcome: 'pass' };
}
