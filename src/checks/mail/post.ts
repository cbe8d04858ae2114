/** The life of one letter: written, handed in, waited for, judged. Shared by test letters and probes. */

import type { Resolver } from '../../dns/resolver.ts';
import type { EvidenceSink, Finding } from '../check.ts';
import { deliveryFindings } from './findings-delivery.ts';
import { certificateFinding, submissionFinding } from './findings-submission.ts';
import type { ReceivedLetter } from './inbox.ts';
import { domainOf, parseHeader, writeLetter } from './letter.ts';
import type { MailOptions, Sender } from './options.ts';
import type { Receiver } from './receiver.ts';
import type { MailLetter } from './result.ts';
import { type Letter, type Submitted, submitLetter } from './submission.ts';
import { newToken } from './token.ts';
import { Transcript } from './transcript.ts';
import { judgeLetter, type Verdict } from './verdict.ts';

export interface PostOffice {
  readonly check: string;
  readonly options: MailOptions;
  readonly resolver: Resolver;
  readonly ca: string | undefined;
  readonly receiver: Receiver;
  readonly evidence: EvidenceSink | null;
  readonly signal: AbortSignal;
}

/** All that is known of one letter. */
export interface Posted {
  readonly letter: MailLetter;
  readonly sent: Letter;
  readonly submitted: Submitted;
  readonly received: ReceivedLetter | null;
  readonly verdict: Verdict | null;
  readonly verdictMs: number | null;
  /** On its way; its authentication is judged later, when all letters are known. */
  readonly findings: readonly Finding[];
}

export interface PostOptions {
  /** Who logs in. */
  readonly login: Sender;
  /** Who writes; the same, except in a probe. */
  readonly sender: Sender;
  /** Begins the names of the evidence. */
  readonly label: string;
}

/** Sends one letter and follows it to its verdict. */
export async function post(office: PostOffice, { login, sender, label }: PostOptions): Promise<Posted> {
  const { options, resolver, ca, receiver, signal } = office;
  const token = newToken(office.check);
  const sent = writeLetter(sender, receiver.recipient(token), token);
  receiver.expect(token);
  const transcript = new Transcript();
  const submitted = await submitLetter(
    sent,
    {
      user: login.user ?? options.submission.user ?? '',
      password: (login.password ?? options.submission.password)?.reveal() ?? '',
    },
    options.submission,
    { resolver, ca, transcript, signal },
  );
  await office.evidence?.write(`${label}.smtp.txt`, transcript.toString());
  const { state } = submitted.submission;
  const followed = state === 'accepted' || state === 'uncertain';
  const outcome = followed ? await follow(office, sent, submitted, label) : NOTHING;
  const letter: MailLetter = {
    from: sent.from,
    to: sent.to,
    token,
    submission: submitted.submission,
    delivery: outcome.delivery,
    bounce: outcome.bounce,
    dkim: outcome.verdict?.dkim ?? null,
    spf: outcome.verdict?.spf ?? null,
    dmarc: outcome.verdict?.dmarc ?? null,
  };
  const refusal = submissionFinding(sent.from, submitted, options.submission);
  const expiring = certificateFinding(submitted, options.expect);
  return {
    letter,
    sent,
    submitted,
    received: outcome.received,
    verdict: outcome.verdict,
    verdictMs: outcome.verdictMs,
    findings: [...(refusal ? [refusal] : []), ...(expiring ? [expiring] : []), ...outcome.findings],
  };
}

interface Followed {
  readonly delivery: MailLetter['delivery'];
  readonly bounce: MailLetter['bounce'];
  readonly received: ReceivedLetter | null;
  readonly verdict: Verdict | null;
  readonly verdictMs: number | null;
  readonly findings: readonly Finding[];
}

const NOTHING: Followed = {
  delivery: null,
  bounce: null,
  received: null,
  verdict: null,
  verdictMs: null,
  findings: [],
};

/** Waits for a letter that was handed in, and judges it. */
async function follow(
  office: PostOffice,
  sent: Letter,
  submitted: Submitted,
  label: string,
): Promise<Followed> {
  const { options, receiver, signal, evidence } = office;
  if (!receiver.open) return NOTHING;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(options.receive.within)]);
  const arrival = await receiver.arrival(sent.token, inTime);
  const received = arrival?.kind === 'letter' ? arrival : null;
  const bounce = arrival?.kind === 'bounce' ? arrival.report.bounce : null;
  if (arrival) await evidence?.write(`${label}.${received ? 'letter' : 'bounce'}.eml`, arrival.raw);
  const delivery = received ? deliveryOf(received, submitted) : null;
  const lost = receiver.failure !== null && !arrival;
  const findings = lost
    ? []
    : deliveryFindings(
        {
          from: sent.from,
          to: sent.to,
          submission: submitted.submission,
          delivery,
          bounce,
          notes: receiver.notes(submitted.startedAt),
          cutShort: signal.aborted,
        },
        options,
      );
  const begun = performance.now();
  const verdict = received
    ? await judgeLetter(received.raw, received.hop, {
        resolver: office.resolver,
        signal,
        selector: options.expect.selector,
      })
    : null;
  const verdictMs = verdict ? performance.now() - begun : null;
  if (verdict) {
    await evidence?.write(
      `${label}.verdict.json`,
      JSON.stringify({ hop: received?.hop, expected: options.expect, ...verdict }, null, 2),
    );
  }
  return { delivery, bounce, received, verdict, verdictMs, findings };
}

function deliveryOf(received: ReceivedLetter, submitted: Submitted): MailLetter['delivery'] {
  return {
    // The relay may deliver faster than it answers.
    ms: Math.max(0, Math.round(received.at - submitted.endedAt)),
    wholeMs: Math.round(received.at - submitted.startedAt),
    receivedAt: received.receivedAt.toISOString(),
    clientIp: received.hop?.clientIp ?? null,
    helo: received.hop?.helo ?? null,
    encrypted: received.hop?.encrypted ?? null,
    size: received.raw.length,
  };
}

/** What was changed on the way, by comparison with what was sent. */
export function compareLetters(
  sent: Letter,
  received: Buffer,
): { headerIntact: boolean; alteredLine: string | null } {
  const before = parseHeader(sent.raw);
  const after = parseHeader(received);
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
  const headerIntact = before.fields.every(({ name, value }) => {
    const now = after.fields.filter((field) => field.name === name);
    return now.length === 1 && flat(now[0]!.value) === flat(value);
  });
  const lines = (body: string) => body.trimEnd().split(/\r?\n/);
  const wanted = lines(before.body);
  const found = lines(after.body);
  const length = Math.max(wanted.length, found.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => wanted[index] !== found[index]);
  return { headerIntact, alteredLine: at === undefined ? null : (found[at] ?? '') };
}

/** The domain that a letter is judged for. */
export function judgedDomain(sent: Letter): string {
  return domainOf(sent.from);
}
