/** What went wrong while a letter was handed in, as findings. */
import type { Finding, Outcome } from '../check.ts';
import type { Expectation, SubmissionOptions } from './options.ts';
import type { SessionError } from './session.ts';
import type { Submitted } from './submission.ts';

interface Told {
  readonly id: string;
  readonly outcome: Outcome;
  readonly text: string;
}

/** The finding for a letter that was not taken; null for one that was, or that may have been. */
export function submissionFinding(
  from: string,
  submitted: Submitted,
  options: SubmissionOptions,
): Finding | null {
  const { error, submission } = submitted;
  if (error === null || submission.state === 'uncertain') return null;
  const told = tell(error, submitted, options);
  return {
    ...told,
    evidence: {
      from,
      host: options.host,
      port: options.port,
      stage: submitted.stage,
      response: submission.response,
      ...(submission.certificate ? { certificate: submission.certificate } : {}),
    },
  };
}

function tell(error: SessionError, { stage, submission }: Submitted, options: SubmissionOptions): Told {
  const relay = `The relay ${options.host}:${options.port}`;
  const said = error.response ? ` It said: ${error.response.replace(/\s+/g, ' ')}` : '';
  switch (error.problem) {
    case 'resolver':
      return {
        id: 'resolver-failed',
        outcome: 'error',
        text: `${relay} cannot be looked up: ${error.message}.`,
      };
    case 'no-address':
      return { id: 'relay-no-address', outcome: 'fail', text: `${relay} cannot be found: ${error.message}.` };
    case 'unreachable':
      return { id: 'relay-unreachable', outcome: 'fail', text: `The relay ${error.message}.` };
    case 'local-network':
      return { id: 'network', outcome: 'error', text: `The relay ${error.message}.` };
    case 'silent':
      return {
        id: 'relay-silent',
        outcome: 'fail',
        text: `${relay} takes connections and then says nothing: ${error.message} (${STAGES[stage]}).`,
      };
    case 'closed':
      return {
        id: 'relay-closed',
        outcome: 'fail',
        text: `${relay} closed the connection ${STAGES[stage]}: ${error.message}.`,
      };
    case 'no-starttls':
      return {
        id: 'relay-no-starttls',
        outcome: 'fail',
        text: `${relay} does not offer STARTTLS: users could only log in unencrypted. No password was sent.`,
      };
    case 'tls':
      return {
        id: 'relay-tls',
        outcome: 'fail',
        text: `${relay}: the TLS handshake failed: ${error.message}.`,
      };
    case 'certificate':
      return {
        id: 'relay-certificate',
        outcome: 'fail',
        text: `${relay} has a certificate that mail programs refuse: ${error.message} (${
          submission.certificate
            ? `for ${submission.certificate.names.join(', ') || submission.certificate.name}, until ${submission.certificate.validTo.slice(0, 10)}`
            : 'none'
        }). No password was sent.`,
      };
    case 'refused':
      return refusal(error, stage, relay, said);
    case 'aborted':
      return { id: 'cancelled', outcome: 'error', text: 'The run was ended while a letter was handed in.' };
  }
}

const STAGES = {
  connection: 'while the session was set up',
  login: 'at the login',
  letter: 'while the letter was handed in',
} as const;

function refusal(error: SessionError, stage: Submitted['stage'], relay: string, said: string): Told {
  const temporary = (error.code ?? 500) < 500;
  if (stage === 'login' && !temporary) {
    return {
      id: 'relay-login-refused',
      outcome: 'fail',
      text: `${relay} refuses the login: the password here is not the right one, or the relay cannot check passwords.${said}`,
    };
  }
  return temporary
    ? {
        id: 'relay-deferred',
        outcome: 'fail',
        text: `${relay} does not take mail now (${STAGES[stage]}).${said}`,
      }
    : {
        id: 'relay-refused',
        outcome: 'fail',
        text: `${relay} refuses to take mail (${STAGES[stage]}).${said}`,
      };
}

/** The certificate soon to expire; null when there is time, or when it was not accepted anyway. */
export function certificateFinding(
  { submission }: Submitted,
  { certificateDays }: Expectation,
): Finding | null {
  const { certificate, host } = submission;
  if (!certificate || certificate.problem !== null || certificate.daysLeft >= certificateDays) return null;
  return {
    id: 'relay-certificate-expiring',
    outcome: 'degraded',
    text: `The certificate of the relay ${host} expires in ${certificate.daysLeft} days (${certificate.validTo.slice(0, 10)}).`,
    evidence: { certificate },
  };
}
