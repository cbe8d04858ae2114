/** What went wrong while a message was submitted, as findings. */
import type { Found, Outcome } from '../check.ts';
import type { MailCause } from './causes.ts';
import type { Expectation, SubmissionOptions } from './options.ts';
import type { SessionFailure } from './session.ts';
import type { Submitted } from './submission.ts';

/** The finding for a message that was not taken; null for one that was, or that may have been. */
export function submissionFinding(
  from: string,
  submitted: Submitted,
  options: SubmissionOptions,
): Found<'mail'> | null {
  const { error, submission, stage } = submitted;
  if (error === null || submission.state === 'uncertain') return null;
  if (error.failure.problem === 'aborted') return { cause: { id: 'cancelled' }, outcome: 'error' };
  const about = {
    from,
    host: options.host,
    port: options.port,
    stage,
    response: submission.response,
    ...(submission.certificate ? { certificate: submission.certificate } : {}),
  };
  const cause = causeOf(error.failure, about, options.timeout);
  return { cause, outcome: OWN.has(error.failure.problem) ? 'error' : 'fail' };
}

/** Problems that say nothing about the relay. */
const OWN: ReadonlySet<SessionFailure['problem']> = new Set(['resolver', 'local-network']);

type About = Omit<Extract<MailCause, { readonly id: 'relay-refused' }>, 'id'>;

function causeOf(
  failure: Exclude<SessionFailure, { readonly problem: 'aborted' }>,
  about: About,
  timeoutMs: number,
): MailCause {
  switch (failure.problem) {
    case 'resolver':
      return { id: 'resolver-failed', ...about, lookup: failure.lookup };
    case 'no-address':
      return { id: 'relay-no-address', ...about };
    case 'unreachable':
      return {
        id: 'relay-unreachable',
        ...about,
        addresses: failure.addresses,
        reason: failure.reason,
        timeoutMs,
      };
    case 'local-network':
      return { id: 'network', ...about, addresses: failure.addresses, reason: failure.reason };
    case 'silent':
      return { id: 'relay-silent', ...about, timeoutMs };
    case 'closed':
      return { id: 'relay-closed', ...about, detail: failure.detail };
    case 'no-starttls':
      return { id: 'relay-no-starttls', ...about };
    case 'tls':
      return { id: 'relay-tls', ...about, reason: failure.reason, detail: failure.detail };
    case 'certificate':
      return { id: 'relay-certificate', ...about };
    case 'refused':
      if (failure.code < 500) return { id: 'relay-deferred', ...about };
      return about.stage === 'login'
        ? { id: 'relay-login-refused', ...about }
        : { id: 'relay-refused', ...about };
  }
}

/** The certificate soon to expire; null when there is time, or when it was not accepted anyway. */
export function certificateFinding(
  { submission }: Submitted,
  { certificateDays }: Expectation,
): Found<'mail'> | null {
  const { certificate, host } = submission;
  if (!certificate || certificate.problem !== null) return null;
  if (certificate.daysLeft === null || certificate.daysLeft >= certificateDays) return null;
  const outcome: Outcome = 'degraded';
  return { cause: { id: 'relay-certificate-expiring', host, certificate }, outcome };
}
