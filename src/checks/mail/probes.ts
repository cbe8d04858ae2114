/** Attempts that a correctly configured relay refuses: to send without a login, and in another's name. */
import type { Found } from '../check.ts';
import type { MailCause } from './causes.ts';
import { exchangeMessage, type MailRun } from './exchange.ts';
import type { Sender } from './options.ts';
import type { MessageResult, ProbeResult } from './result.ts';
import { type Reply, SessionError, SmtpSession } from './session.ts';
import { newToken } from './token.ts';
import { Transcript } from './transcript.ts';

export interface Probed {
  readonly result: ProbeResult;
  readonly findings: readonly Found<'mail'>[];
}

/**
 * Asks the relay to take a message from a client that has not logged in. No message is submitted, whatever it
 * answers. A relay that cannot be reached is not this probe's business: the test messages report that.
 */
export async function probeStranger(run: MailRun): Promise<Probed> {
  const { options, resolver, ca, signal } = run;
  const transcript = new Transcript();
  const session = new SmtpSession(options.submission, { ca, transcript, signal });
  const from = options.senders[0]!.address;
  const to = run.receiver.recipient(newToken(run.check));
  try {
    await session.open(resolver);
    return judgeStranger(run, await session.ask([`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]));
  } catch (cause) {
    if (!(cause instanceof SessionError)) throw cause;
    return { result: { name: 'stranger', result: 'unknown', response: cause.message }, findings: [] };
  } finally {
    session.close();
    await run.evidence?.write('stranger.smtp.txt', transcript.toString());
  }
}

function judgeStranger({ options }: MailRun, replies: readonly Reply[]): Probed {
  const name = 'stranger';
  const last = replies.at(-1);
  const response = last?.response ?? null;
  const { host, port } = options.submission;
  if (last && last.code >= 500) return { result: { name, result: 'refused', response }, findings: [] };
  if (!last || last.code >= 300) {
    const cause: MailCause = { id: 'probe-inconclusive', name, host, port, replies, response };
    return { result: { name, result: 'unknown', response }, findings: [{ cause, outcome: 'error' }] };
  }
  const cause: MailCause = { id: 'relay-open', host, port, replies };
  return { result: { name, result: 'accepted', response }, findings: [{ cause, outcome: 'fail' }] };
}

type ForeignProbe = 'foreign-envelope' | 'foreign-from';

/**
 * Sends a message in the name of an address that the account does not own, once with that address in the
 * envelope too and once only in From. It must not be authenticated for that address (signed, or SPF aligned).
 */
export async function probeForeign(
  run: MailRun,
  login: Sender,
  foreign: string,
  name: ForeignProbe,
): Promise<Probed> {
  const returnPath = name === 'foreign-envelope' ? foreign : (login.returnPath ?? login.address);
  const { message, authentication, submitted } = await exchangeMessage(run, {
    login,
    sender: { address: foreign, returnPath },
    label: name,
  });
  const { response } = message.submission;
  const probed = (result: ProbeResult['result'], ...findings: Found<'mail'>[]): Probed => ({
    result: { name, result, response },
    findings,
  });
  if (message.submission.state === 'refused' || message.bounce) return probed('refused');
  // What keeps every message from being submitted is reported with the test messages.
  if (submitted.stage !== 'letter') return probed('unknown');
  if (!authentication) {
    const { host, port } = run.options.submission;
    const cause: MailCause = {
      id: 'probe-inconclusive',
      name,
      host,
      port,
      letter: message,
      login: login.address,
    };
    return probed('unknown', { cause, outcome: 'error' });
  }
  const by = authenticatedBy(message);
  if (by.length === 0) return probed('unsigned');
  const cause: MailCause = {
    id: 'foreign-from-believed',
    name,
    letter: message,
    login: login.address,
    by,
  };
  return probed('signed', { cause, outcome: 'fail' });
}

function authenticatedBy({ dkim, spf, dmarc }: MessageResult) {
  return (dmarc?.alignedBy ?? []).map((mechanism) => ({
    mechanism,
    domain: (mechanism === 'dkim' ? dkim?.domain : spf?.domain) ?? null,
  }));
}
