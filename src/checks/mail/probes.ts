/** Attempts that a sound relay refuses: to send without a login, and in another's name. */
import type { Finding } from '../check.ts';
import type { Sender } from './options.ts';
import { type PostOffice, post } from './post.ts';
import type { ProbeResult } from './result.ts';
import { type Reply, SessionError, SmtpSession } from './session.ts';
import { newToken } from './token.ts';
import { Transcript } from './transcript.ts';

export interface Probed {
  readonly result: ProbeResult;
  readonly findings: readonly Finding[];
}

/**
 * Asks the relay to take a letter from somebody who has not logged in. No letter is handed in, whatever it
 * answers. A relay that cannot be reached is not this probe's business: the letters tell.
 */
export async function probeStranger(office: PostOffice): Promise<Probed> {
  const { options, resolver, ca, signal } = office;
  const transcript = new Transcript();
  const session = new SmtpSession(options.submission, { ca, transcript, signal });
  const from = options.senders[0]!.address;
  const to = office.receiver.recipient(newToken(office.check));
  try {
    await session.open(resolver);
    return judgeStranger(office, await session.ask([`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]));
  } catch (cause) {
    if (!(cause instanceof SessionError)) throw cause;
    return { result: { name: 'stranger', result: 'unknown', response: cause.message }, findings: [] };
  } finally {
    session.close();
    await office.evidence?.write('stranger.smtp.txt', transcript.toString());
  }
}

function judgeStranger({ options }: PostOffice, replies: readonly Reply[]): Probed {
  const last = replies.at(-1);
  const response = last?.response ?? null;
  const name = 'stranger' as const;
  if (last && last.code >= 500) return { result: { name, result: 'refused', response }, findings: [] };
  const relay = `${options.submission.host}:${options.submission.port}`;
  if (!last || last.code >= 300) {
    const text = `Whether the relay ${relay} refuses mail from strangers cannot be told: it said ${response ?? 'nothing'}.`;
    const finding: Finding = {
      id: 'probe-inconclusive',
      outcome: 'error',
      text,
      evidence: { name, replies },
    };
    return { result: { name, result: 'unknown', response }, findings: [finding] };
  }
  const finding: Finding = {
    id: 'relay-open',
    outcome: 'fail',
    text: `The relay ${relay} takes mail from anybody, without a login: it can be used for spam. (No letter was sent.)`,
    evidence: { replies },
  };
  return { result: { name, result: 'accepted', response }, findings: [finding] };
}

/**
 * Sends a letter in the name of an address that the account does not own, once with that address in the
 * envelope too and once only in From. Believed by the world (signed, or SPF aligned) is what must not happen.
 */
export async function probeForeign(
  office: PostOffice,
  login: Sender,
  foreign: string,
  name: 'foreign-envelope' | 'foreign-from',
): Promise<Probed> {
  const returnPath = name === 'foreign-envelope' ? foreign : (login.returnPath ?? login.address);
  const { letter, verdict, submitted } = await post(office, {
    login,
    sender: { address: foreign, returnPath },
    label: name,
  });
  const response = letter.submission.response;
  const told = (result: ProbeResult['result']): Probed => ({
    result: { name, result, response },
    findings: [],
  });
  if (letter.submission.state === 'refused' || letter.bounce) return told('refused');
  // What keeps every letter from being handed in is reported with the letters.
  if (submitted.stage !== 'letter') return told('unknown');
  if (!verdict) {
    const text = `Whether the relay lets ${login.address} write as ${foreign} cannot be told: the letter was neither refused nor has it arrived.`;
    const finding: Finding = { id: 'probe-inconclusive', outcome: 'error', text, evidence: { name, letter } };
    return { ...told('unknown'), findings: [finding] };
  }
  if (verdict.dmarc.alignedBy.length === 0) return told('unsigned');
  const finding: Finding = {
    id: 'foreign-from-believed',
    outcome: 'fail',
    text: `The relay lets ${login.address} write as ${foreign}, and the world believes it: ${verdict.dmarc.alignedBy
      .map((one) =>
        one === 'dkim' ? `signed with d=${verdict.dkim.domain}` : `SPF passes for ${verdict.spf.domain}`,
      )
      .join(
        ', ',
      )} (${name === 'foreign-from' ? 'only From was foreign' : 'envelope and From were foreign'}).`,
    evidence: { name, letter },
  };
  return { ...told('signed'), findings: [finding] };
}
