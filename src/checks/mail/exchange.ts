/** One message: written, submitted, waited for, authenticated. Test messages and probes share this. */
import type { Resolver } from '../../dns/resolver.ts';
import type { EvidenceSink, Found } from '../check.ts';
import { type Authentication, authenticateMessage } from './authentication.ts';
import { deliveryFindings } from './findings-delivery.ts';
import { certificateFinding, submissionFinding } from './findings-submission.ts';
import { bodyOf, excessOf, headerOf } from './header.ts';
import type { ReceivedMessage } from './inbox.ts';
import { domainOf, type TestMessage, writeMessage } from './message.ts';
import type { MailOptions, Sender } from './options.ts';
import type { Receiver } from './receiver.ts';
import type { MessageResult, ReceiverVerdict } from './result.ts';
import { type Submitted, submitMessage } from './submission.ts';
import { newToken } from './token.ts';
import { Transcript } from './transcript.ts';

/** What the messages of one run share. */
export interface MailRun {
  readonly check: string;
  readonly options: MailOptions;
  readonly resolver: Resolver;
  readonly ca: string | undefined;
  readonly receiver: Receiver;
  readonly evidence: EvidenceSink | null;
  readonly signal: AbortSignal;
}

/** All that is known of one message. */
export interface Exchanged {
  readonly message: MessageResult;
  readonly sent: TestMessage;
  readonly submitted: Submitted;
  readonly received: ReceivedMessage | null;
  readonly authentication: Authentication | null;
  readonly authenticationMs: number | null;
  /** On its delivery; those on its authentication are found later, when all messages are known. */
  readonly findings: readonly Found<'mail'>[];
}

export interface ExchangeOptions {
  /** Who logs in. */
  readonly login: Sender;
  /** The author; the same, except in a probe. */
  readonly sender: Sender;
  /** Begins the names of the evidence. */
  readonly label: string;
  /** Another message than the plain one. */
  readonly write?: (to: string, token: string) => TestMessage;
}

/** Sends one message, waits for it, and authenticates it. */
export async function exchangeMessage(
  run: MailRun,
  { login, sender, label, write }: ExchangeOptions,
): Promise<Exchanged> {
  const { options, resolver, ca, receiver, signal } = run;
  const token = newToken(run.check);
  const to = receiver.recipient(token);
  const sent = write ? write(to, token) : writeMessage(sender, to, token);
  receiver.expect(token);
  const transcript = new Transcript();
  const submitted = await submitMessage(
    sent,
    {
      user: login.user ?? options.submission.user ?? '',
      password: (login.password ?? options.submission.password)?.reveal() ?? '',
    },
    options.submission,
    { resolver, ca, transcript, signal },
  );
  await run.evidence?.write(`${label}.smtp.txt`, transcript.toString());
  const { state } = submitted.submission;
  const followed = state === 'accepted' || state === 'uncertain';
  const outcome = followed ? await follow(run, sent, submitted, label) : NOTHING;
  const message: MessageResult = {
    from: sent.from,
    to: sent.to,
    token,
    submission: submitted.submission,
    delivery: outcome.delivery,
    bounce: outcome.bounce,
    dkim: outcome.authentication?.dkim ?? null,
    spf: outcome.authentication?.spf ?? null,
    dmarc: outcome.authentication?.dmarc ?? null,
    ...(outcome.receiver && { receiver: outcome.receiver }),
  };
  const refusal = submissionFinding(sent.from, submitted, options.submission);
  const expiring = certificateFinding(submitted, options.expect);
  return {
    message,
    sent,
    submitted,
    received: outcome.received,
    authentication: outcome.authentication,
    authenticationMs: outcome.authenticationMs,
    findings: [...(refusal ? [refusal] : []), ...(expiring ? [expiring] : []), ...outcome.findings],
  };
}

interface Followed {
  readonly delivery: MessageResult['delivery'];
  readonly bounce: MessageResult['bounce'];
  readonly received: ReceivedMessage | null;
  readonly authentication: Authentication | null;
  readonly authenticationMs: number | null;
  readonly receiver: ReceiverVerdict | null;
  readonly findings: readonly Found<'mail'>[];
}

const NOTHING: Followed = {
  delivery: null,
  bounce: null,
  received: null,
  authentication: null,
  authenticationMs: null,
  receiver: null,
  findings: [],
};

/** Waits for a message that was submitted, and authenticates it. */
async function follow(
  run: MailRun,
  sent: TestMessage,
  submitted: Submitted,
  label: string,
): Promise<Followed> {
  const { options, receiver, signal, evidence } = run;
  if (!receiver.open) return NOTHING;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(options.receive.within)]);
  const arrival = await receiver.arrival(sent.token, inTime);
  const received = arrival?.kind === 'message' ? arrival : null;
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
          crowded: receiver.crowded(submitted.startedAt),
          cutShort: signal.aborted,
        },
        options,
      );
  const excess = received ? excessOf(received.raw, received.size) : null;
  const begun = performance.now();
  const authentication =
    received && !excess
      ? await authenticateMessage(received.raw, received.hop, {
          resolver: run.resolver,
          signal,
          selector: options.expect.selector,
        })
      : null;
  const authenticationMs = authentication ? performance.now() - begun : null;
  if (authentication) {
    await evidence?.write(
      `${label}.verdict.json`,
      JSON.stringify({ hop: received?.hop, expected: options.expect, ...authentication }, null, 2),
    );
  }
  const beyond: Found<'mail'>[] = excess
    ? [{ cause: { id: 'message-too-large', from: sent.from, to: sent.to, ...excess }, outcome: 'fail' }]
    : [];
  const domain = authorDomain(sent);
  const verdict = received && !excess ? receiver.verdictOn(received.raw, domain) : null;
  return {
    delivery,
    bounce,
    received,
    authentication,
    authenticationMs,
    receiver: verdict,
    findings: [...findings, ...beyond],
  };
}

function deliveryOf(received: ReceivedMessage, submitted: Submitted): MessageResult['delivery'] {
  return {
    // The relay may deliver faster than it answers.
    ms: Math.max(0, Math.round(received.at - submitted.endedAt)),
    wholeMs: Math.round(received.at - submitted.startedAt),
    receivedAt: received.receivedAt.toISOString(),
    clientIp: received.hop?.clientIp ?? null,
    helo: received.hop?.helo ?? null,
    encrypted: received.hop?.encrypted ?? null,
    tls: received.hop?.tls ?? null,
    size: received.size ?? received.raw.length,
    ...(received.junkFolder !== undefined && { junkFolder: received.junkFolder }),
  };
}

/** What was altered in transit, by comparison with what was sent. */
export function alterations(
  sent: TestMessage,
  received: Buffer,
): { headerIntact: boolean; alteredLine: string | null } {
  const [before, after] = [headerOf(sent.raw), headerOf(received)];
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
  const headerIntact = before.every(({ name, value }) => {
    const now = after.filter((field) => field.name === name);
    return now.length === 1 && flat(now[0]!.value) === flat(value);
  });
  const lines = (body: string) => body.trimEnd().split(/\r?\n/);
  const expected = lines(bodyOf(sent.raw));
  const found = lines(bodyOf(received));
  const length = Math.max(expected.length, found.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => expected[index] !== found[index]);
  return { headerIntact, alteredLine: at === undefined ? null : (found[at] ?? '') };
}

/** The domain that a message is authenticated for. */
export function authorDomain(sent: TestMessage): string {
  return domainOf(sent.from);
}
