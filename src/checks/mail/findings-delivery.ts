/** Whether and how a letter arrived, as findings. */
import type { Finding } from '../check.ts';
import type { MailOptions } from './options.ts';
import type { Bounce, Delivery, LateLetter, Submission } from './result.ts';

export interface DeliveryFacts {
  readonly from: string;
  readonly to: string;
  readonly submission: Submission;
  readonly delivery: Delivery | null;
  readonly bounce: Bounce | null;
  /** What the receiving side noticed meanwhile. */
  readonly notes: readonly string[];
  /** The run was ended before the time for the delivery was over. */
  readonly cutShort: boolean;
}

/** Findings on the way of a letter that the relay took, or may have taken. */
export function deliveryFindings(facts: DeliveryFacts, options: MailOptions): Finding[] {
  const { submission, delivery, bounce } = facts;
  if (bounce) return [bounced(facts, bounce)];
  if (delivery) return arrived(facts, delivery, options);
  if (facts.cutShort) return [];
  return [submission.state === 'uncertain' ? uncertain(facts) : missing(facts, options)];
}

function bounced({ from, to, submission }: DeliveryFacts, bounce: Bounce): Finding {
  const by = bounce.remoteMta ?? bounce.reportingMta ?? 'the receiving server';
  const said = bounce.diagnostic ?? bounce.status ?? 'nothing that could be understood';
  return {
    id: 'bounced',
    outcome: 'fail',
    text: `The letter from ${from} to ${to} came back: ${by} said ${said}.`,
    where: 'receiver',
    evidence: { from, to, bounce, queueId: submission.queueId },
  };
}

function missing(facts: DeliveryFacts, options: MailOptions): Finding {
  const { from, to, submission, notes } = facts;
  const queued = submission.queueId ? ` as ${submission.queueId}` : '';
  const seen = options.receive.mx
    ? notes.length > 0
      ? ' The relay did talk to our mail server meanwhile.'
      : ' Nobody connected to our mail server meanwhile.'
    : '';
  return {
    id: 'not-delivered',
    outcome: 'fail',
    text: `The letter from ${from} to ${to}, which the relay took${queued}, has not arrived within ${seconds(options.receive.within)}.${seen}`,
    evidence: { from, to, queueId: submission.queueId, response: submission.response, notes },
  };
}

function uncertain({ from, to, submission }: DeliveryFacts): Finding {
  return {
    id: 'submission-uncertain',
    outcome: 'error',
    text: `The connection to the relay ${submission.host} ended after the letter from ${from} was sent and before the relay answered; it has not arrived. The relay may or may not have it.`,
    evidence: { from, to },
  };
}

function arrived(
  { from, to, submission }: DeliveryFacts,
  delivery: Delivery,
  options: MailOptions,
): Finding[] {
  const findings: Finding[] = [];
  if (submission.state === 'uncertain') {
    findings.push({
      id: 'submission-unanswered',
      outcome: 'degraded',
      text: `The relay ${submission.host} took the letter from ${from} without answering in time: it arrived, but a mail program would send it again.`,
      evidence: { from, to },
    });
  }
  if (delivery.ms > options.expect.deliveredIn) {
    findings.push({
      id: 'slow-delivery',
      outcome: 'degraded',
      text: `The letter from ${from} took ${seconds(delivery.ms)} to arrive; ${seconds(options.expect.deliveredIn)} are expected.`,
      evidence: { from, to, ms: delivery.ms, queueId: submission.queueId },
    });
  }
  if (delivery.encrypted === false) {
    findings.push({
      id: 'delivery-not-encrypted',
      outcome: 'pass',
      text: `The letter from ${from} came to the receiving server unencrypted.`,
      evidence: { from, clientIp: delivery.clientIp },
    });
  }
  return findings;
}

/** One piece of advice on all letters that came after their run had ended; null without any. */
export function lateFinding(late: readonly LateLetter[]): Finding | null {
  const [first] = late;
  if (!first) return null;
  const worst = late.reduce((a, b) => (b.lateMs > a.lateMs ? b : a));
  return {
    id: 'late-letters',
    outcome: 'pass',
    text: `${late.length === 1 ? 'A letter' : `${late.length} letters`} of earlier runs arrived after all, the latest ${seconds(worst.lateMs)} after it was sent (${worst.sentAt}).`,
    evidence: { late: late.slice(0, 20), count: late.length },
  };
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
